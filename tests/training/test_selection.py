"""What is measured on held-out crops, which weights are the best, and what a stop measures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from inpaint_studio.engine.evaluation import metrics
from inpaint_studio.engine.evaluation.bootstrap import paired_interval
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.protocol.speed import pause_between
from tests.synthetic import photo
from tests.training.test_recipes import small_recipe
from tests.training.test_trainer import SmallTraining
from training.data import photos
from training.data.batch import Batch
from training.data.crops import MEASURED
from training.data.masks import Mixture
from training.recipe import Phase
from training.run import checkpoint, validation
from training.run.events import Reporter
from training.run.selection import Selection
from training.run.state import TrainingState
from training.run.validation import Judge, Validation, find_reason_against_saving

# Held-out crops


def write_photos(folder: Path, count: int, side: int = 96) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.png" for number in range(count)]
    for number, path in enumerate(paths):
        Image.fromarray(np.roll(photo(side, 120), 11 * number, 1)).save(path)
    return paths


@pytest.mark.parametrize("count", [1, 2, 8, 30])
def test_there_are_sixteen_held_out_crops_whatever_the_folder_holds(tmp_path, count):
    write_photos(tmp_path / "photos", count)
    held = photos.open_folder(tmp_path / "photos").held_out(48, None, Mixture())
    assert held.image.shape == (MEASURED, 3, 48, 48)
    assert all(held.hole.flatten(1).sum(1) > 0)
    pairs = zip(held.image, held.hole, strict=True)
    different = {image.numpy().tobytes() + hole.numpy().tobytes() for image, hole in pairs}
    assert len(different) == MEASURED


def test_a_held_out_crop_depends_on_its_photo_alone(tmp_path):
    paths = write_photos(tmp_path / "photos", 6)
    some = photos.held_out(paths[:3], 48, None, Mixture(), count=6)
    turned = photos.held_out(paths[2::-1], 48, None, Mixture(), count=6)
    more = photos.held_out(paths, 48, None, Mixture(), count=12)
    assert torch.equal(some.image, turned.image)
    known = {image.numpy().tobytes() for image in more.image}
    assert all(image.numpy().tobytes() in known for image in some.image)


def test_a_held_out_photo_that_is_missing_is_left_out(tmp_path):
    paths = write_photos(tmp_path / "photos", 3)
    paths[1].unlink()
    assert len(photos.held_out(paths, 48, None, Mixture()).image) == MEASURED
    with pytest.raises(InputError, match="None of the held-out photos"):
        photos.held_out(paths[1:2], 48, None, Mixture())


@pytest.mark.parametrize(("height", "width"), [(120, 300), (300, 120)])
def test_of_one_photo_no_held_out_pixel_is_ever_learned(tmp_path, height, width):
    """The part that is learned is red, the other one green, but for the pixel where they meet."""
    pixels = np.zeros((height, width, 3), np.uint8)
    learned = np.s_[:200] if height > width else np.s_[:, :200]
    pixels[..., 1] = 255
    pixels[learned] = 255, 0, 0
    (tmp_path / "photos").mkdir()
    Image.fromarray(pixels).save(tmp_path / "photos" / "one.png")
    source = photos.open_folder(tmp_path / "photos")
    crops = source.crops(64, None, Mixture())
    crops.maker = type(crops.maker)(64, augment=False)
    for number in range(20):
        image = crops[number][0]
        assert image[1].max() == 0
        assert image[0].min() > 250
    held = source.held_out(64, None, Mixture())
    assert held.image[:, 0].max() == 0
    assert held.image[:, 1].min() > 0.98
    assert "two thirds of it" in source.note


# Figures


def make_held(count: int = 3, side: int = 32) -> Batch:
    images = np.stack([np.roll(photo(side, side), 5 * number, 1) for number in range(count)])
    hole = torch.zeros(count, 1, side, side)
    hole[..., 8:24, 8:24] = 1
    return Batch(torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255, hole)


def test_the_figures_of_a_crop_are_those_of_the_evaluation():
    held = make_held()
    filled = torch.where(held.hole > 0, held.image.mean((2, 3), keepdim=True), held.image)
    found = Judge("ssim").compare(filled, held)
    for number in range(3):
        fill, truth = (
            np.rint(255 * image[number].permute(1, 2, 0).numpy()).astype(np.uint8) for image in (filled, held.image)
        )
        inside = held.hole[number, 0].numpy() > 0
        expected = metrics.figures(fill, truth, inside)
        assert found["sharpness"][number] == pytest.approx(expected.sharpness)
        assert found["seam"][number] == pytest.approx(expected.seam)
        assert found["psnr"][number] == pytest.approx(expected.psnr, abs=0.1)  # of values that are not rounded
        assert found["ssim"][number] == pytest.approx(metrics.similarity(fill, truth, inside).ssim)
    assert max(found["sharpness"]) < 0.5  # one colour is blurred


def test_means_leave_out_what_is_not_finite():
    values = {"psnr": [20.0, 22.0], "seam": [math.inf, 1.5], "ssim": [math.nan, math.nan]}
    assert Validation(values, torch.empty(0)).values() == {"psnr": 21.0, "seam": 1.5}


def test_without_its_weights_lpips_cannot_decide(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(InputError, match=r"LPIPS cannot choose the best weights: alexnet.*download\.pytorch\.org"):
        Judge.load("lpips", 64)
    with pytest.raises(InputError, match="64 px or more"):
        Judge.load("lpips", 48)


def test_lpips_is_measured_where_it_decides():
    class Distance:
        def distance(self, fill: Any, truth: Any) -> float:
            return float(np.abs(fill.astype(float) - truth).mean())

    held = make_held(2)
    found = Judge("lpips", Distance()).compare(held.image, held)  # type: ignore[arg-type]
    assert found["lpips"] == [0.0, 0.0]
    assert "ssim" not in found


def test_a_slow_measurement_is_rarer():
    assert pause_between(1.0) == 60.0
    assert pause_between(20.0) == 180.0  # a tenth of the time
    assert pause_between(20.0, every=0.0) == 0.0  # after each step


# The best weights


class Considered:
    """A selection that is given figures in place of measurements."""

    def __init__(self, folder: Path, by: str = "psnr", keep: int = 2) -> None:
        self.state = TrainingState()
        self.events: list[Any] = []
        self.folder = RunFolder(folder)
        self.selection = Selection(self.state, self.folder, Reporter(None, [self.events.append]), by, keep)
        self.selection.write = lambda tensors, _figures, file: save_file(dict(tensors), file)
        self.folder.best.mkdir()
        self.network = torch.nn.Linear(1, 1, bias=False)

    def at(self, step: int, learns: bool = True, **crops: list[float]) -> None:
        self.state.step = self.state.measured_step = step
        torch.nn.init.constant_(self.network.weight, step)
        found = Validation(crops, torch.empty(0))
        if not step:
            self.state.before = found.values()
        self.selection.consider(found, self.network, learns=learns, writes=True)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.best_files())


@pytest.mark.parametrize(("by", "best"), [("psnr", 2), ("ssim", 1), ("lpips", 3)])
def test_the_best_weights_are_chosen_by_one_figure(tmp_path, by, best):
    kept = Considered(tmp_path, by)
    kept.at(0, psnr=[10.0], ssim=[0.1], lpips=[0.9])
    kept.at(1, psnr=[20.0], ssim=[0.9], lpips=[0.5])
    kept.at(2, psnr=[21.0], ssim=[0.8], lpips=[0.6])
    kept.at(3, psnr=[19.0], ssim=[0.7], lpips=[0.4])
    assert kept.selection.best is not None
    assert float(kept.selection.best["weight"]) == kept.state.best_step == best
    assert kept.events[-1].figures.psnr == {1: 20.0, 2: 21.0, 3: 19.0}[best]
    assert kept.state.best == kept.events[-1].figures.psnr


def test_where_the_generator_does_not_learn_nothing_is_decided(tmp_path):
    kept = Considered(tmp_path)
    kept.at(0, psnr=[10.0])
    kept.at(1, learns=False, psnr=[12.0])
    kept.at(2, learns=False, psnr=[9.0])
    assert (kept.state.best_step, kept.state.since_best, kept.state.decided) == (0, 0, 0)
    kept.at(3, psnr=[9.0])
    assert (kept.state.best_step, kept.state.since_best, kept.state.decided) == (0, 1, 1)
    assert "filled no better" in find_reason_against_saving(kept.state, make_held(), from_scratch=True)


def test_the_files_of_the_best_few_are_kept(tmp_path):
    kept = Considered(tmp_path, keep=2)
    for step, psnr in enumerate([10.0, 20.0, 19.0, 21.0, 18.0, 20.5]):
        kept.at(step, psnr=[psnr])
    assert kept.files() == ["step-000003-psnr-21.0000.safetensors", "step-000005-psnr-20.5000.safetensors"]
    assert load_file(kept.folder.best / kept.files()[0])["weight"].tolist() == [[3.0]]
    assert [name for name, _ in kept.state.kept] == kept.files()


def test_no_file_of_the_best_is_kept_where_none_is_requested(tmp_path):
    kept = Considered(tmp_path, keep=0)
    kept.at(0, psnr=[10.0])
    kept.at(1, psnr=[11.0])
    assert kept.files() == []


def test_the_gain_is_reported_with_its_interval(tmp_path):
    kept = Considered(tmp_path)
    before = [10.0, 12.0, 14.0, 11.0, 13.0, 9.0]
    kept.at(0, psnr=before)
    assert kept.selection.describe_gain() == ""
    after = [value + gain for value, gain in zip(before, (1.0, 1.1, 0.9, 1.2, 1.0, 1.1), strict=True)]
    kept.at(7, psnr=after)
    interval = paired_interval(after, before)
    assert kept.selection.describe_gain() == (
        "PSNR of step 7 minus that of the start, over 6 held-out crops: +1.05 dB, 95 % interval "
        f"{interval.low:+.2f} to {interval.high:+.2f}; it is more than chance."
    )
    kept.at(8, psnr=[30.0, 0.0, 30.0, 30.0, 30.0, 0.0])
    assert kept.selection.describe_gain().endswith("it may be chance.")


# A stop


def start(folder: Path, **plan: Any) -> SmallTraining:
    """A training whose end is far away."""
    return SmallTraining(folder, **({"steps": 10_000, "patience": None} | plan))


def test_a_stop_measures_the_last_steps(tmp_path):
    small = start(tmp_path)
    small.at_step(3, lambda: small.commands.add("stop"))
    assert small.trainer.run() == "stopped"
    state = small.trainer.state
    assert (state.step, state.measured_step, state.decided) == (3, 3, 1)
    assert small.of("sample") == []  # nothing writes samples here
    assert "last steps are measured" in small.of("note")[0].text


def test_a_second_stop_leaves_the_measurement_out(tmp_path):
    small = start(tmp_path)

    def react(event: Any) -> None:
        if event.kind == "progress" and event.step == 3:
            small.commands.add("stop")
        if event.kind == "note":
            small.commands.add("stop now")

    small.react = react
    assert small.trainer.run() == "stopped"
    state = small.trainer.state
    assert (state.step, state.measured_step, state.decided) == (3, 0, 0)
    reason = find_reason_against_saving(state, small.batch, from_scratch=True)
    assert reason == "It was not measured since step 0, and no better until then; your models are as before."
    assert checkpoint.load(RunFolder(tmp_path).checkpoint)["state"]["step"] == 3


def test_an_interrupt_within_the_measurement_leaves_it_out(tmp_path, monkeypatch):
    small = start(tmp_path)
    small.at_step(2, lambda: small.commands.add("stop"))

    def interrupt(_event: Any) -> None:
        raise KeyboardInterrupt

    measured: list[int] = []
    compare = Judge.compare

    def count(judge: Judge, *images: Any) -> Any:
        measured.append(1)
        return interrupt(None) if len(measured) == 2 else compare(judge, *images)

    monkeypatch.setattr(validation.Judge, "compare", count)
    assert small.trainer.run() == "stopped"
    assert (len(measured), small.trainer.state.measured_step) == (2, 0)


def test_a_stop_at_once_measures_nothing(tmp_path):
    small = start(tmp_path)
    small.at_step(2, lambda: small.commands.add("stop now"))
    assert small.trainer.run() == "stopped"
    assert small.trainer.state.measured_step == 0
    assert small.of("note") == []


# Patience


def test_patience_starts_again_with_each_phase(tmp_path):
    recipe = small_recipe("glcic")
    recipe.phases = (Phase("completion", 0.4), Phase("critic", 0.2), Phase("joint", 0.4))
    small = SmallTraining(tmp_path, recipe, steps=50, evaluate_every=0.0, patience=3)
    for group in small.trainer.steps.optimisers["generator"].param_groups:
        group["lr"] = 0.0
    measure = small.trainer._measure

    def worse() -> Validation:
        found = measure()
        return found._replace(crops={"psnr": [1.0 if small.trainer.state.step else 2.0]})

    small.trainer._measure = worse  # type: ignore[method-assign]
    assert small.trainer.run() == "done"
    phases = [event.phase for event in small.of("progress")]
    # Three measurements end the first phase, none the second, which has its share, three the last one.
    assert phases.count("completion") == 3
    assert phases.count("critic") == 27  # until its share is over: step 30
    assert [event.text for event in small.of("note")][1:] == [
        "The held-out photos got no better for a while, so the next phase begins.",
        "Phase 2 of 3: critic.",
        "Phase 3 of 3: joint.",
        "The held-out photos got no better for a while, so the training ends here.",
    ]
    assert small.trainer.state.step == 33


def test_a_training_that_ends_before_it_could_learn_to_fill_gives_that_reason(tmp_path):
    recipe = small_recipe("glcic")
    recipe.phases = (Phase("critic", 1.0),)
    small = SmallTraining(tmp_path, recipe, steps=2)
    small.trainer.run()
    reason = find_reason_against_saving(small.trainer.state, small.batch, from_scratch=True)
    assert reason == "It ended before the part in which the network learns to fill; your models are as before."
