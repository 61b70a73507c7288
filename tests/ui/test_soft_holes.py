"""Soft holes through the window: the hardness of the brush is seen in the fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.raster import HOLE, PHOTO
from tests.ui.studio import HEIGHT, WIDTH, Filler, Studio, apply_theme


class RealFiller(Filler):
    """Fills by diffusion."""

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        self.requests.append(request)
        return run.fill(replace(request, model="telea"), ticket)


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    apply_theme(qapp)
    made = Studio(qtbot, tmp_path, filler=RealFiller())
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    Image.fromarray(noise).save(made.photo)
    made.show()
    yield made
    made.close()


def dab_and_fill(studio: Studio, hardness: int) -> tuple[np.ndarray, np.ndarray]:
    """One dab of the brush; returns its coverage and the photo filled there. Undone afterwards."""
    studio.settings.set("brush_size", 60)
    studio.settings.set("brush_hardness", hardness)
    studio.brush((100, 75))
    coverage = studio.session.document.raster(HOLE).copy()
    studio.wait_fill(lambda: studio.press("Return"))
    filled = studio.session.document.raster(PHOTO).copy()
    while studio.session.document.can_undo:
        studio.press("Ctrl+Z")
    return coverage, filled


def test_the_hardness_of_the_brush_decides_how_the_rim_is_blended(studio: Studio) -> None:
    photo = studio.session.document.raster(PHOTO).copy()
    hard_coverage, hard = dab_and_fill(studio, 100)
    coverage, soft = dab_and_fill(studio, 0)
    assert np.array_equal(studio.session.document.raster(PHOTO), photo)
    assert not np.array_equal(hard, soft)
    assert np.array_equal(soft[coverage == 0], photo[coverage == 0])
    assert np.array_equal(hard[hard_coverage == 0], photo[hard_coverage == 0])

    def change(low: int, high: int) -> float:
        rim = (coverage > low) & (coverage <= high)
        return float(abs(soft[rim].astype(int) - photo[rim]).mean())

    # The more a pixel is covered, the less of the photo is left in it.
    changes = [change(low, low + 64) for low in (0, 64, 128, 191)]
    assert changes == sorted(changes)
    assert changes[0] < changes[3] / 2
