"""ICC profiles of the matrix kind and of greys: read as primaries with curves, and written.

The layout is that of ICC.1:2022 (header: section 7.2, tags: section 9, curve types: sections 10.6 and 10.18). Profiles
come from outside: everything that does not fit raises BadProfile.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

MAX_BYTES = 16 << 20  # of a profile; those of printers with large tables have about 4 MB
SAMPLES = 4096  # steps of a curve between 0 and 1
D50 = (0.9642, 1.0, 0.8249)  # the white of profiles, section 7.2.16
# Linearised Bradford matrix for another white, annex E.3.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_TABLES = (b"A2B0", b"A2B1", b"D2B0")  # tags of profiles whose colours are no product of a matrix with curves
_XYZ = (b"rXYZ", b"gXYZ", b"bXYZ")
_TRC = (b"rTRC", b"gTRC", b"bTRC")


class BadProfile(ValueError):
    """The profile is damaged, or of a kind that is not read here."""


class MatrixProfile(NamedTuple):
    """Colours that are light, by a curve for each channel, times a matrix."""

    to_xyz: Doubles  # 3 x 3: linear RGB -> XYZ for the white D50
    curves: Doubles  # 3 x (SAMPLES + 1): the light of the values 0, 1 / SAMPLES, ..., 1; rising


def colour_space(icc: bytes) -> str:
    """Return the signature of the profile's colours, such as "RGB" or "GRAY"; "" for what is no profile."""
    if not 132 <= len(icc) <= MAX_BYTES or icc[36:40] != b"acsp":
        return ""
    return icc[16:20].decode("latin-1").strip()


def read_profile(icc: bytes) -> MatrixProfile | None:
    """Read a profile of RGB or grey values; None where its colours are given by tables, which are not read here.

    Raises BadProfile.
    """
    space = colour_space(icc)
    if space not in ("RGB", "GRAY"):
        raise BadProfile("no profile of RGB or grey values")
    tags = _list_tags(icc)
    try:
        if space == "GRAY":
            return MatrixProfile(SRGB_TO_XYZ.copy(), np.tile(_read_curve(tags[b"kTRC"]), (3, 1)))
        if any(name in tags for name in _TABLES):
            return None
        columns = [struct.unpack(">3i", tags[name][8:20]) for name in _XYZ]
        curves = np.stack([_read_curve(tags[name]) for name in _TRC])
    except (KeyError, struct.error) as error:
        raise BadProfile("a tag is missing or cut off") from error
    matrix = np.array(columns, np.float64).T / 65536
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-4 or np.abs(matrix).max() > 4:
        raise BadProfile("its primaries make no colours")
    return MatrixProfile(matrix, curves)


def _list_tags(icc: bytes) -> dict[bytes, bytes]:
    """Return the content of each tag by its signature; what reaches past the end is cut off."""
    (count,) = struct.unpack_from(">I", icc, 128)
    if count > 1000:
        raise BadProfile("too many tags")
    tags = {}
    for number in range(count):
        entry = icc[132 + 12 * number : 144 + 12 * number]
        if len(entry) < 12:
            raise BadProfile("the list of tags is cut off")
        name, start, size = struct.unpack(">4sII", entry)
        tags[name] = icc[start : start + size]
    return tags


def _read_curve(tag: bytes) -> Doubles:
    """Return the samples of a curve from its tag. Raises BadProfile, and struct.error where it is cut off."""
    at = np.linspace(0.0, 1.0, SAMPLES + 1)
    kind = tag[:4]
    if kind == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return at
        if count == 1:
            return _checked(at ** (struct.unpack_from(">H", tag, 12)[0] / 256))
        if len(tag) < 12 + 2 * count:
            raise BadProfile("a curve is cut off")
        values = np.frombuffer(tag, ">u2", count, 12) / 65535
        return _checked(np.interp(at, np.linspace(0.0, 1.0, count), values))
    if kind == b"para":
        return _checked(_parametric(tag, at))
    raise BadProfile("a curve of an unknown kind")


