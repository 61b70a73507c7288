"""Detect which system and dialect unknown tensors belong to, by their keys and shapes alone."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.network_model import System
from inpaint_studio.texts import name_all, tr

if TYPE_CHECKING:
    from torch import Tensor

_MAX_PREFIX = 6  # names before a state dictionary's own keys
_MAX_PREFIXES = 200  # that are tried in one file, those with the most keys first
_MAX_COMBINATIONS = 100  # of places that are tried as the parts of one dialect
_MAX_ELEMENTS = 1 << 30  # in all tensors of a set; the largest published one has 71 million
_MISFIT = (LookupError, ValueError, ArithmeticError, RuntimeError, TypeError)  # raised for tensors of another system


class Detection(NamedTuple):
    """The result for a set of files: `parts` holds the tensors of each part by its name, without prefix, float32."""

    system: System
    dialect: Dialect
    parts: dict[str, Tensors]
    config: Config
    unused: tuple[str, ...] = ()  # names of the files that are not needed
    keys: Mapping[str, frozenset[str]] = MappingProxyType({})  # of the network's tensors in each file, whole


class Place(NamedTuple):
    """The keys of one file below one prefix, with their shapes."""

    file: str
    prefix: str
    shapes: dict[str, tuple[int, ...]]


class _Fit(NamedTuple):
    """The comparison of one part with one place."""

    system: System
    dialect: Dialect
    part: CheckpointPart
    place: Place
    config: Config
    expected: dict[str, tuple[int, ...]]
    wrong: list[str]  # keys that are missing, of another shape, or too many

    @property
    def share(self) -> float:
        """Share of the expected keys that are there in the expected shape, in [0, 1]."""
        return self.matching / max(1, len(self.expected))

    @property
    def matching(self) -> int:
        """Number of the expected keys that are there in the expected shape."""
        return sum(self.place.shapes.get(key) == shape for key, shape in self.expected.items())


def detect(files: Mapping[str, Tensors], systems: Iterable[System]) -> Detection:
    """Find the system and dialect all of whose parts are in `files` (name -> tensors by key).

    Of several that fit, the result is the one that uses the most tensors. Raises WeightsError where nothing fits, with
    the most similar one, where a further file is needed, and where the tensors cannot be weights.
    """
    systems = list(systems)
    _check(files)
    places = [place for name, tensors in files.items() for place in list_places(name, tensors)]
    whole: list[tuple[_Fit, ...]] = []
    some: list[tuple[_Fit, ...]] = []
    for system, dialect in _dialects(systems):
        fits = [[fit for fit in _fits(system, dialect, part, places) if not fit.wrong] for part in dialect.parts]
        if all(fits):
            whole += _combine(fits)
        some.append(tuple(chain.from_iterable(fits)))
    if whole:
        return _make_detection(files, max(whole, key=_count_keys))
    if any(some):
        raise WeightsError(_explain_incomplete(max(some, key=_count_keys)))
    raise WeightsError(_explain_unknown(files, systems, places))


def _dialects(systems: Iterable[System]) -> Iterator[tuple[System, Dialect]]:
    return ((system, dialect) for system in systems for dialect in system.dialects)


def _count_keys(fits: Iterable[_Fit]) -> int:
    return sum(len(fit.expected) for fit in fits)


def _check(files: Mapping[str, Tensors]) -> None:
    elements = 0
    for name, tensors in files.items():
        if not tensors:
            raise WeightsError(tr("{name} holds no tensors.", name=name))
        for tensor in tensors.values():
            elements += tensor.numel()
    if elements > _MAX_ELEMENTS:
        raise WeightsError(
            tr("The file holds {elements} numbers, more than any network here; it is not imported.", elements=elements)
        )


def list_places(name: str, tensors: Tensors) -> list[Place]:
    """List the file itself and every prefix in it, those with the most keys."""
    below: dict[str, dict[str, tuple[int, ...]]] = {"": {}}
    for key, tensor in tensors.items():
        shape = tuple(tensor.shape)
        below[""][key] = shape
        end = -1
        for _ in range(_MAX_PREFIX):
            end = key.find(".", end + 1)
            if end < 0:
                break
            below.setdefault(key[: end + 1], {})[key[end + 1 :]] = shape
    largest = heapq.nlargest(_MAX_PREFIXES, below, key=lambda prefix: len(below[prefix]))
    return [Place(name, prefix, below[prefix]) for prefix in largest]


def _fits(system: System, dialect: Dialect, part: CheckpointPart, places: Iterable[Place]) -> Iterator[_Fit]:
    """Compare `part` with every place that it can be configured from."""
    for place in places:
        try:
            config = part.configure(place.shapes)
            whole = system.table.restore(config)
            expected = {key: tuple(shape) for key, shape in part.expected(whole).items()}
        except _MISFIT:
            continue
        if expected:
            yield _Fit(system, dialect, part, place, config, expected, _wrong(part, expected, place.shapes))


def _wrong(part: CheckpointPart, expected: Mapping[str, tuple[int, ...]], shapes: Shapes) -> list[str]:
    """List the keys that do not fit: first those of another shape, then missing ones, then those too many."""
    other = [key for key, shape in expected.items() if key in shapes and shapes[key] != shape]
    missing = [key for key in expected if key not in shapes]
    heads = {_head(key) for key in expected}
    optional = re.compile(part.optional or r"(?!)")
    more = [key for key in shapes if key not in expected and _head(key) in heads and not optional.search(key)]
    return other + missing + more


def _head(key: str) -> str:
    """Return the first name of a key; what is in the file beside the network has another one."""
    return re.split(r"[./]", key, maxsplit=1)[0]


def _combine(fits: list[list[_Fit]]) -> list[tuple[_Fit, ...]]:
    """List the combinations of one fit for each part, from different places and with one configuration."""
    found = []
    for number, chosen in enumerate(product(*fits)):
        if number == _MAX_COMBINATIONS:
            break
        distinct = len({(fit.place.file, fit.place.prefix) for fit in chosen}) == len(chosen)
        if distinct and _join_configs(chosen) is not None:
            found.append(chosen)
    return found


def _join_configs(fits: Iterable[_Fit]) -> Config | None:
    """Join the configurations of all parts; None where they contradict each other."""
    joined: Config = {}
    for fit in fits:
        if any(key in joined and joined[key] != value for key, value in fit.config.items()):
            return None
        joined |= fit.config
    return joined


def _make_detection(files: Mapping[str, Tensors], fits: tuple[_Fit, ...]) -> Detection:
    parts: dict[str, Tensors] = {}
    whole: dict[str, set[str]] = {}
    for fit in fits:
        tensors, prefix = files[fit.place.file], fit.place.prefix
        optional = re.compile(fit.part.optional or r"(?!)")
        keys = [key for key in fit.place.shapes if key in fit.expected or optional.search(key)]
        parts[fit.part.name] = {key: to_float(prefix + key, tensors[prefix + key]) for key in keys}
        whole.setdefault(fit.place.file, set()).update(prefix + key for key in keys)
    unused = tuple(name for name in files if name not in whole)
    known = {name: frozenset(keys) for name, keys in whole.items()}
    system = fits[0].system
    config = system.table.restore(_join_configs(fits) or {})
    return Detection(system, fits[0].dialect, parts, config, unused, known)


def to_float(key: str, tensor: Tensor) -> Tensor:
    """Convert a floating-point tensor to float32. Raises WeightsError for an empty or unusual tensor."""
    import torch

    if tensor.numel() == 0:
        raise WeightsError(tr("The weights are damaged: {key} is empty.", key=key))
    if tensor.is_complex() or tensor.is_quantized or tensor.layout != torch.strided:
        raise WeightsError(
            tr(
                "{key} is of a kind that no network here has ({dtype}); it is not imported.",
                key=key,
                dtype=tensor.dtype,
            )
        )
    return tensor.detach().to(torch.float32) if tensor.is_floating_point() else tensor.detach()


# Sentences for the user


def _explain_incomplete(fits: tuple[_Fit, ...]) -> str:
    """Explain that some parts were found, but not all, or not such that belong together."""
    system, dialect = fits[0].system, fits[0].dialect
    what = f"{system.traits.title} ({dialect.title})"
    found = {fit.part.name: fit.place.file for fit in fits}
    missing = [part.name for part in dialect.parts if part.name not in found]
    if not missing:
        return tr(
            "The files are {what}, but do not belong together: they come from networks of different make.", what=what
        )
    files, parts, needed = (name_all(list(dict.fromkeys(n))) for n in (found.values(), found, missing))
    return tr(
        "{files} is only the {parts} part of {what}; give the file of the {needed} part too, in one go.",
        files=files,
        parts=parts,
        what=what,
        needed=needed,
    )


def _explain_unknown(files: Mapping[str, Tensors], systems: list[System], places: list[Place]) -> str:
    """Explain that nothing fits: the most similar part, and where it differs."""
    name = next(iter(files)) if len(files) == 1 else tr("The set of files")
    nearest: _Fit | None = None
    for system, dialect in _dialects(systems):
        for part in dialect.parts:
            for fit in chain(_fits(system, dialect, part, places), _paper_fits(system, dialect, part, places)):
                if nearest is None or (fit.share, fit.matching) > (nearest.share, nearest.matching):
                    nearest = fit
    if nearest is None or not nearest.matching:
        keys = ", ".join(sorted(chain.from_iterable(files.values()))[:3])
        return tr(
            "{name} belongs to no system that is known here; its keys begin with {keys}.", name=name, keys=keys[:200]
        )
    differences = "; ".join(_difference(nearest, key) for key in nearest.wrong[:3])
    return tr(
        "{name} is not known: it looks most like {title} ({title_2}), of whose {count} keys "
        "{matching} fit ({value} %), but {differences}.",
        name=name,
        title=nearest.system.traits.title,
        title_2=nearest.dialect.title,
        count=len(nearest.expected),
        matching=nearest.matching,
        value=int(100 * nearest.share),
        differences=differences,
    )


def _paper_fits(system: System, dialect: Dialect, part: CheckpointPart, places: Iterable[Place]) -> Iterator[_Fit]:
    """Compare every place with the part of the paper's network, for where no configuration could be read."""
    try:
        expected = {key: tuple(shape) for key, shape in part.expected(system.paper).items()}
    except _MISFIT:
        return
    for place in places:
        yield _Fit(system, dialect, part, place, system.paper, expected, _wrong(part, expected, place.shapes))


def _difference(fit: _Fit, key: str) -> str:
    shape, expected = fit.place.shapes.get(key), fit.expected.get(key)
    shown = f"{fit.place.prefix}{key}"[:120]
    if shape is None:
        return tr("{shown} is missing", shown=shown)
    if expected is None:
        return tr("{shown} is not one of them", shown=shown)
    return tr("{shown} is {sides}, expected {sides_2}", shown=shown, sides=_sides(shape), sides_2=_sides(expected))


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or tr("a single number")
