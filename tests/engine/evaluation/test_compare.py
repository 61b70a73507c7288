from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.evaluation import compare as comparison
from inpaint_studio.engine.evaluation import deep_metrics, entrants
from inpaint_studio.engine.evaluation.columns import FIGURES
from inpaint_studio.engine.evaluation.compare import PERFECT, compare
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.evaluation.kept_figures import KeptFigures
from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, NoWeights, UnknownModel
from inpaint_studio.models.base.interface import AUTO, Fill, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from tests import synthetic

SIZE = (48, 64)
FAST = Options(quality="fast", threads=1)
TRUTH = synthetic.photo(*SIZE)


class FakeModel:
    """Fills with the result of `draw(image, hole)` and keeps what it received."""

    def __init__(self, name, draw):
        self.traits = Traits(name, name.title(), "A fake.", values="bytes")
        self.draw, self.seen = draw, []

    def fill(self, image, hole, _guide, _options, _ticket):
        self.seen.append((image.copy(), hole))
        return Fill(self.draw(image, hole))

    def warm_up(self, ticket):
        self.seen.append("warm")
        ticket.report(1.0, "ready")


def grey(image, _hole):
    return np.full_like(image, 128)


def perfect_fill(image, _hole):
    """The truth: all photos here are the same."""
    return TRUTH[: image.shape[0], : image.shape[1]].copy()


@pytest.fixture
def models(monkeypatch):
    """Registers fakes beside the models there are."""

    def register(**functions):
        made = {name: FakeModel(name, draw) for name, draw in functions.items()}
        known = Registry({**registry().models, **made})
        monkeypatch.setattr(engine, "model_library", lambda: known)
        monkeypatch.setattr(comparison, "model_library", lambda: known)
        monkeypatch.setattr(entrants, "model_library", lambda: known)
        return made

    return register


