"""The user's choices of how pieces are copied: their range, and how a fill names them."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.choices import name_choices
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Options
from tests.exemplar import images

SIZE = 90, 120
HOLE = images.disc(*SIZE, 20)


def fill_sky(model: str, options: Options) -> Result:
    return fill(Request(images.dusk(*SIZE), HOLE, model, options=options), Ticket())


def test_the_exemplar_filler_heeds_both_and_the_result_names_them() -> None:
    plain = fill_sky("exemplar", Options("fast"))
    adapted = fill_sky("exemplar", Options("fast", adaptation=0.75))
    both = fill_sky("exemplar", Options("fast", adaptation=1.0, mirror=True))
    assert (plain.choices, adapted.choices) == ((), ("colours adapted by 75 %",))
    assert both.choices == ("colours adapted by 100 %", "mirrored pieces")
    assert not np.array_equal(plain.pixels, adapted.pixels)
    assert not np.array_equal(both.pixels, adapted.pixels)
    assert np.array_equal(both.pixels[~HOLE], plain.pixels[~HOLE])


def test_a_model_that_does_not_heed_them_fills_as_usual_and_names_none() -> None:
    result = fill_sky("telea", Options(adaptation=1.0, mirror=True))
    assert result.choices == ()
    assert np.array_equal(result.pixels, fill_sky("telea", Options()).pixels)


@pytest.mark.parametrize("amount", [-0.1, 1.01, float("nan"), float("inf")])
def test_amounts_out_of_range_are_refused(amount: float) -> None:
    with pytest.raises(InputError, match="between 0 and 100 percent"):
        fill_sky("exemplar", Options(adaptation=amount))


def test_only_heeded_choices_are_named() -> None:
    options = Options(adaptation=0.5, mirror=True)
    assert name_choices(options, {"mirror"}) == ("mirrored pieces",)
    assert name_choices(options, ()) == ()


def test_choices_are_named_where_they_differ_from_the_usual() -> None:
    full, none, usual = Options(adaptation=1.0), Options(adaptation=0.0), Options()
    assert name_choices(full, {"adaptation"}) == ("colours adapted by 100 %",)
    assert name_choices(none, {"adaptation"}, steered=True) == ("colours adapted by 0 %",)
    assert name_choices(full, {"adaptation"}, steered=True) == ()
    assert name_choices(none, {"adaptation"}) == name_choices(usual, {"adaptation"}, steered=True) == ()
