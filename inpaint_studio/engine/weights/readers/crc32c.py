"""The checksum CRC-32C (Castagnoli), as TensorFlow stores it, over megabytes at once.

A checksum is linear over single bits, so many lanes of the data are run through the table side by side, and neighbours
are joined by running the left one over as many zeros as the right one is long.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78  # of Castagnoli, bits reversed
_PIECE = 1 << 24  # bytes looked at together
_MASK = 0xA282EAD8  # TensorFlow turns a checksum by 15 bits and adds this, so that checksums of checksums differ

Words = NDArray[np.uint32]


def masked(body: bytes | NDArray[np.uint8]) -> int:
    """The checksum as it stands in a file."""
    value = checksum(body)
    return ((value >> 15 | value << 17) + _MASK) & 0xFFFFFFFF


def checksum(body: bytes | NDArray[np.uint8]) -> int:
    """CRC-32C of these bytes."""
    data = np.frombuffer(body, np.uint8) if isinstance(body, bytes) else body
    state = np.array([0xFFFFFFFF], np.uint32)
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        state = _over_zeros(state, len(piece)) ^ _from_nothing(piece)
    return int(state[0]) ^ 0xFFFFFFFF


def _from_nothing(data: NDArray[np.uint8]) -> Words:
    """The state after these bytes, from a state of zero; one number."""
    lanes = 1 << len(data).bit_length() * 5 // 8  # for few steps of many lanes, and few joins
    length = -(-len(data) // lanes)
    filled = np.zeros(lanes * length, np.uint8)  # zeros before everything leave a state of zero as it is
    filled[len(filled) - len(data) :] = data
    table = _table()
    state = np.zeros(lanes, np.uint32)
    for column in np.ascontiguousarray(filled.reshape(lanes, length).T):
        state = table[(state & 0xFF) ^ column] ^ state >> np.uint32(8)
    while len(state) > 1:
        state = _over_zeros(state[::2], length) ^ state[1::2]
        length *= 2
    return state


@cache
def _table() -> Words:
    """What each value of a byte adds."""
    value = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        value = np.where(value & 1, value >> 1 ^ np.uint32(_POLYNOMIAL), value >> 1)
    return value


@cache
def _shift(power: int) -> Words:
    """What each of the state's four bytes becomes after 2**power zero bytes: 4 x 256."""
    states = np.arange(256, dtype=np.uint32) << (8 * np.arange(4, dtype=np.uint32))[:, None]
    if power == 0:
        made: Words = _table()[states & 0xFF] ^ states >> 8
        return made
    half = _shift(power - 1)
    return _applied(half, _applied(half, states))


def _applied(shift: Words, state: Words) -> Words:
    made: Words = shift[0][state & 0xFF] ^ shift[1][state >> 8 & 0xFF]
    made ^= shift[2][state >> 16 & 0xFF] ^ shift[3][state >> 24]
    return made


def _over_zeros(state: Words, count: int) -> Words:
    """The states after so many zero bytes."""
    power = 0
    while count:
        if count & 1:
            state = _applied(_shift(power), state)
        count, power = count >> 1, power + 1
    return state
