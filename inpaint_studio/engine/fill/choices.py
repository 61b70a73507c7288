"""Check the user's choices of how pieces are copied, name those that were followed, and what could not be.

A model declares in its traits which options change its fills (`heeds`) and which guides it follows (`accepts`). The
choices that were followed belong to the result; a guide that no model follows is reported as a note.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.photo.label_map import check_labels
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Choice, Options, Traits
from inpaint_studio.texts import mark, tr

_GUIDE_NAMES = {
    "lines": mark("guide lines"),
    "edges": mark("edges"),
    "labels": mark("labels"),
    "donors": mark("excluded parts"),
}


def check_choices(options: Options) -> None:
    """Raise InputError where the amount of colour adaptation is not within 0 and 1."""
    amount = options.adaptation
    if amount is not None and not (math.isfinite(amount) and 0 <= amount <= 1):
        raise InputError(tr("The amount of colour adaptation lies between 0 and 100 percent."))


def check_model(traits: Traits, request: Request) -> None:
    """Raise InputError where a model cannot predict what is requested, or does not know a class that is painted."""
    only = request.options.only
    if only is not None and only not in traits.provides:
        raise InputError(tr("{title} predicts no {only}; choose a model that does.", title=traits.title, only=only))
    if "labels" in traits.accepts:
        check_labels(request.guide.labels, traits.classes, traits.title)


def name_choices(options: Options, heeded: Collection[Choice], steered: bool = False) -> tuple[str, ...]:
    """Name in words the choices in `options` that differ from the usual, as far as the models heed them.

    Usually colours are not adapted, but are in full where the fill is `steered`.
    """
    names = []
    usual = 1.0 if steered else 0.0
    if options.adaptation not in (None, usual) and "adaptation" in heeded:
        names.append(tr("colours adapted by {adaptation:.0%}", adaptation=options.adaptation).replace("%", " %"))
    if options.mirror and "mirror" in heeded:
        names.append(tr("mirrored pieces"))
    return tuple(names)


def note_unused(request: Request, used: Collection[str]) -> list[str]:
    """Return a sentence for each guide of the request that no model made use of."""
    unused = [
        tr(_GUIDE_NAMES[name])
        for name, plane in request.guide._asdict().items()
        if plane is not None and name not in used
    ]
    if request.only is not None and "donors" not in used:
        unused.append(tr("the parts to copy from"))
    return [tr("This model does not listen to {name}; they were left out.", name=name) for name in unused]
