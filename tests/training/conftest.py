"""A home for trainings: small networks and a few photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.protocol.request import SCRATCH
from tests.models.weighted import install
from tests.synthetic import photo


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with small networks, and eight photos beside it in ``photos``."""
    return make_home(tmp_path, monkeypatch)


def make_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same in a folder for more than one test."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INPAINT_STUDIO_CACHE", str(tmp_path / "cache"))
    install(tmp_path / "data", "deepfill-v2", "glcic", "partial-conv")
    (tmp_path / "photos").mkdir()
    for number in range(8):
        Image.fromarray(np.roll(photo(96, 120), 11 * number, 1)).save(tmp_path / "photos" / f"{number}.png")
    return tmp_path


@pytest.fixture
def small_glcic() -> dict[str, Any]:
    """A request for a small GLCIC from scratch."""
    return {
        "model": "glcic",
        "weights": SCRATCH,
        "config": ("width=4",),
        "settings": {"critic_width": "4", "size": "64"},
    }
