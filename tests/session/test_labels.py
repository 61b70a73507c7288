"""Labels: a model predicts them for the hole, the user paints over them, and a fill has what was painted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.label_map import read_label_map, write_label_map
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.session.raster import HOLE, LABELS, PHOTO, PREDICTED
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker
from tests.session.label_models import CLASSES, FILLED, LabelFiller, halves, models

HOLE_AT = Box(100, 120, 180, 200)
PAINTED_AT = Box(110, 130, 130, 190)  # in the upper half of the hole
OUTSIDE_AT = Box(10, 20, 40, 60)


@pytest.fixture
def filler() -> LabelFiller:
    return LabelFiller()


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, filler: LabelFiller, photo: np.ndarray) -> Iterator[Session]:
    made = Session(Settings(tmp_path / "settings.toml"), FillWorker(filler, models))
    made.document.load(photo_from_array(photo))
    with qtbot.waitSignal(made.models.changed):
        made.start()
    made.models.name = "mapper"
    yield made
    filler.gate.set()
    made.close()


def mark(session: Session, box: Box = HOLE_AT, value: int = 255, raster: str = HOLE) -> None:
    """A stroke over a box."""
    edit = session.document.live_edit(raster)
    edit.write(box, np.full((box.height, box.width), value, np.uint8))
    edit.commit("Stroke")


def raster(session: Session, name: str) -> np.ndarray:
    return session.document.raster(name)


def predict(qtbot: Any, session: Session) -> None:
    with qtbot.waitSignal(session.labels.predicted):
        assert session.labels.predict()


def fill(qtbot: Any, session: Session) -> None:
    with qtbot.waitSignal(session.fills.filled):
        assert session.fills.start()


def status_of(qtbot: Any, session: Session, do: Any) -> str:
    with qtbot.waitSignal(session.status) as status:
        do()
    return str(status.args[0].text)


def test_a_prediction_lies_inside_the_hole_as_one_step(qtbot: Any, session: Session, filler: LabelFiller) -> None:
    mark(session)
    photo, steps = raster(session, PHOTO).copy(), len(session.document.history)
    predict(qtbot, session)
    assert filler.requests[-1].options.only == "labels"
    assert filler.requests[-1].guide.labels is None
    expected = np.where(raster(session, HOLE) > 0, halves(session.document.size, HOLE_AT), 0)
    np.testing.assert_array_equal(raster(session, PREDICTED), expected)
    assert not raster(session, LABELS).any()
    assert (raster(session, PHOTO) == photo).all()
    assert len(session.document.history) == steps + 1
    assert session.document.undo_text == "Predict labels"
    session.document.undo()
    assert not raster(session, PREDICTED).any()
    session.document.redo()
    np.testing.assert_array_equal(raster(session, PREDICTED), expected)


def test_painted_classes_win_over_predicted_ones(qtbot: Any, session: Session, filler: LabelFiller) -> None:
    mark(session)
    predict(qtbot, session)
    mark(session, PAINTED_AT, 4, LABELS)
    predict(qtbot, session)
    guide_labels = filler.requests[-1].guide.labels
    np.testing.assert_array_equal(guide_labels, raster(session, LABELS))
    assert (raster(session, PREDICTED)[PAINTED_AT.slices] == 4).all()
    assert (raster(session, LABELS)[PAINTED_AT.slices] == 4).all()
    assert raster(session, PREDICTED)[175, 150] == 2
    fill(qtbot, session)
    np.testing.assert_array_equal(filler.requests[-1].guide.labels, guide_labels)
    assert raster(session, PHOTO)[120, 150, 0] == FILLED + 40
    assert raster(session, PHOTO)[175, 150, 0] == FILLED + 20


def test_a_fill_removes_the_labels_of_its_hole_in_the_same_step(qtbot: Any, session: Session) -> None:
    mark(session)
    predict(qtbot, session)
    mark(session, PAINTED_AT, 4, LABELS)
    mark(session, OUTSIDE_AT, 3, LABELS)
    painted, predicted = raster(session, LABELS).copy(), raster(session, PREDICTED).copy()
    steps = len(session.document.history)
    fill(qtbot, session)
    assert len(session.document.history) == steps + 1
    assert not raster(session, PREDICTED).any()
    assert not raster(session, LABELS)[HOLE_AT.slices].any()
    assert (raster(session, LABELS)[OUTSIDE_AT.slices] == 3).all()
    session.document.undo()
    np.testing.assert_array_equal(raster(session, LABELS), painted)
    np.testing.assert_array_equal(raster(session, PREDICTED), predicted)
    session.document.redo()
    assert not raster(session, LABELS)[HOLE_AT.slices].any()


def test_what_is_painted_while_a_fill_runs_stays(qtbot: Any, session: Session, filler: LabelFiller) -> None:
    mark(session)
    mark(session, PAINTED_AT, 4, LABELS)
    filler.gate.clear()
    assert session.fills.start()
    later = Box(115, 140, 120, 150)
    mark(session, later, 2, LABELS)
    with qtbot.waitSignal(session.fills.filled):
        filler.gate.set()
    assert (raster(session, LABELS)[later.slices] == 2).all()
    assert not raster(session, LABELS)[PAINTED_AT.slices][:, :5].any()


def test_predicted_labels_go_where_the_hole_goes_and_painted_ones_stay(qtbot: Any, session: Session) -> None:
    mark(session)
    predict(qtbot, session)
    mark(session, PAINTED_AT, 4, LABELS)
    before, painted = raster(session, PREDICTED).copy(), raster(session, LABELS).copy()
    half = Box(100, 120, 140, 200)
    for change in (lambda: mark(session, half, 0), session.document.invert_hole, session.document.clear_hole):
        change()
        assert not raster(session, PREDICTED)[half.slices].any()
        np.testing.assert_array_equal(raster(session, LABELS), painted)
        session.document.undo()
        np.testing.assert_array_equal(raster(session, PREDICTED), before)


def test_another_fill_follows_the_same_labels_and_a_candidate_keeps_its_map(
    qtbot: Any, session: Session, filler: LabelFiller
) -> None:
    mark(session)
    mark(session, PAINTED_AT, 4, LABELS)
    fill(qtbot, session)
    with qtbot.waitSignal(session.fills.filled):
        session.fills.another()
    first, second = (request.guide.labels for request in filler.requests[-2:])
    assert first is not None
    np.testing.assert_array_equal(first, second)
    for candidate in session.fills.candidates:
        (piece,) = candidate.labels
        inner = PAINTED_AT.shift(-piece.box.top, -piece.box.left)
        assert (piece.pixels[inner.slices] == 4).all()


def test_a_model_that_follows_labels_keeps_those_of_its_guide(qtbot: Any, session: Session) -> None:
    session.models.name = "follower"
    mark(session)
    mark(session, PAINTED_AT, 9, LABELS)
    drawn = raster(session, LABELS).copy()
    fill(qtbot, session)
    assert session.fills.shown is not None
    (piece,) = session.fills.shown.labels
    np.testing.assert_array_equal(piece.pixels, drawn[piece.box.slices])
    session.models.name = "plain"
    mark(session)
    mark(session, PAINTED_AT, 9, LABELS)
    fill(qtbot, session)
    assert session.fills.shown.labels == []


def test_clear_removes_painted_and_predicted_labels_in_one_step(qtbot: Any, session: Session) -> None:
    mark(session)
    predict(qtbot, session)
    mark(session, OUTSIDE_AT, 3, LABELS)
    session.labels.clear()
    assert not raster(session, LABELS).any()
    assert not raster(session, PREDICTED).any()
    assert session.document.undo_text == "Clear the labels"
    session.document.undo()
    assert raster(session, LABELS).any()
    assert raster(session, PREDICTED).any()


def test_another_model_ends_the_prediction_and_reasons_are_reported(
    qtbot: Any, session: Session, filler: LabelFiller
) -> None:
    assert "Brush over something" in status_of(qtbot, session, session.labels.predict)
    mark(session)
    filler.gate.clear()
    assert session.labels.predict()
    assert session.labels.is_predicting
    assert not session.edges.is_predicting
    session.models.name = "follower"
    assert not session.fills.is_busy
    filler.gate.set()
    text = status_of(qtbot, session, session.labels.predict)
    assert text == "This model predicts no labels; choose one that does."


# The palette


def test_the_palette_is_the_model_s_or_the_user_s_own(session: Session) -> None:
    palette = session.labels.palette
    assert palette.classes == CLASSES
    assert not palette.is_own
    assert not palette.rename(1, "heaven")
    assert not palette.add()
    palette.choose(9)
    assert palette.chosen == 4
    assert palette.of(9).name == "class 9"
    session.models.name = "follower"
    assert palette.is_own
    assert [each.name for each in palette.classes] == [f"class {number}" for number in range(1, 9)]
    assert palette.rename(2, "  old   wall ")
    assert palette.of(2).name == "old wall"
    assert not palette.rename(2, " ")
    assert palette.add()
    assert palette.chosen == 9 == len(palette.classes)
    session.models.name = "mapper"
    assert palette.chosen == 4
    session.models.name = "follower"
    assert palette.of(2).name == "old wall"


def test_own_classes_end_at_255(session: Session) -> None:
    session.models.name = "plain"
    palette = session.labels.palette
    palette.choose(255)
    assert len(palette.classes) == 255
    assert not palette.add()


# Files


def numbers(session: Session, number: int) -> np.ndarray:
    plane = np.zeros(session.document.size, np.uint8)
    plane[PAINTED_AT.slices] = number
    return plane


def test_a_label_map_is_saved_and_read_again(qtbot: Any, session: Session, tmp_path: Path) -> None:
    assert "no labels to save" in status_of(qtbot, session, lambda: session.labels.files.save(tmp_path / "none.png"))
    mark(session)
    predict(qtbot, session)
    mark(session, PAINTED_AT, 4, LABELS)
    path = tmp_path / "labels.png"
    assert status_of(qtbot, session, lambda: session.labels.files.save(path)) == "Saved labels.png."
    saved = read_label_map(path, session.document.size)
    assert saved.classes == CLASSES
    assert (saved.numbers[PAINTED_AT.slices] == 4).all()
    assert saved.numbers[175, 150] == 2
    assert saved.numbers[5, 5] == 0
    session.labels.clear()
    text = status_of(qtbot, session, lambda: session.labels.files.read(path))
    assert text == "labels.png was imported as labels, with 3 classes."
    np.testing.assert_array_equal(raster(session, LABELS), saved.numbers)
    assert session.document.undo_text == "Import labels"
    session.document.undo()
    assert not raster(session, LABELS).any()


def test_after_a_fill_its_map_is_saved(qtbot: Any, session: Session, tmp_path: Path) -> None:
    mark(session)
    fill(qtbot, session)
    path = tmp_path / "labels.png"
    status_of(qtbot, session, lambda: session.labels.files.save(path))
    saved = read_label_map(path, session.document.size).numbers
    inside = np.zeros(saved.shape, np.bool_)
    inside[HOLE_AT.slices] = True
    np.testing.assert_array_equal(saved, np.where(inside, halves(session.document.size, HOLE_AT), 0))


def test_names_of_a_file_become_own_classes_or_those_of_the_model(qtbot: Any, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "labels.png"
    write_label_map(path, numbers(session, 1), (LabelClass("Water", (1, 2, 3)),))
    status_of(qtbot, session, lambda: session.labels.files.read(path))
    assert (raster(session, LABELS)[PAINTED_AT.slices] == 4).all()
    session.models.name = "follower"
    status_of(qtbot, session, lambda: session.labels.files.read(path))
    assert (raster(session, LABELS)[PAINTED_AT.slices] == 1).all()
    assert session.labels.palette.classes == (LabelClass("Water", (1, 2, 3)),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nine", "labels.png has class 9, and Mapper model knows 4 (sky, grass, road, water); paint with those alone."),
        ("small", "The label map is 30 x 20 pixels and the photo 320 x 240; they must be of one size."),
        ("empty", "labels.png has no class at any pixel; 0 means that nothing is known."),
    ],
)
def test_a_map_that_does_not_fit_is_one_sentence(
    qtbot: Any, session: Session, tmp_path: Path, content: str, sentence: str
) -> None:
    height, width = session.document.size
    sentence = sentence.replace("320 x 240", f"{width} x {height}")
    plane = numbers(session, 9 if content == "nine" else 0)
    if content == "small":
        plane = np.ones((20, 30), np.uint8)
    Image.fromarray(plane).save(tmp_path / "labels.png")
    mark(session, OUTSIDE_AT, 3, LABELS)
    before = raster(session, LABELS).copy()
    with qtbot.waitSignal(session.failed) as failed:
        session.labels.files.read(tmp_path / "labels.png")
    assert failed.args[0] == sentence
    np.testing.assert_array_equal(raster(session, LABELS), before)


def test_a_palette_without_names_is_numbered(qtbot: Any, session: Session, tmp_path: Path) -> None:
    session.models.name = "plain"
    image = Image.fromarray(numbers(session, 1))
    image.putpalette([0, 0, 0, 9, 8, 7])
    image.save(tmp_path / "labels.png")
    with qtbot.waitSignal(session.status) as status:
        session.labels.files.read(tmp_path / "labels.png")
    assert status.args[0].text.endswith("with 1 class. labels.png has no names of classes, so they are numbered.")
    assert [each.name for each in session.labels.palette.classes] == ["class 1"]
    assert session.labels.palette.of(1).colour == (9, 8, 7)
