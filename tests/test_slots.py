"""A signal that another thread emits is connected to a method with Qt's `Slot` decorator.

Any other callable is registered with Qt while it is connected, and the program has crashed where a thread emitted to
such a callable. Two kinds of signals are emitted by other threads: those that a `QThread` subclass declares, and
private ones (their name begins with an underscore), which are connected in the class that declares them.

The owner of a signal is found by types, as far as annotations, constructors and assignments show them. Where its type
is not found, a signal that has the name of a thread's signal counts as one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "inpaint_studio"
FOLDERS = ("session", "ui")
RUN_ELSEWHERE = ("Ticket", "throttle", "Thread")  # what is passed to these is called in another thread

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class ClassTypes:
    """What the source of a class shows of it."""

    name: str
    bases: list[str]
    signals: set[str] = field(default_factory=set)
    slots: set[str] = field(default_factory=set)
    attributes: dict[str, str] = field(default_factory=dict)  # name -> name of its class


class Types:
    """The classes of some modules, by name, and the types of expressions in them."""

    def __init__(self, trees: Iterable[ast.AST]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        self.classes = {node.name: _declared(node) for node in nodes}
        for _ in range(3):  # the type of an attribute may depend on that of another one
            for node in nodes:
                self._assign_attributes(node)

    def mro(self, name: str) -> Iterator[ClassTypes]:
        found = self.classes.get(name)
        if found is not None:
            yield found
            for base in found.bases:
                yield from self.mro(base)

    def is_thread(self, name: str) -> bool:
        return any("QThread" in each.bases for each in self.mro(name))

    def thread_signals(self) -> set[str]:
        return {signal for name, each in self.classes.items() if self.is_thread(name) for signal in each.signals}

    def type_of(self, node: ast.expr, scope: dict[str, str]) -> str | None:
        """The name of the class of an expression; None where the source does not show it."""
        if isinstance(node, ast.Name):
            return scope.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.type_of(node.value, scope)
            found = (each.attributes.get(node.attr) for each in self.mro(owner or ""))
            return next(filter(None, found), None)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.classes:
            return node.func.id
        if isinstance(node, ast.IfExp):
            return self.type_of(node.body, scope) or self.type_of(node.orelse, scope)
        return None

    def scope_of(self, function: Function, outer: dict[str, str]) -> dict[str, str]:
        """The types of the names in a function."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        known = {each.arg: _annotated(each.annotation) for each in arguments if each.annotation is not None}
        scope = outer | {name: kind for name, kind in known.items() if kind}
        for target, value in _assignments(function):
            kind = self.type_of(value, scope)
            if isinstance(target, ast.Name) and kind:
                scope[target.id] = kind
        return scope

    def _assign_attributes(self, node: ast.ClassDef) -> None:
        attributes = self.classes[node.name].attributes
        for function in _functions(node):
            scope = self.scope_of(function, {"self": node.name})
            for target, value in _assignments(function):
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    kind = self.type_of(value, scope)
                    if kind:
                        attributes.setdefault(target.attr, kind)

    # Signals and their connections

    def is_foreign(self, signal: ast.expr, scope: dict[str, str]) -> bool:
        """Whether another thread emits the signal that this expression gives."""
        if not isinstance(signal, ast.Attribute):
            return False
        owner = self.type_of(signal.value, scope)
        if owner in self.classes:
            declaring = next((each.name for each in self.mro(owner) if signal.attr in each.signals), None)
            return declaring is not None and (signal.attr.startswith("_") or self.is_thread(declaring))
        return signal.attr in self.thread_signals() or (
            signal.attr.startswith("_") and any(signal.attr in each.signals for each in self.classes.values())
        )

    def connections(self, tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
        """The connections of signals that another thread emits: the call, and the class it stands in."""
        for call, scope in self._calls(tree):
            func = call.func
            if isinstance(func, ast.Attribute) and func.attr == "connect" and self.is_foreign(func.value, scope):
                yield call, scope.get("self", "")

    def faults(self, tree: ast.AST) -> list[str]:
        """Connections to what is no slot, and signals that a thread emits though nothing shows it."""
        found = []
        for call, owner in self.connections(tree):
            slots = {f"self.{name}" for each in self.mro(owner) for name in each.slots}
            if ast.unparse(call.args[0]) not in slots:
                found.append(ast.unparse(call))
        for call, scope in self._calls(tree):
            if isinstance(call.func, ast.Name) and call.func.id in RUN_ELSEWHERE:
                emitted = [each for each in ast.walk(call) if isinstance(each, ast.Attribute) and each.attr == "emit"]
                found += [ast.unparse(call) for each in emitted if not self.is_foreign(each.value, scope)]
        return found

    def _calls(self, tree: ast.AST, scope: dict[str, str] | None = None) -> Iterator[tuple[ast.Call, dict[str, str]]]:
        scope = scope if scope is not None else {}
        for node in ast.iter_child_nodes(tree):
            inner = scope
            if isinstance(node, ast.ClassDef):
                inner = scope | {"self": node.name}
            elif isinstance(node, Function):
                inner = self.scope_of(node, scope)
            elif isinstance(node, ast.Call):
                yield node, scope
            yield from self._calls(node, inner)


def _declared(node: ast.ClassDef) -> ClassTypes:
    found = ClassTypes(node.name, [ast.unparse(base).split("[")[0] for base in node.bases])
    for each in node.body:
        if isinstance(each, ast.Assign) and ast.unparse(each.value).startswith("Signal("):
            found.signals.add(ast.unparse(each.targets[0]))
        if isinstance(each, ast.AnnAssign):
            found.attributes[ast.unparse(each.target)] = _annotated(each.annotation)
        if isinstance(each, Function):
            decorators = [ast.unparse(decorator) for decorator in each.decorator_list]
            if any(decorator.startswith("Slot(") for decorator in decorators):
                found.slots.add(each.name)
            if "property" in decorators and each.returns is not None:
                found.attributes[each.name] = _annotated(each.returns)
            for inner in ast.walk(each):
                if isinstance(inner, ast.AnnAssign) and ast.unparse(inner.target).startswith("self."):
                    found.attributes[ast.unparse(inner.target).removeprefix("self.")] = _annotated(inner.annotation)
    return found


def _functions(node: ast.ClassDef) -> list[Function]:
    return [each for each in node.body if isinstance(each, Function)]


def _annotated(annotation: ast.expr) -> str:
    """The class that an annotation names, without `| None`."""
    names = [part.strip() for part in ast.unparse(annotation).strip("'\"").split("|")]
    return next((name for name in names if name != "None"), "")


def _assignments(function: Function) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each target of the assignments in a function with its value."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            else:
                yield target, node.value


def test_signals_of_other_threads_are_connected_to_slots() -> None:
    paths = [path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py")]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    types = Types(trees.values())
    assert sum(1 for tree in trees.values() for _ in types.connections(tree)) >= 9
    assert not {path.name: found for path, tree in trees.items() if (found := types.faults(tree))}


SOURCE = """
class Filler(QThread):
    done = Signal(int)
    def __init__(self):
        self.done.connect(self.print)

class Session(QObject):
    done = Signal(int)
    _read = Signal(str)
    def __init__(self, filler: Filler | None = None):
        self.filler = filler if filler is not None else Filler()
        self._read.connect(self.on_read)
        Ticket(throttle(self._read.emit))

class Window(QObject):
    {shown}
    def __init__(self, session: Session):
        self._session = session
        {body}
    def show(self): ...
    @Slot(int)
    def on_done(self): ...
"""


def _faults(body: str, shown: str = "shown = Signal()") -> list[str]:
    tree = ast.parse(SOURCE.replace("{body}", body).replace("{shown}", shown))
    return Types([tree]).faults(tree)[2:]  # without the two that the source always holds


def test_faults_are_found() -> None:
    tree = ast.parse(SOURCE.replace("{body}", "pass").replace("{shown}", "pass"))
    assert Types([tree]).faults(tree) == ["self.done.connect(self.print)", "self._read.connect(self.on_read)"]
    assert not _faults("session.filler.done.connect(self.on_done)")
    assert not _faults("session.done.connect(self.show)")  # of the session, whose name is the same
    assert _faults("session.filler.done.connect(self.show)")
    assert _faults("session.filler.done.connect(lambda: None)")
    assert _faults("filler = self._session.filler; filler.done.connect(self.show)")
    assert _faults("unknown.thing.done.connect(self.show)")  # its type is not to be found
    assert _faults("Ticket(partial(self.shown.emit, 3))")
    assert not _faults("self.shown.connect(self.show)")


def waits_on_threads(tree: ast.AST) -> list[str]:
    """The waits of pytest-qt on a signal of a fill thread itself: see tests/session/relay.py."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    waits = [node for node in calls if ast.unparse(node.func).rpartition(".")[2] in ("waitSignal", "waitSignals")]
    signals = {ast.unparse(each) for call in waits for arg in call.args for each in getattr(arg, "elts", [arg])}
    return sorted(signal for signal in signals if re.search(r"(^|\.)worker\.\w+$", signal))


def test_tests_wait_on_no_signal_of_another_thread() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (PACKAGE.parent / "tests").rglob("*.py")}
    assert not {path.name: found for path, tree in trees.items() if (found := waits_on_threads(tree))}


def test_waits_on_threads_are_found() -> None:
    tree = ast.parse(
        "q.waitSignal(worker.done)\nq.waitSignals([s.worker.done, s.done])\nq.waitSignal(relay(worker).done)"
    )
    assert waits_on_threads(tree) == ["s.worker.done", "worker.done"]
