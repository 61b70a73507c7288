"""Turn the coefficients of a JPEG's scans into tokens, and tokens into codes. Kernels: compiled by numba.

A token is a symbol with its table and the bits that follow it: table << 29 | symbol << 21 | count of bits << 16 | bits.
Table 0 to 3 is DC, 4 to 7 AC. Where a scan has no symbols, those of table 0 have no code: only their bits are written.
Tokens are counted before they are written, to see whether a table has a code for every symbol. For coefficients and
`layout` see `jpeg_scans`. T.81 is the standard, ITU-T T.81 (1992).
"""

from __future__ import annotations

from typing import Any

from inpaint_studio.jit import kernel

Array = Any

_LONGEST_RUN = 0x7FFF  # blocks without another coefficient (T.81, G.1.2.2)
MOST_BITS = 2000  # correction bits that wait for the end of a run; libjpeg ends a run when 937 of its 1000 wait


@kernel
def _size(value: int) -> int:
    """Return the number of bits of a value that is not negative."""
    size = 0
    while value:
        value >>= 1
        size += 1
    return size


@kernel
def _token(table: int, symbol: int, size: int, bits: int) -> int:
    return table << 29 | symbol << 21 | size << 16 | bits


@kernel
def _valued(table: int, zeros: int, value: int) -> int:
    """Return the token of a value after so many zeros (T.81, F.1.2.1 and F.1.2.2)."""
    size = _size(abs(value))
    bits = value if value >= 0 else value + (1 << size) - 1
    return _token(table, zeros << 4 | size, size, bits)


