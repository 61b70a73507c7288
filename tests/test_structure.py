"""The shape of the code base: no circles, no scraps of files, documented public functions."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import ROOT, imports, sources

FACES = {"__init__.py", "__main__.py"}


def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    found = {}
    for path in sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def graph(known: dict[str, Path]) -> dict[str, set[str]]:
    """Which modules each module imports, wherever in the file."""
    arrows = {}
    for module, path in known.items():
        targets = set()
        for _, name in imports(path):
            target = name if name in known else name.rpartition(".")[0]
            if target in known and target != module:
                targets.add(target)
        arrows[module] = targets
    return arrows


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The groups of modules that import each other, directly or through others (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in arrows[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = set()
            while node not in group:
                group.add(stack.pop())
            if len(group) > 1:
                found.append(group)

    for node in arrows:
        if node not in index:
            visit(node)
    return found


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public functions of a module and public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            inner: list[ast.stmt] = node.body
        else:
            inner = [node]
        for each in inner:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and not _needs_none(each):
                yield each


def _needs_none(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function may be without a docstring: a private one, or a setter, whose getter has it."""
    setter = any(isinstance(mark, ast.Attribute) and mark.attr == "setter" for mark in function.decorator_list)
    return setter or function.name.startswith("_")


def undocumented(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [f"{each.lineno}: {each.name}" for each in public_functions(tree) if ast.get_docstring(each) is None]


def test_no_modules_import_each_other() -> None:
    assert circles(graph(modules())) == []


def test_circles_are_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


def test_no_file_is_a_scrap() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in sources()}
    assert not {name: n for name, n in lengths.items() if n < 40 and Path(name).name not in FACES}


def test_training_keeps_its_top_level_small() -> None:
    assert len(list((ROOT / "training").glob("*.py"))) <= 8


@pytest.mark.parametrize(
    "floor", ["cli", "engine", "exemplar", "layers", "models", "protocol", "session", "training", ""]
)
def test_public_functions_have_a_docstring(floor: str) -> None:
    folder = ROOT / "training" if floor == "training" else ROOT / "inpaint_studio" / floor
    paths = folder.rglob("*.py") if floor else folder.glob("*.py")
    assert not {str(path.relative_to(ROOT)): found for path in sorted(paths) if (found := undocumented(path))}


def test_undocumented_functions_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        'class A:\n    def f(self): ...\n    def g(self):\n        """Do g."""\ndef _h(): ...\ndef i(): ...\n'
    )
    assert undocumented(path) == ["2: f", "6: i"]


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "bench").glob("*.py")), ids=lambda path: path.stem)
def test_what_benchmarks_import_exists(path: Path) -> None:
    """No test runs them, and they import inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("inpaint_studio", "training", "tests")):
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                assert hasattr(module, alias.name) or importlib.import_module(f"{node.module}.{alias.name}")
