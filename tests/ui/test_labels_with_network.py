"""Labels with the fill thread and real networks of small random weights: predict, paint over, fill, undo, save."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo.label_map import read_label_map
from inpaint_studio.session.raster import HOLE, LABELS, PHOTO, PREDICTED
from tests.models.weighted import install
from tests.ui.studio import HEIGHT, WIDTH, apply_theme
from tests.ui.test_weights import choose
from tests.ui.test_weights_with_network import PATIENCE, RealStudio

NETWORKS = ("espa", "coherence")


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealStudio]:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    install(tmp_path / "data", *NETWORKS)
    apply_theme(qapp)
    made = RealStudio(qtbot, tmp_path)
    pixels = np.random.default_rng(5).integers(0, 256, (HEIGHT // 10, WIDTH // 10, 3), np.uint8)
    Image.fromarray(pixels).resize((WIDTH, HEIGHT)).save(made.photo)
    made.show()
    yield made
    made.close()


def raster(studio: RealStudio, name: str) -> np.ndarray:
    return studio.session.document.raster(name)


def filled(studio: RealStudio) -> np.ndarray:
    with studio.qtbot.waitSignal(studio.session.fills.filled, timeout=PATIENCE):
        studio.press("Return")
    return raster(studio, PHOTO).copy()


@pytest.mark.parametrize("name", NETWORKS)
def test_predict_paint_fill_and_back(studio: RealStudio, tmp_path: Path, name: str) -> None:
    choose(studio, name)
    palette = studio.session.labels.palette
    count = len(palette.classes)
    assert count >= 2
    assert not palette.is_own
    studio.brush((80, 60), (120, 90))
    photo, hole = raster(studio, PHOTO).copy(), raster(studio, HOLE) > 0
    with studio.qtbot.waitSignal(studio.session.labels.predicted, timeout=PATIENCE):
        studio.press("S")
    predicted = raster(studio, PREDICTED).copy()
    assert (predicted[hole] > 0).all()
    assert predicted.max() <= count
    assert not predicted[~hole].any()
    assert (raster(studio, PHOTO) == photo).all()

    by_itself = filled(studio)
    assert (by_itself[~hole] == photo[~hole]).all()
    studio.press("Ctrl+Z")
    assert (raster(studio, PREDICTED) == predicted).all()

    studio.press("S")
    wrong = int(predicted[75, 100])
    palette.choose(wrong % count + 1)
    studio.settings.set("brush_size", 40)
    studio.brush((85, 70), (115, 80))
    painted = raster(studio, LABELS).copy()
    assert painted[75, 100] == wrong % count + 1
    corrected = filled(studio)
    assert (corrected[~hole] == photo[~hole]).all()
    assert (corrected != by_itself)[hole].any()
    shown = studio.session.fills.shown
    assert shown is not None
    (piece,) = shown.labels
    where = (painted > 0)[piece.box.slices] & hole[piece.box.slices]
    followed = piece.pixels == painted[piece.box.slices]
    assert followed[where].mean() > 0.9  # all but what a cell at the rim of the stroke has lost in scaling

    saved = tmp_path / "labels.png"
    studio.session.labels.files.save(saved)
    studio.qtbot.waitUntil(saved.exists)
    found = read_label_map(saved, (HEIGHT, WIDTH))
    assert found.classes == palette.classes
    assert (found.numbers[hole] > 0).all()
    studio.press("Ctrl+Z")
    assert (raster(studio, LABELS) == painted).all()
    assert (raster(studio, PHOTO) == photo).all()
