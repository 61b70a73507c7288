"""Under a limit on address space (``ulimit -v``) a command works or ends with a sentence; it never runs forever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio import memory_limit
from inpaint_studio.cli import main
from inpaint_studio.session.reporting import describe_error
from tests import synthetic

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits on address space are kept on Linux alone")


@pytest.fixture
def scene(tmp_path):
    Image.fromarray(synthetic.photo(600, 800)).save(tmp_path / "photo.png")
    Image.fromarray(synthetic.disc(600, 800, 40).astype(np.uint8) * 255).save(tmp_path / "mask.png")
    return tmp_path


def run_limited(megabytes: float, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command under the limit; ends it the hard way after 120 s, which raises."""
    import resource

    limit = int(megabytes * 1e6)
    return subprocess.run(
        [sys.executable, "-m", "inpaint_studio", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip


@linux
@pytest.mark.parametrize("megabytes", [200, 500, 790, 810, 921.6, 1100])
def test_a_fill_works_or_ends_with_a_sentence(scene, megabytes):
    done = run_limited(megabytes, scene, "fill", "photo.png", "--mask", "mask.png", "-o", "out.png")
    if done.returncode == 0:
        assert (scene / "out.png").exists()
        return
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("inpaint-studio: ")
    assert done.stderr.count("\n") == 1
    assert "memory" in done.stderr
    assert not (scene / "out.png").exists()


@linux
@pytest.mark.parametrize("megabytes", [200, 400, 921.6])
@pytest.mark.parametrize("arguments", [("doctor",), ("models", "list"), ("train", "deepfill-v2", "--photos", ".")])
def test_other_commands_too(scene, megabytes, arguments):
    done = run_limited(megabytes, scene, *arguments)
    if done.returncode:
        assert done.returncode in (1, 2)
        assert done.stderr.startswith("inpaint-studio: ")
        assert done.stderr.count("\n") == 1


def test_no_fill_loads_the_linear_algebra_of_scipy(scene):
    code = (
        "import sys; from inpaint_studio.cli import main\n"
        "main(['fill', 'photo.png', '--mask', 'mask.png', '-o', 'out.png', '--model', 'exemplar'])\n"
        "print(*(name for name in sys.modules if name.startswith('scipy.linalg')))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=scene,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ""


def test_a_kernel_of_a_plug_in_may_still_multiply_matrices():
    """numba finds SciPy's linear algebra when it is used for the first time."""
    code = (
        "import numpy as np\nfrom inpaint_studio import jit\nimport numba\n"
        "print(numba.njit(lambda a: a @ a)(np.full((2, 2), 3.0))[0, 1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "18.0\n"


def test_a_library_that_finds_no_address_space_is_not_a_fault_of_the_program(capsys, monkeypatch):
    def load(_options):
        try:
            raise OSError("libtiff.so.6: failed to map segment from shared object")
        except OSError:
            raise ImportError("numba needs llvmlite") from None

    monkeypatch.setattr("inpaint_studio.cli.doctor.doctor", load)
    assert main(["doctor"]) == 2
    assert "There is not enough memory" in capsys.readouterr().err


def test_other_libraries_that_do_not_load_are_faults():
    assert not memory_limit.is_exhausted(ImportError("No module named 'cv2'"))
    assert not memory_limit.is_exhausted(ValueError("cannot allocate memory"))
    assert memory_limit.is_exhausted(ImportError("cv2.so: Cannot allocate memory"))


def test_a_library_without_memory_is_a_sentence_in_the_window():
    error = OSError("Could not find the library")
    error.__context__ = OSError("libllvmlite.so: failed to map segment from shared object")
    assert describe_error(error) == describe_error(MemoryError())
    assert "OSError" in describe_error(OSError("disk"))
