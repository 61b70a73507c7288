"""The edges view with its own fill thread and a real network that predicts edges, of small random weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.session.raster import EDGES, HOLE, PHOTO
from inpaint_studio.ui.canvas import modes
from tests.models.weighted import install
from tests.ui.studio import HEIGHT, WIDTH, apply_theme
from tests.ui.test_weights import choose
from tests.ui.test_weights_with_network import PATIENCE, RealStudio


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealStudio]:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    install(tmp_path / "data", "edge-connect", "deepfill-v2")
    apply_theme(qapp)
    made = RealStudio(qtbot, tmp_path)
    pixels = np.random.default_rng(5).integers(0, 256, (HEIGHT // 10, WIDTH // 10, 3), np.uint8)
    Image.fromarray(pixels).resize((WIDTH, HEIGHT)).save(made.photo)
    made.show()
    yield made
    made.close()


def raster(studio: RealStudio, name: str) -> np.ndarray:
    return studio.session.document.raster(name)


def predicted(studio: RealStudio, key: str = "G") -> np.ndarray:
    with studio.qtbot.waitSignal(studio.session.edges.predicted, timeout=PATIENCE):
        studio.press(key)
    return raster(studio, EDGES).copy()


def filled(studio: RealStudio, key: str = "Return") -> np.ndarray:
    with studio.qtbot.waitSignal(studio.session.fills.filled, timeout=PATIENCE):
        studio.press(key)
    return raster(studio, PHOTO).copy()


def test_predict_correct_fill_and_back(studio: RealStudio) -> None:
    choose(studio, "edge-connect")
    studio.brush((80, 60), (120, 90))
    photo, hole = raster(studio, PHOTO).copy(), raster(studio, HOLE) > 0
    model_s = predicted(studio)
    assert model_s[hole].any()
    assert not model_s[~hole].any()
    assert (raster(studio, PHOTO) == photo).all()

    by_itself = filled(studio)  # along the very edges it has predicted
    assert (by_itself[~hole] == photo[~hole]).all()
    assert (by_itself != photo)[hole].any()
    studio.press("Ctrl+Z")
    assert (raster(studio, EDGES) == model_s).all()

    studio.window.view_controls.show_edges(True)
    studio.settings.set("edge_size", 25)
    studio.press("E")
    studio.brush((80, 60), (120, 90))
    studio.press("B")
    studio.settings.set("edge_size", 3)
    studio.brush((75, 80), (125, 80))
    drawn = raster(studio, EDGES).copy()
    assert (drawn != model_s).any()
    corrected = filled(studio)
    assert (corrected[~hole] == photo[~hole]).all()
    assert (corrected != by_itself)[hole].any()
    assert not raster(studio, EDGES).any()
    stages = studio.session.fills.shown
    assert stages is not None
    for piece in stages.edges:
        inside = hole[piece.box.slices]
        assert np.abs(piece.pixels[inside].astype(int) - drawn[piece.box.slices][inside]).max() <= 1

    again = filled(studio, "Ctrl+Return")
    assert studio.session.fills.candidate_count == 2
    assert (again == corrected).all()  # it throws no dice: the same edges, the same fill
    studio.press(",")
    studio.press("Ctrl+Z")
    assert (raster(studio, PHOTO) == photo).all()
    assert (raster(studio, EDGES) == drawn).all()
    studio.press("Ctrl+Y")
    assert (raster(studio, PHOTO) == corrected).all()


def test_guide_lines_join_what_is_predicted(studio: RealStudio) -> None:
    choose(studio, "edge-connect")
    studio.brush((80, 60), (120, 90))
    studio.session.document.add_line([(60.0, 75.0), (140.0, 75.0)])
    along = predicted(studio)
    assert (along[75, 90:110] >= 254).all()


def test_a_real_prediction_is_cancelled_and_another_model_has_a_first_stage(studio: RealStudio) -> None:
    choose(studio, "edge-connect")
    studio.brush((80, 60), (120, 90))
    studio.press("Shift+G")
    studio.press("Esc")
    assert not studio.session.fills.is_busy
    assert not raster(studio, EDGES).any()
    choose(studio, "deepfill-v2")
    photo = filled(studio)
    studio.press("C")
    assert studio.window.canvas.modes.name == modes.FIRST_STAGE
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)
    stages = studio.session.fills.shown
    assert stages is not None
    (coarse,) = stages.coarse
    place = studio.at(100.5, 75.5)
    shown = studio.window.canvas.grab().toImage().pixelColor(place)
    expected = coarse.pixels[75 - coarse.box.top, 100 - coarse.box.left]
    assert [shown.red(), shown.green(), shown.blue()] == pytest.approx(expected.tolist(), abs=2)
    assert (raster(studio, PHOTO) == photo).all()
