"""The areas that steer where a fill copies from, through the window: painted, swapped, cleared, each in one step."""

from __future__ import annotations

import numpy as np

from inpaint_studio.session.raster import DONORS, ONLY
from tests.ui.studio import Studio


def areas(studio: Studio) -> tuple[np.ndarray, np.ndarray]:
    return tuple(studio.session.document.raster(name) != 0 for name in (DONORS, ONLY))


def paint_both(studio: Studio) -> None:
    studio.settings.set("brush_size", 20)
    studio.press("D")
    studio.brush((30, 30), (60, 30))
    studio.press("I")
    studio.brush((120, 100), (160, 110))


def test_both_are_swapped_and_cleared_in_one_step_each(studio: Studio) -> None:
    paint_both(studio)
    donors, only = areas(studio)
    assert donors.any()
    assert only.any()
    studio.press("Ctrl+Shift+I")
    np.testing.assert_array_equal(areas(studio), (only, donors))
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(areas(studio), (donors, only))
    studio.press("Ctrl+Shift+D")
    assert not np.any(areas(studio))
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(areas(studio), (donors, only))
    studio.press("Ctrl+Shift+Z")
    assert not np.any(areas(studio))


def test_one_alone_is_swapped_too(studio: Studio) -> None:
    studio.press("I")
    studio.brush((120, 100), (160, 110))
    _, only = areas(studio)
    studio.press("Ctrl+Shift+I")
    np.testing.assert_array_equal(areas(studio), (only, np.zeros_like(only)))


def test_without_any_there_is_nothing_to_do_and_another_photo_has_none(studio: Studio) -> None:
    for action in ("clear-sampling", "swap-sampling"):
        assert not studio.window.actions_[action].isEnabled()
    paint_both(studio)
    assert studio.window.actions_["clear-sampling"].isEnabled()
    studio.open(studio.make_photo("other.png"))
    assert not np.any(areas(studio))
    assert not studio.window.actions_["clear-sampling"].isEnabled()


def test_a_request_has_them_and_what_is_painted_while_it_runs_does_not_change_it(studio: Studio) -> None:
    paint_both(studio)
    donors, only = areas(studio)
    studio.press("B")
    studio.brush()
    studio.filler.gate.clear()
    studio.press("Return")
    studio.qtbot.waitUntil(lambda: bool(studio.filler.requests))
    studio.press("D")
    studio.brush((10, 140), (190, 140))
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.filler.gate.set()
    (request,) = studio.filler.requests
    np.testing.assert_array_equal(request.guide.donors, donors)
    np.testing.assert_array_equal(request.only, only)
