"""The order in which the window offers what a fine-tuning can begin from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.session.training.bases import order_bases
from inpaint_studio.session.weights_manager import ModelInfo
from tests.session.fake_library import weights


def model(name: str, own: Weights | None, year: int = 2019, trainable: bool = True) -> ModelInfo:
    traits = Traits(name, name.title(), "Learns.", year=year, needs_weights=True, trainable=trainable)
    return ModelInfo(traits, own, own is None)


def set_of(name: str, system: str, origin: str, day: int = 1) -> Weights:
    facts = {"imported": f"2026-01-{day:02}T00:00:00", "named": "yes"}
    return replace(weights(name, system), origin=origin, facts=facts)


SHIPPED = model("deepfill-v2", set_of("small", "deepfill-v2", "shipped"), 2019)
SHIPPED_OLDER = model("glcic", set_of("small-glcic", "glcic", "shipped"), 2017)
EMPTY, EMPTY_OLDER = model("lama", None, 2021), model("context-encoder", None, 2016)
COPIES = model("telea", None, 2004, trainable=False)


def names(*models: ModelInfo, last: str = "") -> list[str]:
    return [each.name for each in order_bases(models, last)]


def test_on_a_fresh_machine_the_shipped_deepfill_comes_first():
    assert names(EMPTY, COPIES, SHIPPED_OLDER, EMPTY_OLDER, SHIPPED) == [
        *("deepfill-v2", "glcic", "context-encoder", "lama")
    ]


def test_without_any_weights_the_oldest_system_comes_first():
    assert names(EMPTY, EMPTY_OLDER) == ["context-encoder", "lama"]


@pytest.mark.parametrize(
    ("last", "order"),
    [
        ("", ["new", "old", "fetched", "deepfill-v2"]),
        ("old", ["old", "new", "fetched", "deepfill-v2"]),
        ("fetched", ["fetched", "new", "old", "deepfill-v2"]),
        ("deepfill-v2", ["new", "old", "fetched", "deepfill-v2"]),
        ("gone", ["new", "old", "fetched", "deepfill-v2"]),
    ],
)
def test_own_sets_come_before_shipped_ones_and_the_last_used_before_all(last, order):
    fetched = model("fetched", set_of("fetched", "lama", "imported", 9))
    old, new = (model(name, set_of(name, "glcic", "trained", day)) for name, day in (("old", 2), ("new", 3)))
    assert names(SHIPPED, fetched, old, new, last=last) == order


def test_a_set_that_a_system_stands_for_is_known_by_its_own_name_first():
    own = set_of("mine", "deepfill-v2", "trained")
    assert names(model("deepfill-v2", own), model("mine", own), last="mine") == ["mine", "deepfill-v2"]
