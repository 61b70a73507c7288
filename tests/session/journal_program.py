"""A program that edits a photo until it is killed: ``python -m tests.session.journal_program PHOTO``.

For each line of its input, ``SEED FOLDER``, it starts a process whose unsaved work is kept in that folder, and prints
its number. That process prints a line after each of its steps, with their number. (One program for all saves the time
to import.)
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, LABELS, NAMES, ONLY, PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker

MOST = 400  # steps


def digest(document: Document) -> str:
    """Return what tells the state of a document from others: rasters, lines, flows, and how far undo and redo go."""
    found = hashlib.blake2b(digest_size=12)
    for name in NAMES:
        found.update(document.raster(name).data)
    for line in document.lines:
        found.update(repr((line.number, line.band, line.points.tolist())).encode())
    for flow in document.flows:
        found.update(flow.offsets.tobytes() + flow.hole.tobytes())
    done, undone = document.history.steps
    found.update(repr([[command.label for _, command in stack] for stack in (done, undone)]).encode())
    return found.hexdigest()


def edit(document: Document, rng: np.random.Generator) -> None:
    """Do one thing that changes the history: a stroke, a fill, a line, labels, undo or redo."""
    height, width = document.size
    state = document.history.state
    while document.history.state == state:
        top, left = int(rng.integers(0, height - 40)), int(rng.integers(0, width - 80))
        box = Box(top, left, top + int(rng.integers(1, 40)), left + int(rng.integers(1, 80)))
        match int(rng.integers(0, 10)):
            case 0 | 1 | 2 | 3:
                raster = (HOLE, HOLE, DONORS, ONLY, EDGES, LABELS)[int(rng.integers(0, 6))]
                live = document.live_edit(raster)
                for shift in range(0, 30, 10):
                    part = box.shift(shift, shift).clip(height, width)
                    live.touch(part)[...] = rng.integers(0, 256)
                    live.changed(part)
                live.commit(f"Stroke on {raster}")
            case 4 | 5:
                flow = empty_flow(box, document.size)
                flow.offsets[:] = rng.integers(-9, 9, flow.offsets.shape)
                flow.hole[:] = True
                with document.group("Fill"):
                    document.apply("Fill", PHOTO, box, rng.integers(0, 256, (box.height, box.width, 3), np.uint8))
                    document.clear(HOLE, "Fill")
                    document.set_flow(flow)
            case 6:
                document.add_line([(left, top), (left + 50, top + 30), (left + 79.5, top)])
            case 7 | 8:
                document.undo()
            case 9:
                document.redo()


def work(photo: Path, seed: int, out: int) -> None:
    """Edit the photo, and write a line to `out` after each step."""
    app = QCoreApplication([])
    session = Session(
        Settings(Path(os.environ["INPAINT_STUDIO_STATE"]) / "settings.toml"), FillWorker(registry=Registry)
    )
    session.document.load(open_photo(photo), own=True)
    rng = np.random.default_rng(seed)
    for number in range(1, MOST + 1):
        edit(session.document, rng)
        os.write(out, f"{number}\n".encode())
        app.processEvents()


def main(photo: Path) -> None:
    """Start a process for each line of the input."""
    for line in sys.stdin:
        seed, folder = line.strip().split(" ", 1)
        process = os.fork()
        if not process:
            os.environ["INPAINT_STUDIO_STATE"] = folder
            out = os.open(f"{folder}.pipe", os.O_WRONLY)
            try:
                work(photo, int(seed), out)
            finally:
                os._exit(0)
        print(process, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
