"""The catalogues hold every sentence of the program, translated, with the same places for values."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from inpaint_studio import language, qm_file

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_translations", ROOT / "docs" / "make_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()
LANGUAGES = tuple(script.LANGUAGES)
CATALOGUES = {name: qm_file.read(FOLDER / f"{name}.qm") for name in LANGUAGES}


def places(text: str) -> set[tuple[str, str]]:
    """The placeholders of a sentence, but for the count, which a form for one may spell out."""
    return set(re.findall(r"\{(\w+)[^}]*\}|(%(?:\(\w+\))?[sr])", text)) - {("n", "")}


def test_every_language_of_the_setting_has_a_catalogue() -> None:
    assert set(LANGUAGES) == set(language.NAMES)


def test_no_sentence_lacks_in_the_catalogues() -> None:
    """Otherwise: `make translations`, and translate what it names."""
    found = script.collect()
    assert set(found) == set(CATALOGUES["zh_CN"])
    assert {text for text, plural in found.items() if plural} == set(CATALOGUES["en"])


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_sentence_is_translated(name: str) -> None:
    assert not script.untranslated(FOLDER / f"{name}.ts")


@pytest.mark.parametrize("name", LANGUAGES)
def test_translations_keep_the_places_of_values(name: str) -> None:
    wrong = {text: form for text, forms in CATALOGUES[name].items() for form in forms if places(form) != places(text)}
    assert not wrong


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_compiled_catalogues_are_those_of_the_texts(name: str, tmp_path: Path) -> None:
    compiled = tmp_path / f"{name}.qm"
    script.compile_catalogue(FOLDER / f"{name}.ts", compiled)
    assert qm_file.read(compiled) == CATALOGUES[name]


def test_sentences_are_found_where_they_are_marked() -> None:
    code = (
        'a = mark("Open")\nb = tr("{n} photos", 3)\nc = tr("Yes" if a else "No")\nd = tr(a)\ne = tr("A " "b.", x=1)\n'
    )
    found = set(script.sentences(ast.parse(code)))
    assert found == {("Open", False), ("{n} photos", True), ("Yes", False), ("No", False), ("A b.", False)}


def test_sentences_of_pages_are_found() -> None:
    page = '<p>{{ tr("Open") }} {{ tr("{n} photos", count) }} {{ tr(column.title) }}{{ tr("{a}.", a=b) }}</p>'
    assert set(script.page_sentences(page)) == {("Open", False), ("{n} photos", True), ("{a}.", False)}


# What shows its arguments to the user: a literal in them must be marked.
SHOWN = {
    "QLabel", "QPushButton", "QAction", "setText", "setToolTip", "setWindowTitle", "setAccessibleName",
    "setAccessibleDescription", "setPlaceholderText", "setStatusTip", "addAction", "addTab", "show_hint",
    "show_message", "result", "working", "NumberField", "Switch", "Section", "SegmentedControl", "NoteEvent", "report",
    "soft_label", "reserved_label", "setLabelText", "setInformativeText", "add_button", "add_choice", "ActionButton",
    "print",
}  # fmt: skip
ERRORS = {
    "InputError", "PhotoError", "NoHole", "NoSource", "UnknownModel", "NoWeights", "WeightsError", "UnusableFile",
    "NotKept", "MissingFeatures",
}  # fmt: skip
KEYWORDS = {"help", "tip", "summary"}
# What developers read: tools of this project, what a plug-in's author is told, and the page of an ablation.
FOR_DEVELOPERS = ("training/release", "training/ablation", "inpaint_studio/testing.py", "models/base/validate.py")
_PROSE = re.compile(r"[A-Za-z]{2,}.* [a-z]{2,}|^ *[A-Z][a-z]{2,}")


def literals(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that an argument may show, but for those that are marked or inside another call."""
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()):
            yield node
        case ast.IfExp(body=body, orelse=other):
            yield from (*literals(body), *literals(other))
        case ast.BinOp(left=left, right=right):
            yield from (*literals(left), *literals(right))
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from literals(part)


def unmarked(tree: ast.AST) -> list[str]:
    """The literals of a file that users would see in English, whatever their language."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            shown = [*node.args] if name in SHOWN | ERRORS else []
            shown += [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS]
            for literal in (each for part in shown for each in literals(part)):
                parts = literal.values if isinstance(literal, ast.JoinedStr) else [literal]
                text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
                if _PROSE.search(text) or (name in ERRORS and re.search(r"[a-z]{3}", text)):
                    found.append(f"{literal.lineno}: {text}")
    return found


def test_no_sentence_is_left_unmarked() -> None:
    files = {path.relative_to(ROOT).as_posix(): path for path in script.sources()}
    assert not {
        name: found
        for name, path in files.items()
        if not any(part in name for part in FOR_DEVELOPERS)
        and (found := unmarked(ast.parse(path.read_text(encoding="utf-8"))))
    }


def test_what_is_not_marked_is_seen() -> None:
    code = 'QLabel("Open a photo")\nQLabel(tr("Open a photo"))\n'
    code += 'QLabel(f"{n} photos left")\nraise InputError("bad " + name)\n'
    code += 'field.setText("Yes" if on else tr("No"))\nparser.add_argument("-x", help="the size")\nQLabel("px")\n'
    assert [each.split(":")[0] for each in unmarked(ast.parse(code))] == ["1", "3", "4", "5", "6"]
