"""The tower: a floor imports only what is below it. Read from the sources, so that lazy imports count too."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "inpaint_studio"

# What each floor may import of the program. `ground` is what lies below every floor.
GROUND = {
    "atomic",
    "errors",
    "file_lock",
    "filled",
    "jit",
    "lazy",
    "memory_limit",
    "paths",
    "opencv",
    "threads",
    "__init__",
}
GROUND |= {"fault_reports", "fault_watch", "log_file", "redaction", "start_face", "start_reasons"}
GROUND |= {"build_info", "numba_jit", "precompiled", "filled", "texts", "language", "qm_file"}
BELOW = {
    "ground": set(),
    "protocol": set(),
    "exemplar": set(),
    "layers": set(),
    "models": {"layers", "exemplar"},
    "engine": {"protocol", "models", "layers", "exemplar"},
    "testing": {"protocol", "engine", "models", "layers", "exemplar"},
    "session": {"protocol", "engine", "models", "layers", "exemplar"},
    "ui": {"session", "protocol", "engine", "models", "layers", "exemplar"},
    "cli": {"ui", "session", "protocol", "engine", "models", "layers", "exemplar", "training"},
    "training": {"protocol", "engine", "models", "layers", "exemplar"},
}
QT = {"PySide6", "qimage2ndarray", "shiboken6"}
WITHOUT_QT = {"ground", "protocol", "exemplar", "layers", "models", "engine", "training"}
WITHOUT_TORCH = {"ui", "session", "exemplar", "protocol", "ground"}
WITHOUT_WIDGETS = {"session"}


def sources() -> list[Path]:
    return sorted([*PACKAGE.rglob("*.py"), *(ROOT / "training").rglob("*.py")])


def _floor(source: Path) -> str:
    parts = source.relative_to(ROOT).parts
    if parts[0] == "training":
        return "training"
    name = parts[1] if len(parts) > 2 else parts[1].removesuffix(".py")
    if name in GROUND:
        return "ground"
    return "cli" if name in {"cli", "__main__"} else name


def imports(source: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything the file imports, wherever in it."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}:{node.lineno}: imports are absolute in this project"
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _faults(source: Path) -> Iterator[str]:
    floor = _floor(source)
    for line, name in imports(source):
        top, *rest = name.split(".")
        where = f"{source.relative_to(ROOT)}:{line}: {floor} imports {name}"
        if top == "inpaint_studio" and rest:
            other = _floor(PACKAGE / f"{rest[0]}.py") if (PACKAGE / f"{rest[0]}.py").exists() else rest[0]
            if other not in {floor, "ground"} | BELOW[floor] and (PACKAGE / rest[0]).is_dir():
                yield f"{where}: that is above it"
            if other == "cli" and floor != "cli":
                yield f"{where}: nothing stands on the command line"
        if top == "training" and "training" not in {floor} | BELOW[floor]:
            yield f"{where}: training stands beside the tower"
        if top in QT and floor in WITHOUT_QT:
            yield f"{where}: no Qt below session"
        if top in {"torch", "torchvision"} and floor in WITHOUT_TORCH:
            yield f"{where}: torch belongs to models and engine"
        if name.startswith("PySide6.QtWidgets") and floor in WITHOUT_WIDGETS:
            yield f"{where}: no widgets below ui"
        if top == "cv2" and source.name != "opencv.py":
            yield f"{where}: OpenCV comes from inpaint_studio.opencv, which keeps it off Qt's paths"


@pytest.mark.parametrize("source", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_floor_imports_only_what_is_below_it(source: Path) -> None:
    assert not list(_faults(source))


def test_every_folder_of_the_package_is_a_floor() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(BELOW)


def test_faults_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    bad = tmp_path / "inpaint_studio" / "engine" / "bad.py"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "def f():\n    from PySide6.QtCore import QObject\n    from inpaint_studio.ui import x\n    import cv2\n"
    )
    assert len(list(_faults(bad))) == 3


def test_packaging_does_not_hide_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_file_is_a_hall() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in sources()}
    assert not {name: length for name, length in lengths.items() if length > 400}
