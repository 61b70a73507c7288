"""TensorFlow checkpoints with false or impossible content."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.engine.weights.corpus.cases import BIG, CASES, body, case
from tests.engine.weights.writers import block, entry, header, message, table, varint, with_checksum


def index(folder: Path, *pairs: tuple[bytes, bytes], data: bytes = bytes(16)) -> Path:
    """Write an index of these pairs behind its header, and a shard."""
    body(folder, "w.data-00000-of-00001", data)
    return body(folder, "w.index", table([(block([(b"", header()), *pairs]), 0)]))


ENTRIES = {
    "outside": entry(1, [4], 0, 8, 16, None),
    "far-outside": entry(1, [4], 0, 1 << 62, 16, None),
    "before": entry(1, [4], 0, -8, 16, None),
    "negative-size": entry(1, [4], 0, 0, -16, None),
    "absurd-shape": entry(1, [BIG], 0, 0, 16, None),
    "overflowing-product": entry(1, [1 << 32, 1 << 32], 0, 0, 0, None),
    "negative-shape": entry(1, [-4], 0, 0, 16, None),
    "many-dimensions": entry(1, [1] * 20, 0, 0, 4, None),
    "size-that-does-not-fit": entry(1, [3], 0, 0, 16, None),
    "wrong-checksum": entry(1, [4], 0, 0, 16, 1234),
    "complex": entry(8, [2], 0, 0, 16, None),
    "unknown-type": entry(77, [2], 0, 0, 16, None),
    "shard-missing": entry(1, [4], 9, 0, 16, None),
    "shard-negative": entry(1, [4], -1, 0, 16, None),
    "slices": entry(1, [4], 0, 0, 16, None) + message((7, b"\n\0")),
    "varint-without-end": b"\x08" + b"\xff" * 40,
    "varint-cut": b"\x08\xff",
    "length-that-lies": b"\x12\xff\xff\xff\xff\x0f",
    "unknown-wire": b"\x0f\1",
    "unknown-rank": message((1, 1), (2, message((3, 1))), (5, 16)),
}
for _name, _body in ENTRIES.items():
    CASES[f"bundle-{_name}"] = lambda folder, made=_body: index(folder, (b"a", made))


def raw_index(folder: Path, content: bytes) -> Path:
    body(folder, "w.data-00000-of-00001", bytes(16))
    return body(folder, "w.index", content)


GOOD = block([(b"", header()), (b"a", entry(1, [4], 0, 0, 16, None))])
TABLES: dict[str, bytes] = {
    "keys-not-in-order": table([(block([(b"b", b""), (b"a", b"")]), 0)]),
    "no-header": table([(block([(b"a", entry(1, [4], 0, 0, 16, None))]), 0)]),
    "before-0.12": table([(block([(b"", message((1, message((1, b"x")))))]), 0)]),
    "other-byte-order": table([(block([(b"", message((1, 1), (2, 1)))]), 0)]),
    "names-that-are-not-text": table([(block([(b"", header()), (b"\xff\xfe", entry(1, [4], 0, 0, 16, None))]), 0)]),
    "long-names": table([(block([(b"", header()), (b"a" * 5000, entry(1, [4], 0, 0, 16, None))]), 0)]),
    "growing-names": table([(block([(b"a" * n, b"") for n in range(1, 3000)]), 0)]),
    "very-many": table([(block([(b"", header()), *((b"%06x" % n, b"") for n in range(60_000))]), 0)]),
    "very-many-blocks": table([(block([]), 0)], block([(b"%06x" % n, b"\0\x08") for n in range(20_000)])),
    "blocks-outside": table([(GOOD, 0)], block([(b"x", varint(1 << 40) + varint(99))])),
    "huge-block": table([(GOOD, 0)], block([(b"x", varint(0) + varint(1 << 60))])),
    "handle-without-end": table([(GOOD, 0)], block([(b"x", b"\xff" * 20)])),
    "block-in-itself": table([(GOOD, 0)], b"\xff" * 40),
    "many-restarts": table([(GOOD[:-4] + struct.pack("<I", 1 << 31), 0)]),
    "unknown-packing": table([(GOOD, 7)]),
    "footer-without-end": with_checksum(GOOD) + b"\xff" * 40 + bytes.fromhex("57fb808b247547db"),
    "footer-of-nothing": bytes(40) + bytes.fromhex("57fb808b247547db"),
    "wrong-block-checksum": b"\xff" + table([(GOOD, 0)])[1:],
    "snappy": table([(varint(len(GOOD)) + bytes([61 << 2]) + struct.pack("<H", len(GOOD) - 1) + GOOD, 1)]),
    "snappy-claims-gigabytes": table([(varint(1 << 40) + b"\0a", 1)]),
    "snappy-claims-more": table([(varint(99) + b"\0a", 1)]),
    "snappy-claims-less": table([(varint(1) + b"\x08abc", 1)]),
    "snappy-copies-from-before": table([(varint(8) + b"\0a\x12\x09\0", 1)]),
    "snappy-copies-from-nowhere": table([(varint(8) + b"\0a\x12\0\0", 1)]),
    "snappy-literal-outside": table([(varint(200) + b"\xf4\xff\xff", 1)]),
    "snappy-cut": table([(varint(8) + b"\0a\x01", 1)]),
    "snappy-bomb": table([(varint(2 << 20) + b"\0a" + b"\xfe\1\0" * 40_000, 1)]),
}
for _name, _body in TABLES.items():
    CASES[f"index-{_name}"] = lambda folder, made=_body: raw_index(folder, made)


@case
def bundle_that_repeats_its_numbers(folder: Path) -> Path:
    pairs = [(b"%04x" % n, entry(1, [1 << 18], 0, 0, 1 << 20, None)) for n in range(300)]
    return index(folder, *pairs, data=bytes(1 << 20))


@case
def checkpoint_that_leads_elsewhere(folder: Path) -> Path:
    return body(folder, "checkpoint", 'model_checkpoint_path: "../../../../etc/passwd"\n')
