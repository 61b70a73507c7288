from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from inpaint_studio.engine.evaluation import metrics
from inpaint_studio.engine.evaluation.metrics import figures, psnr, similarity
from inpaint_studio.layers import torchvision_compat
from tests import synthetic

torchvision_compat.ensure()
from torchmetrics.functional import image as library  # noqa: E402 - only importable after the line above

TRUTH = synthetic.photo(60, 80)
FILL = synthetic.photo(60, 80, seed=1)
HOLE = synthetic.disc(60, 80)
EVERYTHING = np.ones((60, 80), bool)


def tensor(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.moveaxis(image, 2, 0).copy())[None].double() / 255


def test_a_perfect_fill():
    perfect = similarity(TRUTH, TRUTH, HOLE)
    assert (perfect.ssim, perfect.l1, perfect.tv_ratio) == (pytest.approx(1), 0, 1)
    assert psnr(TRUTH, TRUTH, HOLE) == np.inf


def test_figures_of_whole_images_equal_the_library():
    found = similarity(FILL, TRUTH, EVERYTHING)
    fill, truth = tensor(FILL), tensor(TRUTH)
    _, shown = library.structural_similarity_index_measure(fill, truth, data_range=1.0, return_full_image=True)
    assert found.ssim == pytest.approx(float(shown.mean()), abs=1e-5)
    assert found.l1 == pytest.approx(100 * float((fill - truth).abs().mean()), rel=1e-5)
    steps = 3 * (59 * 80 + 60 * 79)
    assert found.tv == pytest.approx(100 * float(library.total_variation(fill)) / steps, rel=1e-5)
    assert psnr(FILL, TRUTH, EVERYTHING) == pytest.approx(
        float(library.peak_signal_noise_ratio(fill, truth, data_range=1.0)), rel=1e-6
    )


@pytest.mark.parametrize(
    "hole", [HOLE, synthetic.frame(60, 80), synthetic.disc(60, 80, 1)], ids=["disc", "frame", "dot"]
)
def test_ssim_is_the_mean_of_the_map_over_the_hole(hole, monkeypatch):
    monkeypatch.setattr(metrics, "_ROWS", 7)
    _, shown = library.structural_similarity_index_measure(
        tensor(FILL), tensor(TRUTH), data_range=1.0, return_full_image=True
    )
    assert similarity(FILL, TRUTH, hole).ssim == pytest.approx(float(shown[0].mean(dim=0)[hole].mean()), abs=1e-5)


def test_by_hand():
    truth = np.full((8, 8, 3), 100, np.uint8)
    hole = np.zeros((8, 8), bool)
    hole[3:5, 3:5] = True
    fill = truth.copy()
    fill[hole] = 151
    found = similarity(fill, truth, hole)
    assert found.l1 == pytest.approx(20)
    # Twelve pairs of neighbours touch the hole: eight cross its border, with a step of 51, and four lie in it.
    assert found.tv == pytest.approx(20 * 8 / 12)
    assert found.tv_ratio == np.inf


def test_what_is_outside_the_hole_does_not_count():
    other = FILL.copy()
    other[:, 70:] = 0
    assert not HOLE[:, 60:].any()
    assert similarity(other, TRUTH, HOLE) == similarity(FILL, TRUTH, HOLE)
    assert figures(other, TRUTH, HOLE) == figures(FILL, TRUTH, HOLE)


@pytest.mark.parametrize("size", [(1, 1), (5, 9), (6, 6), (1, 30)])
def test_tiny_images(size):
    truth, fill = synthetic.photo(*size), synthetic.photo(*size, seed=1)
    found = similarity(fill, truth, np.ones(size, bool))
    assert np.isnan(found.ssim) == (min(size) < 6)
    assert found.l1 > 0


def test_the_module_is_imported_without_torch():
    code = "import sys; from inpaint_studio.engine.evaluation import compare, report; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr
