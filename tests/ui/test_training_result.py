"""What a finished fine-tuning does to the model that fills: nothing until the user says so; and its deletion."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from inpaint_studio.session.training.run_state import Run
from tests.session.fake_library import weights
from tests.session.training_runs import until
from tests.ui.training_studio import Trainable, TrainingStudio

NAME = "pupil-photos"


class OwnTrainable(Trainable):
    """What was trained: a model beside the others, with the weights of its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"Pupil · {name}")
        self.weights = weights(name, "pupil")


@pytest.fixture
def ready(studio: TrainingStudio) -> TrainingStudio:
    """A studio on a quick filler, whose training of another model went well and is in the list of models."""
    studio.session.models.name = "slow"
    studio.library.models.append(OwnTrainable(NAME))
    studio.library.kept[NAME] = weights(NAME, "pupil")
    end(studio, NAME)
    until(studio.qtbot, studio.session.models.changed, lambda: is_listed(studio, NAME))
    return studio


def end(studio: TrainingStudio, saved: str) -> None:
    """Let a training end, as the window sees it, with these weights ("": none) as its result."""
    studio.open_page("slow")
    run = Run(studio.folder, name=NAME, model="pupil", saved=saved, begun=True, base="own", measured=2)
    run.before, run.best, run.end = 20.0, 21.5, "stopped"
    studio.tuning.run, studio.tuning._ending = run, True
    studio.tuning._on_settled(run, resumable=True)


def is_listed(studio: TrainingStudio, name: str) -> bool:
    return any(model.name == name for model in studio.session.models.listed)


def delete(studio: TrainingStudio) -> None:
    """Delete the weights with the button of the page."""
    studio.library.models.pop()
    studio.page.progress_page.action_bar.delete.click()
    question = QApplication.activeModalWidget()
    assert isinstance(question, QMessageBox)
    with studio.qtbot.waitSignal(studio.tuning.changed):
        destructive = QMessageBox.ButtonRole.DestructiveRole
        next(button for button in question.buttons() if question.buttonRole(button) == destructive).click()
    until(studio.qtbot, studio.session.models.changed, lambda: not is_listed(studio, NAME))


def test_it_changes_no_model_and_the_main_window_offers_it(ready):
    models, message = ready.session.models, ready.window.message
    assert models.name == "slow"
    assert message.text == f"The fine-tuned model '{NAME}' is ready. Until you use it, fills are made as before."
    assert message.button.text() == "Use it"
    message.button.click()
    assert models.name == NAME
    assert message.text == ""
    assert not ready.page.progress_page.action_bar.use.isVisible()


@pytest.mark.parametrize("width", [1280, 760])
def test_the_offer_is_seen_whole_in_a_window_that_becomes_small(ready, width):
    message = ready.window.message
    ready.window.resize(width, 520)
    ready.qtbot.waitUntil(lambda: message.geometry().right() < ready.window.canvas.width())
    text, button = message._text, message.button
    assert not text.geometry().intersects(button.geometry())
    assert not button.geometry().intersects(message._close.geometry())
    assert message.rect().contains(text.geometry())
    assert message.rect().contains(message._close.geometry())
    assert text.heightForWidth(text.width()) <= text.height()


def test_the_page_offers_it_too(ready):
    bar = ready.page.progress_page.action_bar
    bar.use.click()
    assert ready.session.models.name == NAME
    assert bar.text.text() == f"Fills are made by '{NAME}' now."
    assert not bar.use.isVisible()
    ready.session.models.name = "quick"
    assert bar.use.isVisible()


def test_nothing_is_offered_without_a_gain(studio):
    end(studio, "")
    assert studio.window.message.text == ""
    assert not studio.page.progress_page.action_bar.use.isVisible()


def test_after_it_was_deleted_the_model_before_fills_again(ready):
    ready.page.progress_page.action_bar.use.click()
    delete(ready)
    assert ready.session.models.name == "slow"
    assert ready.window.status.message == f"'{NAME}' was deleted; Slow filler fills again."
    ready.brush()
    ready.wait_fill(ready.window.handlers.fill)
    assert ready.filler.requests[-1].model == "slow"


def test_where_the_model_before_cannot_fill_the_choice_is_automatic(ready):
    ready.session.models.name = "blank"  # has no weights
    ready.page.progress_page.action_bar.use.click()
    delete(ready)
    assert ready.session.models.name == "auto"
    assert ready.window.status.message == f"'{NAME}' was deleted; the choice of the model is automatic now."


def test_a_deletion_leaves_another_model_alone(ready):
    ready.session.models.name = "quick"
    delete(ready)
    assert ready.session.models.name == "quick"


def test_a_set_in_use_that_is_deleted_in_the_list_of_weights_gives_way_too(ready):
    models = ready.session.models
    models.start = NAME
    models.name = NAME
    ready.library.models.pop()
    ready.session.weights.remove(NAME)
    until(ready.qtbot, models.changed, lambda: not is_listed(ready, NAME))
    assert (models.name, models.start) == ("slow", "auto")


def test_nothing_offers_a_set_that_was_deleted_in_the_list_of_weights(ready):
    bar = ready.page.progress_page.action_bar
    ready.library.models.pop()
    with ready.qtbot.waitSignal(ready.session.weights.changed):
        ready.session.weights.remove(NAME)
    assert ready.window.message.text == ""
    assert ready.run.saved == ""
    for button in (bar.use, bar.export, bar.delete):
        assert not button.isVisible()


def test_a_set_that_was_renamed_in_the_list_of_weights_is_used_by_its_new_name(ready):
    ready.library.models[-1] = OwnTrainable("garden")
    ready.session.weights.rename(NAME, "garden")
    until(ready.qtbot, ready.session.models.changed, lambda: is_listed(ready, "garden"))
    assert ready.window.message.text == ""
    bar = ready.page.progress_page.action_bar
    assert bar.name.text() == "garden"
    bar.use.click()
    assert ready.session.models.name == "garden"


def test_a_set_in_use_that_is_renamed_in_the_list_of_weights_stays_in_use(ready):
    models = ready.session.models
    models.name = NAME
    ready.library.models[-1] = OwnTrainable("garden")
    ready.session.weights.rename(NAME, "garden")
    until(ready.qtbot, models.changed, lambda: is_listed(ready, "garden"))
    assert models.name == "garden"
    ready.library.models.pop()
    ready.session.weights.remove("garden")
    until(ready.qtbot, models.changed, lambda: not is_listed(ready, "garden"))
    assert models.name == "slow"  # what was chosen before is not the former name


def test_a_model_whose_only_weights_another_program_has_removed_gives_way(studio):
    models = studio.session.models
    models.name = "quick"
    models.name = "pupil"
    studio.library.models[0] = Trainable("pupil", "Pupil", own=False)
    studio.session.weights.changed.emit()
    until(studio.qtbot, models.changed, lambda: models.name != "pupil")
    assert models.name == "quick"
    assert studio.window.status.message == "The weights of Pupil are gone; Quick filler fills again."


def test_a_choice_made_while_the_result_is_not_listed_yet_stays(studio):
    end(studio, NAME)
    bar, models = studio.page.progress_page.action_bar, studio.session.models
    bar.use.click()
    assert models.name == "slow"  # it is not listed yet
    models.name = "quick"
    studio.library.models.append(OwnTrainable(NAME))
    studio.session.weights.changed.emit()
    until(studio.qtbot, models.changed, lambda: is_listed(studio, NAME))
    assert models.name == "quick"
