"""The command that makes a shipped set, with a network of four channels and a handful of steps."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.metadata import read_header
from inpaint_studio.engine.weights.model_card import ModelCard
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import format_classes
from inpaint_studio.models.base.interface import LabelClass
from tests.training.release.conftest import PLAN, SECOND, Made
from training.labels.labelling import CENTRES, CLASSES
from training.release.__main__ import main
from training.release.make import MakeOptions, make
from training.release.plan import parse_plan
from training.release.stages import RECORD, StageRecord, parse_records
from training.run.selection import Selection

TWO_STAGES = PLAN.replace("\n[cuda", f"{SECOND}\n[cuda", 1)


def run(made: Made, *flags: str, expect: int = 0) -> None:
    command = ["tiny", f"--photos={made.photos}", f"--output={made.run}", "--stages=processor"]
    assert main([*command, *flags]) == expect


def records(made: Made) -> list[StageRecord]:
    return list(parse_records(read_header(made.file).facts["stages"]))


def test_a_set_is_trained_measured_and_written_with_its_card(made):
    weights = read_header(made.file, shipped=True)
    assert (weights.system, weights.origin, weights.licence) == ("deepfill-v2", "shipped", "free")
    assert weights.config["width"] == 4
    assert weights.trained_at == 64
    card = ModelCard.of(weights.facts)
    assert card is not None
    assert card.title == "A tiny set"
    assert card.stages == ("First: 3 steps of 2 crops of 64 px",)
    assert card.held_out is not None
    assert (card.held_out.size, card.held_out.crops) == (64, 2)
    assert 0 < card.held_out.psnr < 99
    assert "CC0-1.0" in card.photos_used
    assert card.trained[:2] == "20"
    assert " core" in card.machine
    assert "Written: " in (made.home / "out.txt").read_text()


def test_the_credits_name_each_source_with_its_licence(made):
    text = (made.shipped / "CREDITS.md").read_text(encoding="utf-8")
    assert "photos of tiny" in text
    assert "- land/scapes: 2 photos, CC-BY-4.0\n  - Photo 8 by A. Cook\n  - Photo 9 by A. Cook" in text


def test_the_file_is_in_half_precision_and_computes_in_single(made):
    kinds = {value.dtype for value in load_file(made.file).values() if value.dim() >= 2}
    assert kinds == {torch.float16}
    read = read_header(made.file, shipped=True).read()
    assert all(value.dtype is torch.float32 for value in read.values())
    last = load_file(made.stage / "last.safetensors")
    assert all(torch.allclose(read[key], value, rtol=1e-3, atol=1e-6) for key, value in last.items())


def test_a_finished_set_goes_on_with_a_further_stage(made):
    first = load_file(made.file)
    made.plan.write_text(TWO_STAGES)
    run(made)
    assert [record.steps for record in records(made)] == [3, 2]
    assert read_header(made.file).trained_at == 96
    assert any(not torch.equal(first[key], value) for key, value in load_file(made.file).items())


def test_the_best_weights_of_a_stage_are_written_and_trained_on(made):
    """Their file is called after their step and their figure, as no set may be."""
    best = made.stage / "best" / "step-000002-psnr-20.0428.safetensors"
    best.parent.mkdir(exist_ok=True)
    shutil.move(made.stage / "last.safetensors", best)
    record = json.loads((made.stage / RECORD).read_text())
    (made.stage / RECORD).write_text(json.dumps(record | {"file": best.relative_to(made.stage).as_posix()}))
    made.file.unlink()
    run(made, "--export-only")
    assert read_header(made.file).name == "tiny"
    made.file.unlink()
    made.plan.write_text(TWO_STAGES)
    run(made)
    assert [record.steps for record in records(made)] == [3, 2]


def test_nothing_is_left_to_train(made, capsys):
    before = made.file.read_bytes()
    shutil.rmtree(made.run)
    run(made)
    assert "All stages of 'tiny' are done" in capsys.readouterr().out
    assert made.file.read_bytes() == before


def test_without_its_run_folder_it_goes_on_from_the_shipped_set(made):
    shutil.rmtree(made.run)
    made.plan.write_text(TWO_STAGES)
    run(made)
    assert [record.title for record in records(made)] == ["First", "Second"]
    assert not made.stage.exists()


def test_a_stage_that_was_not_whole_goes_on_from_the_shipped_set(made):
    shutil.rmtree(made.run)
    made.plan.write_text(PLAN.replace("steps = 3", "steps = 4"))
    run(made)
    assert [record.steps for record in records(made)] == [4]
    assert read_header(made.stage / "last.safetensors").facts["base"] == "tiny"


@pytest.mark.parametrize("how", ["scratch", "another width"])
def test_it_begins_from_nothing(how, made, capsys):
    shutil.rmtree(made.run)
    if how == "another width":
        made.plan.write_text(PLAN.replace("width = 4", "width = 6"))
    run(made, *(["--scratch"] if how == "scratch" else []))
    assert made.stage.exists()
    assert read_header(made.file).config["width"] == (4 if how == "scratch" else 6)
    assert ("is built in another way" in capsys.readouterr().out) == (how == "another width")


def test_a_damaged_shipped_set_is_a_sentence(made, capsys):
    shutil.rmtree(made.run)
    made.file.write_bytes(b"damaged")
    run(made, expect=2)
    assert "tiny.safetensors is damaged" in capsys.readouterr().err


def test_the_command_reports_that_no_step_was_better(nothing_made, monkeypatch, capsys):
    monkeypatch.setattr(Selection, "_is_better", lambda *_: False)
    nothing_made.plan.write_text(PLAN.replace('take = "last"', ""))
    run(nothing_made)
    assert "No step was better than the start" in capsys.readouterr().out


def test_it_stops_in_time_and_goes_on_where_it_stopped(nothing_made, capsys):
    made = nothing_made
    made.plan.write_text(PLAN.replace("steps = 3", "steps = 100000"))
    run(made, "--minutes=0.0001")
    assert "Stopped." in capsys.readouterr().out
    assert not made.file.exists()
    steps = int(read_header(made.stage / "last.safetensors").facts["steps"])
    assert 0 < steps < 100000
    run(made, "--export-only")
    assert [record.steps for record in records(made)] == [steps]
    made.plan.write_text(PLAN.replace("steps = 3", f"steps = {steps + 2}"))
    capsys.readouterr()
    run(made)
    assert "First, resumed" in capsys.readouterr().out
    assert records(made)[0].steps == steps + 2


def test_weights_trained_elsewhere_are_put_in(made):
    other = made.home / "elsewhere.safetensors"
    shutil.move(made.stage / "last.safetensors", other)
    shutil.rmtree(made.run)
    made.file.unlink()
    run(made, "--export-only", f"--from={other}")
    facts = read_header(made.file).facts
    assert (facts["title"], facts["machine"]) == ("A tiny set", "a machine that is not known")
    assert [record.steps for record in records(made)] == [3]


def test_the_classes_of_label_maps_ship_with_the_weights(made):
    last, other = read_header(made.stage / "last.safetensors"), made.home / "elsewhere.safetensors"
    about = {"system": last.system, "config": last.config, "licence": last.licence, "terms": last.terms}
    known = {CLASSES: format_classes([LabelClass("sky", (1, 2, 3))]), CENTRES: "their centres"}
    facts = {**last.facts, **known}
    store.save(last.read(), name="elsewhere", **about, origin="trained", facts=facts, file=other)
    run(made, "--export-only", f"--from={other}")
    shipped = read_header(made.file, shipped=True)
    assert shipped.classes == (("sky", (1, 2, 3)),)
    assert shipped.facts[CENTRES] == "their centres"


def test_weights_that_are_not_free_do_not_ship(made, capsys):
    last = read_header(made.stage / "last.safetensors")
    other = made.home / "elsewhere.safetensors"
    store.save(
        last.read(),
        name="elsewhere",
        system=last.system,
        config=last.config,
        licence="non-commercial",
        origin="trained",
        file=other,
    )
    before = made.file.read_bytes()
    run(made, "--export-only", f"--from={other}", expect=2)
    assert "elsewhere.safetensors is not free" in capsys.readouterr().err
    assert made.file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("other", {}, "There is no plan for weights called 'other'; there are tiny."),
        ("tiny", {"photos": Path("/nowhere")}, "There is no folder of photos /nowhere."),
        ("tiny", {"file": Path("x.safetensors")}, "use it with --export-only"),
        ("tiny", {"export_only": True}, "Nothing was trained in"),
        ("tiny", {"export_only": True, "file": Path("x.safetensors"), "done": 2}, "--done must be from 1 to 1"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(name, options, sentence, nothing_made):
    with pytest.raises(InputError) as raised:
        make(MakeOptions(name, **({"photos": nothing_made.photos, "output": nothing_made.run} | options)), print)
    assert sentence in str(raised.value)
    assert not nothing_made.shipped.exists()


def test_the_command_reports_an_error_in_one_line(nothing_made, capsys):
    (nothing_made.photos / "train" / "index.csv").unlink()
    run(nothing_made, expect=2)
    assert capsys.readouterr().err.startswith(f"error: The folder {nothing_made.photos} has no index.csv")


def test_sets_beyond_the_limit_do_not_ship(made, monkeypatch, capsys):
    made.file.unlink()
    monkeypatch.setattr("training.release.export.MOST", 1000)
    run(made, "--export-only", expect=2)
    assert "are allowed" in capsys.readouterr().err
    assert not made.file.exists()


def test_a_stage_may_vary_its_crops(tmp_path):
    found = tomllib.loads(PLAN)
    found["stages"][0] |= {"size": 96, "more_sizes": [64, 80], "colours": "wide"}
    plan = parse_plan("tiny", found)
    request = plan.request(plan.courses["processor"], 0, tmp_path, tmp_path, None)
    assert (request.size, request.smaller_sizes(), request.colours) == (96, (64, 80), "wide")
