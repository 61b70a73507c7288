"""The catalogues hold every sentence of the program, translated, with the same places for values."""

from __future__ import annotations

import ast
import importlib.util
import re
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


def places(text: str) -> set[str]:
    """The placeholders of a sentence, but for the count, which a form for one may spell out."""
    return set(re.findall(r"\{(\w+)[^}]*\}", text)) - {"n"}


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
