"""Write ``events.md`` from the declarations in `inpaint_studio.protocol`: ``python docs/make_events.py``."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from inpaint_studio.protocol.events import COMMANDS, EVENTS, Scores

FILE = Path(__file__).with_name("events.md")

_HEAD = """\
<!-- Written by docs/make_events.py from inpaint_studio/protocol/events.py; edit that file. -->
# What a training reports, and the commands it takes

`inpaint-studio train MODEL --photos DIR --events` prints one JSON object a line on stdout. The key `event` names the
event; the other keys are its fields, in the tables below. The same lines are in `events.jsonl` of the run folder. New
events and new fields may be added; a reader ignores what it does not know. The lines are ASCII. A byte of a file's name
that is not UTF-8 is written as `\\xNN`, with its two hexadecimal digits; this holds for every ``--json`` too.

A training has one `started`, then any number of the others, and exactly one of `done`, `stopped` and `failed` as its
last event. A training that cannot begin reports only `failed` and exits with status 2. With `--estimate` it reports
`estimate` (or `stopped`, or `failed`) instead and keeps nothing.
"""
_SCORES = """\
## Scores

{about} Both keys are always there.

"""
_COMMANDS = """\
## Commands

Write one command a line to the training's stdin, or append it to the file `commands` in its run folder.

| Command | What it does |
|---|---|
"""


def make() -> str:
    """Return the text of ``events.md``."""
    parts = [_HEAD]
    for name, event in EVENTS.items():
        parts.append(f"## `{name}`\n\n{_about(event)}\n\n{_table(event)}")
    parts.append(_SCORES.format(about=_about(Scores)) + _table(Scores))
    commands = "".join(f"| `{name}` | {text} |\n" for name, text in COMMANDS.items())
    parts.append(_COMMANDS + commands)
    return "\n".join(parts)


def _about(declared: type) -> str:
    return inspect.getdoc(declared) or ""


def _table(declared: Any) -> str:
    hints = get_type_hints(declared, include_extras=True)
    rows = []
    for field in fields(declared):
        kind, meaning = get_args(hints[field.name])
        meaning = f"{meaning[0].upper()}{meaning[1:]}."
        rows.append(f"| `{field.name}` | {_describe(kind)} | {meaning} |\n")
    return "| Field | Type | Meaning |\n|---|---|---|\n" + "".join(rows)


def _describe(kind: Any) -> str:
    """The JSON type of a field."""
    if get_origin(kind) is dict:
        return "object of numbers"
    if get_origin(kind) is tuple:
        return "list of objects"
    if NoneType in get_args(kind):
        return f"{_describe(get_args(kind)[0])} or null"
    if is_dataclass(kind):
        return "[scores](#scores)"
    return {str: "text", Path: "path", int: "whole number", float: "number"}[kind]


if __name__ == "__main__":
    text = make()
    assert not re.search(r"[^\x00-\x7f]", text)
    FILE.write_text(text, encoding="utf-8", newline="\n")
