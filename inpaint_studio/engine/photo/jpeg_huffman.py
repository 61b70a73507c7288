"""Huffman tables of JPEG files: read, look codes up, and the shortest table for given counts of symbols.

T.81 is the standard, ITU-T T.81 (1992); its annexes C, F and K define the tables.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FAST = 9  # bits: codes up to this length are found with one look; as in libjpeg, a table of 512 stays in the cache


class UnusualJpegError(ValueError):
    """The file is no JPEG whose blocks can be copied: damaged, or of a kind that is not read here."""


@dataclass(frozen=True)
class HuffmanTable:
    """How many codes there are of every length from 1 to 16, and their symbols in the order of the codes."""

    counts: bytes  # 16
    symbols: bytes

    def __post_init__(self) -> None:
        """Raise UnusualJpegError where the codes of a length do not fit in (T.81, C.2)."""
        code = 0
        for length, count in enumerate(self.counts, 1):
            code += count
            if code > 1 << length:
                raise UnusualJpegError("codes do not fit")
            code <<= 1
        if len(self.counts) != 16 or sum(self.counts) != len(self.symbols) or len(self.symbols) > 256:
            raise UnusualJpegError("a table of another length")

    @cached_property
    def codes(self) -> tuple[Ints, Ints]:
        """The code of every symbol from 0 to 255 and its length in bits, 0 where it has none."""
        codes, lengths = np.zeros(256, np.int64), np.zeros(256, np.int64)
        code, at = 0, 0
        for length, count in enumerate(self.counts, 1):
            for symbol in self.symbols[at : at + count]:
                codes[symbol], lengths[symbol] = code, length
                code += 1
            at += count
            code <<= 1
        return codes, lengths

    @cached_property
    def fast(self) -> Ints:
        """For every start of FAST bits: length * 256 + symbol of the code that it begins with, 0 where it is longer."""
        fast = np.zeros(1 << FAST, np.int64)
        code, at = 0, 0
        for length, count in enumerate(self.counts[:FAST], 1):
            for symbol in self.symbols[at : at + count]:
                first = code << (FAST - length)
                fast[first : first + (1 << (FAST - length))] = length << 8 | symbol
                code += 1
            at += count
            code <<= 1
        return fast

    @cached_property
    def slow(self) -> Ints:
        """For every length (rows 0 to 16): the greatest code, and what to add to a code for its symbol's index."""
        rows = np.full((17, 2), -1, np.int64)
        code, at = 0, 0
        for length, count in enumerate(self.counts, 1):
            if count:
                rows[length] = code + count - 1, at - code
            code, at = (code + count) << 1, at + count
        return rows

    @property
    def padded(self) -> Ints:
        """The symbols in the order of their codes, 256 of them."""
        return np.frombuffer(self.symbols.ljust(256, b"\0"), np.uint8).astype(np.int64)


NO_TABLE = HuffmanTable(bytes(16), b"")


def parse_tables(body: bytes) -> dict[int, HuffmanTable]:
    """Read the body of a DHT segment: tables by class * 16 + number (T.81, B.2.4.2). Raises UnusualJpegError."""
    tables = {}
    at = 0
    while at < len(body):
        slot, counts = body[at], body[at + 1 : at + 17]
        if len(counts) < 16 or slot & 0x0F > 3 or slot >> 4 > 1:
            raise UnusualJpegError("a damaged table")
        at += 17
        symbols = body[at : at + sum(counts)]
        tables[slot] = HuffmanTable(counts, symbols)
        at += len(symbols)
    return tables


def format_table(slot: int, table: HuffmanTable) -> bytes:
    """Return a DHT segment with this table."""
    body = bytes([slot]) + table.counts + table.symbols
    return b"\xff\xc4" + (len(body) + 2).to_bytes(2, "big") + body


def shortest_table(counts: Ints) -> HuffmanTable:
    """Return the table with the fewest bits for symbols 0 to 255 that occur so often (T.81, K.2).

    One more symbol is counted in, so that no code is all ones. Codes longer than 16 bits are shortened by K.3.
    """
    groups = [(int(count), -symbol, [symbol]) for symbol, count in enumerate(counts) if count]
    groups.append((1, -256, [256]))
    lengths = {symbols[0]: 0 for _, _, symbols in groups}
    heapq.heapify(groups)
    while len(groups) > 1:  # the two rarest are joined
        weight, order, symbols = heapq.heappop(groups)
        other, _, more = heapq.heappop(groups)
        heapq.heappush(groups, (weight + other, order, symbols + more))
        for symbol in symbols + more:
            lengths[symbol] += 1
    of_length = np.bincount(list(lengths.values()), minlength=33)
    for length in range(len(of_length) - 1, 16, -1):
        while of_length[length]:
            shorter = length - 2
            while not of_length[shorter]:
                shorter -= 1
            of_length[length] -= 2
            of_length[length - 1] += 1
            of_length[shorter + 1] += 2
            of_length[shorter] -= 1
    longest = int(np.flatnonzero(of_length[:17]).max())
    of_length[longest] -= 1  # the symbol that was counted in
    ordered = sorted((symbol for symbol in lengths if symbol < 256), key=lambda symbol: (lengths[symbol], symbol))
    return HuffmanTable(bytes(of_length[1:17].tolist()), bytes(ordered))
