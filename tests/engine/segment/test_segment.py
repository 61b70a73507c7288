"""Objects found by an imported MobileSAM: what it is asked, what becomes of its answer, and what can be imported."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.gesture import Gesture, Scribble, box_loop
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.segment import find, importer, segmenter, store
from inpaint_studio.engine.segment.prompt import Prompt, choose_view, make_prompt
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.segmenters.mobile_sam import MobileSam
from tests.engine.segment import tiny_onnx

RED = Box(60, 80, 120, 200)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(find, "_loaded", None)
    return tmp_path


@pytest.fixture(scope="module")
def tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return MobileSam().state_dict()


def photo() -> np.ndarray:
    made = np.full((300, 400, 3), 90, np.uint8)
    made[RED.slices] = (230, 20, 20)
    return made


def bring(*paths: Path) -> object:
    return importer.import_any(paths, lambda: import_files(paths), Ticket())


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


class Recorder:
    """A network that keeps what it is asked; its first mask is the left half of the square, the third the whole."""

    def __init__(self) -> None:
        self.images: list[np.ndarray] = []
        self.prompts: list[tuple[np.ndarray, np.ndarray]] = []

    def encode(self, image: np.ndarray) -> int:
        self.images.append(image)
        return len(self.images)

    def decode(self, encoded: int, points: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert encoded == len(self.images)
        self.prompts.append((points, labels))
        masks = np.full((4, 256, 256), -1, np.float32)
        masks[0, :, :128] = 1
        masks[2] = 1
        return masks, np.array([1, 0.2, 0.9, 0.3], np.float32)


# What is asked


def test_a_loop_is_a_box_and_strokes_are_points() -> None:
    view = Box(100, 50, 500, 650)
    gesture = Gesture(box_loop(150, 200, 350, 300)).with_outside(Scribble(np.array([(200.0, 250), (300, 250)]), 5))
    gesture = gesture.with_inside(Scribble(np.array([(360.0, 260)]), 5))
    prompt = make_prompt(gesture, view)
    assert prompt.labels.tolist() == [0] * 6 + [1, 2, 3]
    np.testing.assert_allclose(prompt.points[0], (149.5, 149.5))
    np.testing.assert_allclose(prompt.points[5], (249.5, 149.5))
    np.testing.assert_allclose(prompt.points[-3:], [(309.5, 159.5), (99.5, 99.5), (309.5, 199.5)])


def test_what_is_shown_has_surroundings_and_ends_at_the_photo() -> None:
    gesture = Gesture(box_loop(1000, 1000, 1400, 1200))
    view, frame = choose_view(gesture, 3000, 4000), gesture.frame(3000, 4000)
    assert view == frame.pad(frame.width)
    assert choose_view(Gesture(box_loop(2, 2, 12, 12)), 3000, 4000).bottom > 100
    assert choose_view(Gesture(box_loop(2, 2, 12, 12)), 20, 30) == Box(0, 0, 20, 30)
    assert choose_view(Gesture(box_loop(90, 90, 99, 99)), 20, 30).empty


def test_an_image_is_enlarged_to_1024_and_encoded_once() -> None:
    network = Recorder()
    made = segmenter.Segmenter(network)
    prompt = Prompt(np.array([(0, 0), (127, 63)], np.float32), np.array([2, 3], np.float32))
    mask = made.segment(np.zeros((64, 128, 3), np.uint8), prompt, "a")
    assert network.images[0].shape == (512, 1024, 3)
    np.testing.assert_allclose(network.prompts[0][0], [(3.5, 3.5), (1019.5, 507.5)])
    assert (mask[:, :63] == 255).all()
    assert (mask[:, 65:] == 0).all()
    made.segment(np.zeros((64, 128, 3), np.uint8), prompt, "a")
    assert len(network.images) == 1
    made.segment(np.zeros((64, 128, 3), np.uint8), prompt, "b")
    assert len(network.images) == 2


def test_points_without_a_box_get_the_padding_point_and_one_point_the_best_mask() -> None:
    network = Recorder()
    made = segmenter.Segmenter(network)
    mask = made.segment(np.zeros((64, 64, 3), np.uint8), Prompt(np.zeros((1, 2), np.float32), np.ones(1, np.float32)))
    assert network.prompts[0][1].tolist() == [1, -1]
    assert (mask == 255).all()
    several = Prompt(np.zeros((3, 2), np.float32), np.ones(3, np.float32))
    assert 0 < (made.segment(np.zeros((64, 64, 3), np.uint8), several) == 255).mean() < 1


def test_the_square_is_in_the_network_s_colours() -> None:
    square = segmenter.prepare(np.full((512, 1024, 3), (123.675, 116.28, 103.53), np.float32))
    assert square.shape == (1, 3, 1024, 1024)
    assert square.dtype == np.float32
    assert abs(square).max() < 1e-5
    white = segmenter.prepare(np.full((1024, 1, 3), 255, np.float32))
    np.testing.assert_allclose(white[0, :, 5, 0], [2.2489, 2.4286, 2.6400], atol=1e-4)
    assert (white[..., 1:] == 0).all()


# A checkpoint


def test_a_checkpoint_is_imported_and_finds_objects(tensors: dict[str, torch.Tensor], data: Path) -> None:
    path = data / "renamed.bin"
    more = {"attn.ab": torch.zeros(2, 2), "pixel_mean": torch.zeros(3, 1, 1)}
    torch.save({"model": {**tensors, **more}}, path)
    before = list(model_library().models)
    assert bring(path) == importer.ImportedSegmenter()
    stored = store.find()
    assert stored is not None
    assert stored.kind == "torch"
    assert list(model_library().models) == before  # it fills nothing
    gesture = Gesture(box_loop(70, 50, 210, 130))
    found = find.find_object(photo(), gesture, 0)
    network = find._loaded
    again = find.find_object(photo(), gesture, 0)
    assert find._loaded is network
    for one in (found, again):
        if one is not None:  # the weights are random, so nothing may be found; never anything outside the loop
            assert one[0].intersection(Box(48, 68, 132, 212)) == one[0]
    if found is not None and again is not None:
        np.testing.assert_array_equal(found[1], again[1])
    store.remove()
    assert store.find() is None
    with pytest.raises(WeightsError, match="not imported"):
        store.remove()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.pop("mask_decoder.iou_token.weight"), "iou_token.weight is missing"),
        (lambda t: t.update({"image_encoder.neck.1.bias": torch.zeros(3)}), "neck.1.bias has another shape"),
        (
            lambda t: t.update({"image_encoder.neck.1.bias": torch.zeros(256, dtype=torch.int64)}),
            "neck.1.bias has another shape",
        ),
    ],
)
def test_a_checkpoint_with_faults_is_refused(change, sentence, tensors, data: Path) -> None:
    broken = dict(tensors)
    change(broken)
    torch.save(broken, data / "broken.pt")
    with pytest.raises(WeightsError, match=sentence):
        bring(data / "broken.pt")
    assert store.find() is None


def test_the_large_network_is_refused_by_its_name(data: Path) -> None:
    torch.save({"image_encoder.patch_embed.proj.weight": torch.zeros(8, 3, 4, 4)}, data / "sam_vit_b.pth")
    with pytest.raises(WeightsError, match="large Segment Anything network"):
        bring(data / "sam_vit_b.pth")


class _Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("harm"),)


def test_files_that_are_no_segmenter_keep_their_own_sentence_and_run_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    pickled = write(data / "evil.pt", pickle.dumps({"image_encoder.patch_embed.seq.0.c.weight": _Harm()}))
    noise = write(data / "noise.onnx", b"\x08\x08" + np.random.default_rng(0).bytes(500))
    text = write(data / "text.pt", b"hello, this is no network at all")
    torch.save({"layer.weight": torch.zeros(3)}, data / "other.pt")
    for path in (pickled, noise, text, data / "other.pt", data / "missing.pt"):
        with pytest.raises(WeightsError):
            bring(path)
    assert store.find() is None
    assert not (data / "harm").exists()


def test_a_damaged_segmenter_is_explained() -> None:
    store.folder().mkdir(parents=True)
    write(store.folder() / "mobile-sam.safetensors", b"nothing")
    with pytest.raises(WeightsError, match="import it again"):
        find.find_object(photo(), Gesture(box_loop(70, 50, 210, 130)))


# ONNX


@pytest.mark.parametrize("flat", [True, False])
def test_a_pair_of_onnx_files_is_imported_and_finds_the_object(flat: bool, data: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    paths = write(data / "b", tiny_onnx.decoder()), write(data / "a", tiny_onnx.encoder(flat))
    bring(*paths)
    stored = store.find()
    assert stored is not None
    assert stored.kind == "ONNX"
    if flat:  # the other one's numbers are below the tiny decoder's threshold
        box, mask = find.find_object(photo(), Gesture(box_loop(70, 50, 210, 130)), 0) or (None, None)
        assert box is not None
        assert mask is not None
        found = np.zeros((300, 400), bool)
        found[box.slices] = mask > 0
        red = np.zeros((300, 400), bool)
        red[RED.slices] = True
        assert (found & red).sum() / (found | red).sum() > 0.9
        grown = find.find_object(photo(), Gesture(box_loop(70, 50, 210, 130)), 3)
        assert grown is not None
        assert (grown[1] > 0).sum() > mask.sum() / 255
        scribbled = find.find_object(photo(), Gesture(inside=(Scribble(np.array([(100.0, 90), (180, 90)]), 5),)), 0)
        assert scribbled is not None
        assert scribbled[0].contains(90, 140)


def test_halves_and_strangers_are_refused(data: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    one = write(data / "encoder.onnx", tiny_onnx.encoder())
    two = write(data / "other.onnx", tiny_onnx.encoder(channels=32))
    three = write(data / "third.onnx", tiny_onnx.decoder(("more",)))
    with pytest.raises(WeightsError, match="only half of MobileSAM; give the file of the decoder"):
        bring(one)
    for wrong in ((one, two), (one, three), (three,)):
        with pytest.raises(WeightsError, match="no encoder or decoder"):
            bring(*wrong)
    assert store.find() is None


def test_without_the_runtime_its_extra_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    path = write(data / "encoder.onnx", tiny_onnx.encoder())
    with pytest.raises(WeightsError, match=r"needs ONNX Runtime.*pip install 'inpaint-studio\[segment\]'"):
        bring(path)


def test_the_newest_import_replaces_the_other_kind() -> None:
    store.save_onnx(b"encoder", b"decoder")
    store.save_torch(lambda path: path.write_bytes(b"weights"))
    assert [path.name for path in store.folder().iterdir()] == ["mobile-sam.safetensors"]
    store.save_onnx(b"encoder", b"decoder")
    stored = store.find()
    assert stored is not None
    assert stored.kind == "ONNX"
