"""The sentences of Python's argparse in the chosen language.

argparse words its own by `gettext`, whose catalogues no Python brings along; so its two functions are replaced. The
tables repeat its sentences, with its places for values, from Python's ``argparse.py``.
"""

from __future__ import annotations

import argparse
from typing import Any

from inpaint_studio.texts import mark, tr

HELP = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("show this help message and exit"),
    mark("show program's version number and exit"),
)
ERRORS = (
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("expected one argument"),
    mark("expected at most one argument"),
    mark("expected at least one argument"),
    mark("invalid %(type)s value: %(value)r"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("not allowed with argument %s"),
    mark("ignored explicit argument %r"),
    mark("unrecognized arguments: %s"),
)


def use() -> None:
    """Let argparse word its sentences by `tr` from now on; one that is not in the tables stays English."""
    module: Any = argparse
    module._ = tr
    module.ngettext = _choose_form


def _choose_form(one: str, several: str, n: int) -> str:
    return tr(one if n == 1 else several)
