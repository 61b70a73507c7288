"""The note on how far a training gets: when the speed is measured, its text, and that the layout does not move."""

from __future__ import annotations

import pytest

from inpaint_studio.protocol.speed import Pace
from inpaint_studio.session.training.speed import Estimate
from inpaint_studio.ui.training import messages
from inpaint_studio.ui.training.speed_note import SpeedNote
from tests.session.fake_training import LACKING
from tests.session.training_runs import PATIENCE
from tests.ui.training_studio import TrainingStudio

TWO_SECONDS = "on the processor (2.0 s a step)"  # as the fake training reports


def note_of(studio: TrainingStudio) -> SpeedNote:
    return studio.page.setup.speed


def measure_text(studio: TrainingStudio, way: str = "better") -> str:
    """Open the page, take the photos and wait for what is said of the pace."""
    studio.open_page()
    studio.page.setup.advanced.line.setText(f"pretend={way}")
    studio.take(studio.folder / "photos")
    studio.qtbot.waitUntil(lambda: not note_of(studio).busy, timeout=PATIENCE)
    return note_of(studio).text.text()


# What is said


def found(seconds: float, photos: int = 120, size: int = 256, device: str = "cpu") -> Estimate:
    return Estimate(Pace(seconds, 4, photos, overhead_seconds=33.0), size, device)


@pytest.mark.parametrize(
    ("estimate", "minutes", "text"),
    [
        (
            found(8.1),
            10.0,
            "About 70 steps of 4 crops in 10 minutes on the processor (8.1 s a step); each of the 120 photos it "
            "learns from is seen about twice.",
        ),
        (
            found(30.0),
            10.0,
            "About 18 steps of 4 crops in 10 minutes on the processor (30.0 s a step); about 72 of the 120 photos it "
            "learns from are seen. That is little; an hour, crops smaller than 256 px (under More) or a graphics "
            "card would help.",
        ),
        (
            found(0.05, device="cuda:0"),
            60.0,
            "About 71000 steps of 4 crops in an hour on the graphics card (20.0 steps a second); each of the 120 "
            "photos it learns from is seen about 2400 times.",
        ),
        (
            found(100.0, size=128),
            60.0,
            "About 35 steps of 4 crops in an hour on the processor (100.0 s a step); each of the 120 photos it "
            "learns from is seen about once. That is little; a night or a graphics card would help.",
        ),
        (
            found(600.0, device="cuda"),
            10.0,
            "Not one step of 4 crops in 10 minutes on the graphics card (600.0 s a step). That is little; an hour or "
            "crops smaller than 256 px (under More) would help.",
        ),
        (
            found(2000.0, photos=1, size=64, device="mps"),
            480.0,
            "About 14 steps of 4 crops in eight hours on the graphics card (2000.0 s a step); the one photo it "
            "learns from is seen about 56 times. That is little; more time would help.",
        ),
        (
            found(8.0),
            None,
            "About 450 steps of 4 crops an hour on the processor (8.0 s a step); each of the 120 photos it learns "
            "from is seen about 15 times.",
        ),
    ],
)
def test_the_estimate_in_words(estimate, minutes, text):
    assert messages.describe_estimate(estimate, minutes) == text


# When


def test_the_speed_is_measured_once_a_folder_and_a_model_are_known(studio):
    studio.open_page()
    assert "as soon as there is a folder" in note_of(studio).text.text()
    assert not note_of(studio).busy
    assert measure_text(studio).startswith(f"About 1800 steps of 4 crops in an hour {TWO_SECONDS}")
    assert studio.page.setup.start.isEnabled()


def test_another_time_is_shown_at_once(studio):
    measure_text(studio)
    studio.page.setup.time.buttons["10"].click()
    assert note_of(studio).text.text().startswith(f"About 290 steps of 4 crops in 10 minutes {TWO_SECONDS}")
    studio.page.setup.time.buttons[""].click()
    assert note_of(studio).text.text().startswith(f"About 1800 steps of 4 crops an hour {TWO_SECONDS}")
    assert not note_of(studio).busy


def test_another_request_is_measured_again(studio):
    measure_text(studio)
    studio.page.setup.advanced.batch.setValue(2)
    assert note_of(studio).busy
    studio.qtbot.waitUntil(lambda: not note_of(studio).busy, timeout=PATIENCE)
    assert "steps of 2 crops" in note_of(studio).text.text()
    studio.name("fine")  # changes nothing of it
    assert not note_of(studio).busy
    studio.page.setup.advanced.line.setText("no setting")
    assert "as soon as there is a folder" in note_of(studio).text.text()
    assert not studio.session.training.speed.busy


def test_a_failed_measurement_is_shown_and_start_stays_possible(studio):
    assert measure_text(studio, "features") == f"The speed could not be measured. {LACKING}"
    assert note_of(studio).text.toolTip() == note_of(studio).text.text()
    assert studio.page.setup.start.isEnabled()


def test_the_layout_does_not_move_with_the_text(studio):
    setup = studio.open_page().setup
    studio.qtbot.waitExposed(studio.page)

    def places() -> list[int]:
        return [widget.mapTo(setup, widget.rect().topLeft()).y() for widget in (setup.time, setup.speed, setup.more)]

    before = places(), note_of(studio).height()
    studio.take(studio.folder / "photos")
    assert note_of(studio).busy
    assert (places(), note_of(studio).height()) == before
    studio.qtbot.waitUntil(lambda: not note_of(studio).busy, timeout=PATIENCE)
    assert (places(), note_of(studio).height()) == before


def test_closing_the_window_ends_the_measurement_and_showing_it_starts_it_again(studio):
    studio.open_page()
    studio.page.setup.advanced.line.setText("pretend=endless")
    studio.take(studio.folder / "photos")
    estimating = studio.session.training.speed
    studio.qtbot.waitUntil(lambda: estimating._process is not None, timeout=PATIENCE)
    studio.page.close()
    assert not estimating.busy
    studio.page.setup.advanced.line.setText("pretend=better")
    assert not estimating.busy  # it is not visible
    studio.open_page()
    assert note_of(studio).busy
    studio.qtbot.waitUntil(lambda: not note_of(studio).busy, timeout=PATIENCE)
    studio.page.close()
    studio.open_page()
    assert not note_of(studio).busy  # it is known


def test_start_ends_the_timing(studio):
    studio.open_page()
    studio.take(studio.folder / "photos")
    assert studio.session.training.speed.busy
    studio.page.setup.start.click()
    assert not studio.session.training.speed.busy
    studio.until_step(1)


def test_a_folder_that_is_chosen_again_is_measured_again(studio):
    measure_text(studio)
    studio.take(studio.folder / "photos")
    assert note_of(studio).busy
