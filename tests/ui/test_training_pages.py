"""The pages of a training: used by keys alone; nothing on them is cut, misaligned, wrong or unexplained."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QScrollArea, QToolTip, QWidget

from inpaint_studio.models.base.interface import Traits
from inpaint_studio.protocol.run_folder import runs_dir
from inpaint_studio.session.training.run_state import Curve
from inpaint_studio.ui import theme
from inpaint_studio.ui.dialogs.weights import WeightsDialog
from inpaint_studio.ui.training.loss_plot import Legend, choose_steps, choose_ticks, make_pens
from inpaint_studio.ui.training.loss_words import format_entry
from inpaint_studio.ui.training.setup_page import _crop_size
from tests.session.fake_library import weights
from tests.session.training_runs import PATIENCE, until
from tests.ui.training_studio import Trainable, TrainingStudio

LONG = (
    "This recipe needs the features of a trained VGG16, and /home/annemarie.schwarzenbach/.cache/torch/hub/checkpoints/"
    "vgg16-397923af.pth is not there: get https://download.pytorch.org/models/vgg16-397923af.pth and put it there."
)


def done(studio: TrainingStudio) -> None:
    """Have a training that went well behind it."""
    studio.begin()
    studio.tuning.stop()
    studio.end()


# What it begins from


def test_it_goes_on_from_the_fine_tuned_though_a_fill_keeps_the_list_old(studio):
    page = studio.begin()
    studio.session.models.name = "quick"
    studio.brush()
    studio.filler.gate.clear()
    studio.window.handlers.fill()
    studio.library.models.append(Trainable("pupil-photos", "Pupil · photos"))
    studio.tuning.stop()
    studio.end()
    page.progress_page.action_bar.further.click()
    setup = page.setup
    assert setup.chosen is None
    assert setup.base.placeholderText() == "pupil-photos"
    assert setup.obstacle == "'pupil-photos' will be in the list of models in a moment."
    assert not setup.start.isEnabled()
    studio.filler.gate.set()
    until(studio.qtbot, studio.session.models.changed, lambda: bool(setup.chosen))
    assert setup.chosen.name == "pupil-photos"
    assert setup.start.isEnabled()


def test_another_model_may_be_taken_instead_of_one_that_does_not_come(studio):
    done(studio)
    studio.page.progress_page.action_bar.further.click()
    setup = studio.page.setup
    assert setup.chosen is None
    setup.base.setCurrentIndex(setup.base.findData("pupil"))
    setup.base.activated.emit(setup.base.currentIndex())
    assert setup.chosen.name == "pupil"
    assert setup.start.isEnabled()


def test_start_takes_another_name_where_the_proposed_one_was_taken_meanwhile(studio):
    setup = studio.open_page().setup
    studio.take(studio.folder / "photos")
    assert setup.advanced.name.text() == "pupil-photos"
    (runs_dir() / "pupil-photos").mkdir(parents=True)
    setup.start.click()
    assert studio.run.name == "pupil-photos-2"


def test_start_shows_why_not_if_the_name_was_taken_meanwhile(studio):
    setup = studio.open_page().setup
    studio.take(studio.folder / "photos")
    studio.name("fine")
    (runs_dir() / "fine").mkdir(parents=True)
    setup.start.click()
    assert studio.tuning.run is None
    assert "already" in setup.note.text()
    (runs_dir() / "fine").rmdir()
    studio.page.close()
    studio.open_page()
    assert setup.start.isEnabled()


# By keys


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def test_enter_starts_and_stop_has_the_focus_then(studio):
    page = studio.open_page()
    studio.take(studio.folder / "photos")
    page.setup.start.setFocus()
    press(page.setup.start, Qt.Key.Key_Return)
    assert studio.tuning.running
    assert page.focusWidget() is page.progress_page.action_bar.stop
    studio.until_step(1)


def test_where_it_ends_badly_the_focus_is_on_what_helps(studio):
    page = studio.open_page()
    studio.take(studio.folder / "photos")
    page.setup.advanced.line.setText("pretend=features")
    page.setup.start.click()
    studio.end()
    assert page.focusWidget() is page.progress_page.action_bar.without  # and not on Back


def test_a_key_that_is_held_starts_and_does_not_stop(studio):
    page = studio.begin()
    page.progress_page.action_bar.stop.setFocus()
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        page.progress_page.action_bar.stop, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", True)
    )
    assert not studio.tuning.stopping


def test_escape_takes_a_typed_name_back_then_hides_the_page_and_puts_nothing_away(studio):
    done(studio)
    page, name = studio.page, studio.page.progress_page.action_bar.name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "other")
    press(name, Qt.Key.Key_Escape)
    assert page.isVisible()
    assert name.text() == "pupil-photos"
    assert not page.progress_page.action_bar.rename.isEnabled()
    press(name, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert studio.run.saved == "pupil-photos"
    studio.window.training_controls.button.click()
    assert page.isVisible()


def test_tab_goes_through_more_as_it_is_seen(studio):
    details = studio.open_page().setup.advanced
    in_turn, widget = [], details.name
    while not in_turn or widget is not details.name:
        in_turn.append(widget)
        widget = widget.nextInFocusChain()
    seen = [
        widget for widget in in_turn if widget.parent() is details and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    places = [(widget.mapTo(details, QPoint()).y(), widget.x()) for widget in seen]
    studio.page.setup.more.click()
    assert seen[-1] is details.line
    assert len(seen) == 10
    assert places == sorted(places)


def test_every_stop_of_tab_has_a_name(studio):
    page = studio.begin()
    assert page.setup.start.accessibleName() == "Start"
    for area in page.findChildren(QScrollArea):
        assert area.accessibleName() or area.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_pictures_have_the_focus_where_there_is_something_to_scroll(studio):
    page = studio.begin()
    samples = page.progress_page.samples
    studio.qtbot.waitUntil(lambda: len(samples.grid.rows) == 2)
    area = samples.findChild(QScrollArea)
    samples.grid.show_rows(samples.grid.rows * 8)
    studio.qtbot.waitUntil(lambda: area.focusPolicy() == Qt.FocusPolicy.TabFocus)
    samples.grid.show_rows(samples.grid.rows[:1])
    studio.qtbot.waitUntil(lambda: area.focusPolicy() == Qt.FocusPolicy.NoFocus)


# What is deleted


def test_that_weights_were_deleted_is_not_called_a_failure(studio):
    done(studio)
    studio.library.kept["pupil-photos"] = weights("pupil-photos", "pupil")
    studio.page.progress_page.action_bar.delete.click()
    question = QApplication.activeModalWidget()
    assert isinstance(question, QMessageBox)
    assert question.informativeText() == "They were trained here and cannot be brought back."
    with studio.qtbot.waitSignal(studio.tuning.changed):
        next(button for button in question.buttons() if button.text() == "Delete").click()
    watch = studio.page.progress_page
    assert watch.title.text() == "The fine-tuning of Pupil ended"
    assert watch.action_bar.text.text() == "Its weights were deleted."


@pytest.mark.parametrize(("origin", "text"), [("trained", "cannot be brought back"), ("imported", "downloaded again")])
def test_the_question_before_weights_are_removed_is_true(studio, origin, text):
    studio.library.kept["mine"] = replace(weights("mine", "pupil"), origin=origin)
    table = WeightsDialog(studio.session, studio.window)
    studio.qtbot.waitUntil(lambda: table.table.topLevelItemCount() == 1)
    table.table.topLevelItem(0).setSelected(True)
    table.remove.click()
    question = table.findChild(QMessageBox)
    assert text in question.informativeText()
    question.reject()


def test_an_export_is_reported_on_the_page(studio):
    done(studio)
    with studio.qtbot.waitSignal(studio.session.weights.status):
        studio.session.weights.export("pupil-photos", studio.folder / "birds.onnx")
    assert studio.page.progress_page.action_bar.text.text() == "Saved birds.onnx. It takes pictures of any size."


# How it looks


@pytest.mark.parametrize("size", [(720, 480), (900, 600)])
def test_a_long_sentence_of_what_is_lacking_is_seen_whole(studio, size):
    done(studio)
    studio.page.resize(*size)
    text = studio.page.progress_page.action_bar.text
    text.setText(LONG)
    assert text.heightForWidth(text.width()) <= text.height()


def test_a_title_that_is_too_long_ends_in_an_ellipsis_and_widens_no_window(studio):
    done(studio)
    watch, name = studio.page.progress_page, "a-very-long-name-of-many-birds-" * 4
    studio.page.resize(720, 480)
    studio.run.saved = name
    studio.tuning.changed.emit()
    whole = f"Done: '{name}' is in the list of models"
    assert watch.title.whole == watch.title.toolTip() == whole
    assert watch.title.text().endswith("…")
    assert watch.title.fontMetrics().horizontalAdvance(watch.title.text()) <= watch.title.width()
    assert studio.page.width() == 720
    studio.run.saved = "birds"
    studio.tuning.changed.emit()
    assert (watch.title.text(), watch.title.toolTip()) == ("Done: 'birds' is in the list of models", "")


@pytest.mark.parametrize(
    ("end", "title"),
    [("failed", "The training of Pupil broke off"), ("done", "The training of Pupil ended without a gain")],
)
def test_a_training_from_nothing_is_called_so_to_its_end(studio, end, title):
    done(studio)
    studio.run.base, studio.run.saved, studio.run.end = "", None, end
    studio.tuning.changed.emit()
    assert studio.page.progress_page.title.whole == title


@pytest.mark.parametrize("times", [1, 8])
def test_captions_stand_over_their_columns(studio, times):
    page = studio.begin()
    samples = page.progress_page.samples
    studio.qtbot.waitUntil(lambda: len(samples.grid.rows) == 2)
    samples.grid.show_rows(samples.grid.rows * times)
    bar = samples.findChild(QScrollArea).verticalScrollBar()
    studio.qtbot.waitUntil(lambda: bar.isVisible() == (times > 1))
    lefts = [label.mapTo(page, QPoint()).x() for label in samples.captions]
    assert lefts == [samples.grid.mapTo(page, QPoint(samples.grid.column(column)[0], 0)).x() for column in range(4)]


def test_what_could_not_begin_shows_no_empty_plot(studio):
    page = studio.open_page()
    studio.take(studio.folder / "photos")
    page.setup.advanced.line.setText("pretend=features")
    page.setup.start.click()
    studio.end()
    watch = page.progress_page
    assert not watch.plot.isVisible()
    assert not watch.samples.isVisible()
    assert watch.figures.text() == " "
    assert "smoother" in watch.about.text()
    watch.action_bar.without.click()
    studio.until_step(1)
    assert watch.plot.isVisible()


def test_the_outcome_has_room_in_the_status_line_of_a_small_window(studio):
    done(studio)
    studio.window.resize(900, 600)
    status = studio.window.status
    shown = status.findChild(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert shown.text().startswith("Fine-tuning 'pupil-photos': Better by 1.5 dB")
    button = studio.window.training_controls.button
    before = button.mapTo(status, QPoint())
    status.show_busy(True)
    status.layout().activate()
    assert button.mapTo(status, QPoint()) == before
    status.show_busy(False)


def test_tool_tips_explain_the_figures(studio):
    watch = studio.begin().progress_page
    assert "higher is better" in watch.figures.toolTip()
    text = [label.text() for label in watch.findChildren(QLabel)]
    text += [button.text() + button.toolTip() for button in watch.findChildren(QPushButton)]
    assert not [text for text in text if "squares" in text or "held" in text or "logarithmic" in text]


# The losses


def test_greys_of_one_dash_are_far_apart():
    names = ["reconstruction", *map(str, range(11))]
    made = make_pens(names)
    looks = [(pen.style(), pen.color().name()) for pen in made.values()]
    assert len(set(looks)) == 12
    few = [(pen.style(), pen.color().name()) for name, pen in made.items() if name in names[1:7]]
    for style in {style for style, _ in few}:
        assert {theme.SOFT, theme.FAINT} != {colour for other, colour in few if other == style}


@pytest.mark.usefixtures("qapp")
def test_of_a_loss_too_long_for_the_legend_the_name_is_cut():
    metrics = QFontMetrics(Legend().font())
    whole = metrics.horizontalAdvance("feature matching 0.25")
    assert format_entry("feature_matching", 0.25, False, whole, metrics) == "feature matching 0.25"
    cut = format_entry("feature_matching", 0.25, False, whole - 20, metrics)
    assert cut.endswith("… 0.25")
    assert metrics.horizontalAdvance(cut) <= whole - 20
    assert format_entry("critic", float("nan"), False, whole, metrics) == "critic –"
    assert format_entry("critic", -0.1, True, 10 * whole, metrics) == "critic -0.1, no line"


def test_the_legend_shows_which_loss_has_no_line(studio):
    legend = studio.begin().progress_page.plot.legend
    assert legend.undrawn == {"adversarial"}
    places = {name: place_of(legend, number) for number, (name, _) in enumerate(legend.entries)}
    assert "not drawn" in legend.explain_at(places["adversarial"])
    assert legend.explain_at(places["critic"]) == "critic: how badly the critic tells its fills from real photos."
    assert legend.explain_at(QPoint(places["critic"].x(), legend.height() + 99)) == ""
    help_ = QHelpEvent(QEvent.Type.ToolTip, places["critic"], legend.mapToGlobal(places["critic"]))
    QApplication.sendEvent(legend, help_)
    assert QToolTip.text() == legend.explain_at(places["critic"])
    assert "critic: how badly" in legend.accessibleDescription()


def place_of(legend: Legend, number: int) -> QPoint:
    """The middle of an entry."""
    row, column = divmod(number, 2)
    return QPoint((2 * column + 1) * legend.width() // 4, row * legend._line() + legend._line() // 2)


@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [
        (1, 2, [1, 2]),
        (1, 4, [1, 2, 3, 4]),
        (3, 11, [4, 6, 8, 10]),
        (0, 36_000, [0, 10_000, 20_000, 30_000]),
        (7, 7, [7]),
    ],
)
def test_the_axis_of_the_steps_has_whole_steps(first, last, steps):
    assert choose_steps(first, last) == steps


def test_a_plot_of_few_steps_shows_whole_steps(studio):
    shown = studio.begin().progress_page.plot
    studio.qtbot.waitUntil(lambda: shown._plot is not None, timeout=PATIENCE)
    curve = Curve()
    for step in (1, 2, 3):
        curve.add(step, {"hole": 1.0})
    shown.show_curve(curve, {"hole": 1.0})
    ticks = shown._plot.getAxis("bottom")._tickLevels
    assert ticks == [[(1, "1"), (2, "2"), (3, "3")]]


def test_not_more_curves_are_drawn_than_can_be_distinguished(studio):
    shown = studio.begin().progress_page.plot
    studio.qtbot.waitUntil(lambda: shown._plot is not None, timeout=PATIENCE)
    curve = Curve()
    curve.steps = [1, 2]
    curve.values = {f"loss {number}": [1.0, 1e300] for number in range(5000)}
    shown.show_curve(curve, {})
    assert len(shown._lines) == len(shown.legend.entries) == 12
    curve.values = {"huge": [1e308, 5e-324], "none": [float("nan")] * 2}
    shown.show_curve(curve, {"huge": 1e308})
    assert 2 <= len(choose_ticks(5e-324, 1e308)) <= 8
    assert not shown._plot.grab().isNull()


def test_hostile_events_are_drawn(studio):
    shown = studio.begin().progress_page.plot
    for step in range(30):
        event = {"event": "progress", "step": 100 + step, "losses": {f"l{step}-{number}": 1.0 for number in range(12)}}
        studio.tuning._read_events(json.dumps(event).encode() + b"\n")
    assert len(shown.legend.entries) <= 12


@pytest.mark.parametrize(
    ("requested", "takes", "size"),
    [
        (0, {}, None),
        (70, {"multiple_of": 8}, 64),
        (64, {"min_side": 256, "max_side": 512, "multiple_of": 8}, 256),
        (300, {"min_side": 128, "max_side": 128}, None),
        (20, {}, 32),
    ],
)
def test_a_size_is_one_that_the_network_takes(requested, takes, size):
    assert _crop_size(requested, Traits("pupil", "Pupil", "Learns.", **takes)) == size
