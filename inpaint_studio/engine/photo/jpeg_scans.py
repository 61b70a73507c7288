"""Decode the codes of a JPEG's scans to coefficients. Kernels: compiled by numba.

Coefficients are one array of int16, 64 for every block in zigzag order. A row of `layout` is a component of the scan:
its first block, blocks in a row, blocks across and down in an MCU. Functions return 0, or another number where the
codes are damaged. T.81 is the standard, ITU-T T.81 (1992); annex F is the sequential, annex G the progressive kind.
"""

from __future__ import annotations

from typing import Any

from inpaint_studio.jit import kernel

Array = Any

SLACK = 512  # bytes beyond the codes: a block reads at most 64 codes of 16 bits with 16 bits each
_DAMAGED = 1


@kernel
def unstuff(data: Array, start: int, end: int, clean: Array, starts: Array, ends: Array) -> int:
    """Copy codes without the zero bytes after 0xFF (T.81, F.1.2.3); returns the number of parts between restarts.

    `starts`, `ends`: bits where each part begins and ends in `clean`. Returns 0 where there are more than fit in.
    """
    part, size, at = 0, 0, start
    starts[0] = 0
    while at < end:
        byte = data[at]
        at += 1
        if byte != 0xFF:
            clean[size] = byte
            size += 1
            continue
        following = data[at] if at < end else 0xFF
        if following == 0:
            clean[size] = 0xFF
            size += 1
            at += 1
        elif following != 0xFF:  # a restart
            ends[part] = size * 8
            part += 1
            if part >= len(starts):
                return 0
            starts[part] = size * 8
            at += 1
    ends[part] = size * 8
    return part + 1


@kernel
def _peek(data: Array, place: int) -> Any:
    """Return the 16 bits from bit `place` on."""
    at = place >> 3
    word = data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]
    return (word >> (16 - (place & 7))) & 0xFFFF


@kernel
def _look_up(bits: int, fast: Array, slow: Array, symbols: Array, table: int) -> Any:
    """Return length * 256 + symbol of the code that `bits` begin with, 0 if there is none."""
    found = fast[table, bits >> 7]
    if found:
        return found
    for length in range(10, 17):
        code = bits >> (16 - length)
        if code <= slow[table, length, 0]:
            return length << 8 | symbols[table, (code + slow[table, length, 1]) & 255]
    return 0


@kernel
def _extend(bits: int, size: int) -> int:
    """Return the value that the first `size` of 16 bits stand for (T.81, F.2.2.1)."""
    value = bits >> (16 - size)
    return value if value >= 1 << (size - 1) else value - (1 << size) + 1


