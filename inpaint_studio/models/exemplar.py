"""The exemplar filler: it fills the hole with pieces of the known part of the photo."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Fill, Guide, Model, Options, Plane, TicketLike, Traits
from inpaint_studio.models.opencv_inpaint import TELEA
from inpaint_studio.texts import mark, tr


class Exemplar:
    """The exemplar filler as a model. Its kernels are imported at the first use, because they import a compiler."""

    traits = Traits(
        name="exemplar",
        title="Exemplar",
        summary=mark("Copies what fits from elsewhere in the photo. Sharp, any size, follows guide lines."),
        paper="After Barnes et al., PatchMatch (SIGGRAPH 2009); Wexler et al. (PAMI 2007); Newson et al. (SIIMS 2014)",
        year=2009,
        values="bytes",
        context=1.0,
        accepts=frozenset({"lines", "donors"}),
        provides=frozenset({"alpha", "seeds"}),
        heeds=frozenset({"adaptation", "mirror", "start"}),
    )

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """Fill the hole, see `Model.fill`. Where no whole patch is known, colours are spread into the hole instead."""
        from inpaint_studio.exemplar.copy_style import CopyStyle, fill_in_style
        from inpaint_studio.exemplar.fill import EFFORTS

        try:
            filled = fill_in_style(
                image,
                hole,
                CopyStyle(options.adaptation or 0.0, options.mirror),
                lines=guide.lines,
                donors=guide.donors,
                effort=EFFORTS[options.quality],
                seed=options.seed,
                threads=options.threads,
                report=ticket.report,
                draw=options.draw_start,
                bands=options.line_bands,
                fine=options.fine,
            )
        except NoSource:
            if guide.donors is not None and guide.donors.any():
                raise
            spread = _spread(image, hole, guide, options, ticket)
            return spread._replace(
                notes=(tr("No whole patch is known round the hole; its colours were spread instead."),)
            )
        return Fill(filled.image, sources=filled.sources, weight=filled.weight, notes=filled.notes, fine=filled.fine)

    def warm_up(self, ticket: TicketLike) -> None:
        """Compile the kernels, or load them from the cache on disk, by filling a small hole in every way."""
        ticket.report(0.0, tr("Preparing the exemplar filler"))
        ramp = np.add.outer(np.arange(64), np.arange(64))
        image = np.repeat((ramp * 37 % 251).astype(np.uint8)[..., None], 3, axis=2)
        hole, lines = np.zeros((64, 64), np.bool_), np.zeros((64, 64), np.uint8)
        hole[16:48, 16:48] = True  # wide enough for two scales
        lines[32, 4:60] = 1
        self.fill(image, hole, Guide(lines=lines), Options(quality="fast", threads=1), ticket)
        ticket.report(1.0)


def _spread(image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
    """Spread the colours of H x W x 3|4 pixels into the hole; premultiplied, so that hidden colours stay hidden."""
    if image.shape[2] == 3:
        return TELEA.fill(image, hole, guide, options, ticket)
    opacity = np.repeat(image[..., 3:], 3, axis=2)
    weighed = (image[..., :3] * (opacity / np.float32(255)) + np.float32(0.5)).astype(np.uint8)
    spread, alpha = (TELEA.fill(each, hole, guide, options, ticket) for each in (weighed, opacity))
    colours = np.minimum(255 * spread.image.astype(np.float32) / np.maximum(alpha.image, 1), 255)
    filled = np.dstack([np.rint(colours).astype(np.uint8), alpha.image[..., 0]])
    return spread._replace(image=np.where(hole[..., None], filled, image))


def model() -> Model:
    """Return the exemplar filler, for the model library."""
    return Exemplar()
