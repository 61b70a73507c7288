"""What hears another thread is a slot of Qt's own.

Any other callable is put into Qt's tables as it is connected, and programs have crashed where a thread told such a one.
Threads tell by the signals of the fill thread's object, and by private ones that are connected where they are declared.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "inpaint_studio"
FLOORS = ("session", "ui")


def declared(tree: ast.AST) -> set[str]:
    """The private signals of a file."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    names = {ast.unparse(node.targets[0]) for node in assigned if ast.unparse(node.value).startswith("Signal(")}
    return {name for name in names if name.startswith("_")}


def connections(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """The connections to what another thread tells, and who hears it."""
    private = {f"self.{name}.connect" for name in declared(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in private or (called.endswith(".connect") and called.split(".")[-3] == "worker"):
                yield node, ast.unparse(node.args[0])


def faults(tree: ast.AST) -> list[str]:
    slots = {
        f"self.{node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(each).startswith("Slot(") for each in node.decorator_list)
    }
    return [ast.unparse(call) for call, hearer in connections(tree) if hearer not in slots]


def test_what_hears_a_thread_is_a_slot() -> None:
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for floor in FLOORS
        for path in (PACKAGE / floor).rglob("*.py")
    }
    assert sum(1 for tree in trees.values() for _ in connections(tree)) >= 9
    assert not {path.name: found for path, tree in trees.items() if (found := faults(tree))}


def test_faults_are_seen() -> None:
    tree = ast.parse(
        "class A(QObject):\n"
        "    _told = Signal(str)\n"
        "    def __init__(self, session):\n"
        "        self._told.connect(self.hear)\n"
        "        self._told.connect(self.heard)\n"
        "        session.worker.failed.connect(lambda: None)\n"
        "        session.failed.connect(self.hear)\n"
        "    def hear(self): ...\n"
        "    @Slot(str)\n"
        "    def heard(self): ...\n"
    )
    assert len(faults(tree)) == 2
