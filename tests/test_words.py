"""Names use the words of docs/GLOSSARY.md, and one class name means one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("inpaint_studio", "training", "tests", "examples", "docs", "packaging")
PRODUCT = ("inpaint_studio", "training")
_ROW = re.compile(r"^\|(?P<term>[^|]+)\|[^|]+\|(?P<avoid>[^|]*)\|$", re.MULTILINE)


def avoided() -> set[str]:
    """The words of the glossary's last column that stand in backticks."""
    text = (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    return {word for row in _ROW.finditer(text) for word in re.findall(r"`(\w+)`", row["avoid"])}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parts(name: str) -> set[str]:
    """The words of an identifier: `_on_model_found` and `ModelFound` both hold model and found."""
    return {part.lower() for part in re.split(r"_|(?<=[a-z0-9])(?=[A-Z])", name)}


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of every identifier that the code introduces, and of every keyword it passes."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield line, node.name
            case ast.arg() | ast.keyword() if node.arg:
                yield line, node.arg
            case ast.Name(ctx=ast.Store()):
                yield line, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield line, node.attr
            case ast.alias() if node.asname:
                yield line, node.asname


def faults(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [f"{line}: {name}" for line, name in names(tree) if parts(name) & avoided()]
    return found + [f"file name: {part}" for part in path.relative_to(ROOT).parts if parts(Path(part).stem) & avoided()]


@pytest.mark.parametrize("folder", FOLDERS)
def test_identifiers_use_the_glossary(folder: str) -> None:
    assert not {str(path.relative_to(ROOT)): found for path in sources(folder) if (found := faults(path))}


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in sources(*PRODUCT):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_faults_are_seen() -> None:
    words = avoided()
    assert {"told", "slope", "shelf", "asked"} <= words
    code = "class ToldOff:\n    def f(self, asked_for): self.slopes = [person := 1]\nf(anew=1)\nimport os as crew\n"
    found = {name for _, name in names(ast.parse(code)) if parts(name) & words}
    assert found == {"ToldOff", "asked_for", "slopes", "person", "anew", "crew"}


def test_the_glossary_names_each_term_once() -> None:
    text = (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    terms = [term.strip() for row in _ROW.finditer(text) for term in row["term"].split(",")]
    assert len(terms) == len(set(terms))
    assert not set(terms) & avoided()


_SYNONYMS = {  # a word that no sentence of the program has: the word in its place
    r"remov(e|es|ed|ing)\b": "delete",
    r"return(?= key)|press return": "Enter",
}


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string of several words that is no docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and _has_docstring(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in docs else None
        if isinstance(text, str) and (" " in text.strip() or text.istitle()):
            yield getattr(node, "lineno", 0), text


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def test_sentences_have_one_word_for_one_deed() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}: say '{word}'"
        for path in sources(*PRODUCT)
        for line, text in sentences(ast.parse(path.read_text(encoding="utf-8")))
        for pattern, word in _SYNONYMS.items()
        if re.search(rf"\b({pattern})", text, re.IGNORECASE) and "objects that users remove" not in text
    ]
    assert not found
