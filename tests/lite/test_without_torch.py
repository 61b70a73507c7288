"""The program where torch is not installed: what works, and what is refused in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.lite.exported import exported

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(find_spec("onnxruntime") is None, reason="needs ONNX Runtime")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a photo, a mask, and the sets that ship with such a build: as ONNX, and one that needs torch."""
    place = tmp_path_factory.mktemp("lite")
    (place / "resources" / "weights").mkdir(parents=True)
    (place / "resources" / "onnx").mkdir()
    shutil.copy(ROOT / "resources" / "weights" / "glcic-scenes.safetensors", place / "resources" / "weights")
    for name in ("lama", "mi-gan"):
        shutil.copy(exported(name), place / "resources" / "onnx" / f"{name}-scenes.onnx")
    rows, columns = np.mgrid[:96, :128]
    Image.fromarray(np.stack([rows * 2, columns, 255 - rows], 2).astype(np.uint8)).save(place / "photo.png")
    mask = np.zeros((96, 128), np.uint8)
    mask[30:60, 40:80] = 255
    Image.fromarray(mask).save(place / "mask.png")
    return place


def run(place: Path, *arguments: str, module: str = "tests.lite.without_torch") -> tuple[str, str, dict[str, object]]:
    """Standard output, standard error without the last line, and what that line says."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "tests" / "lite" / "site"), str(ROOT))),
        "INPAINT_STUDIO_DATA": str(place / "data"),
        "INPAINT_STUDIO_SHIPPED": str(place / "resources" / "weights"),
        "INPAINT_STUDIO_STATE": str(place / "state"),
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    *before, last = done.stderr.strip().splitlines() or [""]
    assert last.startswith("{"), done.stderr
    return done.stdout, "\n".join(before), json.loads(last)


def outside_is_kept(place: Path, name: str) -> bool:
    before, after, mask = (np.asarray(Image.open(place / each)) for each in ("photo.png", name, "mask.png"))
    return bool((before == after)[mask == 0].all()) and bool((before != after)[mask > 0].any())


@pytest.mark.parametrize("model", ["exemplar", "auto", "telea", "lama", "mi-gan"])
def test_fill(model, place):
    out, _, end = run(
        place, "fill", "photo.png", "--mask", "mask.png", "-o", f"{model}.png", "--model", model, "--json"
    )
    assert end == {"code": 0, "loaded": []}
    assert json.loads(out)["device"] == "cpu"
    assert outside_is_kept(place, f"{model}.png")


def test_a_network_of_the_full_build(place):
    _, error, end = run(place, "fill", "photo.png", "--mask", "mask.png", "-o", "x.png", "--model", "glcic")
    assert end == {"code": 2, "loaded": []}
    assert "GLCIC needs the full build of Inpaint Studio" in error


def test_list(place):
    out, _, end = run(place, "models", "list", "--json")
    assert end == {"code": 0, "loaded": []}
    models = {each["name"]: each for each in json.loads(out)["models"]}
    assert models["lama"]["weights"] == models["mi-gan"]["weights"] == "shipped"
    assert models["lama"]["obstacle"] is None
    assert models["exemplar"]["obstacle"] is None
    assert "needs the full build" in models["glcic"]["obstacle"]
    assert "needs the full build" in models["deepfill-v2"]["obstacle"]


def test_info_batch_and_doctor(place):
    out, _, end = run(place, "models", "info", "glcic")
    assert end == {"code": 0, "loaded": []}
    assert "needs the full build" in out
    out, _, end = run(place, "batch", "photo.png", "-o", "many", "--masks", "mask.png", "--model", "lama")
    assert end == {"code": 0, "loaded": []}
    assert (place / "many" / "photo.png").is_file()
    out, _, end = run(place, "doctor")
    assert end == {"code": 0, "loaded": []}
    assert "torch is not installed" in out
    assert "onnxruntime" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("train", "lama", "--photos", "."), "no training; the full build has"),
        (("evaluate", "--photos", "."), "cannot measure models; the full build can"),
        (("ablate", "--model", "lama", "--photos", "."), "no training, which this needs; the full build has"),
        (("models", "import", "resources/weights/glcic-scenes.safetensors"), "export it as ONNX"),
        (("models", "export", "lama", "-o", "lama.pt"), "can only be copied here"),
    ],
)
def test_what_is_refused(arguments, sentence, place):
    _, error, end = run(place, *arguments)
    assert end == {"code": 2, "loaded": []}
    assert sentence in error
    assert len(error.strip().splitlines()) == 1


def test_import_of_an_export(place):
    shutil.copy(exported("lama"), place / "own.onnx")
    out, _, end = run(place, "models", "import", "own.onnx", "--name", "own-lama")
    assert end == {"code": 0, "loaded": []}
    assert "own-lama" in out
    _, _, end = run(place, "fill", "photo.png", "--mask", "mask.png", "-o", "own.png", "--model", "own-lama")
    assert end["code"] == 0
    assert outside_is_kept(place, "own.png")


def test_window(place):
    _, _, end = run(place, str(place / "photo.png"), module="tests.lite.window")
    assert end["loaded"] == []
    assert end["filled"] == ["exemplar", "lama"]
    assert "needs the full build" in str(end["blocked"])
    assert "no training" in str(end["fine_tune"])
    assert not end["can_fine_tune"]
