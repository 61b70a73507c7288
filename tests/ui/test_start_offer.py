"""When a fine-tuning is ready its weights are offered as the start of the default fill."""

from __future__ import annotations

import pytest

from inpaint_studio.models.base.interface import AUTO
from tests.session.training_runs import until
from tests.ui.training_studio import Trainable, TrainingStudio

OFFER, AS_USUAL = "Use as the start of fills", "Start fills as usual"


@pytest.fixture
def ready(studio: TrainingStudio) -> TrainingStudio:
    """A studio whose training went well, its weights in the list of models."""
    studio.begin()
    studio.library.models.append(Trainable("pupil-photos", "Pupil · photos"))
    studio.tuning.stop()
    studio.end()
    models = studio.session.models
    until(studio.qtbot, models.changed, lambda: any(model.name == "pupil-photos" for model in models.listed))
    return studio


def test_it_is_offered_used_and_left_again(ready):
    foot, models = ready.page.progress_page.action_bar, ready.session.models
    assert foot.begin.isVisible()
    assert foot.begin.text() == OFFER
    foot.begin.click()
    assert (models.start, models.name) == ("pupil-photos", AUTO)
    assert "starts from the picture of 'pupil-photos' now" in foot.text.text()
    assert foot.begin.text() == foot.begin.accessibleName() == AS_USUAL
    foot.begin.click()
    assert models.start == AUTO
    assert foot.begin.text() == OFFER


def test_it_is_not_offered_while_it_runs_or_without_a_gain(studio):
    studio.begin("worse")
    foot = studio.page.progress_page.action_bar
    assert not foot.begin.isVisible()
    studio.tuning.stop()
    studio.end()
    assert not foot.begin.isVisible()


def test_the_start_follows_a_new_name_and_goes_with_the_weights(ready, monkeypatch):
    models, engine = ready.session.models, ready.session.weights.engine
    monkeypatch.setattr(engine, "rename", lambda *_: None)
    monkeypatch.setattr(engine, "remove", lambda *_: None)
    ready.page.progress_page.action_bar.begin.click()
    ready.tuning.rename("better")
    until(ready.qtbot, ready.tuning.changed, lambda: ready.run.saved == "better")
    assert models.start == "better"
    ready.tuning.remove()
    until(ready.qtbot, ready.tuning.changed, lambda: ready.run.removed)
    assert models.start == AUTO
