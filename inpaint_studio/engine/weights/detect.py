"""Which system a stranger's tensors belong to, told by their keys and shapes alone."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product
from typing import TYPE_CHECKING, Any, NamedTuple

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.network_model import System

if TYPE_CHECKING:
    from torch import Tensor

_DEEPEST = 6  # names that may stand before a state dictionary's own keys
_PREFIXES = 200  # tried in one file, those with the most keys first
_COMBINATIONS = 100  # of files that may be the parts of one dialect
_LARGEST = 1 << 16  # of a whole number in a configuration: more channels or blocks than that has no network
_ELEMENTS = 1 << 30  # in all tensors of a set; the largest published one holds 71 million
_NOT_THIS = (LookupError, ValueError, ArithmeticError, RuntimeError, TypeError)  # what a foreign file leads to


class Detection(NamedTuple):
    """What a set of files is: `parts` holds the tensors of each part by its name, prefix removed, float32."""

    system: System
    dialect: Dialect
    parts: dict[str, Tensors]
    config: Config
    unused: tuple[str, ...] = ()  # names of the files that no part came from


class _Place(NamedTuple):
    """The keys of one file that stand below one prefix, with their shapes."""

    file: str
    prefix: str
    shapes: dict[str, tuple[int, ...]]


class _Fit(NamedTuple):
    """How one part compares with one place."""

    system: System
    dialect: Dialect
    part: CheckpointPart
    place: _Place
    config: Config
    expected: dict[str, tuple[int, ...]]
    wrong: list[str]  # keys that are missing, of another shape, or too many

    @property
    def share(self) -> float:
        return self.matching / max(1, len(self.expected))

    @property
    def matching(self) -> int:
        return sum(self.place.shapes.get(key) == shape for key, shape in self.expected.items())


def detect(files: Mapping[str, Tensors], systems: Iterable[System]) -> Detection:
    """The system and dialect to which all parts are among `files` (name -> tensors by key).

    Of several that fit, the one that explains the most tensors is taken. Raises WeightsError: nothing fits, with what
    it looked most like; or a further file is needed; or the tensors cannot be weights.
    """
    systems = list(systems)
    _check(files)
    places = [place for name, tensors in files.items() for place in _places(name, tensors)]
    whole: list[tuple[_Fit, ...]] = []
    some: list[tuple[_Fit, ...]] = []
    for system, dialect in _dialects(systems):
        fits = [[fit for fit in _fits(system, dialect, part, places) if not fit.wrong] for part in dialect.parts]
        if all(fits):
            whole += _agreeing(fits)
        some.append(tuple(chain.from_iterable(fits)))
    if whole:
        return _detection(files, max(whole, key=_explained))
    if any(some):
        raise WeightsError(_incomplete(max(some, key=_explained)))
    raise WeightsError(_unlike(files, systems, places))


def _dialects(systems: Iterable[System]) -> Iterator[tuple[System, Dialect]]:
    return ((system, dialect) for system in systems for dialect in system.dialects)


def _explained(fits: Iterable[_Fit]) -> int:
    return sum(len(fit.expected) for fit in fits)


def _check(files: Mapping[str, Tensors]) -> None:
    elements = 0
    for name, tensors in files.items():
        if not tensors:
            raise WeightsError(f"{name} holds no tensors.")
        for tensor in tensors.values():
            elements += tensor.numel()
    if elements > _ELEMENTS:
        raise WeightsError(f"The file holds {elements} numbers, more than any network here; it is not imported.")


def _places(name: str, tensors: Tensors) -> list[_Place]:
    """The file itself and every prefix in it below which there are keys."""
    below: dict[str, dict[str, tuple[int, ...]]] = {"": {}}
    for key, tensor in tensors.items():
        shape = tuple(tensor.shape)
        below[""][key] = shape
        end = -1
        for _ in range(_DEEPEST):
            end = key.find(".", end + 1)
            if end < 0:
                break
            below.setdefault(key[: end + 1], {})[key[end + 1 :]] = shape
    largest = heapq.nlargest(_PREFIXES, below, key=lambda prefix: len(below[prefix]))
    return [_Place(name, prefix, below[prefix]) for prefix in largest]


def _fits(system: System, dialect: Dialect, part: CheckpointPart, places: Iterable[_Place]) -> Iterator[_Fit]:
    """The places that `part` can be configured from, compared with what it then expects."""
    for place in places:
        try:
            config = part.configure(place.shapes)
            if any(absurd(value) for value in config.values()):
                continue
            expected = {key: tuple(shape) for key, shape in part.expected(config).items()}
        except _NOT_THIS:
            continue
        if expected:
            yield _Fit(system, dialect, part, place, config, expected, _wrong(part, expected, place.shapes))


def absurd(value: Any) -> bool:
    """Whether a value of a configuration is so large that no network is built from it."""
    if isinstance(value, list | tuple):
        return any(absurd(each) for each in value)
    return isinstance(value, int) and abs(value) > _LARGEST


def _wrong(part: CheckpointPart, expected: Mapping[str, tuple[int, ...]], shapes: Shapes) -> list[str]:
    """The keys that speak against it, those of another shape first."""
    other = [key for key, shape in expected.items() if key in shapes and shapes[key] != shape]
    missing = [key for key in expected if key not in shapes]
    heads = {_head(key) for key in expected}
    optional = re.compile(part.optional or r"(?!)")
    more = [key for key in shapes if key not in expected and _head(key) in heads and not optional.search(key)]
    return other + missing + more


def _head(key: str) -> str:
    """The first name of a key: what lies beside the network has another."""
    return re.split(r"[./]", key, maxsplit=1)[0]


def _agreeing(fits: list[list[_Fit]]) -> list[tuple[_Fit, ...]]:
    """One fit for each part, from different places and of one configuration."""
    found = []
    for number, chosen in enumerate(product(*fits)):
        if number == _COMBINATIONS:
            break
        distinct = len({(fit.place.file, fit.place.prefix) for fit in chosen}) == len(chosen)
        if distinct and _joined(chosen) is not None:
            found.append(chosen)
    return found


def _joined(fits: Iterable[_Fit]) -> Config | None:
    """The configuration of all parts together, or None where they contradict each other."""
    joined: Config = {}
    for fit in fits:
        if any(key in joined and joined[key] != value for key, value in fit.config.items()):
            return None
        joined |= fit.config
    return joined


def _detection(files: Mapping[str, Tensors], fits: tuple[_Fit, ...]) -> Detection:
    parts: dict[str, Tensors] = {}
    for fit in fits:
        tensors, prefix = files[fit.place.file], fit.place.prefix
        optional = re.compile(fit.part.optional or r"(?!)")
        keys = [key for key in fit.place.shapes if key in fit.expected or optional.search(key)]
        parts[fit.part.name] = {key: _plain(prefix + key, tensors[prefix + key]) for key in keys}
    used = {fit.place.file for fit in fits}
    unused = tuple(name for name in files if name not in used)
    return Detection(fits[0].system, fits[0].dialect, parts, _joined(fits) or {}, unused)


def _plain(key: str, tensor: Tensor) -> Tensor:
    """The tensor as float32 where it holds fractions. Raises WeightsError where it holds nothing, or no numbers."""
    import torch

    if tensor.numel() == 0:
        raise WeightsError(f"The weights are damaged: {key} is empty.")
    if tensor.is_complex() or tensor.is_quantized or tensor.layout != torch.strided:
        raise WeightsError(f"{key} is of a kind that no network here has ({tensor.dtype}); it is not imported.")
    return tensor.detach().to(torch.float32) if tensor.is_floating_point() else tensor.detach()


# What to say


def _incomplete(fits: tuple[_Fit, ...]) -> str:
    """Some parts were found, but not all, or not such that belong together."""
    system, dialect = fits[0].system, fits[0].dialect
    what = f"{system.traits.title} ({dialect.title})"
    found = {fit.part.name: fit.place.file for fit in fits}
    lacking = [part.name for part in dialect.parts if part.name not in found]
    if not lacking:
        return f"The files are {what}, but do not belong together: they come from networks of different make."
    files, parts, needed = (" and ".join(dict.fromkeys(n)) for n in (found.values(), found, lacking))
    return f"{files} is only the {parts} part of {what}; give the file of the {needed} part too, in one go."


def _unlike(files: Mapping[str, Tensors], systems: list[System], places: list[_Place]) -> str:
    """Nothing fits: what is nearest, and where it differs."""
    name = next(iter(files)) if len(files) == 1 else "The set of files"
    near: _Fit | None = None
    for system, dialect in _dialects(systems):
        for part in dialect.parts:
            for fit in chain(_fits(system, dialect, part, places), _papers(system, dialect, part, places)):
                if near is None or (fit.share, fit.matching) > (near.share, near.matching):
                    near = fit
    if near is None or not near.matching:
        keys = ", ".join(sorted(chain.from_iterable(files.values()))[:3])
        return f"{name} belongs to no system that is known here; its keys begin with {keys[:200]}."
    differences = "; ".join(_difference(near, key) for key in near.wrong[:3])
    return (
        f"{name} is not known: it looks most like {near.system.traits.title} ({near.dialect.title}), of whose "
        f"{len(near.expected)} keys {near.matching} fit ({int(100 * near.share)} %), but {differences}."
    )


def _papers(system: System, dialect: Dialect, part: CheckpointPart, places: Iterable[_Place]) -> Iterator[_Fit]:
    """The places compared with the part of the paper's network, where the configuration could not be read."""
    try:
        expected = {key: tuple(shape) for key, shape in part.expected(system.paper).items()}
    except _NOT_THIS:
        return
    for place in places:
        yield _Fit(system, dialect, part, place, system.paper, expected, _wrong(part, expected, place.shapes))


def _difference(fit: _Fit, key: str) -> str:
    shape, expected = fit.place.shapes.get(key), fit.expected.get(key)
    shown = f"{fit.place.prefix}{key}"[:120]
    if shape is None:
        return f"{shown} is missing"
    if expected is None:
        return f"{shown} is not one of them"
    return f"{shown} is {_sides(shape)}, expected {_sides(expected)}"


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"
