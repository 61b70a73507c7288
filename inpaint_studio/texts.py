"""The sentences that people read: marked where they are written, looked up in the chosen language where they are shown.

Light: imports no Qt. English is the language of the source; `use` sets another.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Lookup = Callable[[str, int | None], str]  # the English text and its count -> the text in the chosen language

_lookup: Lookup | None = None


class Text(str):
    """A sentence in the language that was chosen when it was made, with what is needed to word it in another.

    `code` is the English text with its placeholders, by which catalogues find it. `values` fill the placeholders, and
    `number` chose the form of the plural.
    """

    code: str
    values: dict[str, Any]
    number: int | None

    def __new__(cls, worded: str, code: str, values: dict[str, Any], number: int | None) -> Text:
        """`worded` is the sentence itself."""
        text = super().__new__(cls, worded)
        text.code, text.values, text.number = code, values, number
        return text

    def __getnewargs__(self) -> tuple[str, str, dict[str, Any], int | None]:  # type: ignore[override]
        """Return the arguments with which another process makes the same text; pickle calls it."""
        return str(self), self.code, self.values, self.number


def tr(text: str, /, n: int | None = None, **values: Any) -> str:
    """Word `text` in the chosen language as a `Text`, with `values` in the places of its ``{names}``.

    `text` is a literal, so that catalogues find it, or was marked by `mark`; what `tr` made stays as it is. `n`, where
    it is given, chooses the form of the plural and stands for ``{n}``.
    """
    if isinstance(text, Text) and n is None and not values:
        return text  # it is worded already
    filled = values if n is None else {"n": n, **values}
    worded = _lookup(text, n) if _lookup is not None else text
    return Text(worded.format_map(filled) if filled else worded, text, filled, n)


def mark(text: str) -> str:
    """Return `text` as it is: it stands in a table, and `tr` words it where it is shown."""
    return text


def name_all(names: Sequence[str]) -> str:
    """Name several things in a row: "the hole, the labels and the lines"; "" for none."""
    *first, last = names or [""]
    return tr("{first} and {last}", first=_join(first), last=last) if first else last


def name_either(names: Sequence[str]) -> str:
    """Name several things of which one is meant: "brush, lasso or wand"; "" for none."""
    *first, last = names or [""]
    return tr("{first} or {last}", first=_join(first), last=last) if first else last


def _join(names: Sequence[str]) -> str:
    return functools.reduce(lambda first, following: tr("{first}, {next}", first=first, next=following), names)


def join_facts(facts: Iterable[str]) -> str:
    """Join short facts about one thing by commas; empty ones are left out."""
    return tr(", ").join(filter(None, facts))


def reword(text: str) -> str:
    """Word a sentence again, in the language that is chosen now; a text that was not made by `tr` stays as it is."""
    if not isinstance(text, Text):
        return text
    return tr(text.code, text.number, **{name: value for name, value in text.values.items() if name != "n"})


def use(lookup: Lookup | None) -> None:
    """Look sentences up by `lookup` from now on; None: they stay English."""
    global _lookup
    _lookup = lookup
