"""Label maps in image files: the number of a class at every pixel, with the names and colours of the classes.

A label map is a PNG with a palette whose index is the number of a class, 0 where nothing is known; the names lie in a
text of the file. Greys and palettes without names, as other programs write them, are read as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from inpaint_studio.engine.photo import decoding
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.engine.photo.guides import check_size
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.class_colours import numbered_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.texts import mark, tr

Bytes = NDArray[np.uint8]
Size = tuple[int, int]  # height and width

TEXT = "inpaint-studio:classes"  # keyword of the text with the names, as `format_classes` writes it
_LISTED = 12  # names in a sentence


class LabelMap(NamedTuple):
    """A label map with its classes; `classes[0]` is that of number 1."""

    numbers: Bytes  # H x W, 0 where no class is known
    classes: tuple[LabelClass, ...]  # as many as the largest number, or more
    notes: tuple[str, ...] = ()  # sentences for the user


def read_label_map(source: str | Path | bytes, size: Size | None, name: str = "") -> LabelMap:
    """Read a label map of `size` (height, width; None: any): the index of a palette, or the value of a grey image.

    `source` is a file, or the content of one that sentences call `name`. Raises PhotoError where it cannot be read,
    InputError where it is of another size or coloured, or has numbers above 255.
    """
    path = Path(name if isinstance(source, bytes) else source)
    with decoding.explain_errors(path):
        opened = decoding.open_bytes(source, name) if isinstance(source, bytes) else decoding.open_image(path)
        with opened as image:
            values = _decode(image)
            names = getattr(image, "text", {}).get(TEXT, "")
            palette = image.getpalette("RGB") if image.mode == "P" else None
    if size is not None:
        check_size(values.shape, size, mark("label map"))
    numbers = _to_numbers(values, path.name)
    most = int(numbers.max(initial=0))
    named = _read_names(names)
    if len(named) >= max(1, most):
        return LabelMap(numbers, named)
    note = tr("{name} has no names of classes, so they are numbered.", name=path.name)
    return LabelMap(numbers, _coloured(numbered_classes(most), palette), (note,))


def match_classes(found: LabelMap, known: Sequence[LabelClass], title: str, name: str) -> LabelMap:
    """Return the label map in the numbers of `known`, the classes of the model with this title; none: unchanged.

    Classes are matched by name where the model knows every name that is used, else by number. Raises InputError where
    the map, from the file called `name`, has more classes than the model.
    """
    if not known:
        return found
    used = [int(number) for number in np.unique(found.numbers) if number]
    places = {each.name.casefold(): number for number, each in enumerate(known, 1)}
    names = [found.classes[number - 1].name.casefold() for number in used]
    if all(each in places for each in names):
        table = np.zeros(MOST_CLASSES + 1, np.uint8)
        table[used] = [places[each] for each in names]
        return LabelMap(table[found.numbers], tuple(known), ())
    if used[-1] > len(known):
        raise InputError(
            tr(
                "{name} has class {used}, and {describe}; paint with those alone.",
                name=name,
                used=used[-1],
                describe=_describe(title, known),
            )
        )
    taken = (
        ()
        if found.notes
        else (
            tr("{name} has other names than {title}; its classes were taken by their numbers.", name=name, title=title),
        )
    )
    return LabelMap(found.numbers, tuple(known), (*found.notes, *taken))


def check_labels(labels: Bytes | None, known: Sequence[LabelClass], title: str) -> None:
    """Raise InputError where painted `labels` (H x W) have a class that the model with this title does not know.

    Nothing is checked where nothing was painted, or where the model names no classes.
    """
    most = 0 if labels is None or not known else int(labels.max(initial=0))
    if most > len(known):
        raise InputError(
            tr(
                "Class {most} is painted, and {describe}; paint with those alone.",
                most=most,
                describe=_describe(title, known),
            )
        )


def write_label_map(path: str | Path, numbers: Bytes, classes: Sequence[LabelClass]) -> None:
    """Save numbers of classes (H x W) as a PNG with a palette, and the names of the classes.

    Numbers without a class get one that is called by its number. Raises PhotoError.
    """
    path, most = Path(path), int(numbers.max(initial=0))
    every = (*classes, *numbered_classes(max(most, len(classes)))[len(classes) :])
    image = Image.fromarray(np.ascontiguousarray(numbers)).convert("L")
    image.putpalette([0, 0, 0, *(part for each in every for part in each.colour)])
    text = PngImagePlugin.PngInfo()
    text.add_itxt(TEXT, format_classes(every))
    with open_replacement(path) as file:
        image.save(file, "PNG", pnginfo=text, optimize=False)


def _describe(title: str, known: Sequence[LabelClass]) -> str:
    names = [each.name for each in known[:_LISTED]]
    more = ", ..." if len(known) > _LISTED else ""
    return tr("{title} knows {count} ({names}{more})", title=title, count=len(known), names=", ".join(names), more=more)


def _decode(image: Image.Image) -> NDArray[Any]:
    """Return the values of a grey image or the indices of one with a palette, H x W; of others RGB, H x W x 3."""
    image.load()
    mode = image.mode
    if mode in ("P", "L", "1", "I") or mode.startswith("I;16"):
        return np.array(image)
    return np.array(image)[..., 0] if mode in ("LA", "La") else np.array(image.convert("RGB"))


def _to_numbers(values: NDArray[Any], name: str) -> Bytes:
    if values.ndim == 3:
        if not (values == values[..., :1]).all():
            raise InputError(tr("{name} is coloured; save the label map in greys or with a palette.", name=name))
        values = values[..., 0]
    if int(values.min(initial=0)) < 0 or int(values.max(initial=0)) > MOST_CLASSES:
        raise InputError(
            tr(
                "{name} has numbers above {most_classes}; a label map has at most {most_classes} classes.",
                name=name,
                most_classes=MOST_CLASSES,
            )
        )
    return np.ascontiguousarray(values, np.uint8)


def _read_names(text: str) -> tuple[LabelClass, ...]:
    """Return the classes in the text of a file; none where it is damaged."""
    try:
        return parse_classes(text) if text else ()
    except ValueError:
        return ()


def _coloured(classes: tuple[LabelClass, ...], palette: list[int] | None) -> tuple[LabelClass, ...]:
    """Return `classes` in the colours of a palette (red, green, blue of index 0, 1, ...) as far as it reaches."""
    values = (palette or [])[3:]
    return tuple(
        each._replace(colour=(values[at], values[at + 1], values[at + 2])) if at + 2 < len(values) else each
        for at, each in zip(range(0, 3 * len(classes), 3), classes, strict=True)
    )
