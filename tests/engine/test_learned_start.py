"""A fill that copies starts from the picture of a network: which one, for which holes, and what is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.learned_start import GAIN, can_start, find_start, read_gain
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.fill.start_picture import draw_start, fit_trained
from inpaint_studio.engine.model_library import ModelLibrary
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, UnknownModel, WeightsError
from inpaint_studio.models import context_encoder, deepfill_v2
from inpaint_studio.models.base.interface import Fill, Guide, Options, Traits
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.opencv import cv2
from tests.engine.test_cutout import cut_out, rim_hole
from tests.engine.test_pixel_grid import chequered, pixel_art
from tests.exemplar import images
from tests.models.weighted import weighted

SIZE = 160, 200
HOLE = images.disc(*SIZE, 30)
RED = (200, 30, 30)
TRAITS = Traits("drawer", "Drawer", "Draws.", trained_at=64, multiple_of=8)


@dataclass
class Drawer:
    """Stands in for a network: it draws the middle of the hole in one colour, and keeps what it was called with."""

    colour: tuple[int, int, int] = RED
    traits: Traits = TRAITS
    fails: Callable[[], Any] = lambda: None
    calls: list[tuple[Any, Any, Guide, Options]] = field(default_factory=list)

    def fill(self, image: Any, hole: Any, guide: Guide, options: Options, ticket: Any) -> Fill:
        ticket.report(0.5)
        self.fails()
        self.calls.append((image, hole, guide, options))
        middle = cv2.erode(hole.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        grey = image[:, ~hole].mean(axis=1).reshape(3, 1, 1)
        drawn = np.where(middle, np.float32(self.colour).reshape(3, 1, 1) / 255, grey)
        return Fill(np.where(hole, drawn, image).astype(np.float32))

    def warm_up(self, ticket: Any) -> None:
        ticket.report(1.0)


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    made = Drawer()
    monkeypatch.setattr(run, "model_library", lambda: ModelLibrary({**registry().models, "drawer": made}))
    return made


def two_tone(height: int = SIZE[0], width: int = SIZE[1]) -> np.ndarray:
    """Green blobs at the left and right, red ones above and below: the rim does not say which of them goes on."""
    image = images.texture(height, width, 2)
    return np.where(np.arange(height)[:, None, None] % 80 < 24, image[..., (1, 0, 2)], image)


def fill(pixels: np.ndarray, hole: np.ndarray = HOLE, start: str = "drawer", **changes: Any) -> Result:
    options = replace(Options("fast", threads=1), start=start, **changes.pop("options", {}))
    return run.fill(Request(pixels, hole, "exemplar", options=options, **changes), Ticket())


@pytest.mark.usefixtures("drawer")
def test_the_fill_starts_from_the_picture_and_names_it() -> None:
    image = two_tone()
    usual, learned = fill(image, start="none"), fill(image)
    assert (usual.choices, learned.choices) == ((), ("start: Drawer",))
    assert not learned.notes
    assert not np.array_equal(learned.pixels, usual.pixels)
    assert np.array_equal(learned.pixels[~HOLE], image[~HOLE])


def test_the_network_sees_the_region_at_its_size_and_mirrored_without_any_hole(drawer: Drawer) -> None:
    image = two_tone(320, 400)
    hole = np.zeros((320, 400), np.bool_)
    hole[120:200, 100:180] = hole[120:200, 260:300] = True
    lines = np.zeros(hole.shape, np.uint8)
    lines[150, 60:240] = 1
    image[hole] = (255, 0, 255)
    fill(image, hole, guide=Guide(lines=lines))
    (first, inside, guide, options), (mirrored, _, _, _) = drawer.calls[:2]
    assert min(first.shape[1:]) == 64
    np.testing.assert_array_equal(mirrored, first[:, :, ::-1])
    purple = (first[0] > 0.9) & (first[1] < 0.1)
    assert purple.any()
    assert (inside | ~purple).all()
    assert guide.lines is not None
    assert guide.lines.any()
    assert (options.device, options.threads, options.precision, options.whole) == ("cpu", 1, "float32", True)


def test_other_holes_of_the_region_are_holes_for_the_network(drawer: Drawer) -> None:
    hole = np.zeros((200, 300), np.bool_)
    hole[70:130, 60:120] = hole[70:130, 180:240] = True
    image = two_tone(200, 300)
    image[hole] = (255, 0, 255)
    fill(image, hole)
    assert len(drawer.calls) == 4  # each hole alone, twice
    for seen, inside, _, _ in drawer.calls:
        assert (inside | ~((seen[0] > 0.9) & (seen[1] < 0.1))).all()


def test_the_same_request_gives_the_same_pixels(drawer: Drawer) -> None:
    network = weighted(deepfill_v2.model())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "model_library", lambda: ModelLibrary({**registry().models, "deepfill-v2": network}))
        image = two_tone()
        found = [fill(image, start="deepfill-v2", options={"threads": threads}) for threads in (1, 2, 1)]
    assert found[0].choices == ("start: DeepFill v2",)
    assert np.array_equal(found[0].pixels, found[1].pixels)
    assert np.array_equal(found[0].pixels, found[2].pixels)
    assert not drawer.calls


@pytest.mark.usefixtures("drawer")
@pytest.mark.parametrize("options", [{"mirror": True}, {"adaptation": 1.0}, {"mirror": True, "adaptation": 0.5}])
def test_it_goes_with_mirrored_pieces_and_adapted_colours(options: dict[str, Any]) -> None:
    image = two_tone()
    learned = fill(image, options=options)
    assert learned.choices[-1] == "start: Drawer"
    assert not np.array_equal(learned.pixels, fill(image, start="none", options=options).pixels)


def line_drawing() -> tuple[np.ndarray, np.ndarray]:
    image = np.full((*SIZE, 3), 255, np.uint8)
    image[78:81] = image[:, 99:102] = 0
    return image, HOLE


def flat() -> tuple[np.ndarray, np.ndarray]:
    return np.full((*SIZE, 3), (90, 140, 200), np.uint8), HOLE


def cutout() -> tuple[np.ndarray, np.ndarray]:
    return cut_out(120, 120, "disc", 2.0), rim_hole(120, 120, "disc", 14)


def grid() -> tuple[np.ndarray, np.ndarray]:
    image = pixel_art(24, 6, 1)
    return image, images.disc(*image.shape[:2], 25)


def pattern() -> tuple[np.ndarray, np.ndarray]:
    return chequered(*SIZE, 8, (0, 0)), HOLE


@pytest.mark.parametrize("make", [line_drawing, flat, cutout, grid, pattern], ids=lambda make: make.__name__)
def test_holes_that_rules_decide_are_never_changed(drawer: Drawer, make: Any) -> None:
    image, hole = make()
    learned, usual = fill(image, hole), fill(image, hole, start="none")
    assert np.array_equal(learned.pixels, usual.pixels)
    assert not drawer.calls
    assert learned.choices == ()
    assert [note for note in learned.notes if note not in usual.notes] == [
        "The start by Drawer was not needed; these holes are filled in another way."
    ]


def fail(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (WeightsError("The weights 'w' cannot be read; import them again."), "cannot be read"),
        (ImportError("no torch"), "cannot be loaded"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_a_network_that_fails_costs_a_sentence_and_not_the_fill(drawer: Drawer, error: Exception, reason: str) -> None:
    drawer.fails = lambda: fail(error)
    image = two_tone()
    result = fill(image)
    assert np.array_equal(result.pixels, fill(image, start="none").pixels)
    (note,) = result.notes
    assert "without Drawer" in note
    assert reason in note
    assert result.choices == ()


@pytest.mark.usefixtures("drawer")
@pytest.mark.parametrize(("name", "reason"), [("gone", "no such model"), ("lama", "no weights"), ("telea", "choose a")])
def test_a_network_that_is_not_there_costs_a_sentence(name: str, reason: str) -> None:
    image = two_tone()
    result = fill(image, start=name)
    assert np.array_equal(result.pixels, fill(image, start="none").pixels)
    (note,) = result.notes
    assert reason in note
    assert "cannot start from" in note


def test_a_mistake_in_a_network_is_not_hidden(drawer: Drawer) -> None:
    drawer.fails = lambda: fail(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        fill(two_tone())


def test_it_can_be_cancelled_while_the_network_draws(drawer: Drawer) -> None:
    ticket = Ticket()
    drawer.fails = ticket.cancel
    request = Request(two_tone(), HOLE, "exemplar", options=Options("fast", threads=1, start="drawer"))
    with pytest.raises(Cancelled):
        run.fill(request, ticket)


def shipped(name: str, gain: str) -> NetworkModel:
    ready = weighted(deepfill_v2.model())
    assert isinstance(ready, NetworkModel)
    assert ready.weights is not None
    facts = {**ready.weights.facts, GAIN: gain}
    return ready.with_weights(replace(ready.weights, name=name, origin="shipped", facts=facts), name=name)


def test_auto_takes_the_shipped_network_that_gained_most() -> None:
    some, most, none = shipped("some", "0.1"), shipped("most", "0.4"), shipped("none-yet", "-0.2")
    assert most.weights is not None
    own = most.with_weights(replace(most.weights, origin="trained", facts={GAIN: "3"}), name="own")
    models = {model.traits.name: model for model in (some, most, none, own)}
    assert find_start(ModelLibrary(dict(models)), "auto") is most
    assert find_start(ModelLibrary({"none-yet": none, "own": own}), "auto") is None
    assert find_start(ModelLibrary(dict(models)), "own") is own
    assert find_start(ModelLibrary(dict(models)), "none") is None


@pytest.mark.parametrize("text", ["", "much", "nan", "inf", "1e9", "-1e9"])
def test_a_gain_that_is_no_number_counts_for_nothing(text: str) -> None:
    assert read_gain({GAIN: text}) == 0
    assert read_gain({GAIN: "0.25"}) == 0.25


def test_auto_starts_only_large_holes_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network = shipped("best", "0.4")
    monkeypatch.setattr(run, "model_library", lambda: ModelLibrary({**registry().models, "best": network}))
    image = two_tone()
    small = images.disc(*SIZE, 8)
    assert fill(image, small, "auto").choices == ()
    assert fill(image, small, "best").choices == ("start: DeepFill v2",)
    assert fill(image, images.disc(*SIZE, 45), "auto").choices == ("start: DeepFill v2",)


@pytest.mark.parametrize("name", ["context-encoder", "telea", "exemplar"])
def test_only_networks_for_holes_anywhere_can_be_a_start(name: str) -> None:
    models = ModelLibrary(dict(registry().models))
    models.models["context-encoder"] = weighted(context_encoder.model())
    assert not can_start(models.get(name))
    with pytest.raises(InputError, match="cannot start"):
        find_start(models, name)
    with pytest.raises(UnknownModel):
        find_start(models, "nothing")


@pytest.mark.parametrize("size", [(40, 50), (300, 1200), (3000, 4000)])
def test_the_picture_has_the_size_that_the_network_knows(size: tuple[int, int]) -> None:
    traits = Traits("net", "Net", "A network.", trained_at=64, max_side=128, multiple_of=8)
    frame = fit_trained(traits, *size)
    assert min(frame.scaled) == {40: 40, 300: 32, 3000: 64}[size[0]]
    assert max(frame.padded) <= 128
    assert all(side % 8 == 0 for side in frame.padded)


def test_values_that_are_no_number_do_not_reach_the_fill() -> None:
    drawer = Drawer(colour=(float("nan"),) * 3)  # type: ignore[arg-type]
    picture = draw_start(drawer, two_tone(), HOLE, Guide(), Ticket())
    assert np.isfinite(picture).all()
    assert picture.min() >= 0
    assert picture.max() <= 255


def test_the_fill_command_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(two_tone()).save(tmp_path / "photo.png")
    Image.fromarray(HOLE).save(tmp_path / "mask.png")
    command = ["fill", str(tmp_path / "photo.png"), "--mask", str(tmp_path / "mask.png"), "--threads", "1"]
    command += ["-o", str(tmp_path / "out.png"), "--quality", "fast"]
    assert main([*command, "--start", "none"]) == 0
    assert main([*command, "--start", "nothing"]) != 0
    assert "cannot start from 'nothing'" in capsys.readouterr().err
