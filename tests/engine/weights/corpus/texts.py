"""Safetensors and JSON files with false or impossible content."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from tests.engine.weights.corpus.cases import BIG, CASES, body, case


def safe(folder: Path, head: object, data: bytes = bytes(16)) -> Path:
    packed = head if isinstance(head, bytes) else json.dumps(head).encode()
    return body(folder, "w.safetensors", struct.pack("<Q", len(packed)) + packed + data)


def one(kind: object = "F32", shape: object = (4,), places: object = (0, 16)) -> dict[str, object]:
    return {"a": {"dtype": kind, "shape": shape, "data_offsets": places}}


SAFE: dict[str, object] = {
    "outside": one(places=[8, 24]),
    "backwards": one(places=[16, 0]),
    "before": one(places=[-16, 0]),
    "absurd-shape": one(shape=[BIG]),
    "overflowing-product": one(shape=[1 << 32, 1 << 32], places=[0, 0]),
    "negative": one(shape=[-2, -2]),
    "fractions": one(shape=[4.0]),
    "text": one(shape="4"),
    "many-dimensions": one(shape=[1] * 70 + [4]),
    "unknown-type": one(kind="F8_E4M3"),
    "type-that-is-a-list": one(kind=["F32"]),
    "no-fields": {"a": {}},
    "no-object": {"a": 3},
    "overlapping": {f"{n}": one()["a"] for n in range(50)},
    "not-json": b'{"a": ',
    "deep": b'{"a":' * 100_000,
    "many-lists": b'{"a":[' + b"[]," * 400_000 + b"[]]}",
    "very-many": {f"{n:x}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(25_000)},
}
for _name, _head in SAFE.items():
    CASES[f"safetensors-{_name}"] = lambda folder, head=_head: safe(folder, head)


@case
def safetensors_whose_header_is_longer_than_the_file(folder: Path) -> Path:
    return body(folder, "w.safetensors", struct.pack("<Q", 1 << 25) + b'{"a":{}}')


JSON = {
    "without-numbers": '{"a": "b"}',
    "list": "[1, 2, 3]",
    "deep": '{"a":' * 100_000,
    "deep-list": '{"a":' + "[" * 100_000,
    "huge": '{"a": [' + "1," * (1 << 20) + "1]}",
    "many-lists": '{"a":[' + "[]," * 340_000 + "[]]}",
    "wide-texts": '{"a": ["' + "x" * 400_000 + '"' + ', ""' * 150_000 + "]}",
    "not-numbers": '{"mpv": [NaN, 1, 2]}',
    "too-large-numbers": '{"mpv": [1e999, 1, 2]}',
    "long-integer": '{"mpv": [' + "9" * 100_000 + "]}",
    "cut": '{"mpv": [0.1, 0.2',
}
for _name, _body in JSON.items():
    CASES[f"json-{_name}"] = lambda folder, made=_body: body(folder, "config.json", made)
