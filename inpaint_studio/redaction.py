"""What logs and reports may say: where in the program, never with which files.

Names of photos, of folders and of the user stand in the messages of errors and in the paths of code. So of an error
only its type, its place in the code and, where the program words it itself, the sentence without its values are kept.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from inpaint_studio.errors import StudioError

_PROGRAM = Path(__file__).resolve().parent.parent
_PYTHON = Path(os.__file__).resolve().parent
_OWN = ("inpaint_studio", "training")
_OTHER = "(other code)"
_LINE = re.compile(  # the lines of a dump of faulthandler that are kept
    r"(Fatal Python error|Windows fatal exception|Current thread|Thread 0x|Stack \(most|  File |  Binary file |  <"
    r"|  \.\.\.|Extension modules|Garbage-collecting|  Garbage-collecting)"
)
_FILE = re.compile(r'([Ff]ile) "([^"\n]*)"?')
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|“[^”\n]*”|‘[^’\n]*’|`[^`\n]*`")
_PATH = re.compile(r"\S*[/\\].*|\S*\.\w{1,10}(?=[\s,;:)]|$).*")  # to the end of the line: names may have spaces


def shorten_path(path: str) -> str:
    """Return where code lies, within the program, a package or Python; nothing about folders of the user."""
    if re.fullmatch(r"<[\w .]+>", path):  # code without a file
        return path
    parts = re.split(r"[\\/]+", path)
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            place = len(parts) - parts[::-1].index(folder)
            return "/".join(parts[place:])
    if getattr(sys, "frozen", False) and not Path(path).is_absolute():
        return "/".join(parts)  # a packed program knows no folders
    for root, name in ((_PROGRAM, ""), (_PYTHON, "python/")):
        if Path(path).is_relative_to(root):
            inside = Path(path).relative_to(root).as_posix()
            if name or inside.startswith(_OWN):
                return name + inside
    return _OTHER


def redact(text: str) -> str:
    """Return a message of a library without what stands in quotes, looks like a path or follows one in its line."""
    return "\n".join(_PATH.sub("…", _QUOTED.sub("…", line)) for line in text.splitlines())


def name_error(error: BaseException) -> str:
    """Name an error on one line: its type, and what is known of its reason without a message."""
    name = type(error).__name__
    if isinstance(error, StudioError):
        return f"{name}: {error.code}"
    if isinstance(error, OSError) and error.errno:
        return f"{name}: {errno.errorcode.get(error.errno, error.errno)}"
    if isinstance(error, AttributeError | NameError | ImportError) and re.fullmatch(r"[\w.]+", error.name or ""):
        return f"{name}: {error.name}"
    return name


def describe_error(error: BaseException) -> str:
    """Describe an error and those that led to it, each with its place in the code."""
    parts, seen = [], set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        parts.append("\n".join([*_frames(each.__traceback__), name_error(each)]))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n\nled to:\n\n".join(reversed(parts))


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"  {shorten_path(code.co_filename)}:{traceback.tb_lineno} in {code.co_name}"
        traceback = traceback.tb_next


def describe_threads() -> str:
    """Describe where every thread of the process is now, the calling one first."""
    import threading

    here, main = threading.get_ident(), threading.main_thread().ident
    stacks = sys._current_frames()
    lines = []
    for number in sorted(stacks, key=lambda number: number != here):
        lines.append(f"{'main thread' if number == main else 'thread'}{' (this one)' if number == here else ''}:")
        frame = stacks[number]
        while frame is not None:
            code = frame.f_code
            lines.append(f"  {shorten_path(code.co_filename)}:{frame.f_lineno} in {code.co_name}")
            frame = frame.f_back  # type: ignore[assignment]
    return "\n".join(lines)


def shorten_dump(text: str) -> str:
    """Return what faulthandler has written about a crash, with short paths, and without any other lines."""
    kept = [line for line in text.splitlines() if _LINE.match(line)]
    return "\n".join(_FILE.sub(_short_file, line) for line in kept)


def _short_file(found: re.Match[str]) -> str:
    word, path = found.groups()
    short = shorten_path(path)
    if short == _OTHER and re.search(r"\.(so|dylib|dll)(\.[\d.]+)?$", path):
        short = re.split(r"[\\/]", path)[-1]  # a library of the system: drivers are known by their name
    return f'{word} "{short}"'