def _parametric(tag: bytes, at: Doubles) -> Doubles:
    """Sample a parametric curve, table 68 of section 10.18."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind > 4:
        raise BadProfile("a curve of an unknown kind")
    numbers = [each / 65536 for each in struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", tag, 12)]
    g, a, b, c, d, e, f = numbers + [0.0] * (7 - len(numbers))
    if kind == 0:
        return np.asarray(at**g)
    with np.errstate(all="ignore"):
        powered = np.power(np.maximum(a * at + b, 0.0), g)
        if kind in (1, 2):  # here c is what is added
            return np.asarray(np.where(at >= -b / a if a else False, powered, 0.0) + c)
        return np.asarray(np.where(at >= d, powered + e, c * at + f))


def _checked(curve: Doubles) -> Doubles:
    """Return a curve that rises from 0..1 to 0..1, else raise BadProfile; small steps back are levelled."""
    if not np.isfinite(curve).all():
        raise BadProfile("a curve holds no numbers")
    curve = np.clip(curve, 0.0, 1.0)
    level = np.maximum.accumulate(curve)
    if level[-1] - level[0] < 0.25 or np.abs(level - curve).max() > 0.02:
        raise BadProfile("a curve does not rise")
    return level


def primaries_to_xyz(white: tuple[float, float], corners: Sequence[tuple[float, float]]) -> Doubles:
    """Return the 3 x 3 matrix from linear RGB to XYZ (white D50) of chromaticities x, y of white, red, green and blue.

    Raises BadProfile where they make no colours.
    """
    try:
        corner = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in corners]).T
        light = np.array([white[0] / white[1], 1.0, (1 - white[0] - white[1]) / white[1]])
        matrix = corner * np.linalg.solve(corner, light)
        cone, there = _BRADFORD @ light, _BRADFORD @ np.array(D50)
        adapted = np.linalg.inv(_BRADFORD) @ np.diag(there / cone) @ _BRADFORD @ matrix
    except (ZeroDivisionError, np.linalg.LinAlgError) as error:
        raise BadProfile("the primaries make no colours") from error
    if not np.isfinite(adapted).all() or abs(np.linalg.det(adapted)) < 1e-4 or np.abs(adapted).max() > 4:
        raise BadProfile("the primaries make no colours")
    return np.asarray(adapted)


def write_profile(to_xyz: Doubles, curve: Doubles, name: str) -> bytes:
    """Write a profile (version 4) of RGB colours with one curve for all channels, sampled evenly from 0 to 1."""
    text = name.encode("utf-16-be")
    described = b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text
    values = np.clip(np.rint(curve * 65535), 0, 65535).astype(">u2").tobytes()
    shared = b"curv" + struct.pack(">II", 0, len(curve)) + values
    parts: list[tuple[bytes, bytes]] = [(b"desc", described), (b"cprt", described), (b"wtpt", _xyz(D50))]
    parts += [(tag, _xyz(to_xyz[:, column])) for column, tag in enumerate(_XYZ)]
    start, table, body = 132 + 12 * (len(parts) + 3), b"", b""
    for tag, content in parts:
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    table += b"".join(struct.pack(">4sII", tag, start + len(body), len(shared)) for tag in _TRC)
    body += shared + bytes(-len(shared) % 4)
    head = struct.pack(">I4sI4s4s4s12x4s4x", start + len(body), b"", 0x04400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    head += bytes(24) + struct.pack(">3i", *(round(65536 * each) for each in D50)) + bytes(48)
    return head + struct.pack(">I", len(parts) + 3) + table + body


def _xyz(values: Any) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * float(each)) for each in values))


# The primaries and the white of sRGB, IEC 61966-2-1.
SRGB_TO_XYZ = primaries_to_xyz((0.3127, 0.3290), ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)))
