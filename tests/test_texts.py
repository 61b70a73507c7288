"""Sentences are marked where they are written and worded in the chosen language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inpaint_studio import language, texts
from inpaint_studio.texts import Text, mark, reword, tr

CATALOGUE = {"{name} is empty.": "{name} 是空的。", "Open": "打开", "{n} photos": "{n} 张照片"}


def look_up(text: str, n: int | None) -> str:
    if text == "{n} photos" and n == 1:
        return "一张照片"
    return CATALOGUE.get(text, text)


@pytest.fixture
def chinese() -> Iterator[None]:
    texts.use(look_up)
    yield
    language.start()


def test_a_sentence_is_english_by_itself() -> None:
    assert tr("{name} is empty.", name="a.png") == "a.png is empty."


@pytest.mark.usefixtures("chinese")
def test_a_sentence_is_worded_in_the_chosen_language() -> None:
    assert tr("{name} is empty.", name="a.png") == "a.png 是空的。"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("count", "worded"), [(1, "一张照片"), (3, "3 张照片")])
def test_a_count_chooses_the_form(count: int, worded: str) -> None:
    assert tr("{n} photos", count) == worded


@pytest.mark.usefixtures("chinese")
def test_a_marked_text_is_worded_where_it_is_shown() -> None:
    assert tr(mark("Open")) == "打开"


def test_a_sentence_knows_what_it_was_made_of() -> None:
    text = tr("{name} is empty.", name="a.png")
    assert isinstance(text, Text)
    assert (text.code, text.values, text.number) == ("{name} is empty.", {"name": "a.png"}, None)


def test_a_sentence_can_be_worded_again() -> None:
    text, count = tr("{name} is empty.", name="a.png"), tr("{n} photos", 3)
    texts.use(look_up)
    try:
        assert reword(text) == "a.png 是空的。"
        assert reword(count) == "3 张照片"
        assert reword("Typed by the user.") == "Typed by the user."
    finally:
        language.start()


def test_braces_of_a_value_are_not_placeholders() -> None:
    assert tr("{name} is empty.", name="{0}.png") == "{0}.png is empty."
