"""Hostile ONNX files: numbers in other files, answers of other shapes, errors while they run, half an import."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from inpaint_studio.engine.masks.gesture import Gesture, Scribble, box_loop
from inpaint_studio.engine.segment import find, importer, onnx_network, store
from inpaint_studio.engine.segment.onnx_file import check_whole
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import WeightsError
from tests.engine.segment import tiny_onnx

BOX = Gesture(box_loop(70, 50, 210, 130))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(find, "_loaded", None)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: bytes) -> Path:
    Path(name).write_bytes(content)
    return Path(name)


def outside(where: str, location: str = "numbers.bin") -> bytes:
    """A small ONNX file, four numbers of which lie in another file: those of `where` in it."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    tensor = onnx.TensorProto(name="weights", data_type=kinds.FLOAT, dims=[4], data_location=kinds.EXTERNAL)
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        tensor.external_data.add(key=key, value=value)
    entry = helper.make_tensor_value_info("at", kinds.INT64, [1])
    answer = helper.make_tensor_value_info("answer", kinds.FLOAT, [1])
    nodes, initializers = [helper.make_node("Gather", ["weights", "at"], ["answer"])], [tensor]
    if where != "initializer":
        nodes.insert(0, helper.make_node("Constant", [], ["weights"], value=tensor))
        initializers = []
    if where == "branch":
        inner = [helper.make_graph(nodes, name, [], [answer]) for name in ("yes", "no")]
        nodes = [helper.make_node("If", ["choice"], ["answer"], then_branch=inner[0], else_branch=inner[1])]
        initializers = [helper.make_tensor("choice", kinds.BOOL, [], [True])]
    made = helper.make_model(
        helper.make_graph(nodes, "outside", [entry], [answer], initializers),
        opset_imports=[helper.make_opsetid("", 16)],
    )
    made.ir_version = 8
    return bytes(made.SerializeToString())


@pytest.mark.parametrize("where", ["initializer", "constant", "branch"])
def test_a_file_whose_numbers_lie_in_another_file_is_refused(where: str) -> None:
    """Opened from memory, the runtime would look for that file in the current folder."""
    pytest.importorskip("onnxruntime")
    write("numbers.bin", np.arange(4, dtype=np.float32).tobytes())
    path = write("encoder.onnx", outside(where))
    with pytest.raises(WeightsError, match="keeps its numbers in another file; save it again as one file"):
        importer.import_segmenter([path], Ticket())


def test_an_operation_that_the_runtime_does_not_know_is_refused() -> None:
    helper = pytest.importorskip("onnx").helper
    pytest.importorskip("onnxruntime")
    entries = [helper.make_tensor_value_info(name, 1, [1]) for name in ("one", "two")]
    graph = helper.make_graph(
        [helper.make_node("Strange", ["one"], ["two"], domain="own")], "g", *([e] for e in entries)
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("own", 1)])
    made.ir_version = 8
    with pytest.raises(WeightsError, match=r"strange\.onnx is an ONNX file that cannot be run here"):
        importer.import_segmenter([write("strange.onnx", made.SerializeToString())], Ticket())


def test_what_is_no_onnx_file_is_no_fault() -> None:
    random = np.random.default_rng(0)
    pytest.importorskip("onnxruntime")
    for content in (b"", b"\x08\x08", b"\x08\x08" + random.bytes(500), b"\x3a\xff\xff\xff\xff\x0f" + bytes(9)):
        with pytest.raises(ValueError, match="ONNX"):
            onnx_network.open_session(content)


def test_graphs_nested_deeply_end() -> None:
    """A graph within a node's attribute within a graph, and so on: fields 1, 5 and 6 of onnx.proto3."""
    content = b""
    for field in (6, 5, 1) * 200:
        size = len(content)
        content = bytes([field << 3 | 2, size & 0x7F | 0x80, size >> 7 & 0x7F]) + content
    with pytest.raises(ValueError, match="ONNX"):
        check_whole(b"\x3a" + bytes([len(content) & 0x7F | 0x80, len(content) >> 7 & 0x7F]) + content)


def test_a_whole_file_passes() -> None:
    pytest.importorskip("onnx")
    for content in (tiny_onnx.encoder(), tiny_onnx.encoder(flat=False), tiny_onnx.decoder()):
        check_whole(content)


# Answers


class Session:
    """Stands for ONNX Runtime's session of either half."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="image", shape=["height", "width", 3])]

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in ("masks", "iou_predictions", "low_res_masks")]

    def run(self, _names: None, _inputs: dict[str, np.ndarray]) -> object:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def answer(masks: tuple[int, ...], scores: tuple[int, ...], kind: type = np.float32) -> list[np.ndarray]:
    low = np.broadcast_to(np.ones((), kind), masks)
    return [np.zeros(masks[:2]), np.zeros(scores, np.float32), low]


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        (ValueError("the runtime fails"), []),
        ([np.zeros(3)], RuntimeError("the runtime fails")),
        ([np.zeros(3)], answer((1, 4, 256, 256), (1, 3))),
        ([np.zeros(3)], answer((1, 4, 256, 256), (4,))),
        ([np.zeros(3)], answer((4, 256, 256), (4,))),
        ([np.zeros(3)], answer((1, 0, 256, 256), (1, 0))),
        ([np.zeros(3)], answer((1, 4, 0, 256), (1, 4))),
        ([np.zeros(3)], answer((0, 4, 256, 256), (0, 4))),
        ([np.zeros(3)], answer((1, 4, 256, 1 << 20), (1, 4))),
        ([np.zeros(3)], answer((1, 4, 8, 8), (1, 4), np.str_)),
    ],
)
def test_a_network_that_fails_at_work_is_explained(monkeypatch: pytest.MonkeyPatch, encoded, decoded) -> None:
    sessions = {b"encoder": Session(encoded), b"decoder": Session(decoded)}
    monkeypatch.setattr(onnx_network, "open_session", sessions.__getitem__)
    store.save_onnx(b"encoder", b"decoder")
    for gesture in (BOX, Gesture(inside=(Scribble(np.array([(100.0, 90)]), 5),))):
        with pytest.raises(WeightsError, match="gives no masks here; import it again"):
            find.find_object(np.full((300, 400, 3), 90, np.uint8), gesture)


def test_a_pair_is_kept_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after the first file: the former pair stays."""
    store.save_onnx(b"one encoder", b"one decoder")
    first = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if content == b"other decoder":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return first(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WeightsError, match="disk is full"):
        store.save_onnx(b"other encoder", b"other decoder")
    stored = store.find()
    assert stored is not None
    assert [file.read_bytes() for file in stored.files] == [b"one encoder", b"one decoder"]
    assert len(list(store.folder().iterdir())) == 2
