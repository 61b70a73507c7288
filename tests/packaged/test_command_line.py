"""The packed program's command line: fills, batches, models, doctor."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.packaged.package import OTHER_USER, Package

pytestmark = pytest.mark.packaged
ONNX = ("lama", "mi-gan", "aot-gan")
SHIPPED = (
    *ONNX,
    *("coherence", "context-encoder", "deepfill-v1", "deepfill-v2", "edge-connect", "espa", "glcic"),
    *("partial-conv", "shift-net", "shift-net-flip-scenes"),
)


def _check_fill(photo: Path, out: Path) -> None:
    """Outside the hole every pixel stayed, inside it some changed."""
    hole = np.asarray(Image.open(photo.parent / "mask.png")) > 0
    before, after = (np.asarray(Image.open(path).convert("RGB")) for path in (photo, out))
    assert np.array_equal(after[~hole], before[~hole])
    assert (after[hole] != before[hole]).any()


def test_version_and_help(package: Package, home: Path) -> None:
    version = package.run(home, "--version")
    assert version.returncode == 0
    assert version.stdout.startswith("inpaint-studio ")
    assert package.run(home, "--help").returncode == 0


@pytest.mark.parametrize("model", ["exemplar", "telea", *SHIPPED])
def test_fill(package: Package, photo: Path, model: str) -> None:
    if package.variant == "lite" and model in SHIPPED and model not in ONNX:
        pytest.skip("not in the build without torch")
    out = photo.parent / "out.png"
    done = package.run(photo.parent, "fill", photo, "--mask", photo.parent / "mask.png", "-o", out, "--model", model)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    _check_fill(photo, out)


def test_a_missing_photo_ends_with_2_and_one_sentence(package: Package, home: Path) -> None:
    done = package.run(home, "fill", "nowhere.png", "-o", "out.png")
    assert done.returncode == 2
    assert "nowhere.png" in done.stderr
    assert "Traceback" not in done.stderr


def test_models_list_names_the_shipped_networks(package: Package, home: Path) -> None:
    done = package.run(home, "models", "list")
    assert done.returncode == 0
    assert set(ONNX) <= {line.split()[0] for line in done.stdout.splitlines() if line}


def test_doctor_answers_in_json(package: Package, home: Path) -> None:
    assert json.loads(package.run(home, "doctor", "--json").stdout)


def test_another_user_fills_from_a_read_only_folder(package: Package, photo: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # not pytest's own, which other runs close to other users
        home = Path(folder, "home")
        shutil.copytree(photo.parent, home)
        Path(folder).chmod(0o755)
        home.chmod(0o777)
        fill = ("fill", home / photo.name, "--mask", home / "mask.png", "-o", home / "out.png")
        done = package.run(home, *fill, before=OTHER_USER)
        assert done.returncode == 0, done.stderr
        assert (home / "out.png").stat().st_uid == 65534
        _check_fill(home / photo.name, home / "out.png")
