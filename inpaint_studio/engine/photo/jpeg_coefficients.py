"""The quantised coefficients of a JPEG file: read them, and write the file again with others in some of its blocks.

Everything else comes from the file as it stands: its segments, the kind and order of its scans, its sampling, its
restarts, and its tables of codes where they have a code for all that is to be written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import jpeg_scans, jpeg_tokens
from inpaint_studio.engine.photo.jpeg_huffman import (
    NO_TABLE,
    HuffmanTable,
    UnusualJpegError,
    format_table,
    shortest_table,
)
from inpaint_studio.engine.photo.jpeg_parts import Parts, Scan

Coefficients = NDArray[np.int16]  # blocks x 64, in zigzag order
Ints = NDArray[np.int64]

_MOST_INTERVALS = 1 << 24


def read_coefficients(data: bytes, parts: Parts) -> Coefficients:
    """Decode all scans of the file `data` that was taken apart into `parts`. Raises UnusualJpegError where damaged."""
    found = np.zeros(parts.blocks * 64, np.int16)
    file = np.frombuffer(data, np.uint8)
    for scan in parts.order:
        if isinstance(scan, Scan):
            _decode(file, parts, scan, found)
    return found.reshape(-1, 64)


def write_file(parts: Parts, coefficients: Coefficients) -> bytes:
    """Return the file with these coefficients, up to its end marker."""
    out = [b"\xff\xd8"]
    defined: dict[int, HuffmanTable] = {}
    flat = coefficients.ravel()
    for part in parts.order:
        if isinstance(part, bytes):
            out.append(part)
            continue
        tokens, starts = _list_tokens(parts, part, flat)
        counts = np.bincount(tokens >> 21, minlength=8 * 256).reshape(8, 256)
        tables = _choose_tables(part, counts)
        out += [format_table(slot, table) for slot, table in tables.items() if defined.get(slot) != table]
        defined |= tables
        out += [part.header, _write_codes(tokens, starts, tables, counts)]
    return b"".join([*out, b"\xff\xd9"])


def _decode(file: NDArray[np.uint8], parts: Parts, scan: Scan, found: NDArray[np.int16]) -> None:
    layout, across, down = _layout(parts, scan)
    most = _intervals(scan, across * down)
    clean = np.empty(scan.end - scan.start + jpeg_scans.SLACK, np.uint8)
    clean[-jpeg_scans.SLACK :] = 0
    starts, ends = np.zeros(most + 1, np.int64), np.zeros(most + 1, np.int64)
    count = jpeg_scans.unstuff(file, scan.start, scan.end, clean, starts, ends)
    if count == 0:
        raise UnusualJpegError("too many restarts")
    tables = [NO_TABLE] * 8
    for index, (dc, ac) in enumerate(scan.slots):
        tables[index] = scan.tables.get(dc, NO_TABLE)
        tables[4 + index] = scan.tables.get(0x10 | ac, NO_TABLE)
    stacked = [np.stack([getattr(table, name) for table in tables]) for name in ("fast", "slow", "padded")]
    common: Any = (clean, starts, ends, count, scan.interval, layout, across, down, *stacked, found)
    predictions = np.zeros(4, np.int64)
    if parts.kind == "sequential":
        fault = jpeg_scans.decode_sequential(*[*common, predictions])
    elif scan.first == 0:
        fault = jpeg_scans.decode_dc(*[*common, predictions, scan.high, scan.low])
    else:
        decode = jpeg_scans.decode_ac_more if scan.high else jpeg_scans.decode_ac_first
        fault = decode(*[*common, scan.first, scan.last, scan.low])
    if fault:
        raise UnusualJpegError("damaged codes")


def _layout(parts: Parts, scan: Scan) -> tuple[Ints, int, int]:
    """Return the scan's components as the kernels take them, and its MCUs across and down."""
    found = [parts.components[index] for index in scan.components]
    if len(found) == 1:
        (only,) = found
        return np.array([[only.first, only.across, 1, 1]], np.int64), only.own_across, only.own_down
    layout = np.array([[each.first, each.across, each.h, each.v] for each in found], np.int64)
    return layout, found[0].across // found[0].h, found[0].down // found[0].v


def _intervals(scan: Scan, mcus: int) -> int:
    """Return the number of parts between restarts."""
    return -(-mcus // scan.interval) if scan.interval else 1


def _list_tokens(parts: Parts, scan: Scan, flat: NDArray[np.int16]) -> tuple[NDArray[np.uint32], Ints]:
    """Return the tokens of a scan, and where those of each part between restarts begin."""
    layout, across, down = _layout(parts, scan)
    blocks = across * down * int((layout[:, 2] * layout[:, 3]).sum())
    starts = np.zeros(_intervals(scan, across * down), np.int64)
    # At most one token for a coefficient, and for a block: DC, three long runs of zeros, its end, a rest of bits.
    most = int(np.count_nonzero(flat)) + 6 * blocks + 2 * len(starts) + 200
    tokens = np.empty(most, np.uint32)
    slots = np.array(scan.slots, np.int64)
    common: Any = (across, down, scan.interval, tokens, starts)
    predictions = np.zeros(4, np.int64)
    if parts.kind == "sequential":
        count = jpeg_tokens.list_sequential(*[flat, layout, slots, *common, predictions])
    elif scan.first == 0:
        count = jpeg_tokens.list_dc(*[flat, layout, slots, *common, predictions, scan.high, scan.low])
    else:
        ac, waiting = int(slots[0, 1]), np.zeros(jpeg_tokens.MOST_BITS, np.int64)
        listed = jpeg_tokens.list_ac_more if scan.high else jpeg_tokens.list_ac_first
        count = listed(*[flat, layout, ac, *common, waiting, scan.first, scan.last, scan.low])
    return tokens[:count], starts


def _choose_tables(scan: Scan, counts: Ints) -> dict[int, HuffmanTable]:
    """Return the tables of a scan by class * 16 + number: the file's where they have all symbols, else the shortest."""
    tables = {}
    for table in range(8):
        slot = table if table < 4 else 0x10 | table - 4
        used = counts[table] > 0
        if not used.any() or (table == 0 and _has_only_bits(scan)):
            continue
        there = scan.tables.get(slot)
        if there is None or bool((there.codes[1][used] == 0).any()):
            there = shortest_table(counts[table])
        tables[slot] = there
    return tables


def _has_only_bits(scan: Scan) -> bool:
    """Return whether table 0 stands for bits without a symbol in a scan."""
    return scan.first > 0 or scan.high > 0


def _write_codes(tokens: NDArray[np.uint32], starts: Ints, tables: dict[int, HuffmanTable], counts: Ints) -> bytes:
    codes, lengths = np.zeros((8, 256), np.int64), np.zeros((8, 256), np.int64)
    for slot, table in tables.items():
        row = slot if slot < 4 else 4 + (slot & 15)
        codes[row], lengths[row] = table.codes
    # A byte of 0xFF takes two: at most twice as many as the codes with their bits, of which a token has 16.
    bits = int((counts * lengths).sum()) + int((tokens >> 16 & 31).sum())
    out = np.empty(bits // 4 + 4 * len(starts) + 16, np.uint8)
    size = jpeg_tokens.write_codes(tokens, len(tokens), starts, len(starts), codes, lengths, out)
    return out[:size].tobytes()
