"""A fill under other sampling areas: another candidate with the same seed, and both flows in one file."""

from __future__ import annotations

import json
import re

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.area_comparison import NOTHING_FILLED, SAME_AREAS
from inpaint_studio.session.raster import DONORS, HOLE, ONLY, PHOTO
from tests.session.test_session import stroke, wait_filled

WHOLE = Box(40, 50, 120, 170)
LEFT, RIGHT = Box(0, 0, 300, 30), Box(0, 300, 300, 400)


def mark(session, raster: str, box: Box) -> None:
    session.document.apply("Mark", raster, box, np.full((box.height, box.width), 255, np.uint8))


def compare(qtbot, session) -> int:
    with qtbot.waitSignal(session.queue.areas.compared) as signal:
        assert session.queue.areas.start()
    return signal.args[0]


def messages(session) -> list[str]:
    found: list[str] = []
    session.status.connect(lambda status: found.append(status.text))
    return found


def test_the_same_hole_is_filled_under_the_areas_of_now(qtbot, session, filler) -> None:
    mark(session, DONORS, LEFT)
    stroke(session, WHOLE)
    session.models.seed = 4
    wait_filled(qtbot, session, session.fills.start)
    before = session.document.raster(PHOTO).copy()
    mark(session, DONORS, RIGHT)
    mark(session, ONLY, Box(200, 100, 290, 290))
    session.models.seed = 9  # that of the candidate in the photo counts
    steps = session.document.history.state
    assert compare(qtbot, session) == 1
    first, second = filler.requests
    np.testing.assert_array_equal(first.hole, second.hole)
    assert not (second.pixels[WHOLE.slices] == 14).all()  # the first fill is undone in what the second one sees
    assert first.options.seed == second.options.seed == 4
    assert not first.guide.donors[RIGHT.slices].any()
    assert second.guide.donors[RIGHT.slices].all()
    assert second.guide.donors[LEFT.slices].all()
    assert first.only is None
    assert second.only is not None
    np.testing.assert_array_equal(session.document.raster(PHOTO), before)  # only a candidate has come
    assert session.document.history.state == steps
    assert (session.fills.candidate_index, session.fills.candidate_count) == (0, 2)


def test_the_same_areas_are_not_filled_again(qtbot, session, filler) -> None:
    found = messages(session)
    assert not session.queue.areas.start()
    assert found[-1] == NOTHING_FILLED
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    assert not session.queue.areas.start()
    assert found[-1] == SAME_AREAS
    mark(session, DONORS, LEFT)
    compare(qtbot, session)
    session.fills.show_candidate(1)
    assert not session.queue.areas.start()
    session.document.clear_sampling_areas()
    compare(qtbot, session)
    assert len(filler.requests) == 3
    assert filler.requests[-1].guide.donors is None


def test_cancelling_leaves_the_candidates_as_they_were(qtbot, session, filler) -> None:
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    mark(session, DONORS, LEFT)
    filler.go.clear()
    assert session.queue.areas.start()
    assert session.fills.runs(session.queue.areas)
    session.fills.cancel()
    filler.go.set()
    assert session.fills.candidate_count == 1


def test_both_flows_are_exported_side_by_side(qtbot, session, tmp_path) -> None:
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    mark(session, ONLY, RIGHT)
    number = compare(qtbot, session)
    target = tmp_path / "two.html"
    with qtbot.waitSignal(session.status, check_params_cb=lambda status: status.text == "Saved two.html."):
        session.save_flow(target, number)
    page = target.read_text(encoding="utf-8")
    data = re.search(r'id="flows">(.*?)</script>', page)
    assert data is not None
    assert len(json.loads(data[1])["flows"]) == 2
    assert page.count('class="donors"') == 1  # the second has what it was not to copy from
    assert not session.document.raster(HOLE).any()
    numbers = tmp_path / "two.flo"
    with qtbot.waitSignal(session.failed) as signal:
        session.save_flow(numbers, number)
    assert "holds one flow" in signal.args[0]
    assert not numbers.exists()
