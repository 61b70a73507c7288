"""OpenCV and numpy compiled small: kept by versions and options, and whole or not at all."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[1] / "packaging" / "small_libraries.py"


@pytest.fixture
def small() -> ModuleType:
    spec = importlib.util.spec_from_file_location("packaging_small_libraries", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _make(name: str):  # stands for a compiler
    def compile_(_work: Path, made: Path) -> None:
        (made / name).mkdir()
        (made / name / "__init__.py").touch()

    return compile_


@pytest.fixture
def compiling(small: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(small, "_compile_numpy", _make("numpy"))
    monkeypatch.setattr(small, "_compile_opencv", _make("cv2"))
    monkeypatch.setattr(small, "_check", lambda _made: None)
    monkeypatch.setattr(small, "TOOLS", ())
    return small


def test_it_is_compiled_once(compiling: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = compiling.provide(tmp_path / "libraries")
    assert {path.name for path in made.iterdir()} == {"cv2", "numpy"}
    assert [path.name for path in made.parent.iterdir()] == [compiling.key()]
    monkeypatch.setattr(compiling, "_compile_numpy", lambda *_: pytest.fail("compiled again"))
    assert compiling.provide(tmp_path / "libraries") == made


def test_other_options_are_kept_apart(compiling: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiling.key()
    monkeypatch.setattr(compiling, "NUMPY_OPTIONS", ("-Dblas=auto",))
    assert compiling.key() != before


def test_the_versions_are_those_that_are_installed(small: ModuleType) -> None:
    import numpy

    assert small.versions()["numpy"] == numpy.__version__


def test_a_failure_names_the_step_and_leaves_nothing(
    compiling: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_work: Path, _made: Path) -> None:
        compiling._run("OpenCV", [sys.executable, "-c", "import sys; sys.exit('no such header')"])

    monkeypatch.setattr(compiling, "_compile_opencv", fail)
    with pytest.raises(compiling.CompileError, match="Compiling OpenCV failed: no such header"):
        compiling.provide(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_missing_tool_is_named_before_anything_is_compiled(
    compiling: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "TOOLS", ("no-such-cmake",))
    monkeypatch.setattr(compiling, "_compile_numpy", lambda *_: pytest.fail("compiled"))
    with pytest.raises(compiling.CompileError, match="needs no-such-cmake"):
        compiling.provide(tmp_path)


def test_packages_that_do_not_load_are_refused(small: ModuleType, tmp_path: Path) -> None:
    for name in ("cv2", "numpy"):
        _make(name)(tmp_path, tmp_path)
    with pytest.raises(small.CompileError, match="the check"):
        small._check(tmp_path)


def test_the_module_lies_beside_its_loader(small: ModuleType, tmp_path: Path) -> None:
    """The configuration that CMake writes names folders of the machine that compiled; the loader then needs none."""
    package, source = tmp_path / "cv2", tmp_path / "source"
    (package / "python-3").mkdir(parents=True)
    (package / "python-3" / "cv2.abi3.so").write_bytes(b"module")
    (package / "config-3.py").write_text("PYTHON_EXTENSIONS_PATHS = ['/home/builder']")
    (package / "config.py").write_text("BINARIES_PATHS = ['/home/builder']")
    source.mkdir()
    (source / "LICENSE").write_text("free")
    small._lay_out_like_the_wheel(package, source)
    assert {path.name for path in package.iterdir()} == {"cv2.abi3.so", "config.py", "config-3.py", "LICENSE.txt"}
    values: dict[str, object] = {"LOADER_DIR": str(package), "PYTHON_EXTENSIONS_PATHS": []}
    exec((package / "config-3.py").read_text(), values)
    assert values["PYTHON_EXTENSIONS_PATHS"] == [str(package)]
    assert b"builder" not in b"".join(path.read_bytes() for path in package.iterdir())
