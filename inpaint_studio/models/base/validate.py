"""Checks of what a model declares and returns: the types and ranges of its traits, its methods, and its fills."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_args

import numpy as np

from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import (
    Accepts,
    Choice,
    Fill,
    LabelClass,
    Origin,
    Plane,
    Provides,
    RankedSources,
    Traits,
    UnitKind,
    Units,
)
from inpaint_studio.texts import Text

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_CLASSES = 255  # a label map has 8 bits, and 0 is no class
_LARGEST_SIDE = 1 << 16  # px; no image of a model is larger
_PLANES = ("edges", "labels", "weight", "places")  # fields of a `Fill` that are H x W
_IMAGES = ("image", "coarse", "output")  # and those in the form of `Traits.values`
# The types of the fields that are no images, as numpy calls them: it is imported after the window is shown.
_TYPES: Mapping[str, str] = {
    "edges": "floating",
    "labels": "uint8",
    "weight": "floating",
    "places": "floating",
    "sources": "signedinteger",
}

Check = Callable[[Any], bool]


class TraitsError(ValueError):
    """A model declares something malformed; the message says which field and what it may be."""


def _text(least: int, most: int) -> tuple[Check, str]:
    def fits(value: Any) -> bool:
        return (
            type(value) in (str, Text)
            and least <= len(value) <= most
            and value.isprintable()
            and value == value.strip()
        )

    return fits, f"text of {least} to {most} characters in one line"


def _whole(least: int, most: int) -> tuple[Check, str]:
    return lambda value: type(value) is int and least <= value <= most, f"a whole number from {least} to {most}"


def _optional(check: tuple[Check, str]) -> tuple[Check, str]:
    fits, description = check
    return lambda value: value is None or fits(value), f"None or {description}"


def _number(least: float, most: float) -> tuple[Check, str]:
    def fits(value: Any) -> bool:
        return type(value) in (int, float) and math.isfinite(value) and least <= value <= most

    return fits, f"a number from {least:g} to {most:g}"


def _one_of(values: tuple[str, ...]) -> tuple[Check, str]:
    return lambda value: type(value) is str and value in values, f"one of {', '.join(map(repr, values))}"


def _some_of(values: tuple[str, ...]) -> tuple[Check, str]:
    def fits(value: Any) -> bool:
        return type(value) is frozenset and all(type(each) is str and each in values for each in value)

    return fits, f"a frozenset of {', '.join(map(repr, values))}"


_is_class_name = _text(1, 40)[0]


def are_classes(value: Any) -> bool:
    """Return whether `value` is a tuple of at most 255 `LabelClass` with names of 1 to 40 characters and colours."""
    return (
        type(value) is tuple
        and len(value) <= MOST_CLASSES
        and all(
            isinstance(each, LabelClass) and _is_class_name(each.name) and _is_colour(each.colour) for each in value
        )
    )


def _is_colour(value: Any) -> bool:
    return type(value) is tuple and len(value) == 3 and all(type(part) is int and 0 <= part <= 255 for part in value)


_FLAG: tuple[Check, str] = (lambda value: type(value) is bool, "True or False")

# The check for each field of `Traits`, and its description.
RULES: Mapping[str, tuple[Check, str]] = {
    "name": (
        lambda value: type(value) is str and len(value) <= 64 and _NAME.fullmatch(value) is not None,
        "at most 64 lower-case letters and digits, words joined by '-'",
    ),
    "title": _text(1, 80),
    "summary": _text(1, 120),
    "paper": _text(0, 500),
    "year": _optional(_whole(1900, 2200)),
    "licence": _text(1, 200),
    "values": _one_of(("bytes", "unit")),
    "trained_at": _optional(_whole(1, _LARGEST_SIDE)),
    "min_side": _whole(1, _LARGEST_SIDE),
    "max_side": _optional(_whole(1, _LARGEST_SIDE)),
    "multiple_of": _whole(1, 1024),
    "fixed_size": _optional(_whole(1, 1 << 12)),
    "centred": _optional(_number(1 / 64, 1)),
    "context": _number(0, 100),
    "accepts": _some_of(get_args(Accepts)),
    "provides": _some_of(get_args(Provides)),
    "classes": (are_classes, "a tuple of at most 255 LabelClass"),
    "heeds": _some_of(get_args(Choice)),
    "origin": _one_of(get_args(Origin)),
    "trainable": _FLAG,
    "needs_weights": _FLAG,
    "redraws": _FLAG,
}


def check_traits(traits: object) -> Traits:
    """Return `traits` as a plain `Traits`. Raises TraitsError for the first field that breaks `RULES`."""
    if not isinstance(traits, Traits):
        raise TraitsError(f"traits is of type {type(traits).__name__}; it must be a Traits")
    values = {field.name: getattr(traits, field.name) for field in fields(Traits)}
    for name, (fits, description) in RULES.items():
        if not fits(values[name]):
            raise TraitsError(f"traits.{name} is {_short(values[name])}; it must be {description}")
    checked = Traits(**values)
    if checked.max_side is not None and checked.max_side < max(checked.min_side, checked.multiple_of):
        raise TraitsError("traits.max_side is below traits.min_side or traits.multiple_of")
    if checked.fixed_size is not None and checked.values == "bytes":
        raise TraitsError("traits.fixed_size needs traits.values to be 'unit'")
    if checked.centred is not None and checked.fixed_size is None:
        raise TraitsError("traits.centred needs traits.fixed_size")
    return checked


def check_methods(model: object) -> None:
    """Check that `model` has `fill` and `warm_up` that can be called as `Model` declares. Raises TraitsError."""
    for name, arguments in (("fill", ("image", "hole", "guide", "options", "ticket")), ("warm_up", ("ticket",))):
        method = getattr(model, name, None)
        if not callable(method):
            raise TraitsError(f"it has no method {name}({', '.join(arguments)})")
        if inspect.iscoroutinefunction(method) or inspect.isgeneratorfunction(method):
            raise TraitsError(f"{name} must be a plain function, not a coroutine or a generator")
        try:
            signature = inspect.signature(method)
        except (TypeError, ValueError):  # compiled code without one
            continue
        try:
            signature.bind(*arguments)
        except TypeError:
            raise TraitsError(
                f"{name}{signature} cannot be called as {name}({', '.join(arguments)}), without self"
            ) from None


def check_fill(fill: object, traits: Traits, shape: tuple[int, ...], hole: Plane | None = None) -> None:
    """Check that `fill`, the result for an image of `shape`, is as the interface requires. Raises StudioError.

    Checks the kind, shape and type of every array, and that there are no NaN or infinities; where `hole` (H x W) is
    given, also that the output is finite within it and that its pixels' sources lie within the image.
    """
    fault = _fault_of(fill, traits.values, shape, hole)
    if fault:
        raise StudioError(
            f"{traits.title} gave an answer that cannot be used ({fault}); choose another model, and report this "
            "to its authors."
        )


def _fault_of(fill: object, values: str, shape: tuple[int, ...], hole: Plane | None) -> str:
    """Describe what is wrong with the fill; "" if nothing is."""
    if not isinstance(fill, Fill):
        return f"a {type(fill).__name__} instead of a Fill"
    plane = shape[:2] if values == "bytes" else shape[1:]
    kind: type[np.generic] = np.uint8 if values == "bytes" else np.floating
    for name in (*_IMAGES, *_PLANES, "sources"):
        array = getattr(fill, name)
        if array is None and name != "image":
            continue
        if not isinstance(array, np.ndarray):
            return f"{name} is a {type(array).__name__} instead of an array"
        expected = shape if name in _IMAGES else plane if name in _PLANES else (2, *plane)
        if array.shape != expected:
            return f"{name} has the shape {array.shape} instead of {expected}"
        own: type[np.generic] = kind if name in _IMAGES else getattr(np, _TYPES[name])
        if not np.issubdtype(array.dtype, own):
            return f"{name} is of type {array.dtype} instead of {own.__name__}"
        if np.issubdtype(array.dtype, np.floating):
            # Far from the hole a network may leave values uncomputed, so they are not checked.
            computed = array if name != "output" else array[..., hole] if hole is not None else np.zeros(0)
            if not np.isfinite(computed).all():
                return f"{name} has values that are not finite"
    if not (fill.units is None or _are_units(fill.units)):
        return "units are not a Units with finite weights in one row"
    if not (type(fill.notes) is tuple and all(type(note) in (str, Text) for note in fill.notes)):
        return "notes are not a tuple of texts"
    if fill.sources is not None and hole is not None and not _within(fill.sources, hole):
        return "sources lie outside the image"
    return "" if fill.ranked is None else _fault_of_ranked(fill.ranked, plane)


def _fault_of_ranked(ranked: object, plane: tuple[int, ...]) -> str:
    """Describe what is wrong with several sources of the cells of an image of height and width `plane`."""
    if not isinstance(ranked, RankedSources):
        return f"ranked is a {type(ranked).__name__} instead of RankedSources"
    arrays = (ranked.offsets, np.signedinteger, 4), (ranked.weights, np.floating, 3)
    if not all(isinstance(array, np.ndarray) and array.ndim == n for array, _, n in arrays):
        return "ranked holds no arrays of k x 2 x h x w and k x h x w"
    if not all(np.issubdtype(array.dtype, kind) for array, kind, _ in arrays):
        return "ranked holds numbers of the wrong type"
    count, *cells = ranked.weights.shape
    if not count or ranked.offsets.shape != (count, 2, *cells):
        return f"ranked has offsets of the shape {ranked.offsets.shape} and weights of {ranked.weights.shape}"
    if not all(math.isfinite(size) and size > 0 for size in ranked.cell):
        return "ranked has cells without a size"
    if any(side > size * number for side, size, number in zip(plane, ranked.cell, cells, strict=True)):
        return "ranked does not cover the image"
    return "" if np.isfinite(ranked.weights).all() else "ranked has weights that are not finite"


def _are_units(units: object) -> bool:
    if (
        not isinstance(units, Units)
        or units.kind not in get_args(UnitKind)
        or not isinstance(units.weights, np.ndarray)
    ):
        return False
    weights = units.weights
    return weights.ndim == 1 and bool(np.issubdtype(weights.dtype, np.floating) and np.isfinite(weights).all())


def _within(sources: Any, hole: Plane) -> bool:
    """Whether the sources (2 x H x W offsets) of all pixels of the hole lie within the image."""
    for offsets, places, size in zip(sources, np.nonzero(hole), hole.shape, strict=True):
        reached = offsets[hole].astype(np.int64) + places
        if reached.size and not (reached.min() >= 0 and reached.max() < size):
            return False
    return True


def _short(value: object) -> str:
    try:
        text = repr(value)
    except BaseException:  # a plug-in's own class
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:59] + "…"
