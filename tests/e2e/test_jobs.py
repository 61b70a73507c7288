"""The jobs of a retoucher in the real window, on small pictures."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

if sys.platform != "linux" or shutil.which("Xvfb") is None:
    pytest.skip("needs Xvfb, which Linux has", allow_module_level=True)

from tests.e2e.jobs.jobs import JOBS, Job
from tests.e2e.jobs.run import do_job

FAR = 110  # px from the thing that goes: no hole of a job reaches so far
LARGEST = 12  # mean difference of a fill to the clean picture, 0..255; the grain of the lawn alone makes 9


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_the_thing_is_gone_and_the_rest_is_as_it_was(job: Job, tmp_path: Path) -> None:
    done = do_job(job, tmp_path, 1.0)
    assert "Traceback" not in done.output
    assert done.error < LARGEST
    before = np.abs(done.scene.photo.astype(int) - done.scene.clean)[done.scene.object].mean()
    assert done.error < before / 3
    near = cv2.dilate(done.scene.object.astype(np.uint8), np.ones((2 * FAR + 1, 2 * FAR + 1), np.uint8)) > 0
    assert np.array_equal(done.saved[~near], done.scene.photo[~near])
