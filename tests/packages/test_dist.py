"""What the wheel and the source archive hold. They are made as ``make dist`` makes them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from inpaint_studio import __version__

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


def test_the_wheel_has_all_resources_and_nothing_else(made: Path) -> None:
    (wheel,) = made.glob("*.whl")
    assert wheel.name == f"inpaint_studio-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        head = Parser().parsestr(archive.read(f"inpaint_studio-{__version__}.dist-info/METADATA").decode())
    assert {name.split("/")[0] for name in names} == {
        "inpaint_studio",
        "training",
        f"inpaint_studio-{__version__}.dist-info",
    }
    for folder in ("flow_page", "icons", "report", "samples", "translations", "weights"):
        kept = {path.name for path in (ROOT / "resources" / folder).iterdir() if path.name[0] not in "._"}
        assert kept <= {name.split("/")[3] for name in names if name.startswith(f"inpaint_studio/resources/{folder}/")}
    assert {"inpaint_studio/py.typed", "inpaint_studio/resources/weights.toml"} <= names
    assert f"inpaint_studio-{__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name or "screenshots" in name]
    assert head["Version"] == __version__
    assert head["Description-Content-Type"] == "text/markdown"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(head.get_all("Requires-Dist") or ()) >= len(project["dependencies"])


def test_the_source_archive_can_be_built_and_tested(made: Path) -> None:
    (archive,) = made.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    needed = ("pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "tests/conftest.py")
    assert set(needed) <= names
    assert {"packaging/build.py", "packaging/kernel_signatures.toml", "resources/weights.toml"} <= names
    tops = {name.split("/")[0] for name in names}
    assert not tops & {".venv", "build", "dist", "out", ".git", ".mypy_cache", ".ruff_cache", ".hypothesis"}
    assert not [name for name in names if "__pycache__" in name]


def test_both_are_the_same_each_time(made: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True
    )
    (first,), (second,) = made.glob("*.whl"), tmp_path.glob("*.whl")
    assert first.read_bytes() == second.read_bytes()
