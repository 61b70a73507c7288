"""A message dies with the state that it describes: in the status line, over the canvas, and hints."""

from __future__ import annotations

import ast
import gc
import weakref
from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtGui import QImage

import inpaint_studio
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.reporting import State, Status
from tests.ui.training_studio import TrainingStudio

READY = "Ready"


@pytest.fixture
def calm(studio: TrainingStudio) -> TrainingStudio:
    """A studio whose fillers are prepared."""
    studio.qtbot.waitUntil(lambda: studio.window.status.message == READY)
    return studio


def message(studio: TrainingStudio) -> str:
    return studio.window.status.message


def fail_to_open(studio: TrainingStudio, name: str = "truncated.jpg") -> None:
    path = studio.folder / name
    path.write_bytes(b"\xff\xd8 no more")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.session.open(path)


def test_the_line_about_opening_a_photo_ends_where_that_fails(calm):
    fail_to_open(calm)
    assert message(calm) == READY
    assert "truncated.jpg" in calm.window.message.text


def test_the_line_about_saving_a_photo_ends_where_that_fails(calm):
    with calm.qtbot.waitSignal(calm.session.failed):
        calm.session.save(calm.folder / "no such folder" / "x.png")
    assert message(calm) == READY


def test_the_error_of_an_earlier_photo_leaves_the_message_about_a_later_one(calm):
    calm.session.open(calm.folder / "missing.png")
    calm.session.open(calm.photo)
    with calm.qtbot.waitSignal(calm.session.failed):
        pass
    assert message(calm) in ("Opening bird.png…", READY)
    calm.qtbot.waitUntil(lambda: message(calm) == READY)


def test_an_error_of_a_file_stays_while_one_draws_and_goes_with_the_next_file(calm):
    fail_to_open(calm)
    calm.brush()
    assert "truncated.jpg" in calm.window.message.text
    calm.open(calm.make_photo("other.png"))
    assert calm.window.message.text == ""


def test_no_weights_yet_goes_when_another_model_is_chosen(calm):
    models = calm.session.models
    models.name = "blank"
    calm.brush()
    calm.press("Return")
    assert message(calm).startswith("Blank has no weights yet")
    models.name = "auto"
    assert message(calm) == READY


def test_draw_first_goes_when_something_is_drawn(calm):
    calm.press("Return")
    assert message(calm).startswith("Brush over something first")
    calm.brush()
    assert message(calm) == READY


def test_an_outcome_of_a_fill_stays_while_one_draws_and_goes_with_the_fill(calm):
    calm.fill()
    filled = message(calm)
    assert filled.startswith("Filled by")
    calm.brush((20, 20), (40, 20))
    assert message(calm) == filled
    calm.session.document.history.undo(calm.session.document)  # as no message follows, this is undone in silence
    calm.session.document.history.undo(calm.session.document)
    calm.session.document.historyChanged.emit()
    assert message(calm) == READY


def test_news_goes_with_the_next_step(calm):
    with calm.qtbot.waitSignal(calm.session.saved):
        calm.session.save(calm.folder / "x.png")
    assert message(calm) == "Saved x.png."
    calm.brush()
    assert message(calm) == READY


def test_under_an_old_message_the_fill_that_runs_is_shown_again(calm):
    calm.filler.gate.clear()
    calm.brush()
    calm.press("Return")
    calm.qtbot.waitUntil(lambda: message(calm) == "Searching")
    calm.session.status.emit(Status.result("Saved x.png."))
    calm.brush((20, 20), (40, 20))
    assert message(calm) in ("Filling…", "Searching")
    calm.filler.gate.set()
    calm.qtbot.waitUntil(lambda: not calm.session.fills.is_busy)


def test_an_error_of_a_fill_goes_with_what_it_was_about(calm):
    calm.filler.fails = True
    calm.brush()
    with calm.qtbot.waitSignal(calm.session.fills.failed):
        calm.press("Return")
    assert calm.window.message.text
    calm.brush((20, 20), (40, 20))
    assert calm.window.message.text == ""


