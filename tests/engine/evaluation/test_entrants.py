from __future__ import annotations

import pytest

from inpaint_studio.engine.evaluation.entrants import Entrant, list_used_weights, parse_entrant
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, UnknownModel
from inpaint_studio.models.base.interface import Options
from tests.models.weighted import install


def test_models_and_their_options():
    assert parse_entrant("exemplar") == Entrant("exemplar", "exemplar")
    both = parse_entrant("exemplar:start=none,quality=fast")
    assert both == Entrant("exemplar:start=none,quality=fast", "exemplar", "fast", "none")
    options = Options("best", seed=7, threads=1)
    assert parse_entrant("exemplar").change(options) == options
    assert both.change(options) == Options("fast", seed=7, threads=1, start="none")


@pytest.mark.parametrize(
    "label",
    ["exemplar:", "exemplar:start", "exemplar:start=", "exemplar:seed=3", "exemplar:start=none,start=none", ":"],
)
def test_what_is_no_option_is_one_sentence(label):
    with pytest.raises(InputError, match=r"is no model with options; write for example exemplar:start=none"):
        parse_entrant(label)


def test_values_that_do_not_exist():
    with pytest.raises(InputError, match="there is no quality 'good'; choose fast or best"):
        parse_entrant("exemplar:quality=good")
    with pytest.raises(UnknownModel, match="no-such-network"):
        parse_entrant("exemplar:start=no-such-network")


def test_the_weights_that_figures_depend_on(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path))
    install(tmp_path, "mi-gan", "lama")
    every, own = store.sets(), {weights.system: weights for weights in store.sets()}

    def used(label: str, start: str = "none") -> list[str]:
        return [weights.system for weights in list_used_weights(parse_entrant(label), Options(start=start), every)]

    assert used("telea") == used("exemplar") == used("exemplar:start=none", start="lama") == []
    assert used("lama") == ["lama"]
    assert used("exemplar", start="lama") == used("exemplar:start=lama") == ["lama"]
    assert sorted(used("auto")) == sorted(own)
