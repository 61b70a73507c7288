"""The documents are true: generated pages are up to date, and files and links that they name exist."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
FOLDERS = ("inpaint_studio", "training", "tests", "resources", "packaging", "docs", "examples", "models", "engine")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"`([\w./-]+)`")


def ids(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def missing_files(page: Path) -> list[str]:
    """Paths in backticks that name a file or folder of the project and do not exist."""
    found = []
    for name in _CODE.findall(page.read_text(encoding="utf-8")):
        is_path = name.split("/")[0] in FOLDERS and ("/" in name) and "NAME" not in name
        places = (ROOT / name, ROOT / "inpaint_studio" / name, page.parent / name)
        if is_path and not any(place.exists() for place in places):
            found.append(name)
    return found


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_files_that_are_named_exist(page: Path) -> None:
    assert not missing_files(page)


def test_missing_files_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`engine/no_such_file.py`, `docs/GLOSSARY.md`, `models/NAME.py`, `make test`", encoding="utf-8")
    assert missing_files(page) == ["engine/no_such_file.py"]


def test_the_readme_names_every_benchmark() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [file.stem for file in sorted((ROOT / "tests" / "bench").glob("[a-z]*.py"))]
    assert "object" in names
    assert [name for name in names if f"python -m tests.bench {name} " not in readme] == []


def test_diagrams_are_up_to_date() -> None:
    images = runpy.run_path(str(DOCS / "make_diagrams.py"))["images"]()
    assert len(images) == 2
    assert {file: file.read_text(encoding="utf-8") for file in images} == images, "run: python docs/make_diagrams.py"


def test_the_page_of_networks_is_up_to_date() -> None:
    page = runpy.run_path(str(DOCS / "make_networks.py"))
    assert page["FILE"].read_text(encoding="utf-8") == page["text"](), "run: python docs/make_networks.py"
    assert page["text"]().count("## ") == 12


@pytest.mark.usefixtures("qapp")
def test_the_manual_is_up_to_date() -> None:
    manual = runpy.run_path(str(DOCS / "make_manual.py"))
    assert manual["FILE"].read_text(encoding="utf-8") == manual["text"](), "run: python docs/make_manual.py"
