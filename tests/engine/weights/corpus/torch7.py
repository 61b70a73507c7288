"""Torch7 files with false or impossible content."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from tests.engine.weights import writers
from tests.engine.weights.corpus.cases import BIG, CASES, body, case


def torch7(folder: Path, *parts: bytes | int) -> Path:
    """Write a file of integers and raw bytes in a row."""
    return body(folder, "w.t7", b"".join(struct.pack("<i", part) if isinstance(part, int) else part for part in parts))


def tensor7(
    dims: int, sizes: list[int], strides: list[int], offset: int, count: int = 2, kind: bytes = b"Float"
) -> bytes:
    """Encode a Torch7 tensor as the first object of its file."""

    def named(index: int, name: bytes) -> bytes:
        return struct.pack("<iii", 4, index, 3) + b"V 1" + struct.pack("<i", len(name)) + name

    longs = struct.pack(f"<{len(sizes) + len(strides) + 1}q", *sizes, *strides, offset)
    storage = named(2, b"torch." + kind + b"Storage") + struct.pack("<q", count) + bytes(8)
    return named(1, b"torch." + kind + b"Tensor") + struct.pack("<i", dims) + longs + storage


TORCH7 = {
    "absurd-size": tensor7(1, [BIG], [1], 1),
    "absurd-repeat": tensor7(1, [BIG], [0], 1),
    "overflowing-product": tensor7(2, [1 << 32, 1 << 32], [0, 0], 1),
    "negative-size": tensor7(1, [-2], [1], 1),
    "negative-stride": tensor7(1, [2], [-1], 2),
    "offset-zero": tensor7(1, [2], [1], 0),
    "offset-outside": tensor7(1, [2], [1], 2),
    "many-dimensions": tensor7(9, [1] * 9, [1] * 9, 1),
    "negative-dimensions": tensor7(-1, [], [], 1),
    "billion-dimensions": tensor7(1 << 30, [], [], 1),
    "storage-of-terabytes": tensor7(1, [2], [1], 1, BIG),
    "negative-storage": tensor7(1, [2], [1], 1, -2),
    "endless-table": struct.pack("<iii", 3, 1, 0x7FFFFFFF) + bytes(4 << 20),
    "negative-text": struct.pack("<iiiii", 3, 1, 1, 2, -5),
    "long-text": struct.pack("<iiiii", 3, 1, 1, 2, 0x7FFFFFFF),
    "long-function": struct.pack("<iiiii", 3, 1, 1, 6, 0x7FFFFFFF),
    "negative-function": struct.pack("<iiiii", 3, 1, 1, 6, -20),
    "unknown-kind": struct.pack("<iiii", 3, 1, 1, 99),
    "class-that-is-text": struct.pack("<iii", 4, 1, 3)
    + b"V 1"
    + struct.pack("<i", 8)
    + b"tds.Hash"
    + struct.pack("<ii", 2, 0),
    "class-in-itself": struct.pack("<iii", 4, 1, 3)
    + b"V 1"
    + struct.pack("<i", 4)
    + b"nn.A"
    + struct.pack("<ii", 4, 1),
    "table-in-itself": struct.pack("<iiiii", 3, 1, 1, 2, 1) + b"a" + struct.pack("<ii", 3, 1),
    "deep-tables": struct.pack("<iii", 3, 1, 1)
    + b"".join(struct.pack("<idiii", 1, 1.0, 3, n, 1) for n in range(2, 5000)),
    "storage-is-no-storage": tensor7(1, [2], [1], 1)[:-60] + struct.pack("<id", 1, 2.0),
    "text-form": b"4\n1\n3\nV 1\n13\nnn.Sequential\n",
}
for _name, _body in TORCH7.items():
    CASES[f"torch7-{_name}"] = lambda folder, made=_body: torch7(folder, made)


@case
def torch7_of_no_tensors(folder: Path) -> Path:
    return writers.write_t7(folder / "w.t7", {"a": [1, 2, "x", None, True]})


@case
def torch7_with_a_secret_in_its_name(folder: Path) -> Path:
    return writers.write_t7(folder / "w.t7", {"a\0b": np.ones(2, np.float32)})
