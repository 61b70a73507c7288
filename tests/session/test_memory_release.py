"""Freed memory goes back to the system once the document has not changed for a while."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.document import Document
from inpaint_studio.session.memory_release import REST, MemoryRelease
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.task_queue import TaskQueue


def test_it_is_returned_after_each_rest(qtbot, monkeypatch):
    releases: list[None] = []
    monkeypatch.setattr(allocator, "release_excess", lambda: releases.append(None))
    document, queue = Document(), TaskQueue("test")
    keeper = MemoryRelease(document, queue.lane("release"))
    assert not keeper.timer.isActive()
    document.load(photo_from_array(np.zeros((20, 30, 3), np.uint8)))
    for number in range(5):  # it rests after the last of them
        keeper.timer.setInterval(REST)
        document.apply("Change", HOLE, Box(0, 0, 5, 5), np.full((5, 5), 9 + number, np.uint8))
        assert keeper.timer.isActive()
    assert not releases
    keeper.timer.setInterval(0)
    qtbot.waitUntil(lambda: bool(releases))
    qtbot.waitUntil(lambda: queue.is_idle("release"))
    document.undo()
    qtbot.waitUntil(lambda: len(releases) == 2)
    assert queue.stop()