@kernel
def list_sequential(
    coefficients: Array,
    layout: Array,
    slots: Array,
    across: int,
    down: int,
    interval: int,
    tokens: Array,
    starts: Array,
    predictions: Array,
) -> int:
    """Write the tokens of a sequential scan, and where those of each part between restarts begin; returns how many."""
    count, part, left = 0, 0, interval
    for mcu in range(across * down):
        if interval and left == 0:
            part += 1
            starts[part], left = count, interval
            predictions[:] = 0
        left -= 1
        row, column = mcu // across, mcu % across
        for index in range(len(layout)):
            first, stride, h, v = layout[index]
            dc, ac = slots[index]
            for block in range(h * v):
                at = (first + (row * v + block // h) * stride + column * h + block % h) * 64
                tokens[count] = _valued(dc, 0, coefficients[at] - predictions[index])
                predictions[index] = coefficients[at]
                count += 1
                zeros = 0
                for k in range(1, 64):
                    value = coefficients[at + k]
                    if value == 0:
                        zeros += 1
                        continue
                    while zeros > 15:
                        tokens[count] = _token(4 + ac, 0xF0, 0, 0)
                        count += 1
                        zeros -= 16
                    tokens[count] = _valued(4 + ac, zeros, value)
                    count += 1
                    zeros = 0
                if zeros:
                    tokens[count] = _token(4 + ac, 0, 0, 0)
                    count += 1
    return count


@kernel
def list_dc(
    coefficients: Array,
    layout: Array,
    slots: Array,
    across: int,
    down: int,
    interval: int,
    tokens: Array,
    starts: Array,
    predictions: Array,
    high: int,
    low: int,
) -> int:
    """Write the tokens of a progressive scan of DC coefficients, as `list_sequential` does."""
    count, part, left = 0, 0, interval
    for mcu in range(across * down):
        if interval and left == 0:
            part += 1
            starts[part], left = count, interval
            predictions[:] = 0
        left -= 1
        row, column = mcu // across, mcu % across
        for index in range(len(layout)):
            first, stride, h, v = layout[index]
            for block in range(h * v):
                at = (first + (row * v + block // h) * stride + column * h + block % h) * 64
                value = coefficients[at] >> low
                if high:
                    tokens[count] = _token(0, 0, 1, value & 1)
                else:
                    tokens[count] = _valued(slots[index, 0], 0, value - predictions[index])
                    predictions[index] = value
                count += 1
    return count


@kernel
def _end_run(run: int, ac: int, waiting: Array, waits: int, tokens: Array, count: int) -> int:
    """Write the token of a run of blocks that end, if there are any, and the bits that wait; returns the count."""
    if run:
        size = _size(run) - 1
        tokens[count] = _token(4 + ac, size << 4, size, run - (1 << size))
        count += 1
    return _write_bits(waiting, 0, waits, tokens, count)


@kernel
def _write_bits(bits: Array, start: int, end: int, tokens: Array, count: int) -> int:
    """Write single bits, 16 in a token; returns the count."""
    at = start
    while at < end:
        size, value = min(16, end - at), 0
        for each in range(at, at + size):
            value = value << 1 | bits[each]
        tokens[count] = _token(0, 0, size, value)
        count += 1
        at += size
    return count


@kernel
def list_ac_first(
    coefficients: Array,
    layout: Array,
    ac: int,
    across: int,
    down: int,
    interval: int,
    tokens: Array,
    starts: Array,
    waiting: Array,
    first: int,
    last: int,
    low: int,
) -> int:
    """Write the tokens of the upper bits of AC coefficients `first` to `last`, as `list_sequential` does."""
    count, part, left, run = 0, 0, interval, 0
    for block in range(across * down):
        if interval and left == 0:
            count = _end_run(run, ac, waiting, 0, tokens, count)
            part += 1
            starts[part], left, run = count, interval, 0
        left -= 1
        at = (layout[0, 0] + block // across * layout[0, 1] + block % across) * 64
        zeros = 0
        for k in range(first, last + 1):
            there = coefficients[at + k]
            size = abs(there) >> low
            if size == 0:
                zeros += 1
                continue
            count = _end_run(run, ac, waiting, 0, tokens, count)
            run = 0
            while zeros > 15:
                tokens[count] = _token(4 + ac, 0xF0, 0, 0)
                count += 1
                zeros -= 16
            tokens[count] = _valued(4 + ac, zeros, size if there > 0 else -size)
            count += 1
            zeros = 0
        if zeros:
            run += 1
            if run == _LONGEST_RUN:
                count = _end_run(run, ac, waiting, 0, tokens, count)
                run = 0
    return _end_run(run, ac, waiting, 0, tokens, count)


@kernel
def list_ac_more(
    coefficients: Array,
    layout: Array,
    ac: int,
    across: int,
    down: int,
    interval: int,
    tokens: Array,
    starts: Array,
    waiting: Array,
    first: int,
    last: int,
    low: int,
) -> int:
    """Write the tokens of one more bit of AC coefficients `first` to `last`, as `list_sequential` does.

    `waiting` takes MOST_BITS: the corrections of a run's blocks, which follow its token (T.81, G.1.2.3).
    """
    count, part, left, run, waits = 0, 0, interval, 0, 0
    for block in range(across * down):
        if interval and left == 0:
            count = _end_run(run, ac, waiting, waits, tokens, count)
            part += 1
            starts[part], left, run, waits = count, interval, 0, 0
        left -= 1
        at = (layout[0, 0] + block // across * layout[0, 1] + block % across) * 64
        newest = -1  # the last coefficient that begins with this bit
        for k in range(first, last + 1):
            if abs(coefficients[at + k]) >> low == 1:
                newest = k
        zeros, begin = 0, waits  # the corrections since the last symbol are waiting[begin:waits]
        for k in range(first, last + 1):
            there = coefficients[at + k]
            size = abs(there) >> low
            if size == 0:
                zeros += 1
                continue
            while zeros > 15 and k <= newest:
                count = _end_run(run, ac, waiting, begin, tokens, count)
                tokens[count] = _token(4 + ac, 0xF0, 0, 0)
                count = _write_bits(waiting, begin, waits, tokens, count + 1)
                run, begin, waits, zeros = 0, 0, 0, zeros - 16
            if size > 1:
                waiting[waits] = size & 1
                waits += 1
                continue
            count = _end_run(run, ac, waiting, begin, tokens, count)
            tokens[count] = _token(4 + ac, zeros << 4 | 1, 1, 1 if there > 0 else 0)
            count = _write_bits(waiting, begin, waits, tokens, count + 1)
            run, begin, waits, zeros = 0, 0, 0, 0
        if zeros or waits > begin:
            run += 1
            if run == _LONGEST_RUN or waits > MOST_BITS - 64:
                count = _end_run(run, ac, waiting, waits, tokens, count)
                run, waits = 0, 0
    return _end_run(run, ac, waiting, waits, tokens, count)


@kernel
def write_codes(tokens: Array, count: int, starts: Array, parts: int, codes: Array, lengths: Array, out: Array) -> int:
    """Write the codes of tokens by tables 0 to 7, with restarts between the parts; returns the number of bytes."""
    size, word, bits, part = 0, 0, 0, 1
    for index in range(count + 1):
        last = index == count
        while last or (part < parts and starts[part] == index):
            if bits:  # ends with ones (T.81, F.1.2.3)
                byte = (word << (8 - bits) | ((1 << (8 - bits)) - 1)) & 0xFF
                out[size] = byte
                size += 1
                if byte == 0xFF:
                    out[size] = 0
                    size += 1
                word, bits = 0, 0
            if last:
                return size
            out[size], out[size + 1] = 0xFF, 0xD0 + (part - 1) % 8
            size += 2
            part += 1
        token = tokens[index]
        table, symbol, more = token >> 29 & 7, token >> 21 & 255, token >> 16 & 31
        word = (word << lengths[table, symbol] | codes[table, symbol]) << more | (token & 0xFFFF)
        bits += lengths[table, symbol] + more
        while bits >= 8:
            bits -= 8
            byte = word >> bits & 0xFF
            out[size] = byte
            size += 1
            if byte == 0xFF:
                out[size] = 0
                size += 1
        word &= (1 << bits) - 1
    return size
