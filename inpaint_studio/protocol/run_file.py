"""``run.toml``: everything a training was started with, from which the same training can be started again.

It is written into the run folder before the first step. ``train --config-file run.toml`` reads it; every other option
of the command comes on top. What is read is hostile until checked: bounded, and never a pipe.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from inpaint_studio import atomic
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import open_regular
from inpaint_studio.texts import mark, tr

FORMAT = 1  # version of the file; a higher one is from a newer program
TABLES = ("config", "settings")  # fields of the request that are tables here, NAME=VALUE on the command line
ABOUT = "about"  # facts that are only for the reader, such as versions
_HEAD = "# A training of Inpaint Studio. Start it again with: inpaint-studio train --config-file run.toml -o FOLDER\n"
_LARGEST = 1 << 18  # bytes; such a file has about two thousand
_DEEPEST = 4  # tables within each other
_FORMAT_KEY = "format"

Fields = Mapping[str, type]  # of the request: the type of each by its name; tuple: several texts


def write(path: Path, values: Mapping[str, Any], about: Mapping[str, str]) -> None:
    """Write the fields of a request, at once or not at all; None and empty ones are left out. Raises OSError.

    The fields in `TABLES` are mappings of names to plain values.
    """
    plain: dict[str, Any] = {_FORMAT_KEY: FORMAT}
    for name, value in values.items():
        if value is not None and value != () and name not in TABLES:
            plain[name] = str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
    plain |= {name: dict(values[name]) for name in TABLES if values.get(name)}
    atomic.write(path, _HEAD + "\n" + tomli_w.dumps(plain | {ABOUT: dict(about)}))


def read(path: Path, fields: Fields) -> dict[str, Any]:
    """Read the fields of a request; relative paths in it start from the folder of the file.

    Raises InputError with a sentence that names the file.
    """
    found = _load(path)
    version = found.pop(_FORMAT_KEY, None)
    if type(version) is not int or version < 1:
        raise InputError(
            tr(
                "{path} is no file of a training: it has no line '{format_key} = {format}'.",
                path=path,
                format_key=_FORMAT_KEY,
                format=FORMAT,
            )
        )
    if version > FORMAT:
        raise InputError(tr("{path} was written by a newer Inpaint Studio; update the program to use it.", path=path))
    found.pop(ABOUT, None)
    values: dict[str, Any] = {}
    for name, value in found.items():
        if name not in fields:
            raise InputError(tr("{path} has a line that is not known here: '{short}'.", path=path, short=_short(name)))
        read_value = _read_table if name in TABLES else _read_field
        values[name] = read_value(path, name, value, fields[name])
    return values


def _load(path: Path) -> dict[str, Any]:
    try:
        with open_regular(path) as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise InputError(tr("There is no file {path}; check the name.", path=path)) from error
    except OSError as error:
        raise InputError(
            tr("{path} cannot be read: {reason}.", path=path, reason=(error.strerror or str(error)).lower())
        ) from error
    if len(data) > _LARGEST:
        raise InputError(tr("{path} is too large to be the file of a training.", path=path))
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = tr("it is nested too deeply") if isinstance(error, RecursionError) else _short(str(error))
        raise InputError(tr("{path} is no TOML file that can be used: {reason}.", path=path, reason=reason)) from error


def _read_field(path: Path, name: str, value: Any, kind: type) -> Any:
    if kind is tuple and isinstance(value, list) and all(_is_text(each) for each in value):
        return tuple(value)
    if kind is Path and _is_text(value) and value:
        return path.absolute().parent / value
    if kind is float and type(value) in (int, float):
        return _to_float(path, name, value)
    is_fit = _is_text(value) if kind is str else type(value) is kind
    if not is_fit or kind in (tuple, Path):
        raise InputError(
            tr(
                "In {path}, '{name}' must be {kinds}, not {short}.",
                path=path,
                name=name,
                kinds=tr(_KINDS[kind]),
                short=_short(str(value)),
            )
        )
    return value


def _to_float(path: Path, name: str, value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InputError(tr("In {path}, '{name}' is too large.", path=path, name=name)) from None


def _read_table(path: Path, name: str, table: Any, _kind: type) -> tuple[str, ...]:
    """Return a table as NAME=VALUE texts."""
    if not isinstance(table, dict):
        raise InputError(tr("In {path}, '{name}' must be a table, [{name}].", path=path, name=name))
    return tuple(f"{key}={_to_text(path, f'{name}.{key}', value)}" for key, value in _join(table, "", _DEEPEST))


def _join(table: Mapping[str, Any], prefix: str, deepest: int) -> Iterator[tuple[str, Any]]:
    """Yield the values of a table and of the tables in it; their names are joined with dots."""
    for key, value in table.items():
        if isinstance(value, dict) and deepest:
            yield from _join(value, f"{prefix}{key}.", deepest - 1)
        else:
            yield f"{prefix}{key}", value


def _to_text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(type(each) is int for each in value):
        return ",".join(_to_text(path, name, each) for each in value)
    if type(value) is int and abs(value) < 1 << 63:
        return str(value)
    if (type(value) is float and math.isfinite(value)) or _is_text(value):
        return str(value)
    raise InputError(tr("In {path}, '{short}' must be a text, a number, true or false.", path=path, short=_short(name)))


def _is_text(value: Any) -> bool:
    return type(value) is str and "\0" not in value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


_KINDS = {
    str: mark("a text"),
    Path: mark("a path, as text"),
    int: mark("a whole number"),
    float: mark("a number"),
    bool: mark("true or false"),
    tuple: mark("a list of texts"),
}