@kernel
def decode_sequential(
    data: Array,
    starts: Array,
    ends: Array,
    parts: int,
    interval: int,
    layout: Array,
    across: int,
    down: int,
    fast: Array,
    slow: Array,
    symbols: Array,
    coefficients: Array,
    predictions: Array,
) -> int:
    """Decode a sequential scan of `down` x `across` MCUs; tables 0 to 3 are DC, 4 to 7 AC of the scan's components."""
    part, left = 0, interval
    place, limit = starts[0], ends[0]
    for mcu in range(across * down):
        if interval and left == 0:
            part += 1
            if part >= parts:
                return _DAMAGED
            place, limit, left = starts[part], ends[part], interval
            predictions[:] = 0
        left -= 1
        row, column = mcu // across, mcu % across
        for index in range(len(layout)):
            first, stride, h, v = layout[index]
            for block in range(h * v):
                at = (first + (row * v + block // h) * stride + column * h + block % h) * 64
                found = _look_up(_peek(data, place), fast, slow, symbols, index)
                size = found & 255
                place += found >> 8
                if found == 0 or size > 15:
                    return _DAMAGED
                if size:
                    predictions[index] += _extend(_peek(data, place), size)
                    place += size
                coefficients[at] = predictions[index]
                k = 1
                while k < 64:
                    found = _look_up(_peek(data, place), fast, slow, symbols, 4 + index)
                    place += found >> 8
                    size = found & 15
                    if found == 0:
                        return _DAMAGED
                    if size == 0:
                        if found & 0xF0 != 0xF0:
                            break
                        k += 16
                        continue
                    k += found >> 4 & 15
                    if k > 63:
                        return _DAMAGED
                    coefficients[at + k] = _extend(_peek(data, place), size)
                    place += size
                    k += 1
                if place > limit:
                    return _DAMAGED
    return 0


@kernel
def decode_dc(
    data: Array,
    starts: Array,
    ends: Array,
    parts: int,
    interval: int,
    layout: Array,
    across: int,
    down: int,
    fast: Array,
    slow: Array,
    symbols: Array,
    coefficients: Array,
    predictions: Array,
    high: int,
    low: int,
) -> int:
    """Decode a progressive scan of DC coefficients: their upper bits, or one more bit (T.81, G.1.2.1)."""
    part, left = 0, interval
    place, limit = starts[0], ends[0]
    for mcu in range(across * down):
        if interval and left == 0:
            part += 1
            if part >= parts:
                return _DAMAGED
            place, limit, left = starts[part], ends[part], interval
            predictions[:] = 0
        left -= 1
        row, column = mcu // across, mcu % across
        for index in range(len(layout)):
            first, stride, h, v = layout[index]
            for block in range(h * v):
                at = (first + (row * v + block // h) * stride + column * h + block % h) * 64
                if high:
                    if _peek(data, place) >> 15:
                        coefficients[at] |= 1 << low
                    place += 1
                else:
                    found = _look_up(_peek(data, place), fast, slow, symbols, index)
                    size = found & 255
                    place += found >> 8
                    if found == 0 or size > 15:
                        return _DAMAGED
                    if size:
                        predictions[index] += _extend(_peek(data, place), size)
                        place += size
                    coefficients[at] = predictions[index] << low
                if place > limit:
                    return _DAMAGED
    return 0


@kernel
def decode_ac_first(
    data: Array,
    starts: Array,
    ends: Array,
    parts: int,
    interval: int,
    layout: Array,
    across: int,
    down: int,
    fast: Array,
    slow: Array,
    symbols: Array,
    coefficients: Array,
    first: int,
    last: int,
    low: int,
) -> int:
    """Decode the upper bits of AC coefficients `first` to `last` of one component (T.81, G.1.2.2)."""
    part, left, run = 0, interval, 0
    place, limit = starts[0], ends[0]
    for block in range(across * down):
        if interval and left == 0:
            part += 1
            if part >= parts:
                return _DAMAGED
            place, limit, left, run = starts[part], ends[part], interval, 0
        left -= 1
        if run:
            run -= 1
            continue
        at = (layout[0, 0] + block // across * layout[0, 1] + block % across) * 64
        k = first
        while k <= last:
            found = _look_up(_peek(data, place), fast, slow, symbols, 4)
            place += found >> 8
            size, zeros = found & 15, found >> 4 & 15
            if found == 0:
                return _DAMAGED
            if size:
                k += zeros
                if k > 63:
                    return _DAMAGED
                coefficients[at + k] = _extend(_peek(data, place), size) << low
                place += size
                k += 1
            elif zeros == 15:
                k += 16
            else:
                run = (1 << zeros) - 1
                if zeros:
                    run += _peek(data, place) >> (16 - zeros)
                    place += zeros
                break
        if place > limit:
            return _DAMAGED
    return 0


@kernel
def decode_ac_more(
    data: Array,
    starts: Array,
    ends: Array,
    parts: int,
    interval: int,
    layout: Array,
    across: int,
    down: int,
    fast: Array,
    slow: Array,
    symbols: Array,
    coefficients: Array,
    first: int,
    last: int,
    low: int,
) -> int:
    """Decode one more bit of AC coefficients `first` to `last` of one component (T.81, G.1.2.3)."""
    part, left, run = 0, interval, 0
    place, limit = starts[0], ends[0]
    bit = 1 << low
    for block in range(across * down):
        if interval and left == 0:
            part += 1
            if part >= parts:
                return _DAMAGED
            place, limit, left, run = starts[part], ends[part], interval, 0
        left -= 1
        at = (layout[0, 0] + block // across * layout[0, 1] + block % across) * 64
        k = first
        if run == 0:
            while k <= last:
                found = _look_up(_peek(data, place), fast, slow, symbols, 4)
                place += found >> 8
                size, zeros, value = found & 15, found >> 4 & 15, 0
                if found == 0 or size > 1:
                    return _DAMAGED
                if size:
                    value = bit if _peek(data, place) >> 15 else -bit
                    place += 1
                elif zeros < 15:
                    run = 1 << zeros
                    if zeros:
                        run += _peek(data, place) >> (16 - zeros)
                        place += zeros
                    break
                while k <= last:  # passes `zeros` coefficients that are 0, and corrects all others on its way
                    there = coefficients[at + k]
                    if there:
                        if _peek(data, place) >> 15 and there & bit == 0:
                            coefficients[at + k] = there + bit if there > 0 else there - bit
                        place += 1
                    elif zeros == 0:
                        break
                    else:
                        zeros -= 1
                    k += 1
                if value:
                    if k > last:
                        return _DAMAGED
                    coefficients[at + k] = value
                k += 1
        if run:
            while k <= last:
                there = coefficients[at + k]
                if there:
                    if _peek(data, place) >> 15 and there & bit == 0:
                        coefficients[at + k] = there + bit if there > 0 else there - bit
                    place += 1
                k += 1
            run -= 1
        if place > limit:
            return _DAMAGED
    return 0