def test_an_error_of_weights_goes_when_the_next_are_fetched(calm, tmp_path):
    calm.library.gate.set()
    torn, good = tmp_path / "torn.pth", tmp_path / "net.pth"
    for path in (torn, good):
        path.write_bytes(b"x")
    weights = calm.session.weights
    with calm.qtbot.waitSignal(weights.failed):
        weights.engine.import_any = lambda paths, ticket: calm.library.import_files(paths, ticket)
        weights.import_files([torn])
    assert "torn.pth" in calm.window.message.text
    calm.brush()
    assert "torn.pth" in calm.window.message.text
    weights.import_files([good])
    assert calm.window.message.text == ""


def test_a_hint_goes_with_its_tool(calm):
    calm.window.canvas.show_hint("Let go to fill.")
    assert message(calm) == "Let go to fill."
    calm.press("R")
    assert message(calm) == READY


def test_under_a_hint_the_message_about_an_old_state_goes_too(calm):
    calm.press("Return")
    calm.window.canvas.show_hint("Let go to fill.")
    calm.session.models.name = "slow"
    calm.brush()
    calm.window.status.show_lasting()
    assert message(calm) == READY


def test_messages_about_a_fine_tuning_go_with_it(calm):
    calm.session.status.emit(Status.result("Fine-tuning 'a': better.", about=("training",)))
    assert message(calm) == "Fine-tuning 'a': better."
    calm.brush()
    assert message(calm) == "Fine-tuning 'a': better."
    from inpaint_studio.session.training.run_state import Run

    calm.tuning.run = Run(Path("a"), name="a")
    calm.tuning.changed.emit()
    assert message(calm) == READY


def test_another_photo_takes_every_message_about_the_one_before(calm):
    for about in ("step", "photo", "fill", "hole", "areas", "labels", "suggestions"):
        calm.session.status.emit(Status.result("About this photo.", about=(about,)))
        assert message(calm) == "About this photo."
        calm.session.document.load(calm.session.document.photo)
        assert message(calm) == READY, about
    calm.session.paste(QImage(40, 30, QImage.Format.Format_RGB888))
    assert message(calm) == "Pasted as a new photo."


def test_a_message_keeps_nothing_of_a_photo_that_is_closed(calm):
    calm.fill()
    calm.session.status.emit(Status.result("About this photo.", about=get_args(State)))
    calm.window.message.show_message("A sentence.", about=get_args(State))
    calm.window.canvas.show_hint("A hint.")
    closed = weakref.ref(calm.session.document.history)
    calm.open(calm.make_photo("other.png"))
    gc.collect()
    assert closed() is None


@pytest.mark.parametrize(
    ("about", "act"),
    [
        ("hole", lambda studio: studio.session.document.invert_hole()),
        ("step", lambda studio: studio.session.document.invert_hole()),
        ("areas", lambda studio: paint(studio, "donors")),
        ("labels", lambda studio: paint(studio, "labels")),
        ("device", lambda studio: setattr(studio.session.models, "device", "cpu")),
        ("tool", lambda studio: studio.window.canvas.set_tool("rectangle")),
        ("job", lambda studio: studio.fill()),
    ],
)
def test_each_state_ends_its_messages(calm, about, act):
    calm.session.status.emit(Status.result("A sentence.", about=(about,)))
    act(calm)
    assert message(calm) != "A sentence."


def paint(studio: TrainingStudio, raster: str) -> None:
    document = studio.session.document
    pixels = document.raster(raster).copy()
    pixels[:] = 255
    from inpaint_studio.session.raster import whole

    document.apply("Paint", raster, whole(document.raster(HOLE)), pixels)


def test_every_status_that_asks_for_something_names_its_states():
    """A sentence that tells what to do first must end when that is done: so it has states of its own."""
    asks: list[str] = []
    for path in sorted(Path(inpaint_studio.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if is_result(call) and not any(word.arg == "about" for word in call.keywords):
                names = [each.id for each in call.args if isinstance(each, ast.Name)]
                asks += [f"{path.name}: {name}" for name in names if name.isupper()]
    assert asks == ["suggestions.py: STOPPED"]  # news of an end, which asks for nothing


def is_result(node: Any) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "result"
        and getattr(node.func.value, "id", "") == "Status"
    )
