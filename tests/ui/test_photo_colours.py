"""Photos are shown in their true colours, wherever they are shown; what is drawn over them keeps its own."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space
from inpaint_studio.engine.photo.declared import cicp_profile
from inpaint_studio.session.qimage import to_array
from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.session.screen_colours import set_screen
from inpaint_studio.ui import screen_profile
from tests.ui.studio import HEIGHT, WIDTH, Studio

P3 = cicp_profile(12, 13)
RED, GREEN = (200, 60, 40), (60, 180, 80)


@pytest.fixture
def studio(qtbot, tmp_path):
    made = Studio(qtbot, tmp_path)
    made.show()
    yield made
    set_screen(b"")
    made.close()


def shown(colour, icc=P3):
    return bytes_to_srgb(find_space(icc), np.array(colour, np.uint8).reshape(1, 1, -1))[0, 0, :3].astype(int)


def test_the_colours_of_these_tests_differ_between_the_profiles() -> None:
    assert min(np.abs(shown(each) - each).max() for each in (RED, GREEN, (10, 20, 200))) > 3


def two_colours(studio, height=HEIGHT, width=WIDTH, opacity=None, icc=P3):
    """Open a photo, red at the left and green at the right."""
    pixels = np.empty((height, width, 3 if opacity is None else 4), np.uint8)
    pixels[..., 3:] = 0 if opacity is None else opacity
    pixels[:, : width // 2, :3], pixels[:, width // 2 :, :3] = RED, GREEN
    path = studio.folder / "wide.png"
    Image.fromarray(pixels).save(path, icc_profile=icc)
    studio.open(path)
    return pixels


def seen_at(studio, x, y):
    """The colour on the canvas over a point of the photo."""
    canvas = studio.window.canvas
    place = canvas.viewport.to_widget(x, y).toPoint()
    return np.array(QColor(canvas.grab().toImage().pixel(place)).getRgb()[:3])


@pytest.mark.parametrize("zoom", [0.25, 0.7, 1.0, 3.0])
@pytest.mark.parametrize("opacity", [None, 255])
def test_the_canvas_shows_the_true_colours_at_every_zoom(studio, zoom, opacity) -> None:
    two_colours(studio, 1200, 1600, opacity)
    canvas = studio.window.canvas
    canvas.zoom_to(zoom)
    for settled in (False, True):  # the smaller copies are not made at first
        if settled:
            studio.qtbot.waitUntil(lambda: canvas.background.idle)
        assert np.abs(seen_at(studio, 780, 600) - shown(RED)).max() <= 1
        assert np.abs(seen_at(studio, 820, 600) - shown(GREEN)).max() <= 1


def test_the_shown_copy_follows_every_change(studio) -> None:
    two_colours(studio, 600, 800)
    canvas, document = studio.window.canvas, studio.session.document
    canvas.zoom_to(1.0)
    assert np.abs(seen_at(studio, 300, 300) - shown(RED)).max() <= 1
    document.apply("Change", PHOTO, Box(200, 200, 400, 600), np.full((200, 400, 3), (10, 20, 200), np.uint8))
    assert np.abs(seen_at(studio, 300, 300) - shown((10, 20, 200))).max() <= 1
    canvas.set_show_original(True)
    assert np.abs(seen_at(studio, 300, 300) - shown(RED)).max() <= 1
    canvas.set_show_original(False)
    document.undo()
    assert np.abs(seen_at(studio, 300, 300) - shown(RED)).max() <= 1


def test_overlays_keep_their_colours(studio) -> None:
    colours = []
    for icc in (b"", P3):
        pixels = two_colours(studio, icc=icc)
        pixels[:] = 0  # a black photo has the same colours in all profiles
        studio.session.document.apply("Black", PHOTO, Box(0, 0, HEIGHT, WIDTH), pixels)
        studio.session.document.apply("Hole", HOLE, Box(40, 40, 90, 90), np.full((50, 50), 255, np.uint8))
        colours.append(seen_at(studio, 60, 60))
    np.testing.assert_array_equal(*colours)


def test_candidates_are_shown_in_true_colours_and_filled_under_the_profile(studio) -> None:
    two_colours(studio)
    studio.fill()
    assert studio.filler.requests[-1].icc == studio.session.document.colours != b""
    image = studio.window.column.candidates.thumbnails[0].image
    corner = to_array(image)[2, 2, :3].astype(int)
    assert min(np.abs(corner - shown(each)).max() for each in (RED, GREEN)) <= 1


def test_a_grey_photo_with_a_profile_of_its_own(studio) -> None:
    from inpaint_studio.engine.photo import icc as profiles

    linear = profiles.write_profile(profiles.SRGB_TO_XYZ, np.linspace(0, 1, 64), "Linear")
    as_grey = linear.replace(b"RGB XYZ ", b"GRAYXYZ ").replace(b"rTRC", b"kTRC")
    Image.fromarray(np.full((80, 80), 55, np.uint8)).save(studio.folder / "grey.png", icc_profile=as_grey)
    studio.open(studio.folder / "grey.png")
    assert studio.session.document.colours == as_grey
    assert np.abs(seen_at(studio, 40, 40) - 128).max() <= 1


def test_a_damaged_profile_is_ignored(studio) -> None:
    two_colours(studio, icc=P3[:300])
    np.testing.assert_array_equal(seen_at(studio, 40, 40), RED)


def test_colours_for_a_screen_with_a_profile(studio) -> None:
    set_screen(P3)
    two_colours(studio)
    np.testing.assert_array_equal(seen_at(studio, 40, 40), RED)  # the screen's own colours
    two_colours(studio, icc=b"")
    in_srgb = bytes_to_srgb(find_space(P3), seen_at(studio, 40, 40).astype(np.uint8).reshape(1, 1, 3))[0, 0]
    assert np.abs(in_srgb.astype(int) - RED).max() <= 1
    set_screen(b"no profile")
    two_colours(studio, icc=b"")
    np.testing.assert_array_equal(seen_at(studio, 40, 40), RED)


def test_the_photo_follows_the_profile_of_the_screen(studio, monkeypatch) -> None:
    two_colours(studio, 600, 800)
    window, canvas = studio.window, studio.window.canvas
    profiles_found = [P3, b""]
    monkeypatch.setattr(screen_profile, "read_screen_profile", lambda _screen: profiles_found.pop(0))
    for zoom in (1.0, 0.3):
        canvas.zoom_to(zoom)
        assert np.abs(seen_at(studio, 300, 300) - shown(RED)).max() <= 1
    screen_profile.follow_screen(window, canvas)
    for expected in (np.array(RED), shown(RED)):
        for zoom in (1.0, 0.3):
            canvas.zoom_to(zoom)
            seen_at(studio, 300, 300)  # painting notices the other profile
            studio.qtbot.waitUntil(lambda: canvas.background.idle)
            assert np.abs(seen_at(studio, 300, 300) - expected).max() <= 1
        if profiles_found:  # the window is moved to the other screen
            window.windowHandle().screenChanged.emit(window.screen())


def test_the_small_pictures_of_recent_photos(studio) -> None:
    from inpaint_studio.session import thumbnails

    two_colours(studio)
    path = studio.folder / "wide.png"
    studio.qtbot.waitUntil(lambda: bool(thumbnails.read([path])))
    image: QImage = thumbnails.read([path])[path]
    assert np.abs(to_array(image)[40, 10, :3].astype(int) - shown(RED)).max() <= 1
