"""Fixed sequences of pseudo-random numbers: they depend on their seeds alone, not on Python, NumPy or the processor."""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.jit import inline

# Constants of xxHash64 (Yann Collet, https://xxhash.com), and of the length's share in a tuple of numbers.
_PRIME_1, _PRIME_2, _PRIME_5 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x27D4EB2F165667C5
_LENGTH = _PRIME_5 ^ 3527539
_64_BITS = 2**64 - 1


def mix(*numbers: int) -> int:
    """Mix whole numbers into one of 32 bits, as xxHash64 mixes its lanes, with the count of the numbers added.

    CPython 3.8-3.14 mixes the hash of a tuple like this on 64-bit systems, but does not promise it.
    """
    state = _PRIME_5
    for number in numbers:
        state = (state + number * _PRIME_2) & _64_BITS
        state = (state << 31 | state >> 33) & _64_BITS
        state = state * _PRIME_1 & _64_BITS
    return (state + (len(numbers) ^ _LENGTH)) & (2**32 - 1)


@inline
def first_state(salt: np.uint32, number: int) -> np.uint32:
    """Return the first state of the sequence `number` of those that `salt` gives (finaliser of MurmurHash3); not 0."""
    state = np.uint32(salt ^ np.uint32(np.uint32(number) * np.uint32(0x9E3779B1)))
    state = np.uint32((state ^ np.uint32(state >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    state = np.uint32((state ^ np.uint32(state >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(np.uint32(state ^ np.uint32(state >> np.uint32(16))) | np.uint32(1))


@inline
def next_state(state: np.uint32) -> np.uint32:
    """Return the next state of an xorshift sequence (Marsaglia 2003); not 0 where `state` is not."""
    state ^= np.uint32(state << np.uint32(13))
    state ^= np.uint32(state >> np.uint32(17))
    state ^= np.uint32(state << np.uint32(5))
    return np.uint32(state)


@inline
def below(state: np.uint32, limit: int) -> Any:
    """Map a state to 0..limit-1 without a division."""
    return np.int64((np.uint64(state) * np.uint64(limit)) >> np.uint64(32))
