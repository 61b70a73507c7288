"""Every format of weights file gives the tensors that were written."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from inpaint_studio.engine.weights.readers import read
from inpaint_studio.engine.weights.readers.tf_table import masked_crc32c
from inpaint_studio.errors import WeightsError
from tests.engine.weights import writers
from tests.engine.weights.writers import Module


def numbers(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(shape) + len(shape))
    return torch.randn(shape, generator=generator).to(dtype)


def same(found: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    """Equal in names, types, shapes and numbers; contiguous, and nowhere the same memory."""
    assert list(found) == list(expected)
    for name, tensor in found.items():
        assert tensor.dtype == expected[name].dtype
        assert tensor.shape == expected[name].shape
        assert torch.equal(tensor, expected[name])
        assert tensor.is_contiguous()
    places = [tensor.untyped_storage().data_ptr() for tensor in found.values() if tensor.numel()]
    assert len(set(places)) == len(places)


KINDS = {
    str(dtype): (numbers(3, 4) * 50).to(dtype)
    for dtype in (
        *(torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.bool),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8),
    )
}


# PyTorch


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
class TestTorch:
    def test_nested_containers_join_their_names(self, tmp_path, zipped):
        a, b, c = numbers(2, 3), numbers(4), numbers(1, 5)
        value = {"epoch": 3, "G": OrderedDict({"conv.weight": a}), "optim": {"state": {0: {"m": b}}}, "l": [None, (c,)]}
        torch.save(value, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "a.pth"), {"G.conv.weight": a, "optim.state.0.m": b, "l.1.0": c})

    def test_every_type_of_number(self, tmp_path, zipped):
        torch.save(KINDS, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "a.pth"), KINDS)

    def test_parameters_views_and_shared_storages(self, tmp_path, zipped):
        base = numbers(6, 4)
        value = {
            "parameter": torch.nn.Parameter(base),
            "turned": base.t(),
            "part": base[2:4, 1:3],
            "again": base,
            "repeated": torch.ones(1).expand(3, 5),
            "empty": torch.empty(0, 3),
            "single": torch.tensor(2.5),
        }
        torch.save(value, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "a.pth"), {name: tensor.detach() for name, tensor in value.items()})

    def test_a_real_state_dictionary_and_a_bare_tensor(self, tmp_path, zipped):
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
        torch.save(net.state_dict(), tmp_path / "a", _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "a"), dict(net.state_dict()))
        torch.save(numbers(3), tmp_path / "b", _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "b"), {"tensor": numbers(3)})

    @pytest.mark.parametrize("protocol", [2, 3, 4, 5])
    def test_every_protocol(self, tmp_path, zipped, protocol):
        value = {"a" * 300: numbers(2), "b": {"c": numbers(3)}, "n": [2**80, -5, 1.5, b"x", True, {1, 2}]}
        torch.save(value, tmp_path / "a", pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
        same(read(tmp_path / "a"), {"a" * 300: numbers(2), "b.c": numbers(3)})

    @pytest.mark.filterwarnings("ignore")
    def test_a_whole_module_is_named_as_its_state_dictionary(self, tmp_path, zipped):
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Sequential(torch.nn.BatchNorm2d(4)))
        torch.save(net, tmp_path / "a", _use_new_zipfile_serialization=zipped)
        assert read(tmp_path / "a").keys() == net.state_dict().keys()

    def test_as_torch_itself_reads_it(self, tmp_path, zipped):
        net = torch.nn.Linear(3, 4)
        step = torch.optim.Adam(net.parameters())
        net(torch.ones(2, 3)).sum().backward()
        step.step()
        value = {"net": net.state_dict(), "optim": step.state_dict()}
        torch.save(value, tmp_path / "a", _use_new_zipfile_serialization=zipped)
        theirs = torch.load(tmp_path / "a", weights_only=True)
        found = read(tmp_path / "a")
        assert torch.equal(found["net.weight"], theirs["net"]["weight"])
        assert torch.equal(found["optim.state.1.exp_avg"], theirs["optim"]["state"][1]["exp_avg"])

    @pytest.mark.parametrize("value", [torch.zeros(2, dtype=torch.complex64), torch.zeros(2).to_sparse()], ids=str)
    def test_unusual_tensors_are_refused(self, tmp_path, zipped, value):
        torch.save({"a": numbers(2), "b": value}, tmp_path / "a", _use_new_zipfile_serialization=zipped)
        with pytest.raises(WeightsError):
            read(tmp_path / "a")

    @pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
    @pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64], ids=str)
    def test_numbers_that_are_not_finite_are_refused(self, tmp_path, zipped, bad, dtype):
        torch.save({"a.b": torch.tensor([1, bad], dtype=dtype)}, tmp_path / "a", _use_new_zipfile_serialization=zipped)
        with pytest.raises(WeightsError, match=r"a holds numbers that are not finite .*'a\.b'"):
            read(tmp_path / "a")


def test_lightning_gives_the_weights_alone(tmp_path):
    state = {"conv.weight": numbers(4, 3), "noise": torch.tensor(0.5)}
    found = read(writers.lightning(tmp_path / "best.ckpt", state, prefix="generator."))
    same(found, {f"state_dict.generator.{name}": tensor for name, tensor in state.items()})


class Block(torch.nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(width, width, 1)
        self.register_buffer("scale", torch.arange(3.0))
        self.register_buffer("passing", torch.ones(2), persistent=False)
        self.plain = torch.zeros(5)
        self.sizes = [1, 2]
        self.many = [torch.ones(1)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x) + self.scale.sum() + self.plain.sum() + self.sizes[0] + self.many[0] + self.passing.sum()


class Program(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Block(2)
        self.rest = torch.nn.ModuleList([Block(2), torch.nn.Sequential(torch.nn.BatchNorm2d(2), torch.nn.ReLU())])
        self.gain = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for layer in self.rest:
            x = layer(x)
        return x * self.gain


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("traced", [True, False])
def test_torchscript_is_named_as_its_state_dictionary(tmp_path, traced):
    example = torch.ones(1, 2, 4, 4) if traced else None
    path = writers.torchscript(tmp_path / "big.pt", Program().eval(), example)
    same(read(path), dict(torch.jit.load(path).state_dict()))


@pytest.mark.filterwarnings("ignore")
def test_frozen_torchscript_is_refused(tmp_path):
    torch.jit.freeze(torch.jit.script(Program().eval())).save(tmp_path / "frozen.pt")
    with pytest.raises(WeightsError, match="frozen"):
        read(tmp_path / "frozen.pt")


# Safetensors and JSON


def test_safetensors(tmp_path):
    save_file({**KINDS, "none": torch.empty(0, 2)}, tmp_path / "a.bin", metadata={"format": "pt"})
    found = read(tmp_path / "a.bin")
    expected = {"none": torch.empty(0, 2), **KINDS}
    same({name: found[name] for name in sorted(found)}, {name: expected[name] for name in sorted(expected)})


def test_safetensors_whose_header_is_as_long_as_a_brace(tmp_path):
    body = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode().ljust(0x7B)
    (tmp_path / "a").write_bytes(len(body).to_bytes(8, "little") + body + np.float32(3).tobytes())
    same(read(tmp_path / "a"), {"a": torch.tensor([3.0])})


def test_json_gives_its_lists_of_numbers(tmp_path):
    tree = {"mpv": [0.5, 0.25, 1], "text": ["a"], "n": 3, "yes": [True], "ragged": [[1], [2, 3]], "in": {"m": [[1, 2]]}}
    (tmp_path / "config.json").write_text("\ufeff" + json.dumps(tree), encoding="utf-8")
    same(read(tmp_path / "config.json"), {"in.m": torch.tensor([[1.0, 2.0]]), "mpv": torch.tensor([0.5, 0.25, 1.0])})


# Torch7


def as_tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(array))


@pytest.mark.parametrize("long", [8, 4])
@pytest.mark.parametrize("cuda", [False, True])
def test_torch7_modules(tmp_path, long, cuda):
    weight, bias = numbers(4, 3, 2, 2).numpy(), numbers(4).numpy()
    mean = np.array([0.5, 0.25, 0.75])
    conv = Module(
        "nn.SpatialConvolution",
        {
            "weight": weight,
            "bias": bias,
            "gradWeight": np.full((4, 3), np.nan, np.float32),
            "output": np.empty(0, np.float32),
            "_input": np.full(9, np.inf, np.float32),
            "nInputPlane": 3,
            "train": False,
        },
    )
    norm = Module("cudnn.SpatialBatchNormalization", {"running_mean": bias + 1, "eps": 1e-5})
    inner = Module("nn.Sequential", {"modules": [norm]})
    value = {"model": Module("nn.Sequential", {"modules": [conv, inner], "_type": "torch.FloatTensor"}), "mean": mean}
    found = read(writers.write_t7(tmp_path / "a.t7", value, long, cuda))
    expected = {
        "model.modules.1.weight": weight,
        "model.modules.1.bias": bias,
        "model.modules.2.modules.1.running_mean": bias + 1,
        "mean": mean,
    }
    same(found, {name: as_tensor(array) for name, array in expected.items()})


@pytest.mark.parametrize("long", [8, 4])
def test_torch7_every_type_of_number(tmp_path, long):
    kinds = ("float64", "float32", "float16", "int32", "int16", "int8", "uint8")
    arrays = {kind: (numbers(3, 4).numpy() * 50).astype(kind) for kind in kinds}
    found = read(writers.write_t7(tmp_path / "a.t7", arrays, long))
    same(found, {kind: as_tensor(array) for kind, array in arrays.items()})
    found = read(writers.write_t7(tmp_path / "a.t7", {"n": np.arange(5)}, long))
    assert found["n"].tolist() == [0, 1, 2, 3, 4]


def test_torch7_shares_storages_and_objects(tmp_path):
    flat = np.arange(24, dtype=np.float32)
    shared = Module("nn.Linear", {"weight": flat[2:14].reshape(3, 4), "turned": flat.reshape(4, 6).T})
    flat[0] = 7
    found = read(writers.write_t7(tmp_path / "a.t7", [shared, {"again": shared, "same": shared.fields}, flat]))
    weight, turned = as_tensor(flat[2:14].reshape(3, 4)), as_tensor(flat.reshape(4, 6).T)
    names = ("1", "2.again", "2.same")
    expected = {f"{name}.{key}": value for name in names for key, value in (("weight", weight), ("turned", turned))}
    same(found, {**expected, "3": as_tensor(flat)})


def test_torch7_leaves_out_functions(tmp_path):
    made = writers.Torch7()
    made.begin(3, made)
    made.integers(3)
    made.write("early").integers(6)
    made.integers(5)
    made.out += b"\x1bLua!"
    made.write({"upvalue": 1.0}).write("later").begin(8, made.out)
    made.integers(5)
    made.out += b"\x1bLua!"
    made.write({"upvalue": 1.0})
    made.write("weight").write(np.ones(2, np.float32))
    (tmp_path / "a.t7").write_bytes(made.out)
    same(read(tmp_path / "a.t7"), {"weight": torch.ones(2)})


# TensorFlow


ARRAYS = {
    f"inpaint_net/conv{n}/{part}": numbers(*shape).numpy()
    for n in range(40)
    for part, shape in (("bias", (n + 1,)), ("kernel", (3, 3, 2, n + 1)))
}


FILES_OF_A_BUNDLE = ["", "checkpoint", "snap-0.index", "snap-0.meta", "snap-0.data-00000-of-00001"]


@pytest.mark.parametrize("name", FILES_OF_A_BUNDLE)
def test_a_bundle_by_any_of_its_files(tmp_path, name):
    arrays = {**ARRAYS, "global_step": np.int64(9), "half": np.ones(3, np.float16), "step": np.zeros((2, 0), np.int32)}
    writers.write_bundle(tmp_path / "places2", arrays)
    expected = {key: as_tensor(np.asarray(arrays[key])) for key in sorted(arrays)}
    same(read(tmp_path / "places2" / name), expected)


@pytest.mark.parametrize("name", FILES_OF_A_BUNDLE)
def test_a_bundle_with_a_compressed_index_is_refused(tmp_path, name):
    writers.write_bundle(tmp_path / "places2", ARRAYS, packed=True)
    with pytest.raises(WeightsError, match="index is compressed"):
        read(tmp_path / "places2" / name)


def test_a_renamed_bundle(tmp_path):
    index = writers.write_bundle(tmp_path, ARRAYS)
    index.rename(tmp_path / "weights.bin")
    assert len(read(tmp_path / "weights.bin")) == len(ARRAYS)
    assert len(read(tmp_path)) == len(ARRAYS)


def test_a_checkpoint_that_names_a_folder_of_its_authors(tmp_path):
    writers.write_bundle(tmp_path, {"a": np.zeros(2, np.float32)}, "snap-1")
    writers.write_bundle(tmp_path, {"b": np.zeros(2, np.float32)}, "snap-2")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/home/jiahui/logs\\\\x/snap-1"\n')
    assert list(read(tmp_path)) == ["a"]
    (tmp_path / "checkpoint").unlink()
    with pytest.raises(WeightsError, match="2 TensorFlow checkpoints"):
        read(tmp_path)


def test_a_bundle_without_its_numbers(tmp_path):
    index = writers.write_bundle(tmp_path, ARRAYS)
    (tmp_path / "snap-0.data-00000-of-00001").unlink()
    with pytest.raises(WeightsError, match=r"lacks its numbers.*snap-0\.data-00000-of-00001"):
        read(index)


def test_a_bundle_whose_numbers_were_changed(tmp_path):
    index = writers.write_bundle(tmp_path, ARRAYS)
    data = tmp_path / "snap-0.data-00000-of-00001"
    body = bytearray(data.read_bytes())
    body[100] ^= 1
    data.write_bytes(body)
    with pytest.raises(WeightsError, match="checksum"):
        read(index)


def test_bfloat16_and_texts_in_a_bundle(tmp_path):
    index = writers.write_bundle(tmp_path, {})
    body = torch.tensor([1.5, -2.0], dtype=torch.bfloat16).view(torch.uint8).numpy().tobytes()
    x = writers.entry(14, [2], 0, 0, 4, masked_crc32c(body))
    pairs = [(b"", writers.header()), (b"_graph", writers.entry(7, [], 0, 0, 4, None)), (b"x", x)]
    index.write_bytes(writers.table([(writers.block(pairs), 0)]))
    (tmp_path / "snap-0.data-00000-of-00001").write_bytes(body)
    same(read(index), {"x": torch.tensor([1.5, -2.0], dtype=torch.bfloat16)})


def test_checksums():
    """Against the definition of CRC-32C, bit by bit, and its published test values (RFC 3720, B.4)."""
    body = np.random.default_rng(0).integers(0, 256, 70_001, dtype=np.uint8)
    value = 0xFFFFFFFF
    for byte in body.tolist():
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x82F63B78 * (value & 1)
    value ^= 0xFFFFFFFF
    assert masked_crc32c(body) == masked_crc32c(body.tobytes()) == (rotated(value) + 0xA282EAD8) % (1 << 32)
    for plain, known in ((b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (b"", 0)):
        assert masked_crc32c(plain) == (rotated(known) + 0xA282EAD8) % (1 << 32)


def rotated(value: int) -> int:
    """32 bits, the lower 15 of which have become the upper ones."""
    return int(f"{value:032b}"[-15:] + f"{value:032b}"[:-15], 2)


# Zips, and misleading names


def test_the_only_weights_file_of_a_zip(tmp_path):
    state = {"conv.weight": numbers(4, 3)}
    writers.lightning(tmp_path / "best.ckpt", state)
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "big-lama.zip", "w", packing) as file:
            file.writestr("big-lama/", "")
            file.write(tmp_path / "best.ckpt", "big-lama/models/best.ckpt")
            file.writestr("big-lama/config.yaml", "generator:\n  kind: ffc_resnet\n")
        same(read(tmp_path / "big-lama.zip"), {"state_dict.conv.weight": state["conv.weight"]})


def test_a_zip_of_other_forms(tmp_path):
    writers.write_bundle(tmp_path / "b", {"x": np.ones(2, np.float32)})
    writers.write_t7(tmp_path / "a.t7", {"x": np.ones(2, np.float32)})
    with zipfile.ZipFile(tmp_path / "t7.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.write(tmp_path / "a.t7", "a.t7")
        file.writestr("readme.txt", "hello")
    with zipfile.ZipFile(tmp_path / "tf.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path in (tmp_path / "b").iterdir():
            file.write(path, f"release/{path.name}")
    for name in ("t7.zip", "tf.zip"):
        same(read(tmp_path / name), {"x": torch.ones(2)})
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as file:
        file.write(tmp_path / "a.t7", "a.t7")
        file.write(tmp_path / "a.t7", "b.t7")
    with pytest.raises(WeightsError, match="2 weights files"):
        read(tmp_path / "two.zip")


def test_names_do_not_matter(tmp_path):
    torch.save({"a": numbers(2)}, tmp_path / "torch")
    torch.save({"a": numbers(2)}, tmp_path / "legacy", _use_new_zipfile_serialization=False)
    save_file({"a": numbers(2)}, tmp_path / "safetensors")
    writers.write_t7(tmp_path / "torch7", {"a": numbers(2).numpy()})
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        for name in ("x.json", "y.t7", "checkpoint", "z.safetensors", "w.index", "v.data-00000-of-00001"):
            (tmp_path / str(number)).mkdir(exist_ok=True)
            same(read(shutil.copy(path, tmp_path / str(number) / name)), {"a": numbers(2)})


def test_reading_writes_nothing(tmp_path):
    torch.save({"a": numbers(2)}, tmp_path / "a.pth")
    writers.write_bundle(tmp_path / "tf", ARRAYS)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    read(tmp_path / "a.pth")
    read(tmp_path / "tf")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link(tmp_path):
    torch.save({"a": numbers(2)}, tmp_path / "a.pth")
    (tmp_path / "link").symlink_to("a.pth")
    same(read(tmp_path / "link"), {"a": numbers(2)})


def test_a_folder_of_very_many_files_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.setattr("inpaint_studio.engine.weights.readers.file_set._MAX_FILES", 5)
    index = writers.write_bundle(tmp_path, {"x": np.ones(2, np.float32)})
    for number in range(9):
        torch.save({"x": torch.ones(2)}, tmp_path / f"{number}.pth")
    for path in (index, index.with_suffix(".meta"), tmp_path / "3.pth"):
        same(read(path), {"x": torch.ones(2)})
    with pytest.raises(WeightsError, match="very many files"):
        read(tmp_path)
