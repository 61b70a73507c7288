"""Suggestions in the window: found by an action, shown as outlines, accepted and refused by keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import HOLE
from inpaint_studio.ui.canvas.suggestion_overlay import COLOUR
from tests.engine.suggest import scenes
from tests.ui.driver import grab
from tests.ui.studio import Studio, apply_theme

SIZE = scenes.SIZES[0]


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path):
    """The window with a photo that has six spots, after the search for them."""
    apply_theme(qapp)
    made = Studio(qtbot, tmp_path)
    coverage, _ = scenes.spots(SIZE, 3)
    made.photo = tmp_path / "spots.png"
    Image.fromarray(scenes.finish(scenes.sky(SIZE, 3) - 60 * coverage[..., None], 3)).save(made.photo)
    made.show()
    made.press("Shift+D")
    qtbot.waitUntil(lambda: len(made.session.hole.suggestions.parts) == 6)
    yield made
    made.close()


def greens(studio: Studio) -> np.ndarray:
    """Which pixels of the canvas have the colour of the outlines."""
    colour = np.array([COLOUR.red(), COLOUR.green(), COLOUR.blue()])
    return np.abs(grab(studio.window.canvas).astype(int) - colour).max(axis=2) < 30


def enabled(studio: Studio) -> list[bool]:
    names = ("accept-suggestion", "accept-suggestions", "refuse-suggestion", "next-suggestion", "previous-suggestion")
    return [studio.window.actions_[name].isEnabled() for name in names]


def test_parts_are_outlined_and_the_hole_is_empty(studio: Studio) -> None:
    assert greens(studio).sum() > 200
    assert not studio.session.document.has_hole
    assert enabled(studio) == [True] * 5
    assert studio.window.status.message.startswith("Dust and spots: suggestion 1 of 6. Y accepts")


def test_keys_accept_refuse_and_step(studio: Studio) -> None:
    every = studio.session.hole.suggestions.parts
    studio.press("PgDown")
    studio.press("Y")
    hole = studio.session.document.raster(HOLE)
    assert (hole > 0).sum() == every[1].inside.sum()
    assert (hole[every[1].box.slices][every[1].inside] == 255).all()
    studio.press("N")
    assert studio.session.hole.suggestions.parts == (every[0], *every[3:])
    studio.press("Ctrl+Z")
    assert not studio.session.document.has_hole


def test_all_that_are_left_are_accepted_in_one_step(studio: Studio) -> None:
    every = studio.session.hole.suggestions.parts
    studio.press("N")
    studio.press("Shift+Y")
    assert studio.session.hole.suggestions.parts == ()
    assert studio.window.status.message == "Suggestions accepted: 5."
    hole = studio.session.document.raster(HOLE)
    assert all((hole[part.box.slices][part.inside] == 255).all() for part in every[1:])
    assert not hole[every[0].box.slices][every[0].inside].any()
    studio.press("Ctrl+Z")
    assert not studio.session.document.has_hole


def test_escape_drops_all_of_them(studio: Studio) -> None:
    studio.press("Escape")
    assert studio.session.hole.suggestions.parts == ()
    assert enabled(studio) == [False] * 5
    assert greens(studio).sum() == 0


def test_the_original_is_shown_without_outlines(studio: Studio) -> None:
    studio.window.canvas.set_show_original(True)
    assert greens(studio).sum() == 0


def is_shown(studio: Studio) -> bool:
    """Whether a pixel of the present part is in the view."""
    viewport = studio.window.canvas.viewport
    part = studio.session.hole.suggestions.present
    assert part is not None
    seen = viewport.image_box(Box(0, 0, *viewport.device_size))
    rows, columns = np.nonzero(part.inside)
    rows, columns = rows + part.box.top, columns + part.box.left
    return bool(((rows >= seen.top) & (rows < seen.bottom) & (columns >= seen.left) & (columns < seen.right)).any())


def test_the_view_moves_to_a_part_that_is_not_seen_and_stays_otherwise(studio: Studio) -> None:
    canvas = studio.window.canvas
    place = canvas.viewport.left, canvas.viewport.top
    studio.press("PgDown")
    assert (canvas.viewport.left, canvas.viewport.top) == place  # all of them are in the view
    moved = 0
    canvas.zoom_at(canvas.viewport.to_widget(0.0, 0.0), 16.0)
    for _ in studio.session.hole.suggestions.parts:
        place = canvas.viewport.left, canvas.viewport.top
        was_shown = is_next_shown(studio)
        studio.press("PgDown")
        assert is_shown(studio)
        assert was_shown == ((canvas.viewport.left, canvas.viewport.top) == place)
        moved += not was_shown
    assert moved > 1


def is_next_shown(studio: Studio) -> bool:
    """Whether the next part is in the view."""
    suggestions = studio.session.hole.suggestions
    before = suggestions.index
    suggestions.index = (before + 1) % len(suggestions.parts)
    try:
        return is_shown(studio)
    finally:
        suggestions.index = before


def test_another_search_drops_the_parts_and_nothing_found_is_reported(studio: Studio, qtbot: Any) -> None:
    studio.press("Y")
    assert studio.session.document.has_hole
    studio.press("Shift+T")
    qtbot.waitUntil(lambda: not studio.session.hole.suggestions.is_searching)
    assert studio.window.status.message == "Nothing was found when looking for small text and date stamps."
    assert studio.session.hole.suggestions.parts == ()


def test_ctrl_h_hides_them_and_a_new_search_shows_them(studio: Studio) -> None:
    studio.press("Ctrl+H")
    assert not greens(studio).any()
    studio.press("N")
    assert not greens(studio).any()
    studio.press("Escape")
    studio.press("Shift+D")
    studio.qtbot.waitUntil(lambda: len(studio.session.hole.suggestions.parts) == 6)
    assert greens(studio).any()
