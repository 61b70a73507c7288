"""Entry points of installed distributions, read so that no malformed or hostile one can stop the program.

A distribution with broken metadata is skipped with a reason, and whatever the code of a plug-in raises becomes one line
of text. Imports no torch.
"""

from __future__ import annotations

import contextlib
import io
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, distributions
from importlib.util import find_spec
from typing import NamedTuple, TypeVar

from inpaint_studio.errors import Interrupted
from inpaint_studio.texts import tr

T = TypeVar("T")

MODELS = "inpaint_studio.models"
RECIPES = "inpaint_studio.recipes"
_LONGEST = 200  # characters of a reason or a name that are shown


class PluginError(Exception):
    """A plug-in cannot be used; ``str(error)`` is the reason in one line."""


class PluginEntry(NamedTuple):
    """An entry point: its name in one line, and the object that loads it (None: the metadata is damaged)."""

    name: str
    point: EntryPoint | None
    reason: str = ""


def entries(group: str) -> list[PluginEntry]:
    """List the entry points of `group` by name; of a distribution found twice, the first on `sys.path` counts."""
    found: list[PluginEntry] = []
    seen: set[str] = set()
    for distribution in distributions():
        label = "unknown"
        try:
            label = str(distribution.name or label)
            if label.lower() in seen:
                continue
            seen.add(label.lower())
            found += [
                PluginEntry(one_line(point.name), point) for point in distribution.entry_points.select(group=group)
            ]
        except Exception as error:  # metadata is a file that anything may have written
            with contextlib.suppress(Exception):
                if group in (distribution.read_text("entry_points.txt") or ""):
                    found.append(
                        PluginEntry(
                            one_line(label),
                            None,
                            tr("its entry_points.txt is damaged ({reason})", reason=reason(error)),
                        )
                    )
    return sorted(found, key=lambda entry: entry.name)


def load(entry: PluginEntry) -> object:
    """Import what the entry point names. Raises PluginError, whatever the plug-in raises."""
    point = entry.point
    if point is None:
        raise PluginError(entry.reason)
    return call_safely(point.load)


def call_safely(call: Callable[[], T]) -> T:
    """Return `call()` of a plug-in's code. Every exception becomes a PluginError; what it prints goes to stderr.

    Also SystemExit and the like, which would end the program; only Ctrl+C passes. A process that the plug-in forked
    ends here: it would run the program a second time.
    """
    process = os.getpid()
    try:
        with redirect_stdout():
            return call()
    except PluginError:
        raise
    except BaseException as error:
        if is_interrupt(error):
            raise
        raise PluginError(reason(error)) from error
    finally:
        if os.getpid() != process:
            os._exit(0)


def redirect_stdout() -> contextlib.AbstractContextManager[object]:
    """Send what is printed inside to standard error: standard output may be JSON."""
    return contextlib.redirect_stdout(sys.stderr or io.StringIO())


def is_interrupt(error: BaseException) -> bool:
    """Whether the error comes from the user's Ctrl+C; a plug-in may raise KeyboardInterrupt by itself."""
    if isinstance(error, Interrupted):
        return True
    in_main_thread = threading.current_thread() is threading.main_thread()
    by_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # the caller is another program
    return isinstance(error, KeyboardInterrupt) and in_main_thread and by_default


def reason(error: BaseException) -> str:
    """Describe an exception in one line of limited length."""
    try:
        text = str(error)
    except BaseException:  # the exception is a plug-in's own class
        text = ""
    kind = type(error).__name__
    return one_line(f"{kind}: {text}" if text.strip() else kind)


def one_line(text: str) -> str:
    """Convert `text` to one printable line of at most 200 characters."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * _LONGEST])
    shown = " ".join(shown.split())
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


@cache
def recipe_names() -> frozenset[str]:
    """List the systems with a recipe in this program or in a plug-in, which can be trained. Imports no recipe."""
    return frozenset(builtin_recipes()) | {entry.name for entry in entries(RECIPES) if entry.point is not None}


def builtin_recipes() -> Iterator[str]:
    """List the systems that have a file in `training.recipes`, by the files' names."""
    package = find_spec("training")
    for folder in (package and package.submodule_search_locations) or ():
        for module in pkgutil.iter_modules([f"{folder}/recipes"]):
            if not module.name.startswith("_"):
                yield module.name.replace("_", "-")
