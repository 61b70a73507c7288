"""Soft holes through the window: the hardness of the brush is seen in the fill and in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.masks.shape import feather
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.raster import HOLE, PHOTO
from tests import synthetic
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


def soft_dab(studio: Studio) -> None:
    studio.settings.set("brush_hardness", 0)
    studio.settings.set("brush_size", 60)
    studio.brush((100, 75))


def feathered_box(studio: Studio) -> None:
    studio.window.canvas.set_tool("rectangle")
    studio.brush((70, 50), (130, 100))
    studio.settings.set("hole_pixels", 6)
    with studio.qtbot.waitSignal(studio.session.hole.ended):
        studio.press("Ctrl+F")


def lasso(studio: Studio) -> None:
    studio.window.canvas.set_tool("lasso")
    studio.brush((60, 40), (140, 60), (100.4, 110.3), (60, 40))


def soft_mask(studio: Studio) -> None:
    disc = feather(synthetic.disc(HEIGHT, WIDTH).astype(np.uint8) * 255, 8)
    Image.fromarray(disc).save(studio.folder / "mask.png")
    studio.window.mask_files.import_path(studio.folder / "mask.png")
    studio.qtbot.waitUntil(lambda: studio.session.document.has_hole)


@pytest.mark.parametrize("mark", [soft_dab, feathered_box, lasso, soft_mask])
def test_a_soft_rim_is_blended_in_the_file(studio: Studio, mark: Callable[[Studio], None]) -> None:
    """In the saved file a pixel has as much of the fill as the hole covers it: all inside, none outside."""
    document = studio.session.document
    photo = document.raster(PHOTO).copy()
    mark(studio)
    coverage = document.raster(HOLE).copy()
    assert ((coverage > 0) & (coverage < 255)).sum() > 20
    studio.wait_fill(lambda: studio.press("Return"))
    saved = studio.folder / "filled.png"
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.session.save(saved)
    hard = run.fill(Request(photo, coverage > 0, "telea", options=studio.filler.requests[-1].options), Ticket()).pixels
    share = coverage[..., None] / 255
    with Image.open(saved) as image:
        pixels = np.asarray(image)
    assert np.array_equal(pixels[coverage == 0], photo[coverage == 0])
    assert np.array_equal(pixels[coverage == 255], hard[coverage == 255])
    assert abs(pixels - (share * hard + (1 - share) * photo)).max() <= 0.5
