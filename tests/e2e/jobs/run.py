"""Do one job in a program of its own."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.jobs.jobs import Job
from tests.e2e.jobs.retoucher import Retoucher
from tests.e2e.jobs.scenes import Scene
from tests.e2e.program import running
from tests.e2e.screen import Screen

SCREEN = (1520, 1000)  # px: the first window fits with its frame


class Done(NamedTuple):
    """What a job needed and what it gave."""

    scene: Scene
    saved: NDArray[np.uint8]  # H x W x 3
    actions: int  # clicks, strokes and keys, with the key that saves
    seconds: float  # from the picture on the screen to the saved file
    output: str  # what the program printed

    @property
    def error(self) -> float:
        """The mean difference to the clean picture where the thing was, 0..255."""
        inside = self.scene.object
        return float(np.abs(self.saved[inside].astype(int) - self.scene.clean[inside]).mean())


def do_job(job: Job, folder: Path, scale: float) -> Done:
    """Draw the picture of a job in `folder`, and do the job on it in the real program at a virtual screen."""
    scene, path = job.scene(scale), folder / f"{job.name}.png"
    Image.fromarray(scene.photo).save(path, compress_level=1)
    with Screen(*SCREEN) as screen, running(screen, folder, path) as program:
        screen.focus(path.name)
        user = Retoucher(screen, scene, path, scale)
        job.do(user)
        saved = user.save()
        seconds = user.seconds
        screen.press("Control_L", "q")
        assert program.wait(30) == 0
        output = program.communicate()[0]
    return Done(scene, saved, user.actions, seconds, output)
