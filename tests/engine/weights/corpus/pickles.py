"""Pickles that call something or describe impossible tensors, and TorchScript with code."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from tests.engine.weights import writers
from tests.engine.weights.corpus.cases import BIG, CASES, HEAD, MARK, body, case, text
from tests.engine.weights.writers import torch_zip


def command(folder: Path) -> str:
    return f"touch '{folder / MARK}'"


def python(folder: Path) -> str:
    return f"open({str(folder / MARK)!r}, 'w')"


CALLS: dict[str, Callable[[Path], bytes]] = {
    "os.system": lambda f: HEAD + b"cos\nsystem\n" + text(command(f)) + b"\x85R.",
    "posix.system": lambda f: HEAD + b"cposix\nsystem\n" + text(command(f)) + b"\x85R.",
    "subprocess": lambda f: HEAD + b"csubprocess\ncall\n(" + text("touch") + text(str(f / MARK)) + b"l\x85R.",
    "eval": lambda f: HEAD + b"cbuiltins\neval\n" + text(python(f)) + b"\x85R.",
    "exec": lambda f: HEAD + b"c__builtin__\nexec\n" + text(python(f)) + b"\x85R.",
    "import": lambda _: HEAD + b"cbuiltins\n__import__\n" + text("antigravity") + b"\x85R.",
    "getattr": lambda _: HEAD + b"cbuiltins\ngetattr\nq\0(h\0cos\n_exit\n" + text("__call__") + b"tRK\x07\x85R.",
    "stack-global": lambda f: HEAD + text("os") + text("system") + b"\x93" + text(command(f)) + b"\x85R.",
    "instance": lambda f: HEAD + b"(" + text(command(f)) + b"ios\nsystem\n.",
    "object": lambda f: HEAD + b"(cos\nsystem\n" + text(command(f)) + b"o.",
    "new": lambda f: HEAD + b"cos\nsystem\n" + text(command(f)) + b"\x85\x81.",
    "new-with-keywords": lambda f: HEAD + b"cos\nsystem\n" + text(command(f)) + b"\x85}\x92.",
    "build": lambda f: HEAD + b"cfoo\nBar\n)R}" + text("__setstate__") + b"cos\nsystem\nsb" + text(command(f)) + b"b.",
    "set-state-of-a-list": lambda f: HEAD + b"]cos\nsystem\n" + text(command(f)) + b"\x85Rb.",
    "torch.hub": lambda f: HEAD + b"ctorch.hub\nload\n(" + text(str(f)) + text("x") + b"tR.",
    "torch.load": lambda f: HEAD + b"ctorch\nload\n" + text(str(f / "data.bin")) + b"\x85R.",
    "torch.jit.load": lambda f: HEAD + b"ctorch.jit\nload\n" + text(str(f / "data.bin")) + b"\x85R.",
    "torch.save": lambda f: HEAD + b"ctorch\nsave\n(K\x01" + text(str(f / MARK)) + b"tR.",
    "torch.ops": lambda f: HEAD + b"ctorch._ops\nload_library\n" + text(str(f / "evil.so")) + b"\x85R.",
    "torch-type": lambda f: (
        HEAD + b"ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nNN" + text(command(f)) + b"tR."
    ),
    "unknown-type": lambda f: (
        HEAD + b"ctorch._tensor\n_rebuild_from_type_v2\n(cfoo\nbar\nN(" + text(command(f)) + b"t}tR."
    ),
    "numpy-runstring": lambda f: HEAD + b"cnumpy.testing._private.utils\nrunstring\n(" + text(python(f)) + b"}tR.",
    "unknown-function": lambda f: HEAD + b"}" + text("w") + b"ccool_lib.shell\nrun\n" + text(command(f)) + b"\x85Rs.",
    "pathlib": lambda f: (
        HEAD + b"cbuiltins\ngetattr\n(cpathlib\nPath\n" + text(str(f / MARK)) + b"\x85R" + text("touch") + b"tR)R."
    ),
    "raw-loader": lambda _: HEAD + b"ctorch.storage\n_load_from_bytes\nU\x03abc\x85R.",
    "extension": lambda _: HEAD + b"\x82\x01.",
    "text-persistent": lambda _: HEAD + b"Pos.system\n.",
}
for _name, _make in CALLS.items():
    CASES[f"pickle-{_name}"] = lambda folder, make=_make: torch_zip(folder / "w.pth", make(folder))
for _name in ("os.system", "eval", "raw-loader"):
    CASES[f"raw-pickle-{_name}"] = lambda folder, make=CALLS[_name]: body(folder, "w.p", make(folder))


@case
def legacy_that_calls(folder: Path) -> Path:
    path = folder / "w.pth"
    torch.save({}, path, _use_new_zipfile_serialization=False)
    start = path.read_bytes()
    at = start.index(b"little_endian")
    end = start.index(b"\x80\x02", at)
    return body(folder, "w.pth", start[:end] + CALLS["os.system"](folder))


# Pickles of impossible tensors


def tensor(
    shape: bytes = b"K\x02\x85",
    strides: bytes = b"K\x01\x85",
    offset: bytes = b"K\0",
    storage: bytes = b"ctorch\nFloatStorage\n",
    key: str = "0",
    count: bytes = b"K\x02",
) -> bytes:
    named = b"(" + text("storage") + storage + text(key) + text("cpu") + count + b"tQ"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + named + offset + shape + strides + b"\x89}tR"


def long(value: int) -> bytes:
    packed = value.to_bytes(16, "little", signed=True)
    return b"\x8a\x10" + packed


TENSORS = {
    "absurd-shape": tensor(shape=long(BIG) + b"\x85"),
    "absurd-repeat": tensor(shape=long(BIG) + b"\x85", strides=b"K\0\x85"),
    "large-repeat": tensor(shape=long(1 << 27) + b"\x85", strides=b"K\0\x85"),
    "overflowing-product": tensor(shape=long(1 << 32) * 2 + b"\x86", strides=b"K\0K\0\x86"),
    "negative-size": tensor(shape=long(-2) + b"\x85"),
    "negative-stride": tensor(strides=long(-1) + b"\x85"),
    "negative-offset": tensor(offset=long(-1)),
    "offset-outside": tensor(offset=b"K\x01"),
    "stride-outside": tensor(strides=b"M\xff\xff\x85"),
    "size-that-is-no-number": tensor(shape=text("2") + b"\x85"),
    "size-that-is-true": tensor(shape=b"\x88\x85"),
    "nine-dimensions": tensor(shape=b"(" + b"K\x01" * 9 + b"t", strides=b"(" + b"K\x01" * 9 + b"t"),
    "strides-of-fewer": tensor(shape=b"K\x01K\x02\x86"),
    "storage-larger-than-claimed": tensor(count=b"K\x01"),
    "storage-smaller-than-claimed": tensor(count=long(BIG)),
    "storage-negative": tensor(count=long(-2)),
    "storage-elsewhere": tensor(key="../../../etc/passwd"),
    "storage-missing": tensor(key="7"),
    "storage-of-a-function": tensor(storage=b"cfoo\nbar\n"),
    "storage-of-complex": tensor(storage=b"ctorch\nComplexFloatStorage\n"),
    "storage-of-quantised": tensor(storage=b"ctorch\nQInt8Storage\n"),
    "no-storage": b"ctorch._utils\n_rebuild_tensor_v2\n(K\0K\0))\x89}tR",
    "no-arguments": b"ctorch._utils\n_rebuild_tensor_v2\n)R",
    "sparse": b"ctorch._utils\n_rebuild_sparse_tensor\n)R",
    "meta": b"ctorch._utils\n_rebuild_meta_tensor_no_storage\n(" + long(BIG) + b"\x85tR",
    "persistent-nonsense": b"NQ",
}
for _name, _body in TENSORS.items():
    CASES[f"tensor-{_name}"] = lambda folder, made=_body: torch_zip(
        folder / "w.pth", HEAD + b"}" + text("a") + made + b"s.", {"0": bytes(8)}
    )

LOADS = {
    "many-instructions": b"N0" * 400_000 + b"N.",
    "many-lists": b"](" + b"]" * 310_000 + b"e.",
    "many-tensors": b"](" + tensor()[:-1] + b"q\0R" + b"ctorch._utils\n_rebuild_tensor_v2\nq\1h\0R" * 50_000 + b"e.",
    "deep-tuples": b")" + b"\x85" * 200_000 + b".",
    "deep-key": b"})" + b"\x85" * 200_000 + b"Ns.",
    "doubling": b"]q\0"
    + b"".join(b"](h" + bytes([n]) + b"h" + bytes([n]) + b"eq" + bytes([n + 1]) for n in range(60))
    + b".",
    "in-itself": b"}q\0" + text("a") + b"h\0s.",
    "lists-copied": b"](" + b"N" * 100_000 + b"eq\0" + b"cfoo\nbar\nq\1" + b"h\1h\0\x85R0" * 10_000 + b".",
    "states-copied": b"}("
    + b"".join(b"M" + struct.pack("<H", n) + b"N" for n in range(60_000))
    + b"uq\0cfoo\nbar\nq\1"
    + b"h\1)Rh\0b" * 10_000
    + b".",
    "colliding-keys": b"}("
    + b"".join(b"\x8a\x0b" + (n * ((1 << 61) - 1)).to_bytes(11, "little") + b"N" for n in range(1, 50_000))
    + b"u.",
    "colliding-memo": b"".join(b"Np%d\n0" % (n * ((1 << 61) - 1)) for n in range(1, 50_000)) + b"N.",
    "long-integer": b"}\x8b" + struct.pack("<I", 1 << 20) + b"\x7f" * (1 << 20) + b"Ns.",
    "long-text-that-is-not-there": b"\x8d" + struct.pack("<Q", 1 << 62) + b"abc.",
    "empty-stack": b"R.",
    "no-mark": b"t.",
    "no-end": b"N",
    "memo-missing": b"h\x07.",
    "unknown-instruction": b"\xfe.",
    "name-of-a-megabyte": text("a" * (1 << 20)) + b"q\0h\0\x93q\1" + b"h\1)R0" * 9999 + b".",
    "no-tensors": b"}" + text("epoch") + b"K\x03s.",
}
for _name, _body in LOADS.items():
    CASES[f"load-{_name}"] = lambda folder, made=_body: torch_zip(folder / "w.pth", HEAD + made, {"0": bytes(8)})


@case
def not_numbers(folder: Path) -> Path:
    torch.save({"a": torch.tensor([1.0, float("nan")])}, folder / "w.pth")
    return folder / "w.pth"


@case
def infinite_numbers(folder: Path) -> Path:
    return writers.write_t7(folder / "w.t7", {"a": np.array([1, -np.inf])})


@case
def two_tensors_of_a_name(folder: Path) -> Path:
    torch.save({"a.b": torch.ones(1), "a": {"b": torch.ones(2)}}, folder / "w.pth")
    return folder / "w.pth"


@case
def a_name_of_two_lines(folder: Path) -> Path:
    torch.save({"a\nb\x1b[31m": torch.ones(1)}, folder / "w.pth")
    return folder / "w.pth"


@case
def the_other_byte_order(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "w.pth", "w") as file:
        file.writestr("a/data.pkl", HEAD + b"}.")
        file.writestr("a/byteorder", "big")
    return folder / "w.pth"


# TorchScript


@case
def torchscript_with_code(folder: Path) -> Path:
    code = f'import os\nos.system({command(folder)!r})\nclass Net(Module):\n  __parameters__ = ["a", ]\n'
    code += f"  def __setstate__(self, s):\n    os.system({command(folder)!r})\n"
    with zipfile.ZipFile(folder / "w.pt", "w") as file:
        file.writestr("n/data.pkl", HEAD + b"c__torch__\nNet\n)\x81}" + text("b") + b"K\x01sb.")
        file.writestr("n/constants.pkl", CALLS["os.system"](folder))
        file.writestr("n/code/__torch__.py", code)
    return folder / "w.pt"


@case
def torchscript_with_endless_code(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "w.pt", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("n/data.pkl", HEAD + b"c__torch__\nNet\n)\x81}" + text("b") + b"K\x01sb.")
        file.writestr("n/constants.pkl", HEAD + b").")
        file.writestr("n/code/__torch__.py", b"class Net(Module):\n" * 3_000_000)
    return folder / "w.pt"


@case
def torchscript_that_names_the_system(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "w.pt", "w") as file:
        file.writestr("n/data.pkl", HEAD + b"c__torch__.os\nsystem\n" + text(command(folder)) + b"\x85R.")
        file.writestr("n/constants.pkl", HEAD + b").")
    return folder / "w.pt"
