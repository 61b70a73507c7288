from __future__ import annotations

from types import SimpleNamespace

import pytest

from inpaint_studio.errors import UnknownModel
from inpaint_studio.models import telea
from inpaint_studio.models.base import registry as registries
from inpaint_studio.models.base.registry import registry


@pytest.fixture
def fresh():
    registry.cache_clear()
    yield
    registry.cache_clear()


def test_the_models_of_this_package_are_found():
    assert {"exemplar", "telea", "navier-stokes"} <= set(registry().models)
    assert not registry().broken


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownModel, match="did you mean 'telea'"):
        registry().get("tela")
    with pytest.raises(UnknownModel, match="auto"):
        registry().get("zzz")


@pytest.mark.usefixtures("fresh")
def test_a_broken_plug_in_is_listed_and_stops_nothing(monkeypatch):
    def load():
        raise ImportError("No module named 'gone'")

    entries = [SimpleNamespace(name="theirs", load=load), SimpleNamespace(name="again", load=lambda: telea.model)]
    monkeypatch.setattr(registries, "entry_points", lambda group: entries if group == registries.GROUP else [])
    found = registry()
    assert "gone" in found.broken["theirs"]
    assert "taken" in found.broken["again"]
    assert "telea" in found.models
