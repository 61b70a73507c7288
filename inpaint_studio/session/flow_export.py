"""What is exported of a document's flows: those of the photo as it is, and of another candidate at their side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import Candidate
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.raster import PHOTO, Plane, Raster

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.colours import Style
    from inpaint_studio.engine.flow.flow import Flow


@dataclass(frozen=True, eq=False)
class ExportedView:
    """The flows of a photo with one of its candidates."""

    flows: tuple[Flow, ...]  # oldest first
    pixels: Raster  # H x W x 3|4
    candidate: Candidate | None  # the newest; None where its fill is not the newest in effect
    title: str
    icc: bytes  # a profile of the colours of `pixels`; b"": sRGB


def flows_with(document: Document, shown: Candidate | None, other: Candidate) -> tuple[Flow, ...]:
    """Return the document's flows as they would be with `other` in place of the candidate `shown`."""
    kept = tuple(flow for flow in document.flows if shown is None or flow is not shown.flow)
    return kept if other.flow is None else (*kept, other.flow)


def find_views(document: Document, fills: FillController, models: ModelChoice, beside: int) -> list[ExportedView]:
    """Return what is to be exported: the photo as it is, and with the candidate of index `beside` (-1: none).

    Empty where nothing has a flow.
    """
    shown = fills.shown

    def name(candidate: Candidate | None) -> str:
        return "" if candidate is None else models.titles(candidate.filler)

    views = [ExportedView(document.flows, document.raster(PHOTO).copy(), shown, name(shown), document.colours)]
    if 0 <= beside < fills.candidate_count:
        other = fills.candidates[beside]
        pixels = fills.picture(beside, Box.whole(*document.size))
        views.append(ExportedView(flows_with(document, shown, other), pixels, other, name(other), document.colours))
    return [view for view in views if view.flows]


def write_views(views: list[ExportedView], path: Path, name: str, style: Style) -> None:
    """Save these views side by side; `name` is the photo's. Raises InputError."""
    from inpaint_studio.engine.flow.export import write_flows
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.flow.shown import ShownFlow
    from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space

    shown = [
        ShownFlow(
            reduce(Flow.merge, view.flows),
            bytes_to_srgb(find_space(view.icc), view.pixels),
            view.title,
            _excluded(view.candidate),
        )
        for view in views
    ]
    write_flows(shown, path, name, style)


def _excluded(candidate: Candidate | None) -> Plane | None:
    """Return where a candidate was not to copy from, H x W; None where that was nowhere."""
    if candidate is None or (candidate.donors is None and candidate.only is None):
        return None
    excluded = np.zeros(candidate.hole.shape, np.bool_)
    if candidate.donors is not None:
        excluded |= candidate.donors.whole()
    if candidate.only is not None:
        excluded |= ~candidate.only.whole()
    excluded &= ~candidate.hole.whole()
    return excluded
