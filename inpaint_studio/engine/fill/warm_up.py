"""Make models ready before the first fill, so that their loading and compiling does not count as the fill's time."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

import numpy as np

from inpaint_studio.engine.fill.checks import check_request
from inpaint_studio.engine.fill.request import FILLER, Request
from inpaint_studio.engine.fill.run import fill, plan_models
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.ticket import PartialTicket
from inpaint_studio.models.base.interface import Guide, Model, Options, TicketLike, Traits


def list_models(request: Request) -> list[Model]:
    """List the models that will fill the parts of the request's hole, each once.

    Raises InputError and its subclasses for what `fill` would refuse.
    """
    check_request(request)
    if request.steering is not None:
        return [model_library().get(FILLER)]
    return list({each.model.traits.name: each.model for each in plan_models(request)}.values())


def warm_up(request: Request, ticket: TicketLike, ready: Container[str] = ()) -> list[str]:
    """Make the models for `request` ready, except those whose names are in `ready`; return the others' names.

    A network makes a small fill on the request's device, with its precision and in its mode (plain or not). So does a
    model that follows guide lines, which needs more where there are some. Raises what `fill` would.
    """
    lines = request.guide.lines is not None and bool(request.guide.lines.any())
    models = [model for model in list_models(request) if model.traits.name not in ready]
    for number, model in enumerate(models):
        model_ticket = PartialTicket(ticket, number / len(models), (number + 1) / len(models))
        if model.traits.needs_weights or "lines" in model.traits.accepts:
            fill(trial_request(model.traits, request.options, request.plain, lines), model_ticket)
        else:
            model.warm_up(model_ticket)
    return [model.traits.name for model in models]


def trial_request(traits: Traits, options: Options, plain: bool = False, lines: bool = False) -> Request:
    """Make the request of a small fill by the model with these traits, with a guide line where `lines` is set."""
    side = traits.fixed_size or -(-max(128, traits.min_side) // traits.multiple_of) * traits.multiple_of
    hole = np.zeros((side, side), np.bool_)
    hole[side * 3 // 8 : side * 5 // 8, side * 3 // 8 : side * 5 // 8] = True
    # No flat colour and no drawing: those are filled by simpler means, without what has to be prepared.
    busy = np.repeat((np.add.outer(np.arange(side), np.arange(side)) * 37 % 251).astype(np.uint8)[..., None], 3, axis=2)
    guide = Guide()
    if lines and "lines" in traits.accepts:
        drawn = np.zeros((side, side), np.uint8)
        drawn[side // 2, side // 8 : side - side // 8] = 1
        guide = Guide(lines=drawn)
    return Request(busy, hole, traits.name, guide, replace(options, only=None), plain)
