"""``--flow`` and ``--flow-donors`` of ``inpaint-studio fill``: show where the pixels came from, in a file."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.export import COLOURED, check_flow_name, count_ranked, write_flows
from inpaint_studio.engine.flow.shown import ShownFlow
from inpaint_studio.engine.masks.read import read_area
from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space
from inpaint_studio.engine.photo.photo import Photo
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Plane
from inpaint_studio.texts import mark, tr

STRONGEST = 10  # units that are listed
NO_FLOW = mark("This model has no flow (where its pixels came from); none was saved.")


def check_flow(options: Namespace) -> None:
    """Raise InputError for options about the flow that do not fit together."""
    if options.flow_donors is not None and options.flow is None:
        raise InputError(tr("--flow-donors shows two flows side by side; add --flow FILE."))
    if options.flow is not None:
        check_flow_name(options.flow, 1 if options.flow_donors is None else 2)
    if options.flow_style is not None and (options.flow is None or options.flow.suffix.lower() not in COLOURED):
        raise InputError(tr("--flow-style is for a flow that is shown in colours; add --flow FILE.png or FILE.html."))


def ranked_sources(options: Namespace) -> int:
    """Return how many sources of each pixel the fill must list for the file of its flow."""
    return 0 if options.flow is None else count_ranked(options.flow)


def read_flow_donors(options: Namespace, photo: Photo) -> tuple[Plane | None, tuple[str, ...]]:
    """Read the other mask of what must not be copied, H x W, and sentences about it; None where there is none."""
    return (
        (None, ()) if options.flow_donors is None else read_area(options.flow_donors, photo.size, tr("the other mask"))
    )


def under(request: Request, donors: Plane) -> Request:
    """Return the same request with another mask of what must not be copied (H x W)."""
    return replace(request, guide=request.guide._replace(donors=donors))


def save_flows(
    options: Namespace,
    result: Result,
    donors: Plane | None,
    other: Result | None,
    other_donors: Plane | None,
    icc: bytes,
) -> list[str]:
    """Save the flow of a fill as `options` ask for it, beside that of the `other` fill if there is one.

    `donors` and `other_donors` are what must not be copied in each; `icc` is a profile of the colours. Returns
    sentences for the user.
    """
    if result.flow is None or (other is not None and other.flow is None):
        return [NO_FLOW]
    space, title = find_space(icc), result.name_fillers({})
    if options.donors is not None:
        title = tr("{fillers} under {mask}", fillers=title, mask=options.donors.name)
    shown = [ShownFlow(result.flow, bytes_to_srgb(space, result.pixels), title, donors)]
    notes: list[str] = []
    if other is not None and other.flow is not None:
        mask = options.flow_donors.name
        shown.append(
            ShownFlow(
                other.flow,
                bytes_to_srgb(space, other.pixels),
                tr("{fillers} under {mask}", fillers=other.name_fillers({}), mask=mask),
                other_donors,
            )
        )
        notes = [tr("Under {mask}: {note}", mask=mask, note=note) for note in other.notes if note not in result.notes]
    write_flows(shown, options.flow, options.photo.name, options.flow_style or "papers")
    return notes


def list_weighed(result: Result) -> list[dict[str, Any]]:
    """List for each filled part whose network weighed channels or a memory: the strongest of them, and how many there
    are."""
    parts = [] if result.flow is None else result.flow.weighed
    return [
        {
            "box": list(part.box),
            "kind": part.units.kind,
            "count": len(part.units.weights),
            "strongest": [[number, round(weight, 6)] for number, weight in part.rank_units(STRONGEST)],
        }
        for part in parts
        if part.units is not None
    ]
