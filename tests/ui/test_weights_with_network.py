"""The window with its own fill thread, its own importer and a real network: published files dropped, then a fill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.window import MainWindow
from tests.models import golden
from tests.models.weighted import install
from tests.synthetic import photo
from tests.ui.studio import HEIGHT, WIDTH, Studio, apply_theme
from tests.ui.test_weights import choose, drop, panel_of

PATIENCE = 60_000  # ms; torch and the compiler start in these tests


class RealStudio(Studio):
    """A studio without fakes."""

    def __init__(self, qtbot: Any, folder: Path) -> None:
        super().__init__(qtbot, folder)
        Image.fromarray(photo(HEIGHT, WIDTH)).save(self.photo)  # on a plain one a fill may be what was there
        self.session.close()
        self.session = Session(Settings(folder / "real.toml"))
        self.window = MainWindow(self.session)


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealStudio]:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    install(tmp_path / "data", "deepfill-v2")
    apply_theme(qapp)
    made = RealStudio(qtbot, tmp_path)
    made.show()
    yield made
    made.close()


def published_pair(folder: Path) -> list[Path]:
    """A checkpoint with its mean colour, as one of the ports of GLCIC publishes them."""
    import torch

    network, config = folder / "model_cn", folder / "config.json"
    torch.save({key: torch.from_numpy(value) for key, value in golden.checkpoint("glcic").items()}, network)
    config.write_text(json.dumps({"mpv": [0.45, 0.44, 0.41]}))
    return [network, config]


def fill(studio: RealStudio, ask: Any) -> np.ndarray:
    """Do `ask` and wait for the fill; gives where the photo changed."""
    before = studio.session.document.raster("photo").copy()
    hole = studio.session.document.raster("hole") > 0
    with studio.qtbot.waitSignal(studio.session.fills.filled, timeout=PATIENCE):
        ask()
    changed = (studio.session.document.raster("photo") != before).any(axis=2)
    assert changed[hole].any()
    assert not changed[~hole].any()
    return changed


def test_a_set_that_is_there_fills_at_once(studio: RealStudio) -> None:
    panel = choose(studio, "deepfill-v2")
    assert panel.page is panel.options
    studio.brush()
    fill(studio, lambda: studio.press("Return"))
    assert studio.window.status.message.startswith("Filled by DeepFill v2 in ")


def test_published_files_are_dropped_their_licence_is_shown_and_they_fill(studio: RealStudio) -> None:
    panel = choose(studio, "glcic")
    assert panel.page is panel.no_weights
    drop(studio, *published_pair(studio.folder))
    studio.qtbot.waitUntil(lambda: panel.page is panel.licence, timeout=PATIENCE)
    assert studio.window.status.message.startswith("Imported: GLCIC (otenim/GLCIC-PyTorch")
    assert panel_of(studio).picker.mark_of("glcic") == "data for research only"
    studio.brush()
    studio.press("Return")
    assert not studio.session.fills.is_busy
    fill(studio, panel.licence.use.click)
    drop(studio, *published_pair(studio.folder))
    studio.qtbot.waitUntil(lambda: "here already" in studio.window.status.message, timeout=PATIENCE)


def test_a_file_that_is_no_weights_is_one_sentence(studio: RealStudio) -> None:
    letter = studio.folder / "letter.pth"
    letter.write_text("Dear painter,")
    drop(studio, letter)
    studio.qtbot.waitUntil(lambda: bool(studio.window.message.text), timeout=PATIENCE)
    assert studio.window.message.text.startswith("letter.pth ")
    assert "Error" not in studio.window.message.text
