"""Find the discriminators that were published with weights: in the same file, or in one of their own beside it.

Filling needs none of them, so whatever is wrong with them is a sentence and never a failure of the import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.engine.weights.detect import Detection, Place, list_places, to_float
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Config, DiscriminatorPart, Tensors
from inpaint_studio.texts import mark, name_all, tr

_NEW = mark("a further training begins with a new one")
# What tensors raise that do not fit together.
_MISFIT = (LookupError, ValueError, ArithmeticError, RuntimeError, TypeError)


class FoundDiscriminators(NamedTuple):
    """The tensors of each discriminator by its name in the recipe, the files that it concerns, and sentences."""

    modules: dict[str, Tensors]
    files: frozenset[str] = frozenset()  # that hold a discriminator, also one that cannot be used
    notes: tuple[str, ...] = ()


class _Candidate(NamedTuple):
    """A place where a discriminator may be; `key` is that of its first layer in the file."""

    place: Place
    key: str


def find(
    files: Mapping[str, Tensors], detection: Detection, paths: Sequence[Path], config: Config
) -> FoundDiscriminators:
    """Find the discriminators of a detected set in its `files`, by name, and in the files beside `paths`.

    `config` is the configuration of the set.
    """
    parts = detection.dialect.discriminators
    if not parts:
        return FoundDiscriminators({})
    beside, notes = _read_beside(paths, parts)
    every = {**beside, **files}
    places = [place for name, tensors in every.items() for place in list_places(name, tensors)]
    modules: dict[str, Tensors] = {}
    used: dict[tuple[str, str], None] = {}  # file and key of the first layer of each that was taken, in order
    wrong: dict[str, list[tuple[_Candidate, str]]] = {}
    for part in parts:
        for candidate in _candidates(part, places, detection):
            try:
                modules[part.name] = part.translate(_tensors_at(candidate.place, every), config)
            except (*_MISFIT, WeightsError) as error:
                wrong.setdefault(part.name, []).append((candidate, _reason(error)))
            else:
                used[candidate.place.file, candidate.key] = None
                break
    concerned = {file for file, _ in used}
    if modules:
        notes.append(
            tr(
                "With the discriminators of {join}, for a further training.",
                join=_join(dict.fromkeys((f for f, _ in used))),
            )
        )
    for part in parts:
        if part.name in modules:
            continue
        left = [(c, why) for c, why in wrong.get(part.name, []) if (c.place.file, c.key) not in used]
        if left:
            candidate, why = left[0]
            concerned.add(candidate.place.file)
            notes.append(
                tr(
                    "The {name} in {file} cannot be used ({why}); {new}.",
                    name=part.name,
                    file=candidate.place.file,
                    why=why,
                    new=tr(_NEW),
                )
            )
        elif modules:
            notes.append(tr("There is no {name} with them; {new}.", name=part.name, new=tr(_NEW)))
    return FoundDiscriminators(modules, frozenset(concerned), tuple(notes))


def _read_beside(paths: Sequence[Path], parts: Iterable[DiscriminatorPart]) -> tuple[dict[str, Tensors], list[str]]:
    """Read the files of their own that lie beside the files of the weights and were not given with them."""
    from inpaint_studio.engine.weights import readers

    known = {path.name for path in paths}
    found: dict[str, Tensors] = {}
    notes = []
    for part in parts:
        if part.file is None:
            continue
        for path in paths:
            name, changed = re.subn(part.file[0], part.file[1], path.name, count=1)
            other = path.with_name(name)
            if not changed or name in known or not other.is_file():
                continue
            known.add(name)
            try:
                found[name] = readers.read(other)
            except WeightsError as error:
                notes.append(tr("{plain} It would hold a discriminator; {new}.", plain=error.plain, new=tr(_NEW)))
    return found, notes


def _candidates(part: DiscriminatorPart, places: Iterable[Place], detection: Detection) -> Iterable[_Candidate]:
    """List the places whose first layer looks like that of `part`, and is not one of the network itself."""
    found: dict[tuple[str, str], _Candidate] = {}
    for place in places:
        if not f".{place.prefix}".endswith(f".{part.root}" if part.root else ""):
            continue
        key = part.recognise(place.shapes)
        whole = place.prefix + key
        if key and whole not in detection.keys.get(place.file, ()):
            found.setdefault((place.file, whole), _Candidate(place, whole))
    return found.values()


def _tensors_at(place: Place, files: Mapping[str, Tensors]) -> Tensors:
    tensors = files[place.file]
    return {key: to_float(place.prefix + key, tensors[place.prefix + key]) for key in place.shapes}


def _reason(error: Exception) -> str:
    """Return the few words of a misfit; those of other errors are not for the user."""
    if isinstance(error, WeightsError):
        return error.plain.rstrip(".")
    return str(error)[:200] if type(error) is ValueError else tr("its values do not fit together")


def _join(names: Iterable[str]) -> str:
    return name_all(list(names))
