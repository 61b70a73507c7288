"""The model library: every model, each network with the weights at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio.engine import model_library as library_module
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base.registry import Registry, registry
from tests.engine.weights import tiny
from tests.models.weighted import randomised

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def known(tmp_path, monkeypatch) -> Registry:
    """Use a registry with a tiny network in it, and empty folders of weights."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(store, "shipped_folder", lambda: tmp_path / "shipped")
    known = Registry({**registry().models, "tiny": tiny.model()}, {"theirs": "broken"})
    monkeypatch.setattr(library_module, "registry", lambda: known)
    return known


def save_set(name: str, width: int = 4, **more):
    config = {"width": width, "boost": False}
    return store.save(randomised(tiny.build(config)), name=name, system="tiny", config=config, **more)


def test_without_weights_it_is_the_registry(known):
    assert model_library().models == known.models
    assert model_library().broken == known.broken
    assert weights_of(model_library().get("tiny")) is None
    assert weights_of(model_library().get("telea")) is None


def test_the_newest_set_has_the_name_of_its_system():
    save_set("tiny-plain")
    first = model_library().get("tiny")
    assert weights_of(first).name == "tiny-plain"
    assert first.traits.title == "Tiny"
    assert "tiny-plain" not in model_library().models
    save_set("tiny-plain-2", facts={"named": "no"})
    assert weights_of(model_library().get("tiny")).name == "tiny-plain-2"
    assert weights_of(model_library().models["tiny-plain"]).name == "tiny-plain"
    assert model_library().models["tiny-plain"].traits.title == "Tiny · tiny-plain"
    assert "tiny-plain-2" not in model_library().models


def test_every_set_is_found_by_its_name():
    save_set("tiny-plain")
    model = model_library().get("tiny-plain")
    assert (model.traits.name, weights_of(model).name) == ("tiny-plain", "tiny-plain")
    with pytest.raises(UnknownModel, match="tiny"):
        model_library().get("tyny")


def test_a_named_set_is_also_another_model():
    save_set("mine", facts={"named": "yes"})
    assert list(model_library().models)[-2:] == ["tiny", "mine"]
    assert weights_of(model_library().get("tiny")) == weights_of(model_library().get("mine"))


def test_a_named_training_stands_beside_the_other_models_and_replaces_none(tmp_path):
    save_set("from-us", home=tmp_path / "shipped")
    save_set("mine", origin="trained", facts={"named": "yes"})
    assert weights_of(model_library().get("tiny")).name == "from-us"
    assert weights_of(model_library().models["mine"]).name == "mine"
    save_set("imported")
    save_set("mine-2", origin="trained", facts={"named": "yes"})
    assert weights_of(model_library().get("tiny")).name == "imported"
    store.remove("imported")
    (tmp_path / "shipped" / "from-us.safetensors").unlink()
    assert weights_of(model_library().get("tiny")).name == "mine"  # there are no others


def test_a_second_named_training_changes_no_model_either():
    save_set("mine", origin="trained", facts={"named": "yes"})
    assert weights_of(model_library().get("tiny")).name == "mine"
    save_set("mine-2", origin="trained", facts={"named": "yes"})
    assert weights_of(model_library().get("tiny")).name == "mine"
    assert weights_of(model_library().models["mine-2"]).name == "mine-2"
    store.remove("mine-2")
    assert weights_of(model_library().get("tiny")).name == "mine"


def test_sets_of_the_user_precede_shipped_sets(tmp_path):
    save_set("from-us", home=tmp_path / "shipped")
    assert weights_of(model_library().get("tiny")).origin == "shipped"
    save_set("of-mine", origin="trained")
    assert weights_of(model_library().get("tiny")).origin == "trained"
    assert weights_of(model_library().models["from-us"]).origin == "shipped"
    store.remove("of-mine")
    assert weights_of(model_library().get("tiny")).origin == "shipped"


def test_of_several_shipped_sets_the_main_one_has_the_name_of_its_system(tmp_path):
    for name, main in (("tiny-a", "yes"), ("tiny-b", "no")):
        save_set(name, origin="shipped", file=tmp_path / "shipped" / f"{name}.safetensors", facts={store.MAIN: main})
    assert weights_of(model_library().get("tiny")).name == "tiny-a"
    assert weights_of(model_library().models["tiny-b"]).name == "tiny-b"
    assert "tiny-a" not in model_library().models
    assert weights_of(model_library().get("tiny-a")).name == "tiny-a"


def test_unchanged_models_stay_the_same_objects():
    assert model_library() is model_library()
    save_set("tiny-plain")
    before = model_library()
    assert model_library() is before
    mine = before.get("tiny-plain")
    save_set("other", facts={"named": "yes"})
    assert model_library() is not before
    assert model_library().get("tiny-plain") is mine
    path = weights_of(mine).path
    os.utime(path, ns=(7, 7))
    assert model_library().get("tiny-plain") is not mine


def test_the_configuration_of_the_weights_sets_the_traits(monkeypatch, known):
    from dataclasses import replace

    settled = replace(tiny.SYSTEM, settle=lambda traits, config: replace(traits, trained_at=config["width"]))
    monkeypatch.setitem(known.models, "tiny", type(known.models["tiny"])(settled))
    save_set("tiny-plain", width=12)
    assert model_library().get("tiny").traits.trained_at == 12


def test_unusual_files_are_ignored(tmp_path, known):
    saved = save_set("tiny-plain")
    home = tmp_path / "data" / "weights"
    (home / "telea.safetensors").write_bytes(saved.path.read_bytes())
    (home / "auto.safetensors").write_bytes(saved.path.read_bytes())
    (home / "bad.safetensors").write_bytes(b"bad")
    assert model_library().get("telea") is known.models["telea"]
    assert set(model_library().models) - {"tiny-plain"} == set(known.models)
    with pytest.raises(UnknownModel):
        model_library().get("auto")


def test_the_model_library_needs_no_torch(tmp_path):
    save_set("tiny-plain")
    code = (
        "import sys; from inpaint_studio.engine.model_library import model_library; "
        "model_library(); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]
    assert (tmp_path / "data" / "weights" / "tiny-plain.safetensors").exists()
