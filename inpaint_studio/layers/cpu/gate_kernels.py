"""Kernels of the gate elu(feature) * sigmoid(gate), forward and backward, in one pass over the values.

Values are float32, or bfloat16 as uint16: the upper half of a float32. They are computed in float32 either way.

exp(x) is 2^k exp(r) with k = round(x / ln 2) and r in [-ln 2 / 2, ln 2 / 2]; exp(r) - 1 - r is r^2 times the polynomial
of the Cephes library (S. Moshier, expf.c). exp(x) - 1 is added up as 2^k (exp(r) - 1) + (2^k - 1), so it is good
near 0 as well. All of it is plain arithmetic, which the compiler turns into vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from inpaint_studio.jit import inline, intrinsic, ir, kernel, types

TILE = np.uint64(1024)  # features processed together: with their gates they stay in the innermost cache

_F32, _I32, _I16 = ir.FloatType(), ir.IntType(32), ir.IntType(16)

_LEAST, _MOST = np.float32(-87), np.float32(88)  # beyond, exp is not a normal float32
_PER_LN2 = np.float32(1.44269504088896341)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_ROUND = np.float32(1.5 * 2**23)  # added, it leaves the nearest whole number in the lowest bits
_P0, _P1, _P2, _P3, _P4, _P5 = (
    np.float32(p)
    for p in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
)
_ZERO, _ONE = np.float32(0), np.float32(1)
_0, _1 = np.uint64(0), np.uint64(1)


@intrinsic
def widen(_context: Any, value: Any) -> Any:
    """Return a stored value as float32."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        if value == types.float32:
            return arguments[0]
        return builder.bitcast(builder.shl(builder.zext(arguments[0], _I32), _I32(16)), _F32)

    return types.float32(value), emit


@intrinsic
def narrow(_context: Any, stored: Any, value: Any) -> Any:
    """Return the float32 `value` as it is stored among values like `stored`; halves are rounded to even."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        if stored == types.float32:
            return arguments[1]
        bits = builder.bitcast(arguments[1], _I32)
        odd = builder.and_(builder.lshr(bits, _I32(16)), _I32(1))
        rounded = builder.add(bits, builder.add(odd, _I32(0x7FFF)))
        is_number = builder.fcmp_ordered("ord", arguments[1], arguments[1])
        bits = builder.select(is_number, rounded, _I32(0x7FC00000))
        return builder.trunc(builder.lshr(bits, _I32(16)), _I16)

    return stored(stored, value), emit


@intrinsic
def _power_of_two(_context: Any, rounded: Any) -> Any:
    """Return 2^k for the sum of `_ROUND` and k."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        exponent = builder.add(builder.bitcast(arguments[0], _I32), _I32(127))
        return builder.bitcast(builder.shl(exponent, _I32(23)), _F32)

    return types.float32(rounded), emit


@inline
def _split_exp(x: Any) -> Any:
    """Return 2^k and exp(r) - 1, of which exp(x) is made; what is not a number stays so."""
    x = _LEAST if x < _LEAST else x
    x = _MOST if x > _MOST else x
    rounded = x * _PER_LN2 + _ROUND
    k = rounded - _ROUND
    r = x - k * _LN2_HIGH - k * _LN2_LOW
    p = ((((_P0 * r + _P1) * r + _P2) * r + _P3) * r + _P4) * r + _P5
    return _power_of_two(rounded), p * r * r + r


@inline
def _copy(stored: Any, start: Any, values: Any, to: Any, count: Any) -> None:
    """Copy stored values to float32. Indices are unsigned, so none of them is tested for being negative."""
    for i in range(count):
        values[to + i] = widen(stored[start + i])


@inline
def _store(values: Any, start: Any, stored: Any, to: Any, count: Any) -> None:
    for i in range(count):
        stored[to + i] = narrow(stored[to + i], values[start + i])


@kernel
def gate_forward(both: Any, out: Any, width: Any, first: int, last: int, features: Any, gates: Any) -> None:
    """Write elu(features) * sigmoid(gates) to `out`, for the rows `first` to `last`.

    `both` has rows of `width` features and as many gates, `out` rows of `width` values, both one after the other.
    `features` and `gates` are room for TILE float32.
    """
    across, down = min(width, TILE), max(_1, TILE // width)
    for row in range(first, last, down):
        rows = min(down, last - row)
        for column in range(_0, width, across):
            columns = min(across, width - column)
            for i in range(rows):
                start = (row + i) * width
                _copy(both, start + start + column, features, i * columns, columns)
                _copy(both, start + start + width + column, gates, i * columns, columns)
            for i in range(rows * columns):
                feature = features[i]
                power, rest = _split_exp(_ZERO if feature > _ZERO else feature)
                elu = feature if feature > _ZERO else power * rest + (power - _ONE)
                power, rest = _split_exp(-gates[i])
                features[i] = elu / (power * rest + power + _ONE)
            for i in range(rows):
                _store(features, i * columns, out, (row + i) * width + column, columns)


@kernel
def gate_backward(
    both: Any, gradient: Any, back: Any, width: Any, first: Any, last: Any, features: Any, gates: Any, gradients: Any
) -> None:
    """Write the gradient at `both` to `back`, from that at the result; laid out as for `gate_forward`."""
    across, down = min(width, TILE), max(_1, TILE // width)
    for row in range(first, last, down):
        rows = min(down, last - row)
        for column in range(_0, width, across):
            columns = min(across, width - column)
            for i in range(rows):
                start = (row + i) * width
                _copy(both, start + start + column, features, i * columns, columns)
                _copy(both, start + start + width + column, gates, i * columns, columns)
                _copy(gradient, start + column, gradients, i * columns, columns)
            for i in range(rows * columns):
                feature = features[i]
                power, rest = _split_exp(_ZERO if feature > _ZERO else feature)
                elu = feature if feature > _ZERO else power * rest + (power - _ONE)
                rising = power * rest + power  # of elu: 1 above 0, exp(x) below
                power, rest = _split_exp(-gates[i])
                inverse = power * rest + power
                gate = _ONE / (inverse + _ONE)
                passed = gradients[i] * gate
                features[i] = passed * rising
                gates[i] = passed * elu * (inverse * gate)  # 1 - gate, without its rounding
            for i in range(rows):
                start = (row + i) * width
                _store(features, i * columns, back, start + start + column, columns)
                _store(gates, i * columns, back, start + start + width + column, columns)
