"""What the benchmark of the automatic choice counts."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.metrics import Figures
from tests.bench.auto import draw_hairline, measure, rate
from tests.bench.exemplar import Case
from tests.exemplar import images
from tests.synthetic import photo


def figures(psnr: float) -> Figures:
    return Figures(psnr, 1.0, 1.0, 0.0)


def test_the_choice_is_rated_against_its_candidates() -> None:
    table = [(30.0, 20.0, 30.0), (30.0, 20.0, 29.95), (30.0, 20.0, 25.0), (30.0, 20.0, 19.0)]
    holes = [{"one": figures(one), "two": figures(two), "auto": figures(auto)} for one, two, auto in table]
    assert rate(holes, ["one", "two"]) == {
        "best": 0.25, "within 0.1 dB of the best": 0.5, "worse than the worst": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize("number", range(5))
def test_a_hairline_has_its_width_and_crosses_the_middle(number: int) -> None:
    from inpaint_studio.engine.fill.regions import inscribed_radius

    line = draw_hairline(images.disc(200, 300, 40), number)
    assert line[100, 150]
    assert 1 <= inscribed_radius(line) <= 4
    assert line.sum() > 80


def test_every_candidate_and_the_choice_are_measured(tmp_path) -> None:
    from PIL import Image

    Image.fromarray(photo(90, 120)).save(tmp_path / "a.png")
    Image.fromarray(images.disc(90, 120, 12)).save(tmp_path / "a_mask.png")
    case = Case(str(tmp_path / "a.png"), str(tmp_path / "a_mask.png"))
    (hole,) = measure([case], ["telea", "exemplar"], False, 1)
    assert set(hole) == {"telea", "exemplar", "auto", "reasons"}
    assert hole["auto"] == hole["exemplar"]
    assert len(hole["reasons"]) == 1
    assert np.isfinite(hole["telea"].psnr)