@pytest.fixture
def cases(tmp_path, monkeypatch) -> list[Case]:
    """Four photos: holes of 25, 25, 6 and 50 % of three kinds, in two groups."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    found = []
    for number, (rows, columns, kind, group) in enumerate(
        [(24, 32, "square", "town"), (24, 32, "square", "wood"), (12, 16, "small", "wood"), (24, 64, "", "")]
    ):
        hole = np.zeros(SIZE, np.uint8)
        hole[:rows, :columns] = 255
        photo, mask = tmp_path / f"{number}.png", tmp_path / f"{number}_mask.png"
        Image.fromarray(TRUTH).save(photo)
        Image.fromarray(hole).save(mask)
        found.append(Case(photo, mask, kind, group))
    return found


def measure(cases, *names: str, **how):
    return compare(cases, names, FAST, how.pop("plain", False), how.pop("ticket", Ticket()), **how)


def test_models_are_measured_side_by_side(models, cases):
    fakes = models(grey=grey, perfect=perfect_fill)
    found = measure(cases, "grey", "perfect", "grey")
    rows = {(row.model, row.group, row.kind): row for row in found.rows()}
    assert [(row.group, row.kind, row.n) for row in found.rows() if row.model == "grey"] == [
        ("all", "all", 4),
        ("all", "1-10 %", 1),
        ("all", "20-30 %", 2),
        ("all", "40-50 %", 1),
        ("all", "small", 1),
        ("all", "square", 2),
        ("town", "all", 1),
        ("wood", "all", 2),
    ]
    assert len(found.rows()) == 16
    best, poor = (rows[name, "all", "all"].figures for name in ("perfect", "grey"))
    assert set(best) == set(FIGURES)
    assert (best["psnr"], best["l1"], best["sharpness"]) == (PERFECT, 0, 1)
    assert poor["psnr"] < 30
    assert poor["tv_ratio"] < 1
    assert poor["lpips"] is poor["fid"] is None
    small = rows["grey", "all", "small"].figures["psnr"]
    assert small == pytest.approx(10 * np.log10(255**2 / ((TRUTH[:12, :16] - 128.0) ** 2).mean()))
    assert fakes["grey"].seen[0] == "warm"
    assert len(fakes["grey"].seen) == 5
    for seen, hole in fakes["grey"].seen[1:]:
        assert not seen[hole].any(), "a model saw the original pixels of the hole"


def test_a_flat_truth_keeps_means_finite(models, cases):
    models(grey=grey)
    Image.fromarray(np.full((*SIZE, 3), 90, np.uint8)).save(cases[0].photo)
    every = measure(cases, "grey").rows()[0]
    assert every.n == 4
    assert np.isfinite(every.figures["tv_ratio"])
    assert measure(cases[:1], "grey").rows()[0].figures["tv_ratio"] is None


def test_unreadable_files_are_left_out_with_their_reason(models, cases):
    models(grey=grey, perfect=perfect_fill)
    cases[0].photo.write_text("no picture")
    cases[2].mask.unlink()
    found = measure(cases, "grey", "perfect")
    assert found.compared == [1, 3]
    assert [(out.case, out.model) for out in found.left_out] == [(cases[0], ""), (cases[2], "")]
    assert "0.png is not a picture" in found.left_out[0].reason
    assert found.left_out[1].reason == "There is no file 2_mask.png; check the name."
    assert any(note.startswith("2 of 4 photos are left out") for note in found.notes)


def test_a_photo_that_one_model_cannot_fill_is_left_out_for_all(models, cases):
    def fill_small_holes(image, hole):
        if hole.mean() > 0.4:
            raise ZeroDivisionError("too\nlarge")
        return grey(image, hole)

    def refuse(_image, _hole):
        raise InputError("Not today.")

    models(picky=fill_small_holes, never=refuse, perfect=perfect_fill)
    found = measure(cases, "picky", "never", "perfect")
    assert found.compared == [0, 1, 2]
    reasons = {(out.model, out.reason) for out in found.left_out}
    assert ("picky", "a fault of the model: ZeroDivisionError: too large") in reasons
    assert ("never", "Not today.") in reasons
    assert [(row.model, row.n) for row in found.rows()[:3]] == [("picky", 3), ("never", 0), ("perfect", 3)]
    assert set(found.rows()[1].figures.values()) == {None}
    assert "never filled none of the photos; it has no figures." in found.notes
    with pytest.raises(InputError, match=r"No photo could be measured. 0.png with 0_mask.png by never: Not today\."):
        measure(cases, "never")


def test_models_that_cannot_fill_are_refused_at_the_start(models, cases):
    fakes = models(grey=grey)
    for names, plain, error in (
        (["grey", "lama"], False, NoWeights),
        (["grey", "gray"], False, UnknownModel),
        (["grey", AUTO], True, InputError),
    ):
        with pytest.raises(error):
            measure(cases, *names, plain=plain)
    assert fakes["grey"].seen == []


def test_plain_and_auto(models, cases):
    models(grey=grey)
    assert measure(cases[:1], "telea", plain=True).rows()[0].n == 1
    assert measure(cases[:1], AUTO).rows()[0].model == AUTO


def test_progress_and_cancelling(models, cases):
    fakes = models(grey=grey, perfect=perfect_fill)
    reports = []
    ticket = Ticket(lambda fraction, note: reports.append((fraction, note)))
    measure(cases, "grey", "perfect", ticket=ticket)
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert {note for _, note in reports} == {f"{name}: {n} of 4" for name in ("grey", "perfect") for n in range(1, 5)}

    fakes["grey"].seen.clear()
    stopping = Ticket(lambda fraction, _: fraction > 0.2 and stopping.cancel())
    with pytest.raises(Cancelled):
        measure(cases, "grey", ticket=stopping)
    assert len(fakes["grey"].seen) < 4


def test_a_watcher_sees_every_fill_and_its_failure_ends_the_run(models, cases):
    models(grey=grey, perfect=perfect_fill)
    seen = []

    def watch(number, model, truth, hole, filled):
        seen.append((number, model))
        np.testing.assert_array_equal(filled[~hole], truth[~hole])

    measure(cases, "grey", "perfect", watch=watch)
    assert seen == [(number, model) for model in (0, 1) for number in range(4)]

    def full(*_):
        raise InputError("The disk is full.")

    with pytest.raises(InputError, match="disk is full"):
        measure(cases, "grey", watch=full)


class MeanColour:
    """Replaces Inception: its features are the mean colour."""

    note = "Not the usual one."

    def features(self, image):
        return image.mean(axis=(0, 1))


def test_fid_where_its_network_is_available(models, cases, monkeypatch):
    models(grey=grey, perfect=perfect_fill)
    monkeypatch.setattr(deep_metrics, "Inception", MeanColour)
    monkeypatch.setattr(deep_metrics, "load_inception", MeanColour)
    found = measure(cases * 3, "grey", "perfect")
    overall = {row.model: row.figures["fid"] for row in found.rows() if (row.group, row.kind) == ("all", "all")}
    assert overall["perfect"] == pytest.approx(0, abs=1e-6)
    assert overall["grey"] > 1
    assert {row.figures["fid"] for row in found.rows() if row.kind != "all"} == {None}
    assert "Not the usual one." in found.notes
    assert any(note.startswith("FID over 12 photos is noisy; it is stable from about 2000") for note in found.notes)


def test_few_photos_have_no_fid(models, cases, monkeypatch):
    models(grey=grey)
    notes = measure(cases, "grey").notes
    assert [note for note in notes if "LPIPS" in note and deep_metrics.ALEXNET.url in note]
    assert [note for note in notes if "FID and KID" in note and deep_metrics.OTHER_INCEPTION.url in note]
    monkeypatch.setattr(deep_metrics, "Inception", MeanColour)
    monkeypatch.setattr(deep_metrics, "load_inception", MeanColour)
    found = measure(cases, "grey")
    assert "FID is left out: it needs 10 photos or more." in found.notes
    assert (found.rows()[0].figures["fid"], found.rows()[0].figures["kid"] is None) == (None, False)
    notes = measure(cases[:3], "grey").notes
    assert "KID is left out: it needs 4 photos or more." in notes


def test_kid_beside_fid(models, cases, monkeypatch):
    models(grey=grey, perfect=perfect_fill)
    monkeypatch.setattr(deep_metrics, "Inception", MeanColour)
    monkeypatch.setattr(deep_metrics, "load_inception", MeanColour)
    found = measure(cases * 3, "grey", "perfect")
    poor, best = found.rows()[:2]
    assert (best.figures["kid"], best.kid_spread) == (0, 0)
    assert poor.figures["kid"] == found.kid["grey"][0].mean
    assert poor.kid_spread > 0
    assert poor.intervals["kid"].low <= poor.figures["kid"] <= poor.intervals["kid"].high
    (difference,) = [each for each in found.differences() if each.figure == "kid"]
    assert difference.interval.mean == pytest.approx(poor.figures["kid"])
    assert best.better_than["kid"] == ["grey"]
    assert "kid" not in poor.better_than
    assert "fid" not in best.better_than, "FID has no test"
    assert {row.figures["kid"] for row in found.rows() if row.kind != "all"} == {None}


def test_several_seeds_are_averaged_before_photos(models, cases):
    fakes = models(grey=grey)

    def fill_by_seed(image, _hole, _guide, options, _ticket):
        seen.append(options.seed)
        return Fill(np.full_like(image, 100 + 10 * (options.seed % 3)))

    seen = []
    fakes["grey"].fill = fill_by_seed
    shown = []
    ticket = Ticket(lambda fraction, _: shown.append(fraction))
    found = measure(cases, "grey", seeds=3, ticket=ticket, watch=lambda *facts: shown.append(facts[4][0, 0, 0]))
    assert seen == [0, 1, 2] * 4
    assert [value for value in shown if value > 1] == [100] * 4, "the pictures are those of the first seed"
    first = found.by_seed["grey"][0]
    assert len(first) == 3
    assert found.measured["grey"][0]["psnr"] == pytest.approx(np.mean([each["psnr"] for each in first]))
    row = found.rows()[0]
    by_seed = [np.mean([found.by_seed["grey"][number][seed]["psnr"] for number in range(4)]) for seed in range(3)]
    assert row.figures["psnr"] == pytest.approx(np.mean(by_seed))
    assert row.between_seeds["psnr"] == pytest.approx(np.std(by_seed, ddof=1))
    assert measure(cases, "grey").rows()[0].between_seeds == {}
    seen.clear()
    compare(cases[:1], ["grey"], Options(quality="fast", threads=1, seed=2**32 - 1), False, Ticket(), seeds=2)
    assert seen == [2**32 - 1, 0]


def test_holes_outside_the_papers_sizes_are_counted_apart(models, cases, tmp_path):
    models(grey=grey)

    def part(count):
        def draw(height, width):
            hole = np.zeros(height * width, bool)
            hole[:count] = True
            return hole.reshape(height, width)

        return draw

    photo = tmp_path / "0.png"
    found = measure([Case(photo, part(count)) for count in (20, 1000, 2000, 2500)], "grey")
    assert [(row.kind, row.n) for row in found.rows()] == [
        ("all", 4), ("1 % or less", 1), ("30-40 %", 1), ("over 60 %", 2)
    ]  # fmt: skip
    (note,) = [note for note in found.notes if "outside" in note]
    assert note.endswith("counted apart: 1 of 1 % or less and 2 of over 60 %.")
    assert not [note for note in measure(cases, "grey").notes if "outside" in note]


def test_a_case_without_a_file_for_its_hole(models, tmp_path):
    models(grey=grey)
    Image.fromarray(TRUTH).save(tmp_path / "a.png")
    found = measure([Case(Path(tmp_path / "a.png"), lambda height, width: synthetic.disc(height, width))], "grey")
    assert found.rows()[0].n == 1


@pytest.fixture
def different(cases) -> list[Case]:
    """The four cases, no two of them with the same hole."""
    hole = np.zeros(SIZE, np.uint8)
    hole[-24:, -32:] = 255
    Image.fromarray(hole).save(cases[1].mask)
    return cases


def test_what_is_kept_is_not_filled_again(models, different, tmp_path):
    fakes = models(grey=grey, perfect=perfect_fill)
    file = tmp_path / "kept.csv"
    first = measure(different[:3], "grey", keep=KeptFigures(file))
    assert len(fakes["grey"].seen) == 4  # and the warm-up
    seen = []
    both = measure(different, "grey", "perfect", keep=KeptFigures(file), watch=lambda *fill: seen.append(fill[:2]))
    assert len(fakes["grey"].seen) == 4 + 2
    assert seen == [(3, 0), (0, 1), (1, 1), (2, 1), (3, 1)], "watched are the fills that were made"
    assert [both.measured["grey"][number] for number in range(3)] == [*first.measured["grey"].values()]
    measure(different, "perfect", "grey", keep=KeptFigures(file), watch=lambda *_: pytest.fail("filled again"))
    plain = measure(different, "grey", "perfect")
    assert [without_time(row) for row in both.rows()] == [without_time(row) for row in plain.rows()]


def test_a_file_that_cannot_keep_figures_ends_the_run_at_once(models, cases, tmp_path):
    fakes = models(grey=grey)
    with pytest.raises(InputError, match=r"The figures were not kept in kept\.csv"):
        measure(cases, "grey", keep=KeptFigures(tmp_path / "missing" / "kept.csv"))
    assert len(fakes["grey"].seen) == 2, "the warm-up and one fill"


def test_another_photo_hole_seed_or_option_is_filled_again(models, cases, tmp_path):
    fakes = models(grey=grey)
    keep = KeptFigures(tmp_path / "kept.csv")
    measure(cases[:1], "grey", keep=keep)
    count = len(fakes["grey"].seen)
    for options in (replace(FAST, quality="best"), replace(FAST, seed=5), replace(FAST, precision="float32")):
        compare(cases[:1], ["grey"], options, False, Ticket(), keep=keep)
        assert len(fakes["grey"].seen) == count + 2
        count += 2
    brighter = np.minimum(TRUTH, 254) + 1
    Image.fromarray(brighter).save(cases[0].photo)
    measure(cases[:1], "grey", keep=keep)
    assert len(fakes["grey"].seen) == count + 2


def test_options_of_one_model_alone(models, cases):
    seen = []

    def draw(image, hole, options):
        seen.append((options.quality, options.start))
        return grey(image, hole)

    fake = models(grey=grey)["grey"]
    fake.fill = lambda image, hole, _guide, options, _ticket: Fill(draw(image, hole, options))
    found = measure(cases[:1], "grey", "grey:quality=best,start=none", "grey:start=none")
    assert seen == [("fast", "auto"), ("best", "none"), ("fast", "none")]
    assert [row.model for row in found.rows()[:3]] == ["grey", "grey:quality=best,start=none", "grey:start=none"]


def test_seeds_are_kept_one_by_one(models, different, tmp_path):
    fakes = models(grey=grey)
    keep = KeptFigures(tmp_path / "kept.csv")
    measure(different, "grey", keep=keep)
    found = measure(different, "grey", keep=keep, seeds=3)
    assert len(fakes["grey"].seen) == 1 + 4 + 1 + 8
    assert [len(own) for own in found.by_seed["grey"].values()] == [3] * 4


def test_crossed_rows(models, cases):
    models(grey=grey, perfect=perfect_fill)
    rows = measure(cases, "grey", "perfect").crossed_rows()
    assert [(row.model, row.group, row.kind, row.n) for row in rows] == [
        ("grey", "town", "square", 1),
        ("perfect", "town", "square", 1),
        ("grey", "wood", "small", 1),
        ("perfect", "wood", "small", 1),
        ("grey", "wood", "square", 1),
        ("perfect", "wood", "square", 1),
    ]
    assert rows[1].figures["psnr"] == PERFECT


def without_time(row):
    figures = {name: value for name, value in row.figures.items() if name != "seconds"}
    return row.model, row.group, row.kind, row.n, figures
