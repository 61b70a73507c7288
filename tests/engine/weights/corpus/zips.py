"""Zips that unpack to too much, lead outside or have false content, and the old format of torch.save."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import torch

from tests.engine.weights import writers
from tests.engine.weights.corpus.cases import BIG, HEAD, MARK, body, case, text
from tests.engine.weights.corpus.pickles import CALLS, long, tensor
from tests.engine.weights.writers import torch_zip


def zipped(folder: Path, names: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(folder / "w.zip", "w", packing, compresslevel=1) as file:
        for name, content in names.items():
            file.writestr(name, content)
    return folder / "w.zip"


@case
def zip_bomb_as_pickle(folder: Path) -> Path:
    return zipped(folder, {"a/data.pkl": HEAD + bytes(90 << 20)}, zipfile.ZIP_DEFLATED)


@case
def zip_bomb_as_storage(folder: Path) -> Path:
    made = HEAD + b"}" + text("a") + tensor(count=long((90 << 20) // 4)) + b"s."
    return zipped(folder, {"a/data.pkl": made, "a/data/0": bytes(90 << 20)}, zipfile.ZIP_DEFLATED)


@case
def zip_bomb_in_a_zip(folder: Path) -> Path:
    inner = zipped(folder, {"a/data.pkl": HEAD + bytes(90 << 20)}, zipfile.ZIP_DEFLATED).read_bytes()
    return zipped(folder, {"best.ckpt": inner}, zipfile.ZIP_DEFLATED)


@case
def zips_in_each_other(folder: Path) -> Path:
    path = zipped(folder, {"w.pth": torch_zip(folder / "w", HEAD + b"}.").read_bytes()})
    for _ in range(5):
        path = zipped(folder, {"w.zip": path.read_bytes()})
    return path


@case
def zip_that_leads_up(folder: Path) -> Path:
    return zipped(folder, {"a/data.pkl": HEAD + b"}.", f"../../{MARK}": b"x"})


@case
def zip_that_leads_to_the_root(folder: Path) -> Path:
    return zipped(folder, {"a/data.pkl": HEAD + b"}.", f"{folder}/{MARK}": b"x"})


@case
def zip_that_leads_to_another_drive(folder: Path) -> Path:
    return zipped(folder, {"a/data.pkl": HEAD + b"}.", "C:\\windows\\x": b"x"})


@case
def zip_of_two_with_one_name(folder: Path) -> Path:
    path = zipped(folder, {"a/data.pkl": HEAD + b"}.", "a/data.pkx": CALLS["os.system"](folder)})
    return body(folder, "w.zip", path.read_bytes().replace(b"data.pkx", b"data.pkl"))


@case
def zip_with_a_password(folder: Path) -> Path:
    path = bytearray(zipped(folder, {"a/data.pkl": HEAD + b"}."}).read_bytes())
    path[path.index(b"PK\1\2") + 8] |= 1
    return body(folder, "w.zip", bytes(path))


@case
def zip_packed_by_lzma(folder: Path) -> Path:
    return zipped(folder, {"a/data.pkl": HEAD + b"}."}, zipfile.ZIP_LZMA)


@case
def zip_whose_entry_claims_terabytes(folder: Path) -> Path:
    path = bytearray(zipped(folder, {"a/data.pkl": HEAD + b"}."}).read_bytes())
    struct.pack_into("<II", path, path.index(b"PK\1\2") + 20, 0xFFFFFFF0, 0xFFFFFFF0)
    return body(folder, "w.zip", bytes(path))


@case
def zip_whose_entry_lies_outside(folder: Path) -> Path:
    path = bytearray(zipped(folder, {"a/data.pkl": HEAD + b"}."}).read_bytes())
    struct.pack_into("<I", path, path.index(b"PK\1\2") + 42, 1 << 30)
    return body(folder, "w.zip", bytes(path))


@case
def zip_of_very_many_files(folder: Path) -> Path:
    one = zipped(folder, {"n": b""}).read_bytes()
    listed = one[one.index(b"PK\1\2") : one.index(b"PK\5\6")]
    count = 100_000
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(listed) * count, 31, 0)
    return body(folder, "w.zip", one[:31] + listed * count + end)


@case
def zip_of_many_small_files(folder: Path) -> Path:
    return zipped(folder, {f"{number}.txt": b"x" for number in range(5000)})


@case
def zip_of_many_bombs(folder: Path) -> Path:
    return zipped(folder, {f"{number}.txt": bytes(4 << 20) for number in range(20)}, zipfile.ZIP_DEFLATED)


@case
def zip_with_damaged_numbers(folder: Path) -> Path:
    torch.save({"a": torch.full((999,), 1.5)}, folder / "w.pth")
    content = bytearray((folder / "w.pth").read_bytes())
    content[content.index(np.full(9, 1.5, np.float32).tobytes()) + 400] ^= 1
    return body(folder, "w.pth", bytes(content))


@case
def zip_without_anything(folder: Path) -> Path:
    return zipped(folder, {})


@case
def zip_of_pictures(folder: Path) -> Path:
    return zipped(folder, {"a.txt": b"hello", "b.png": b"\x89PNG\r\n"})


# The old format of torch.save


def legacy(folder: Path) -> bytes:
    torch.save({"a": torch.ones(4)}, folder / "w.pth", _use_new_zipfile_serialization=False)
    return (folder / "w.pth").read_bytes()


@case
def legacy_whose_storage_claims_terabytes(folder: Path) -> Path:
    content = legacy(folder)
    at = content.rindex(struct.pack("<q", 4))
    return body(folder, "w.pth", content[:at] + struct.pack("<q", BIG) + content[at + 8 :])


@case
def legacy_whose_storage_is_negative(folder: Path) -> Path:
    content = legacy(folder)
    at = content.rindex(struct.pack("<q", 4))
    return body(folder, "w.pth", content[:at] + struct.pack("<q", -4) + content[at + 8 :])


@case
def legacy_of_the_other_byte_order(folder: Path) -> Path:
    content = bytearray(legacy(folder))
    at = content.index(b"\x88", content.index(b"little_endian"))
    content[at] = 0x89  # False
    return body(folder, "w.pth", bytes(content))


@case
def a_pickle_of_something_else(folder: Path) -> Path:
    return body(folder, "w.pkl", writers.pickled({"a": np.zeros(3), "b": [1, 2]}))
