"""Trainings that start from nothing, with a network that is built as the user chose."""

from __future__ import annotations

import json

import pytest

from inpaint_studio.cli import main
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.ui.training.network_fields import NetworkFields
from tests.training.small_runs import EventRecorder, make_request
from training.run import checkpoint, start_weights
from training.run.train import train


def config_of(home) -> dict[str, object]:
    identity = checkpoint.load(RunFolder(home / "out").checkpoint)["state"]["identity"]
    return dict(json.loads(identity["config"]))


def scratch(home, model: str, *config: str, **options) -> TrainingRequest:
    return make_request(home, model=model, weights=SCRATCH, config=config, steps=1, save_minutes=0.0, **options)


@pytest.mark.parametrize(
    ("model", "config", "options", "chosen"),
    [
        ("deepfill-v2", ("width=4", "sketch=true"), {}, {"width": 4, "sketch": True, "order": "rgb"}),
        ("shift-net", ("width=2", "flip=true"), {"size": 256, "batch": 1}, {"width": 2, "flip": True}),
        ("glcic", ("width=4", "order=conv-relu-bn"), {"size": 64}, {"width": 4, "order": "conv-relu-bn"}),
        ("mi-gan", ("resolution=32", "widths=4,4,4,2"), {"size": None}, {"resolution": 32, "widths": [4, 4, 4, 2]}),
    ],
)
def test_a_network_of_choice_is_trained(home, model, config, options, chosen):
    settings = {"critic_base": "64", "critic_most": "4"} if model == "mi-gan" else {"critic_width": "2"}
    recorder = EventRecorder()
    train(scratch(home, model, *config, settings=settings, **options), [recorder])
    assert recorder.of("started").base is None
    assert recorder.kinds[-1] == "done"
    assert recorder.of("done").step == 1
    assert chosen.items() <= config_of(home).items()


@pytest.mark.parametrize(("model", "switch", "size"), [("deepfill-v2", "sketch", 64), ("shift-net", "flip", 256)])
def test_what_the_window_offers_is_trained_by_the_command(home, qtbot, model, switch, size):
    fields = NetworkFields()
    qtbot.addWidget(fields)
    fields.show_table(model_library().get(model).system.table)
    fields.fields["width"].setValue(4)
    fields.fields[switch].click()
    assert fields.chosen == ("width=4", f"{switch}=true")
    request = scratch(home, model, *fields.chosen, settings={"critic_width": "2"}, size=size, batch=1)
    assert main(["train", *request.to_argv()]) == 0
    assert config_of(home)[switch] is True


@pytest.mark.usefixtures("home")
def test_what_is_not_chosen_is_the_papers():
    start = start_weights.choose("lama", SCRATCH, {"width": "8"})
    not_chosen = {"halvings": 3, "blocks": 18, "global": 48, "attention": "none", "diffused": False}
    assert start.config == {"width": 8, **not_chosen}


@pytest.mark.parametrize(
    ("model", "weights", "config", "sentence"),
    [
        ("deepfill-v2", SCRATCH, "colour=red", "no 'colour' to choose for this network; there are width, sketch"),
        ("deepfill-v2", SCRATCH, "order=bgr", "no 'order'"),
        ("deepfill-v2", SCRATCH, "width=5", "'width' cannot be '5'; it must be a whole number from 2 to 1024 in steps"),
        (
            "deepfill-v2",
            None,
            "width=48",
            "have width=4, not 48; to choose it, start from nothing with --from",
        ),
        ("deepfill-v2", "deepfill-v2-random", "sketch=true", "have sketch=false, not true"),
        ("mi-gan", SCRATCH, "widths=8,8", "A resolution of 512 px needs 8 numbers in 'widths'"),
        ("lama", SCRATCH, "global=512", "'global' can be 2 to 511"),
    ],
)
def test_what_cannot_be_built_is_refused_in_a_sentence(home, model, weights, config, sentence):
    with pytest.raises(InputError, match=sentence):
        train(make_request(home, model=model, weights=weights, config=(config,), steps=1), [])
    assert not (home / "out").exists()


@pytest.mark.usefixtures("home")
def test_with_weights_their_own_values_may_be_repeated():
    start = start_weights.choose("deepfill-v2", None, {"width": "4"})
    assert start.base == "deepfill-v2-random"


def test_a_resumed_training_has_the_network_of_its_checkpoint(home):
    train(scratch(home, "deepfill-v2", "width=4", "sketch=true", settings={"critic_width": "2"}), [])
    resumed = scratch(home, "deepfill-v2", "sketch=true", settings={"critic_width": "2"}, resume=True)
    train(resumed, [])
    with pytest.raises(InputError, match="That training has width=4, not 8"):
        train(scratch(home, "deepfill-v2", "width=8", settings={"critic_width": "2"}, resume=True), [])


@pytest.mark.usefixtures("home")
def test_a_set_whose_configuration_cannot_be_is_listed_as_broken():
    mine = store.find("deepfill-v2-random")
    store.save(mine.read(), name="odd", system="deepfill-v2", config=mine.config | {"width": 5}, licence="free")
    library = model_library()
    assert "odd" not in library.models
    assert "'width' cannot be 5" in library.broken["odd"]
    assert library.get("deepfill-v2").weights.name == "deepfill-v2-random"
