"""Operations on the hole through the window: keys, panel, one undo each, the whole hole or a part, grow and fill."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.shape import feather, fill_inside, grow, shrink
from inpaint_studio.session.fill_controller import NO_HOLE
from inpaint_studio.session.hole_editing import NO_PART
from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.ui.tools import TOOLS
from tests.ui.studio import HEIGHT, WIDTH, Studio

WHOLE = Box.whole(HEIGHT, WIDTH)
EXPECTED = {
    "grow-hole": lambda hole: grow(hole, 4),
    "shrink-hole": lambda hole: shrink(hole, 4),
    "feather-hole": lambda hole: feather(hole, 4),
    "fill-inside": fill_inside,
}
KEYS = {"grow-hole": "Ctrl+G", "shrink-hole": "Ctrl+Shift+G", "feather-hole": "Ctrl+F", "fill-inside": "Ctrl+E"}


@pytest.fixture
def studio(studio: Studio) -> Studio:
    studio.settings.set("hole_pixels", 4)
    return studio


def hole(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(HOLE).copy()


def photo(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(PHOTO).copy()


def draw_parts(studio: Studio) -> np.ndarray:
    """Two rings, as one step; returns the hole."""
    steps = np.indices((HEIGHT, WIDTH))
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    for column in (50, 150):
        away = np.hypot(steps[0] - 75, steps[1] - column)
        drawn[(away > 15) & (away < 30)] = 255
    edit = studio.session.document.live_edit(HOLE)
    edit.touch(WHOLE)[...] = drawn
    edit.changed(WHOLE)
    edit.commit("Brush")
    return drawn


def settle(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: not studio.session.hole.is_busy)


def point_at(studio: Studio, x: float, y: float) -> None:
    for place in ((0, 0), (x + 0.5, y + 0.5)):  # Qt sends no move to where the pointer is already
        QTest.mouseMove(studio.window.canvas, studio.at(*place))
    studio.qtbot.waitUntil(lambda: studio.window.canvas.last_place == (int(y), int(x)))


@pytest.mark.parametrize("action", EXPECTED)
def test_a_key_changes_the_whole_hole_as_one_step(studio: Studio, action: str) -> None:
    before = draw_parts(studio)
    steps = len(studio.session.document.history)
    studio.press(KEYS[action])
    settle(studio)
    assert np.array_equal(hole(studio), EXPECTED[action](before))
    assert not np.array_equal(hole(studio), before)
    assert len(studio.session.document.history) == steps + 1
    studio.press("Ctrl+Z")
    assert np.array_equal(hole(studio), before)


@pytest.mark.parametrize("action", EXPECTED)
def test_the_buttons_of_the_panel_do_the_same(studio: Studio, action: str) -> None:
    before = draw_parts(studio)
    button = studio.window.column.hole.buttons[action]
    assert button.isVisible()
    assert button.isEnabled()
    button.click()
    settle(studio)
    assert np.array_equal(hole(studio), EXPECTED[action](before))
    assert studio.window.canvas.hasFocus()


@pytest.mark.parametrize("action", [*EXPECTED, "clear"])
def test_only_the_part_under_the_pointer_changes(studio: Studio, action: str) -> None:
    before = draw_parts(studio)
    studio.window.column.hole.scope.buttons["part"].click()
    point_at(studio, 50, 55)
    studio.press({**KEYS, "clear": "Ctrl+D"}[action])
    settle(studio)
    after = hole(studio)
    assert np.array_equal(after[:, 100:], before[:, 100:])
    expected = np.zeros_like(before[:, :100]) if action == "clear" else EXPECTED[action](before)[:, :100]
    assert np.array_equal(after[:, :100], expected)
    studio.press("Ctrl+Z")
    assert np.array_equal(hole(studio), before)


def test_without_a_part_under_the_pointer_there_is_a_sentence(studio: Studio) -> None:
    before = draw_parts(studio)
    studio.settings.set("hole_scope", "part")
    point_at(studio, 100, 20)
    with studio.qtbot.waitSignal(studio.session.status) as status:
        studio.press("Ctrl+G")
    assert status.args[0].text == NO_PART
    assert np.array_equal(hole(studio), before)


def test_presses_in_quick_succession_all_count(studio: Studio) -> None:
    before = draw_parts(studio)
    steps = len(studio.session.document.history)
    for _ in range(3):
        studio.press("Ctrl+G")
    studio.press("Ctrl+Shift+G")
    settle(studio)
    grown = grow(grow(grow(before, 4), 4), 4)
    assert np.array_equal(hole(studio), shrink(grown, 4))
    assert len(studio.session.document.history) == steps + 4


@pytest.mark.parametrize("key", ["Return", "Ctrl+Return"])
def test_a_fill_waits_for_the_changes_of_the_hole_before_it(studio: Studio, key: str) -> None:
    draw_parts(studio)
    before = photo(studio)
    studio.press("Ctrl+G")
    studio.wait_fill(lambda: studio.press(key))
    changed = (photo(studio) != before).any(axis=2)
    assert not studio.session.document.has_hole
    studio.press("Ctrl+Z")
    assert np.array_equal(changed, hole(studio) > 0)
    studio.press("Ctrl+Z")
    assert 0 < (hole(studio) > 0).sum() < changed.sum()


def test_undo_takes_back_a_fill_that_waits(studio: Studio) -> None:
    drawn, before = draw_parts(studio), photo(studio)
    studio.press("Ctrl+G")
    studio.press("Return")
    studio.press("Ctrl+Z")
    settle(studio)
    assert np.array_equal(hole(studio), grow(drawn, 4))
    assert np.array_equal(photo(studio), before)
    assert not studio.session.fills.is_busy


def test_escape_drops_a_fill_that_waits(studio: Studio) -> None:
    drawn, before = draw_parts(studio), photo(studio)
    studio.press("Ctrl+G")
    studio.press("Return")
    studio.press("Escape")
    assert studio.window.status.message == "Cancelled."
    settle(studio)
    assert np.array_equal(hole(studio), grow(drawn, 4))
    assert np.array_equal(photo(studio), before)
    assert not studio.session.fills.is_busy


def test_what_is_drawn_while_a_step_is_computed_is_not_lost(studio: Studio) -> None:
    before = draw_parts(studio)
    studio.press("Ctrl+G")
    edit = studio.session.document.live_edit(HOLE)
    edit.touch(WHOLE)[:3, :3] = 255
    edit.commit("Brush")
    before[:3, :3] = 255
    settle(studio)
    assert np.array_equal(hole(studio), grow(before, 4))


def test_another_photo_drops_the_step(studio: Studio) -> None:
    draw_parts(studio)
    studio.press("Ctrl+G")
    studio.open(studio.make_photo("other.png", 90))
    settle(studio)
    assert not hole(studio).any()
    assert not studio.session.document.can_undo


def test_without_a_hole_the_actions_are_off(studio: Studio) -> None:
    for action in (*EXPECTED, "export-mask"):
        assert not studio.window.actions_[action].isEnabled()
    draw_parts(studio)
    for action in (*EXPECTED, "export-mask"):
        assert studio.window.actions_[action].isEnabled()
    with studio.qtbot.waitSignal(studio.session.status) as status:
        studio.press("Ctrl+D")
        studio.session.hole.grow(3)
    assert status.args[0].text == NO_HOLE


def test_grow_and_fill_puts_a_wider_fill_in_place_of_the_last_one(studio: Studio) -> None:
    before = photo(studio)
    studio.brush((100, 75))
    drawn = hole(studio)
    studio.wait_fill(lambda: studio.press("Return"))
    first = photo(studio)
    steps = len(studio.session.document.history)
    studio.wait_fill(lambda: studio.press("Shift+Return"))
    request = studio.filler.requests[-1]
    assert np.array_equal(request.pixels, before)  # not over the first fill
    assert np.array_equal(request.hole, grow(drawn, 4) > 0)
    assert request.options.seed == studio.filler.requests[0].options.seed
    assert (photo(studio)[request.hole] != before[request.hole]).all()
    assert not hole(studio).any()
    assert len(studio.session.document.history) == steps + 1
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))  # another one is made from the photo, too
    assert np.array_equal(studio.filler.requests[-1].pixels, before)
    studio.wait_fill(lambda: studio.press("Shift+Return"))  # and so is a still wider one
    assert np.array_equal(studio.filler.requests[-1].hole, grow(grow(drawn, 4), 4) > 0)
    assert np.array_equal(
        studio.filler.requests[-1].pixels[studio.filler.requests[-1].hole == 0],
        before[studio.filler.requests[-1].hole == 0],
    )
    studio.press("Ctrl+Z")
    studio.press("Ctrl+Z")
    assert np.array_equal(photo(studio), first)
    studio.press("Ctrl+Z")
    assert np.array_equal(photo(studio), before)
    assert np.array_equal(hole(studio), drawn)


def test_a_hole_that_is_drawn_grows_and_is_filled_as_one_step(studio: Studio) -> None:
    before = photo(studio)
    studio.brush((100, 75))
    drawn, steps = hole(studio), len(studio.session.document.history)
    studio.wait_fill(lambda: studio.press("Shift+Return"))
    assert np.array_equal(studio.filler.requests[-1].hole, grow(drawn, 4) > 0)
    assert len(studio.session.document.history) == steps + 1
    assert studio.session.document.undo_text == "Grow the hole and fill"
    studio.press("Ctrl+Z")
    assert np.array_equal(hole(studio), drawn)
    assert np.array_equal(photo(studio), before)


def test_grow_and_fill_needs_a_hole(studio: Studio) -> None:
    with studio.qtbot.waitSignal(studio.session.status) as status:
        studio.press("Shift+Return")
    assert status.args[0].text == NO_HOLE
    assert not studio.filler.requests


def test_the_buttons_show_their_texts_whole(studio: Studio) -> None:
    buttons = studio.window.column.hole.buttons.values()
    for button in buttons:
        assert button.fontMetrics().horizontalAdvance(button.text()) + 4 <= button.width(), button.text()


def test_a_tool_shows_its_own_options_alone_and_the_panel_does_not_jump(studio: Studio) -> None:
    column = studio.window.column
    heights = set()
    for name, tool in TOOLS.items():
        studio.press(tool.key)
        QApplication.processEvents()
        controls = {**column.tool.controls, "label_mode": column.labels.modes}
        options = studio.window.canvas.tool.active_options
        assert set(options) >= set(tool.options) - {"fill_on_release"}, name
        for option, control in controls.items():
            assert control.isVisible() == control.isEnabled() == (option in options) or option == "label_mode", (
                name,
                option,
            )
        assert column.labels.modes.isVisible() == ("label_mode" in options)
        heights.add(column.tool.height())
        rows = [row for row in column.tool.children() if isinstance(row, QWidget) and row.isVisible()]
        for above, below in pairwise(sorted(rows, key=lambda row: row.y())):
            assert above.geometry().bottom() < below.y(), name
    assert len(heights) == 1


def test_a_tool_with_few_options_shows_how_it_is_used(studio: Studio) -> None:
    how_to = studio.window.column.tool.how_to
    for tool in TOOLS.values():
        studio.press(tool.key)
        if len(studio.window.canvas.tool.active_options) < 2:
            assert how_to.isVisible(), tool.name
            assert how_to.text() == f"{tool.tip}."
    studio.press("W")
    assert not how_to.isVisible()  # there is no room for it


def test_no_text_of_the_tools_is_cut_off(studio: Studio) -> None:
    panel = studio.window.column.tool
    for tool in TOOLS.values():
        studio.press(tool.key)
        QApplication.processEvents()
        if panel.how_to.isVisible():
            assert panel.how_to.heightForWidth(panel.how_to.width()) <= panel.how_to.height(), tool.name
            assert panel.how_to.geometry().bottom() < panel.height()
