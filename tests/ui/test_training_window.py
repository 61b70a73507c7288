"""Fine-tuning in the window: the page that begins it, the view that watches it, and what comes after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from inpaint_studio.engine.weights import store
from inpaint_studio.protocol.events import ProgressEvent, encode
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import runs_dir
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.training import needs
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.ui.training import messages, setup_page
from inpaint_studio.ui.training.loss_plot import choose_ticks, make_pens
from inpaint_studio.ui.training.window import TrainingWindow
from inpaint_studio.ui.window import MainWindow
from tests.session.fake_library import weights
from tests.session.training_runs import MODEL, PATIENCE, SETTINGS, kill, prepare, until
from tests.ui.studio import apply_theme
from tests.ui.training_studio import Trainable, TrainingStudio


def shown(page: TrainingWindow) -> set[str]:
    """What the buttons in the foot say."""
    return {
        button.text().strip()
        for button in page.progress_page.action_bar.findChildren(QPushButton)
        if not button.isHidden()
    }


# Before it


@pytest.mark.parametrize(("model", "there"), [("pupil", True), ("blank", False), ("quick", False), ("auto", False)])
def test_models_that_can_be_fine_tuned_have_a_button(studio, model, there):
    studio.session.models.name = model
    opener = studio.window.training_controls.opener
    assert opener.isVisible() == there
    if there:
        opener.click()
        assert studio.page.isVisible()
        assert studio.page.setup.chosen.name == model


def test_the_page_proposes_the_chosen_model_and_offers_those_that_can_learn(studio):
    base = studio.open_page().setup.base
    assert [base.itemData(index) for index in range(base.count())] == [*("pupil", "blank", "from nothing: pupil")]
    assert base.currentData() == "pupil"
    assert "the weights 'pupil-own'" in studio.page.setup.base_note.text()


@pytest.mark.parametrize("model", ["auto", "quick", "blank"])
def test_a_folder_and_start_are_all_where_a_model_has_weights(studio, model):
    setup = studio.open_page(model).setup
    assert setup.chosen.name == "pupil"
    assert not setup.from_nothing
    studio.take(studio.folder / "photos")
    setup.start.click()
    studio.until_step(1)
    assert studio.run.base == "pupil-own"
    assert studio.session.settings.get("training_base") == "pupil"


def test_without_any_weights_the_page_shows_that_it_begins_from_nothing(studio):
    studio.library.models[:] = [Trainable("blank", "Blank", own=False)]
    studio.session.weights.changed.emit()
    models = studio.session.models
    until(studio.qtbot, models.changed, lambda: all(model.name != "pupil" for model in models.listed))
    setup = studio.open_page("auto").setup
    assert setup.from_nothing
    assert "start from nothing" in setup.base_note.text()


def test_the_page_keeps_what_the_user_has_picked(studio):
    setup = studio.open_page("auto").setup
    setup.base.setCurrentIndex(setup.base.findData("blank"))
    setup.base.activated.emit(setup.base.currentIndex())
    studio.page.close()
    studio.open_page("auto")
    assert setup.chosen.name == "blank"
    studio.page.close()
    studio.open_page("pupil")  # the model that fills comes first
    assert setup.chosen.name == "pupil"


def test_a_proposal_is_no_choice_of_the_user(studio):
    studio.library.models.append(Trainable("second", "Second"))
    studio.session.weights.changed.emit()
    models = studio.session.models
    until(studio.qtbot, models.changed, lambda: any(model.name == "second" for model in models.listed))
    setup = studio.open_page("auto").setup
    best = setup.chosen.name
    studio.page.close()
    other = "second" if best == "pupil" else "pupil"
    studio.open_page(other)
    assert setup.chosen.name == other
    studio.page.close()
    studio.open_page("auto")
    assert setup.chosen.name == best


def test_photos_of_a_dropped_folder_are_counted_and_the_obstacle_is_shown(studio):
    setup = studio.open_page().setup
    assert setup.obstacle.startswith("Choose the folder")
    assert not setup.start.isEnabled()
    (studio.folder / "photos" / "torn.png").write_bytes(b"no picture")
    studio.take(studio.folder / "photos")
    assert setup.photos.note.text().startswith("9 photos found, 8 usable, 1 skipped")
    assert "20 or more" in setup.photos.note.text()
    assert "torn.png" in setup.photos.note.toolTip()
    assert setup.advanced.name.text() == "pupil-photos"
    assert setup.start.isEnabled()
    for name, sentence in (("-", "lower-case"), ("-x", "lower-case"), ("quick", "already"), ("auto", "already")):
        studio.name(name)
        assert sentence in setup.obstacle
        assert not setup.start.isEnabled()
    studio.name("fine")
    setup.advanced.line.setText("rate 3")
    assert "is no setting" in setup.obstacle
    (studio.folder / "empty").mkdir()
    studio.take(studio.folder / "empty")
    assert "no photos" in setup.photos.note.text()
    assert not setup.start.isEnabled()


def test_what_a_fine_tuning_needs_is_shown_before_a_folder_is_chosen(studio, monkeypatch):
    setup = studio.open_page().setup
    assert setup.photos.folder is None
    assert setup.needs.text() == "20 photos or more of the same kind as those that you want to fill, 64 px or larger."
    monkeypatch.setitem(needs.FEATURES, "pupil", needs.Features("vgg19", True))
    setup.choose("pupil")
    assert "it needs the file vgg19-dcbb9e9d.pth" in setup.needs.text()
    assert str(studio.folder / "torch") in setup.needs.toolTip()
    studio.page.resize(studio.page.minimumSize())
    monkeypatch.setattr(setup_page, "_knows_classes", lambda _: True)
    setup.choose("pupil")
    assert "label maps" in setup.needs.text()
    assert setup.needs.heightForWidth(setup.needs.width()) <= setup.needs.height()  # the longest is seen whole
    monkeypatch.setattr(setup_page, "_knows_classes", lambda _: False)
    setup.advanced.without.setChecked(True)
    assert "vgg19" not in setup.needs.text()
    setup.advanced.without.setChecked(False)
    there = studio.folder / "torch" / "hub" / "checkpoints" / "vgg19-dcbb9e9d.pth"
    there.parent.mkdir(parents=True)
    there.touch()
    setup.choose("blank")
    assert setup.needs.text() == "Many thousands of photos, 64 px or larger."
    setup.choose("pupil")
    assert "vgg19" not in setup.needs.text()


def test_everything_else_is_behind_more(studio):
    setup = studio.open_page().setup
    assert not setup.advanced.isVisible()
    setup.more.click()
    assert setup.advanced.isVisible()
    studio.take(studio.folder / "photos")
    details = setup.advanced
    details.side.setValue(70)
    details.batch.setValue(2)
    details.seed.setValue(5)
    details.workers.setValue(0)
    details.early.setChecked(True)
    details.without.setChecked(True)
    details.line.setText("losses.l1=1.2  rate=0.1")
    setup.time.buttons["480"].click()
    setup.start_requested.disconnect()
    with studio.qtbot.waitSignal(setup.start_requested) as signal:
        setup.start.click()
    assert signal.args[0] == TrainingRequest(
        "pupil",
        studio.folder / "photos",
        name="pupil-photos",
        minutes=480,
        size=64,
        batch=2,
        workers=0,
        patience=20,
        seed=5,
        settings=("losses.l1=1.2", "rate=0.1"),
        without_losses=("perceptual", "style"),
    )


# While it runs, and after


def test_it_is_watched_steered_and_stopped(studio):
    page = studio.begin()
    watch, foot = page.progress_page, page.progress_page.action_bar
    assert page.page is watch
    assert watch.title.text() == "Fine-tuning Pupil"
    assert watch.about.text() == "7 photos to learn from, 2 to test it on · 2 crops of 64 px a step · CPU"
    assert watch.figures.text() == "20.0 dB → 21.5 dB"
    assert watch.figures_note.text() == "likeness, on 2 crops it has not seen"
    assert "1.0 s a step, about 3600 steps in 60 min" in foot.text.text()
    assert shown(page) == {"Show now", "Pause", "Stop"}
    studio.qtbot.waitUntil(lambda: len(watch.samples.grid.rows) == 2)
    assert watch.samples.grid.rows[0]["now"].width() == 64
    studio.qtbot.waitUntil(lambda: watch.plot._plot is not None and watch.plot._plot.isVisible(), timeout=PATIENCE)
    assert [name for name, _ in watch.plot.legend.entries] == ["critic", "reconstruction", "adversarial"]
    foot.pause.click()
    assert foot.pause.text() == foot.pause.accessibleName() == "Pausing…"
    assert not foot.pause.isEnabled()
    assert foot.text.text() == "Pausing: the step under way is ended first."
    assert studio.window.training_controls.button.text().strip() == "pausing"
    until(studio.qtbot, studio.tuning.changed, lambda: studio.run.paused)
    assert foot.pause.text() == "Go on"
    assert studio.window.training_controls.button.text().strip() == "paused"
    assert not foot.sample.isEnabled()
    studio.brush()
    studio.wait_fill(studio.window.handlers.fill)  # painting goes on meanwhile
    foot.pause.click()
    assert foot.pause.text() == "Going on…"
    until(studio.qtbot, studio.tuning.changed, lambda: not studio.run.paused)
    assert foot.pause.text() == "Pause"
    with studio.qtbot.waitSignal(studio.tuning.sampled, timeout=PATIENCE):
        foot.sample.click()
    assert studio.run.now == 21.0
    studio.library.models.append(Trainable("pupil-photos", "Pupil · photos"))
    foot.stop.click()
    assert foot.text.text().startswith("Stopping")
    studio.end()
    assert studio.session.models.name == "pupil"  # a training changes no model by itself
    assert watch.title.text() == "Done: 'pupil-photos' is in the list of models"
    assert foot.text.text() == (
        "Better by 1.5 dB: 20.0 dB before, 21.5 dB now, on 2 crops it has not seen. "
        "Other photos, the samples: 19.0 dB before, 18.9 dB now."
    )
    assert studio.window.status.message == f"Fine-tuning 'pupil-photos': {foot.text.text()}"
    assert studio.window.training_controls.button.text().strip() == "done"
    until(studio.qtbot, studio.session.models.changed, lambda: foot.begin.isVisible())
    offers = {"Rename", "Export...", "Delete...", "Fine-tune again...", "Train longer"}
    assert shown(page) == offers | {"Use as the start of fills", "Use it"}
    assert "the same photos" in foot.resume.toolTip()
    assert "you choose its photos" in foot.further.toolTip()


def test_the_result_is_renamed_exported_and_deleted(studio):
    foot = studio.begin("done").progress_page.action_bar
    studio.end()
    studio.library.kept["pupil-photos"] = weights("pupil-photos", "pupil")
    foot.name.setText("birds")
    foot._show_rename()
    with studio.qtbot.waitSignal(studio.tuning.changed):
        foot.rename.click()
    assert studio.run.saved == "birds"
    assert list(studio.library.kept) == ["birds"]
    foot.native = False
    foot.export.click()
    dialog = QApplication.activeModalWidget()
    dialog.setDirectory(str(studio.folder))
    dialog.selectFile(str(studio.folder / "birds.onnx"))
    with studio.qtbot.waitSignal(studio.session.weights.status):
        dialog.accept()
    assert studio.library.exported == [("birds", studio.folder / "birds.onnx")]
    foot.delete.click()
    question = QApplication.activeModalWidget()
    assert isinstance(question, QMessageBox)
    with studio.qtbot.waitSignal(studio.tuning.changed):
        next(button for button in question.buttons() if button.text() == "Delete").click()
    assert studio.library.kept == {}


def test_the_fine_tuned_is_fine_tuned(studio):
    page = studio.begin("done")
    studio.library.models.append(Trainable("pupil-photos", "Pupil · photos"))
    studio.end()
    studio.qtbot.waitUntil(lambda: any(model.name == "pupil-photos" for model in studio.session.models.listed))
    page.progress_page.action_bar.further.click()
    assert page.page is page.setup
    assert page.setup.chosen.name == "pupil-photos"
    assert page.setup.advanced.name.text() not in ("", "pupil-photos")
    assert page.setup.start.isEnabled()


def test_a_training_without_gain_is_reported(studio):
    page = studio.begin("worse", minutes="")
    assert page.progress_page.bar.maximum() == 0  # no end is known
    assert studio.window.training_controls.button.text().strip().startswith("step ")
    page.progress_page.action_bar.stop.click()
    studio.end()
    assert "got no better" in page.progress_page.action_bar.text.text()
    assert shown(page) == {"New fine-tuning", "Train longer"}
    page.close()
    assert studio.tuning.run is None  # seen and put away
    assert not studio.window.training_controls.button.isVisible()


@pytest.mark.parametrize(
    ("way", "text"), [("better-last", "Keep the last too"), ("worse-last", "Use the last weights")]
)
def test_the_last_weights_are_offered_and_added_to_the_models(studio, monkeypatch, way, text):
    bar = studio.begin(way).progress_page.action_bar
    bar.stop.click()
    studio.end()
    assert text in shown(studio.page)
    added: list[list[Path]] = []

    def import_files(paths, _ticket):
        added.append(paths)
        return studio.library._keep(weights("mine-last", "pupil"))

    monkeypatch.setattr(studio.library, "import_files", import_files)
    studio.library.models.append(Trainable("mine-last", "Pupil · last"))
    with studio.qtbot.waitSignal(studio.tuning.changed, timeout=PATIENCE):
        bar.last.click()
    assert added == [[studio.run.folder / "last.safetensors"]]
    assert text not in shown(studio.page)
    assert studio.run.saved == ("pupil-photos" if way == "better-last" else "mine-last")
    if way == "worse-last":
        until(studio.qtbot, studio.session.models.changed, lambda: studio.session.models.name == "mine-last")
        assert bar.text.text().startswith("The weights of its last step, ")
        assert "Rename" in shown(studio.page)


def test_after_a_kill_it_shows_why_and_resumes(studio):
    page = studio.begin()
    kill(studio.tuning)
    studio.end()
    assert page.progress_page.title.text() == "The fine-tuning of Pupil broke off"
    assert page.progress_page.action_bar.text.text().startswith("The training was ended from outside")
    assert shown(page) == {"Discard", "Keep the best", "Resume"}
    page.close()
    assert studio.tuning.run is not None  # it waits to be resumed
    studio.window.training_controls.button.click()
    page.progress_page.action_bar.resume.click()
    until(studio.qtbot, studio.tuning.changed, lambda: studio.tuning.running)
    studio.until_step(2)
    kill(studio.tuning)
    studio.end()
    page.progress_page.action_bar.discard.click()
    assert page.page is page.setup


def test_without_trained_features_it_offers_to_go_on(studio):
    page = studio.open_page()
    studio.take(studio.folder / "photos")
    page.setup.advanced.line.setText("pretend=features")
    page.setup.start.click()
    studio.end()
    assert page.progress_page.title.text() == "The fine-tuning of Pupil could not begin"
    sentence = page.progress_page.action_bar.text.text()
    assert sentence.endswith("get https://a.org/vgg16.pth and put it there.")
    assert shown(page) == {"Back", "Choose the file...", "Go on without the file"}
    page.progress_page.action_bar.without.click()
    studio.until_step(1)
    assert shown(page) == {"Show now", "Pause", "Stop"}


# In words


def test_lengths_of_time():
    sentence = [messages.format_duration(seconds) for seconds in (0, 89, 90, 600, 3600, 5400, 28_800, 28_200)]
    assert sentence == ["0 s", "89 s", "2 min", "10 min", "60 min", "1 h 30 min", "8 h", "7 h 50 min"]


def test_verdicts():
    run = Run(Path(), base="b", measured=1, before=20.0, best=20.01, saved="x")
    assert messages.describe_result(run).startswith("Slightly better: 20.0 dB before")
    assert messages.describe_result(run).endswith("on 1 crop it has not seen.")
    run.base = ""
    assert messages.describe_result(run) == "It fills 1 crop it has not seen with 20.0 dB now."
    assert "your models are as before" in messages.describe_result(Run(Path()))


def test_the_verdict_on_a_training_from_scratch_explains_why_nothing_was_saved():
    reason = "The held-out photos are filled no better than by an untrained network; your models are as before."
    run = Run(Path(), measured=1, before=9.0, best=9.0, unsaved=reason)
    assert messages.describe_result(run).startswith(reason)


def test_the_scale_has_few_round_ticks():
    assert choose_ticks(0.002, 3.0) == [0.01, 0.1, 1.0]
    assert choose_ticks(0.23, 1.1) == [0.3, 1.0]
    assert choose_ticks(0.61, 0.93) == [0.7, 0.8, 0.9]


def test_one_loss_has_the_accent_and_the_others_differ():
    made = make_pens(["critic", "reconstruction", "coarse", "adversarial", "perceptual", "style"])
    looks = {(pen.color().name(), pen.style()) for pen in made.values()}
    assert len(looks) == 6
    assert made["reconstruction"].widthF() > made["critic"].widthF()


# With the real process


def test_a_real_training_from_a_dropped_folder_to_a_fill(qtbot, qapp, tmp_path, monkeypatch):
    prepare(tmp_path, monkeypatch, MODEL)
    apply_theme(qapp)
    studio = TrainingStudio(qtbot, tmp_path)
    studio.session.close()
    studio.session = Session(Settings(tmp_path / "real.toml"))
    studio.window = MainWindow(studio.session)
    studio.window.show()
    studio.open(studio.photo)
    with qtbot.waitSignal(studio.session.models.changed, timeout=PATIENCE):
        studio.session.start()
    try:
        page = studio.open_page(MODEL)
        studio.take(tmp_path / "photos")
        details = page.setup.advanced
        studio.name("birds")
        details.side.setValue(64)
        details.batch.setValue(2)
        details.workers.setValue(0)
        details.line.setText(" ".join(SETTINGS))
        page.setup.start.click()
        studio.until_step(1)
        assert os.getpriority(os.PRIO_PROCESS, studio.tuning._process.processId()) == 19
        page.progress_page.action_bar.pause.click()
        until(qtbot, studio.tuning.changed, lambda: studio.run.paused)
        page.progress_page.action_bar.pause.click()
        until(qtbot, studio.tuning.changed, lambda: not studio.run.paused)
        while studio.run.best <= studio.run.before:  # until the event that it is better; the first is that of the start
            with qtbot.waitSignal(studio.tuning.sampled, timeout=PATIENCE):
                page.progress_page.action_bar.sample.click()
        qtbot.waitUntil(lambda: bool(page.progress_page.samples.grid.rows), timeout=PATIENCE)
        page.progress_page.action_bar.stop.click()
        studio.end()
        assert page.progress_page.action_bar.text.text().startswith("Better by ")
        assert studio.session.models.name == MODEL
        page.progress_page.action_bar.use.click()
        until(qtbot, studio.session.models.changed, lambda: studio.session.models.name == "birds")
        studio.window.canvas.setFocus()
        studio.brush()
        with qtbot.waitSignal(studio.session.fills.filled, timeout=PATIENCE) as signal:
            studio.window.handlers.fill()
        assert signal.args[0].model == "birds"
        foot = page.progress_page.action_bar
        foot.name.selectAll()
        QTest.keyClicks(foot.name, "birds-owls")
        foot.rename.click()
        until(
            qtbot,
            studio.session.models.changed,
            lambda: studio.session.models.chosen is not None and studio.session.models.name == "birds-owls",
        )
        assert foot.name.text() == "birds-owls"
        with qtbot.waitSignal(studio.tuning.failed, timeout=PATIENCE):
            studio.tuning.rename("no name")
        with qtbot.waitSignal(studio.tuning.changed, timeout=PATIENCE):
            studio.tuning.remove()
        assert [kept.name for kept in store.sets()] == [f"{MODEL}-random"]
        assert (runs_dir() / "birds").is_dir()
        page.close()
        assert studio.tuning.run is None
    finally:
        studio.close()


def test_the_progress_names_the_phase():
    run = Run(Path(), begun=True)
    event = ProgressEvent(30, None, 45.0, None, {}, "edges", 1, 5, None)
    run.feed((encode(event) + "\n").encode())
    assert messages.describe_progress(run).startswith("Step 30 · phase 1 of 5: edges · 45 s so far")
