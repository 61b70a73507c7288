"""``classes.toml`` in a folder of label maps: the names of the classes, class 1 first, and their colours.

names = ["sky", "grass", "stone"]
colours = ["#78aae6", "#3c8c3c", "#969696"]   # may be left out
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.class_colours import class_colours
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import MOST_CLASSES, are_classes
from inpaint_studio.protocol.run_folder import open_regular
from inpaint_studio.texts import mark, tr

FILE = "classes.toml"
_LARGEST = 1 << 18  # bytes; 255 names of 40 characters take a tenth of it
_COLOUR = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_EXAMPLE = mark('write names = ["sky", "grass"], class 1 first')


def read_class_list(folder: Path) -> tuple[LabelClass, ...]:
    """Return the classes that ``classes.toml`` in `folder` lists; none where there is no such file.

    Raises InputError with a sentence that names the file, where it is broken or has no names.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    values = _load(path)
    names = values.get("names")
    if not isinstance(names, list) or not names:
        raise InputError(tr("{path} has no names of classes; {example}.", path=path, example=tr(_EXAMPLE)))
    if len(names) > MOST_CLASSES:
        raise InputError(
            tr(
                "{path} names {count} classes; a label map has at most {most_classes}.",
                path=path,
                count=len(names),
                most_classes=MOST_CLASSES,
            )
        )
    colours = _read_colours(path, values.get("colours"), len(names))
    classes: list[LabelClass] = []
    for name, colour in zip(names, colours, strict=True):
        each = LabelClass(name.strip() if isinstance(name, str) else "", colour)
        if not are_classes((each,)):
            raise InputError(
                tr(
                    "{path} has a name of a class that is no text of 1 to 40 characters; {example}.",
                    path=path,
                    example=tr(_EXAMPLE),
                )
            )
        if any(other.name.casefold() == each.name.casefold() for other in classes):
            raise InputError(
                tr(
                    "{path} names the class '{name}' twice; give each class a name of its own.",
                    path=path,
                    name=each.name,
                )
            )
        classes.append(each)
    return tuple(classes)


def _load(path: Path) -> dict[str, Any]:
    try:
        with open_regular(path) as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(
            tr("{path} cannot be read: {reason}.", path=path, reason=(error.strerror or str(error)).lower())
        ) from error
    try:
        if len(data) > _LARGEST:
            raise ValueError("it is too large")
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = tr("it is nested too deeply") if isinstance(error, RecursionError) else str(error)[:80].rstrip(".")
        raise InputError(tr("{path} is no TOML file that can be used: {reason}.", path=path, reason=reason)) from error


def _read_colours(path: Path, values: Any, count: int) -> Sequence[tuple[int, int, int]]:
    """Return `count` colours; the program's own where the file has none."""
    if values is None:
        return class_colours(count)
    if not isinstance(values, list) or len(values) != count:
        raise InputError(
            tr(
                "{path} has {count} names and needs as many colours, or no list 'colours' at all.",
                path=path,
                count=count,
            )
        )
    return [_read_colour(path, value) for value in values]


def _read_colour(path: Path, value: Any) -> tuple[int, int, int]:
    found = _COLOUR.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        red, green, blue = (int(part, 16) for part in found.groups())
        return red, green, blue
    if isinstance(value, list) and len(value) == 3 and all(type(part) is int and 0 <= part <= 255 for part in value):
        return value[0], value[1], value[2]
    raise InputError(
        tr(
            "{path} has a colour that is not one: {value}; write '#78aae6' or [120, 170, 230].",
            path=path,
            value=str(value)[:40],
        )
    )
