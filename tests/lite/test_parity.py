"""Exported networks fill in ONNX Runtime as they do in torch: the network's output, and whole fills of photos."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill as fill_request
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import onnx_metadata, store
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.errors import Cancelled, WeightsError
from inpaint_studio.models.base import onnx_program
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.network_model import NetworkModel, computes_in_torch
from tests.lite.exported import exported, in_torch

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("onnx", "onnxscript", "onnxruntime")), reason="needs the onnx packages"
)
TOLERANCE = 5e-5  # of the range of the output
NETWORKS = ("lama", "mi-gan")  # one of any size, and one of a fixed size
OPTIONS = Options(device="cpu", threads=1, precision="float32", whole=True)


def scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A photo (H x W x 3 uint8) and a hole."""
    rows, columns = np.mgrid[:height, :width] / 9.0
    waves = np.stack([np.sin(rows + columns), np.cos(rows * 0.7), np.sin(columns * 1.3 + rows)], 2)
    photo = np.clip(128 + 90 * waves, 0, 255).astype(np.uint8)
    hole = np.zeros((height, width), np.bool_)
    hole[height // 3 : height * 2 // 3, width // 4 : width // 2] = True
    return photo, hole


def as_unit(photo: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(photo.transpose(2, 0, 1), np.float32) / 255


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The user's folder, empty."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path))
    return tmp_path


def imported(name: str, home: Path, path: Path | None = None) -> NetworkModel:
    assert home.is_dir()
    weights = import_files([path or exported(name)], f"{name}-program").weights
    model = model_library().get(weights.name)
    assert isinstance(model, NetworkModel)
    return model


@pytest.mark.parametrize("name", NETWORKS)
def test_the_output_of_the_network(name, home):
    expected_by, program = in_torch(name), imported(name, home)
    assert not computes_in_torch(program)
    assert not program.obstacle
    traits = program.traits
    side = traits.fixed_size
    for height, width in ((side, side),) if side else ((32, 48), (96, 64), (200, 136)):
        photo, hole = scene(height, width)
        expected, found = (
            each.fill(as_unit(photo), hole, Guide(), OPTIONS, Ticket()) for each in (expected_by, program)
        )
        limit = TOLERANCE * max(1.0, float(np.ptp(expected.output)))
        np.testing.assert_allclose(found.output, expected.output, rtol=0, atol=limit)
        np.testing.assert_allclose(found.image, expected.image, rtol=0, atol=limit)
        np.testing.assert_array_equal(found.image[:, ~hole], as_unit(photo)[:, ~hole])


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_fills(name, home):
    """Scaling, padding, tone and detail are the same code, so a fill differs by rounding alone."""
    expected_by, program = in_torch(name), imported(name, home)
    model_library().models["in-torch"] = NetworkModel(
        expected_by.system, expected_by.weights, replace(expected_by.traits, name="in-torch")
    )
    try:
        for photo, hole in (scene(150, 170), scene(90, 333)):
            results = [
                fill_request(Request(photo, hole, each, Guide(), OPTIONS), Ticket())
                for each in ("in-torch", program.traits.name)
            ]
            expected, found = (result.pixels.astype(int) for result in results)
            assert np.abs(found - expected).max() <= 1
            np.testing.assert_array_equal(found[~hole], photo[~hole])
            assert results[1].device == "cpu"
    finally:
        model_library().models.pop("in-torch", None)


def test_the_number_of_threads_changes_nothing(home):
    program = imported("lama", home)
    photo, hole = scene(120, 160)
    outputs = [
        program.fill(as_unit(photo), hole, Guide(), replace(OPTIONS, threads=threads), Ticket()).output
        for threads in (1, 2, 3)
    ]
    np.testing.assert_array_equal(outputs[0], outputs[1])
    np.testing.assert_array_equal(outputs[0], outputs[2])


def test_a_cancelled_fill_ends_and_leaves_no_thread(home):
    program = imported("lama", home)
    photo, hole = scene(128, 128)
    ticket = Ticket(lambda fraction, _note: ticket.cancel() if fraction >= 0.1 else None)
    with pytest.raises(Cancelled):
        program.fill(as_unit(photo), hole, Guide(), OPTIONS, ticket)
    assert not [thread for thread in threading.enumerate() if thread.name == "onnx-network"]


@pytest.mark.usefixtures("home")
def test_the_same_file_is_imported_once():
    first = import_files([exported("lama")])
    again = import_files([exported("lama")])
    assert not first.already
    assert again.already
    assert first.weights.path == again.weights.path
    assert first.weights.licence == "free"
    assert first.weights.system == "lama"


@pytest.mark.usefixtures("home")
def test_a_program_is_renamed_and_deleted_as_any_set():
    weights = import_files([exported("lama")], "mine").weights
    with pytest.raises(store.NameTaken):
        store.rename(import_files([exported("lama")], "other").weights.name, "mine")
    renamed = store.rename(weights.name, "renamed")
    assert renamed.path.name == "renamed.onnx"
    store.remove("renamed")
    assert not renamed.path.exists()


def broken(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content[: len(content) * 2 // 3], "broken.onnx"),
        (lambda content: content + onnx_metadata.encode({"system": "no-such"}), "which is not here"),
        (lambda content: content + onnx_metadata.encode({"config": "[]"}), "damaged"),
        (lambda content: content + onnx_metadata.encode({"inpaint_studio": "999"}), "newer"),
        # A second list of operations, of another domain: field 8 of the model, with field 1 in it.
        (lambda content: content + b"\x42\x09\x0a\x07" + b"com.foo", "damaged or cut off"),
        # A function of its own: field 25.
        (lambda content: content + b"\xca\x01\x02\x0a\x00", "damaged or cut off"),
    ],
)
def test_other_files_are_refused(change, words, home, tmp_path):
    with pytest.raises(WeightsError, match=words):
        import_files([broken(tmp_path, change(exported("mi-gan").read_bytes()))])
    assert not list(home.rglob("weights/*"))


@pytest.mark.usefixtures("home")
def test_a_program_with_other_outputs_is_refused(tmp_path):
    import onnx

    proto = onnx.load(exported("mi-gan"))
    proto.graph.output[1].name = "filled_again"
    proto.graph.node.add(op_type="Identity", input=["output"], output=["filled_again"])
    with pytest.raises(WeightsError, match="other inputs and outputs"):
        import_files([broken(tmp_path, proto.SerializeToString())])


def test_a_damaged_set_is_explained(home):
    program = imported("mi-gan", home)
    assert program.weights is not None
    onnx_program.unload()
    content = program.weights.path.read_bytes()
    program.weights.path.write_bytes(content[:64])
    photo, hole = scene(64, 64)
    with pytest.raises(WeightsError, match="cannot be read"):
        program.fill(as_unit(photo), hole, Guide(), OPTIONS, Ticket())


def test_an_export_has_no_paths_of_its_machine():
    content = exported("lama").read_bytes()
    assert os.fsencode(str(Path(__file__).resolve().parents[2])) not in content
    assert b"site-packages" not in content
