"""Discriminators in published files: kept beside the imported set, and continued with by the next fine-tuning."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch

from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.engine.weights.importer import ImportResult, import_files
from tests.training import published_discriminators as published
from tests.training.published_discriminators import CASES, SMALL
from tests.training.small_runs import EventRecorder, make_request
from training.recipe import Recipe
from training.recipes import recipe_for
from training.run.train import train
from training.run.trainer import Trainer

SIDES = {"shift-net": 256, "context-encoder": 128}  # px, where 64 do not do
NEW = "a further training begins with a new one"


def inputs(recipe: Recipe, name: str) -> list[torch.Tensor]:
    """Images that a discriminator takes: of all channels, and of the size it is built for."""
    critic = recipe.discriminators()[name]
    first = next(layer for layer in critic.modules() if isinstance(layer, torch.nn.Conv2d))
    side = {"global critic": 64, "local critic": 32}.get(name, 64)
    return [torch.rand(2, first.in_channels, side, side, generator=torch.Generator().manual_seed(8))]


@torch.no_grad()
def scores(recipe: Recipe, name: str) -> torch.Tensor:
    result: torch.Tensor = recipe.discriminators()[name].eval()(*inputs(recipe, name))
    return result


def fine_tune(
    home: Path, model: str, system: str, monkeypatch: pytest.MonkeyPatch, side: int | None = None
) -> tuple[Trainer, EventRecorder]:
    """Start a fine-tuning of the set `model`, up to where its steps would begin."""
    begun: list[Trainer] = []

    def run(trainer: Trainer) -> str:
        begun.append(trainer)
        return "stopped"

    monkeypatch.setattr(Trainer, "run", run)
    known = recipe_for(system).Settings.__dataclass_fields__
    without_vgg = {"perceptual": "0", "style": "0"}
    settings = {key: value for key, value in (SMALL | without_vgg).items() if key in known}
    recorder = EventRecorder()
    request = make_request(
        home, model=model, settings=settings, size=side or SIDES.get(system, 64), output=home / "tuned", steps=100
    )
    train(request, [recorder])
    return begun[0], recorder


@pytest.mark.parametrize("name", CASES)
def test_a_fine_tuning_begins_with_the_published_discriminators(name, home, monkeypatch):
    files, recipe = published.write(name, home / "files")
    imported = import_files(files)
    assert "With the discriminators of " in " ".join(imported.notes)
    assert "begins with a new" not in " ".join(imported.notes)
    assert imported.weights.config.items() >= CASES[name].config.items()
    side = 72 if CASES[name].config.get("padding") == "reflect" else None
    trainer, recorder = fine_tune(home, imported.weights.name, CASES[name].system, monkeypatch, side)
    assert trainer.state.warm_up == {}
    assert not [event for event in recorder.events if event.kind == "note" and "new one" in event.text]
    for critic in recipe.discriminators():
        expected, found = scores(recipe, critic), scores(trainer.recipe, critic)
        assert float(expected.std()) > 1e-4
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6 * max(1.0, float(expected.abs().max())))


def left_of(result: ImportResult) -> set[str]:
    return {path.name for path in result.weights.path.parent.iterdir()}


def test_without_discriminators_a_set_has_no_file_of_them(home):
    files, _ = published.write("edge-connect", home / "files")
    for path in (home / "files").glob("*_dis.pth"):
        path.unlink()
    imported = import_files(files)
    assert discriminators.read(imported.weights) == {}
    assert f"{imported.weights.name}.discriminators" not in left_of(imported)
    assert not [note for note in imported.notes if "iscriminator" in note]


def test_files_that_are_chosen_too_are_used(home):
    files, _ = published.write("edge-connect", home / "files")
    imported = import_files([*files, *sorted((home / "files").glob("*_dis.pth"))])
    assert set(discriminators.read(imported.weights)) == {"edge critic", "critic"}
    assert "not needed" not in " ".join(imported.notes)
    assert "EdgeModel_dis.pth and InpaintingModel_dis.pth" in " ".join(imported.notes)


def test_the_licence_is_that_of_the_set_and_the_size_counts_both(home):
    files, _ = published.write("deepfill-v1", home / "files")
    imported = import_files(files)
    assert (imported.weights.licence, imported.weights.terms) == ("non-commercial", "CC BY-NC 4.0")
    beside = discriminators.beside(imported.weights.path)
    assert discriminators.size(imported.weights.path) == imported.weights.path.stat().st_size + beside.stat().st_size
    assert import_files(files).already
    store.remove(imported.weights.name)
    assert not beside.exists()


def change(home: Path, damage: Any) -> ImportResult:
    """Import EdgeConnect after `damage` has changed the first of both files of discriminators."""
    files, _ = published.write("edge-connect", home / "files")
    damage(home / "files" / "EdgeModel_dis.pth")
    return import_files(files)


def rewrite(edit: Any) -> Any:
    def damage(path: Path) -> None:
        held = torch.load(path)["discriminator"]
        edit(held)
        torch.save({"discriminator": held}, path)

    return damage


def widen(held: dict[str, torch.Tensor]) -> None:
    held["conv3.0.weight_orig"] = torch.ones(3, 8, 4, 4)


def put(key: str, value: torch.Tensor) -> Any:
    return rewrite(lambda held: held.update({key: value}))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (rewrite(widen), r"conv3\.0\.weight_orig has another shape \(3 x 8 x 4 x 4\)"),
        (rewrite(lambda held: held.pop("conv5.0.weight_orig")), "conv5.0 is missing"),
        (put("conv2.0.weight_u", torch.ones(3)), "singular vector has another shape"),
        (put("conv1.0.weight_orig", torch.zeros(4, 2, 4, 4)), "conv1.0 is 0 everywhere"),
        (put("conv1.0.weight_orig", torch.ones(4, 2, 4, 4, dtype=torch.int32)), "another shape or type"),
        (put("conv1.0.weight_orig", torch.tensor(1.0)), "another shape"),
        (put("conv1.0.weight_orig", torch.ones(4096, 2, 4, 4)), "another shape"),
        (put("conv1.0.weight_orig", torch.full((4, 2, 4, 4), 1e300, dtype=torch.float64)), "EdgeModel_dis.pth"),
        (put("conv1.0.weight_orig", torch.full((4, 2, 4, 4), float("nan"))), "not finite"),
        (lambda path: path.write_bytes(b"<html>"), "web page"),
        (lambda path: path.write_bytes(path.read_bytes()[:500]), "EdgeModel_dis.pth"),
        (lambda path: path.write_bytes(b""), "empty"),
    ],
)
def test_what_does_not_fit_is_left_out_with_a_sentence(home, damage, reason):
    imported = change(home, damage)
    assert set(discriminators.read(imported.weights)) == {"critic"}
    notes = [note for note in imported.notes if "begins with a new" in note]
    assert all("\n" not in note for note in imported.notes)
    assert re.search(reason, " ".join(notes))
    assert NEW in " ".join(notes)
    assert "With the discriminators of InpaintingModel_dis.pth" in " ".join(imported.notes)


def test_one_that_is_missing_is_named_and_warms_up(home, monkeypatch):
    imported = change(home, lambda path: path.unlink())
    assert f"There is no edge critic with them; {NEW}." in imported.notes
    trainer, recorder = fine_tune(home, imported.weights.name, "edge-connect", monkeypatch)
    assert set(trainer.state.warm_up) == {"edge critic"}
    texts = " ".join(event.text for event in recorder.events if event.kind == "note")
    assert f"'{imported.weights.name}' has no edge critic; this training begins with a new one." in texts


@pytest.mark.parametrize(
    "damage", [put("conv2.0.weight_u", torch.zeros(8)), rewrite(lambda held: held.pop("conv2.0.weight_u"))]
)
def test_vectors_of_no_use_are_computed_again(home, damage):
    imported = change(home, damage)
    kept = discriminators.read(imported.weights)["edge critic"]
    base = "layers.1.0.parametrizations.weight"
    matrix = kept[f"{base}.original"].flatten(1)
    found = kept[f"{base}.0._u"] @ matrix @ kept[f"{base}.0._v"]
    torch.testing.assert_close(found, torch.linalg.svdvals(matrix)[0], rtol=1e-4, atol=0)


def test_the_narrower_local_critic_of_the_port_is_left_out(home):
    files, _ = published.write("deepfill-v1-port", home / "files")
    path = home / "files" / "dis_00430000.pt"
    both = torch.load(path)
    both["localD"]["dis_conv_module.conv4.conv.weight"] = torch.ones(16, 16, 5, 5)
    both["localD"]["dis_conv_module.conv4.conv.bias"] = torch.ones(16)
    both["localD"]["linear.weight"] = torch.ones(1, 64)
    torch.save(both, path)
    imported = import_files(files)
    assert set(discriminators.read(imported.weights)) == {"global critic"}
    assert "The local critic in dis_00430000.pt cannot be used" in " ".join(imported.notes)


def test_a_full_disk_is_a_sentence(home, monkeypatch):
    files, _ = published.write("lama", home / "files")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(discriminators, "save", full)
    imported = import_files(files)
    assert "discriminators were not imported" in " ".join(imported.notes)
    assert "With the discriminators" not in " ".join(imported.notes)
    assert imported.weights.read()


@pytest.mark.parametrize("system", ["deepfill-v1", "deepfill-v2"])
def test_a_critic_pads_as_its_network_does(system):
    config = published.system_of(system).small
    made = [published.make_recipe(system, config | {"padding": padding}) for padding in ("same", "symmetric")]
    name = next(iter(made[0].discriminators()))
    first = [next(m for m in r.discriminators()[name].modules() if isinstance(m, torch.nn.Conv2d)) for r in made]
    image = torch.rand(1, first[0].in_channels, 32, 32, generator=torch.Generator().manual_seed(1))
    for layer, before, after in zip(first, (1, 2), (2, 2), strict=True):
        padded = torch.nn.functional.pad(image, (before, after, before, after))
        expected = torch.nn.functional.conv2d(padded, layer.weight, layer.bias, stride=2)
        torch.testing.assert_close(layer(image), expected[..., :16, :16], rtol=1e-5, atol=1e-5)
