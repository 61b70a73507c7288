"""A session: fills are requested, cancelled, replaced by newer ones and repeated; photos are opened and saved."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.session.raster import DONORS, HOLE, LINES, NAMES, ONLY, PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.session.weights_manager import ModelInfo
from tests.session.relay import relay

A, B = Box(20, 30, 60, 90), Box(200, 250, 240, 330)


def stroke(session, box: Box, raster: str = HOLE) -> None:
    edit = session.document.live_edit(raster)
    edit.touch(box)[...] = 255
    edit.changed(box)
    edit.commit("Brush")


def wait_filled(qtbot, session, action) -> None:
    with qtbot.waitSignal(session.fills.filled, timeout=10000):
        action()


def snapshot(session):
    document = session.document
    return {name: document.raster(name).copy() for name in NAMES}, document.lines, document.flows


def unchanged(session, before) -> bool:
    rasters, lines, flows = snapshot(session)
    return lines == before[1] and flows == before[2] and all(np.array_equal(rasters[n], before[0][n]) for n in NAMES)


def test_a_fill_is_one_step_with_its_hole_its_lines_and_its_flow(qtbot, session, filler, photo) -> None:
    document = session.document
    stroke(session, A)
    stroke(session, B, DONORS)
    document.add_line([(10, 40), (150, 40)])
    document.add_line([(10, 100), (150, 100)])  # far from the hole
    before = snapshot(session)
    steps = len(document.history)
    wait_filled(qtbot, session, session.fills.start)

    expected = photo.copy()
    expected[A.slices] = filler.grey(0)
    assert np.array_equal(document.raster(PHOTO), expected)
    assert not document.raster(HOLE).any()
    assert [line.number for line in document.lines] == [2]  # the one that crossed the hole was used up
    assert set(np.unique(document.raster(LINES))) == {0, 2}
    assert document.raster(DONORS).any()
    assert document.flow is not None
    assert document.flow.source_of(30, 40) == (31, 41, 1.0)
    assert len(document.history) == steps + 1
    assert document.undo_text == "Fill"

    document.undo()
    assert unchanged(session, before)
    document.redo()
    assert np.array_equal(document.raster(PHOTO), expected)
    assert document.flow is not None


def test_the_request_to_the_engine(qtbot, session, filler) -> None:
    stroke(session, A)
    stroke(session, B, DONORS)
    session.models.name, session.models.quality, session.models.seed = "telea", "fast", 7
    wait_filled(qtbot, session, session.fills.start)
    request = filler.requests[-1]
    assert (request.model, request.options.quality, request.options.seed) == ("telea", "fast", 7)
    assert Box.of(request.hole) == A
    assert Box.of(request.guide.donors) == B
    assert request.guide.lines is None
    assert request.only is None
    stroke(session, A)
    stroke(session, B, ONLY)
    wait_filled(qtbot, session, session.fills.start)
    assert Box.of(filler.requests[-1].only) == B


def test_without_a_hole_there_is_a_message_and_no_fill(qtbot, session, filler) -> None:
    with qtbot.waitSignal(session.status) as status:
        assert not session.fills.start()
    assert "Brush over something" in status.args[0].text
    assert not filler.requests


def test_the_coverage_of_a_soft_hole_reaches_the_fill(qtbot, session, filler) -> None:
    soft = session.document.live_edit(HOLE)
    soft.touch(A)[...] = 255
    soft.touch(A)[:3] = 100
    soft.commit("Brush")
    wait_filled(qtbot, session, session.fills.start)
    (request,) = filler.requests
    assert request.hole[A.slices].all()
    assert np.array_equal(request.coverage, np.where(request.hole, np.where(request.coverage == 100, 100, 255), 0))
    assert np.array_equal(request.coverage[A.slices][:3], np.full((3, A.width), 100))


def test_a_hard_hole_has_no_coverage_to_blend_with(qtbot, session, filler) -> None:
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    assert filler.requests[0].coverage is None


def test_cancel_leaves_everything_as_it_was(qtbot, session, filler) -> None:
    stroke(session, A)
    before, steps = snapshot(session), len(session.document.history)
    filler.go.clear()
    busy: list[bool] = []
    session.fills.busy.connect(busy.append)
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    assert session.fills.is_busy
    with qtbot.waitSignal(relay(session.worker).cancelled):
        session.fills.cancel()
    filler.go.set()
    assert busy == [True, False]
    assert unchanged(session, before)
    assert len(session.document.history) == steps
    wait_filled(qtbot, session, session.fills.start)  # and the next one works
    assert not unchanged(session, before)


def test_an_error_is_reported_and_changes_nothing(qtbot, session, filler) -> None:
    stroke(session, A)
    before = snapshot(session)
    filler.fault = NoSource("Nothing is left to fill from.")
    with qtbot.waitSignal(session.fills.failed) as failure:
        session.fills.start()
    assert failure.args == ["Nothing is left to fill from."]
    assert not session.fills.is_busy
    assert unchanged(session, before)


def test_of_two_requests_only_the_newer_is_applied(qtbot, session, filler) -> None:
    stroke(session, A)
    filler.go.clear()
    session.models.seed = 1
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    session.models.seed = 2
    session.fills.start()
    filled: list = []
    session.fills.filled.connect(filled.append)
    filler.go.set()
    qtbot.waitUntil(lambda: not session.fills.is_busy)
    assert [result.seed for result in filled] == [2]
    assert (session.document.raster(PHOTO)[A.slices] == filler.grey(2)).all()


@pytest.mark.parametrize("how", ["undo", "load", "pixels"])
def test_a_fill_whose_photo_has_changed_is_dropped(qtbot, session, filler, photo, how) -> None:
    document = session.document
    stroke(session, A)
    filler.go.clear()
    cancelled: list[int] = []
    relay(session.worker).cancelled.connect(cancelled.append)
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    if how == "undo":
        document.undo()
    elif how == "load":
        document.load(photo_from_array(photo[::-1]))
    else:
        document.apply("Other", PHOTO, B, np.zeros((B.height, B.width, 3), np.uint8))
    after = snapshot(session)
    assert not session.fills.is_busy
    filler.go.set()
    qtbot.waitUntil(lambda: len(cancelled) == 1)
    assert unchanged(session, after)


def test_what_is_drawn_while_a_fill_runs_stays(qtbot, session, filler) -> None:
    stroke(session, A)
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    stroke(session, B)
    wait_filled(qtbot, session, filler.go.set)
    assert Box.of(session.document.raster(HOLE)) == B
    assert (session.document.raster(PHOTO)[A.slices] == filler.grey(0)).all()


def test_a_result_waits_for_the_end_of_a_stroke(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, A)
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    live = document.live_edit(HOLE)
    live.touch(B)[...] = 255
    with qtbot.waitSignal(relay(session.worker).fillFinished):
        filler.go.set()
    assert (document.raster(PHOTO)[A.slices] != filler.grey(0)).any()
    wait_filled(qtbot, session, live.abort)
    assert not document.raster(HOLE).any()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(0)).all()


def test_fill_on_release_is_one_step_with_its_stroke(qtbot, session) -> None:
    session.models.fill_on_release = True
    before = snapshot(session)
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.finish_stroke)
    assert len(session.document.history) == 1
    session.document.undo()
    assert unchanged(session, before)


def test_without_fill_on_release_a_stroke_requests_no_fill(session) -> None:
    stroke(session, A)
    session.fills.finish_stroke()
    assert not session.fills.is_busy


def test_another_one_takes_the_place_of_the_last_fill(qtbot, session, filler, photo) -> None:
    document = session.document
    stroke(session, A)
    before = snapshot(session)
    wait_filled(qtbot, session, session.fills.start)
    steps = len(document.history)
    wait_filled(qtbot, session, session.fills.another)
    assert len(document.history) == steps
    assert session.models.seed == 1
    assert (document.raster(PHOTO)[A.slices] == filler.grey(1)).all()
    assert np.array_equal(filler.requests[-1].pixels, photo)  # it saw the photo as it was before the first
    assert len(document.flows) == 1
    document.undo()
    assert unchanged(session, before)
    document.redo()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(1)).all()


def test_stepping_through_candidates(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, A)
    before = snapshot(session)
    wait_filled(qtbot, session, session.fills.start)
    for _ in range(2):
        wait_filled(qtbot, session, session.fills.another)
    assert (session.fills.candidate_index, session.fills.candidate_count) == (2, 3)
    session.fills.previous_candidate()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(1)).all()
    assert session.models.seed == 1
    session.fills.previous_candidate()
    session.fills.previous_candidate()  # there is none before the first
    assert (document.raster(PHOTO)[A.slices] == filler.grey(0)).all()
    session.fills.next_candidate()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(1)).all()
    wait_filled(qtbot, session, session.fills.another)
    assert session.models.seed == 3  # a new one, whichever was shown
    assert session.fills.candidate_count == 4
    document.undo()
    assert unchanged(session, before)
    session.fills.next_candidate()  # its fill is not in effect
    assert unchanged(session, before)


def test_candidates_after_more_strokes_are_a_step_of_their_own(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, session.fills.another)
    stroke(session, B)
    session.fills.previous_candidate()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(0)).all()
    assert Box.of(document.raster(HOLE)) == B
    document.undo()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(1)).all()
    assert Box.of(document.raster(HOLE)) == B


def test_the_number_of_candidates_is_limited(qtbot, session) -> None:
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    for _ in range(14):
        wait_filled(qtbot, session, session.fills.another)
    assert session.fills.candidate_count == 12
    assert session.fills.candidate_index == 11


def test_cancelling_another_one_keeps_the_first(qtbot, session, filler) -> None:
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    before, seed = snapshot(session), session.models.seed
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.another()
    with qtbot.waitSignal(relay(session.worker).cancelled):
        session.fills.cancel()
    assert unchanged(session, before)
    assert (session.models.seed, session.fills.candidate_count) == (seed, 1)


def test_a_model_that_is_gone_is_not_used(qtbot, session) -> None:
    session.models.name = "gone"
    with qtbot.waitSignal(session.models.changed):
        session.worker.modelsListed.emit([ModelInfo(Traits("telea", "Telea", "Quick."))], {})
    assert session.models.name == "auto"
    assert [model.name for model in session.models.listed] == ["telea"]


def test_open_edit_save_and_open_again(qtbot, session, tmp_path, photo) -> None:
    path = tmp_path / "photo.png"
    session.save(path)
    qtbot.waitUntil(path.exists)
    with qtbot.waitSignal(session.opened):
        session.open(path)
    document = session.document
    assert np.array_equal(document.raster(PHOTO), photo)
    assert not document.modified
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    assert document.modified
    with qtbot.waitSignal(session.saved) as saved:
        assert session.save()
    assert saved.args == [str(path)]
    assert not document.modified
    assert np.array_equal(open_photo(path).pixels, document.raster(PHOTO))
    document.undo()
    assert document.modified


def test_a_photo_without_a_file_needs_a_path_to_be_saved(session) -> None:
    assert not session.save()


def test_a_save_that_fails_loses_nothing(qtbot, session, tmp_path) -> None:
    stroke(session, A)
    before = snapshot(session)
    with qtbot.waitSignal(session.failed):
        session.save(tmp_path / "no such folder" / "photo.png")
    assert unchanged(session, before)
    assert session.document.modified
    assert session.document.photo.path is None


def test_a_file_that_is_no_photo_leaves_the_document(qtbot, session, tmp_path) -> None:
    path = tmp_path / "words.png"
    path.write_text("not a picture")
    stroke(session, A)
    before = snapshot(session)
    with qtbot.waitSignal(session.failed) as failure:
        session.open(path)
    assert "Traceback" not in failure.args[0]
    assert unchanged(session, before)


def test_of_two_photos_opened_quickly_the_newer_stays(qtbot, session, tmp_path) -> None:
    from PIL import Image

    for name, value in (("old.png", 1), ("new.png", 2)):
        Image.new("RGB", (9, 7), (value, value, value)).save(tmp_path / name)
    opened: list[int] = []
    session.opened.connect(lambda: opened.append(int(session.document.raster(PHOTO)[0, 0, 0])))
    session.open(tmp_path / "old.png")
    session.open(tmp_path / "new.png")
    qtbot.waitUntil(lambda: opened != [])
    assert opened == [2]


def test_what_is_drawn_while_a_photo_is_read_is_not_lost(qtbot, session, tmp_path) -> None:
    from PIL import Image

    Image.new("RGB", (9, 7)).save(tmp_path / "new.png")
    texts: list[str] = []
    session.status.connect(lambda status: texts.append(status.text))
    session.document.load(photo_from_array(np.zeros((5, 6, 3), np.uint8)))
    session.open(tmp_path / "new.png")
    session.document.apply("Brush", HOLE, Box(0, 0, 2, 2), np.full((2, 2), 255, np.uint8))
    qtbot.waitUntil(lambda: any("was not opened" in text for text in texts))
    assert session.document.raster(HOLE)[0, 0] == 255


def test_paste_replaces_the_photo(qtbot, session) -> None:
    assert not session.paste(QImage())
    picture = QImage(33, 21, QImage.Format.Format_ARGB32)  # 33: rows are padded in other formats
    picture.fill(QColor(10, 20, 30, 40))
    with qtbot.waitSignal(session.opened):
        assert session.paste(picture)
    pixels = session.document.raster(PHOTO)
    assert pixels.shape == (21, 33, 4)
    assert pixels[5, 5].tolist() == [10, 20, 30, 40]
    opaque = picture.convertToFormat(QImage.Format.Format_RGB32)
    opaque.setPixelColor(32, 20, QColor(1, 2, 3))
    session.paste(opaque)
    assert session.document.raster(PHOTO)[20, 32].tolist() == [1, 2, 3]


def test_closing_waits_for_a_photo_that_is_being_saved(session, tmp_path, photo) -> None:
    session.save(tmp_path / "one.png")
    session.save(tmp_path / "two.png")
    session.close()
    assert np.array_equal(open_photo(tmp_path / "two.png").pixels, photo)
    session.open(tmp_path / "one.png")  # too late, and no harm
    session.close()


def test_a_session_has_few_members_of_its_own(session) -> None:
    members = {name for name in [*vars(Session), *vars(session)] if not name.startswith("_")}
    members -= set(dir(QObject))
    assert len(members) <= 25, sorted(members)
    parts = ("document", "settings", "models", "fills", "edges", "weights", "training")
    assert members >= set(parts)
    assert Session.__mro__[1] is QObject
