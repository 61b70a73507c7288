"""The colours that a file declares otherwise than by a profile, as the profile that says the same.

PNG files have chunks for it (PNG, third edition, section 4.3: cICP before iCCP before sRGB before gAMA and cHRM), HEIF
and AVIF the same numbers as cICP, and cameras that write Adobe RGB without a profile note it in EXIF (DCF 2.0).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from inpaint_studio.engine.photo import icc as profiles

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

_D65 = (0.3127, 0.3290)
_CORNERS_709: Corners = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
# White, red, green and blue by their number, ITU-T H.273 (07/2024), table 2.
_PRIMARIES: dict[int, tuple[tuple[float, float], Corners]] = {
    1: (_D65, _CORNERS_709),
    4: ((0.310, 0.316), ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08))),
    5: (_D65, ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06))),
    6: (_D65, ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))),
    7: (_D65, ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))),
    9: (_D65, ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))),
    11: ((0.314, 0.351), ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))),
    12: (_D65, ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))),
}
_WHITE_NITS = 203.0  # cd/m2 of white on paper in pictures of high range, ITU-R BT.2408; brighter light becomes white
_ADOBE = (_D65, ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))), 563 / 256  # Adobe RGB (1998), section 4.3
_INTEROP, _ADOBE_NAME = 0xA005, "R03"
_SRGB_GAMMA = 0.45455


def declared_profile(image: Image.Image, source: Path | bytes) -> bytes:
    """Return a profile of the colours that an open file declares without an embedded one; b"" for sRGB.

    `source` is the file, or its bytes. Where a PNG has cICP, that counts more than its embedded profile.
    """
    with suppress(Exception):  # hostile files may hold anything; then they are sRGB
        if image.format == "PNG":
            return _of_png(image.info, source)
        if image.format in ("JPEG", "MPO", "TIFF") and not image.info.get("icc_profile"):
            return _adobe() if image.getexif().get_ifd(_INTEROP).get(1) == _ADOBE_NAME else b""
    return b""


def _of_png(info: dict[Any, Any], source: Path | bytes) -> bytes:
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        coded = _read_cicp(file)
    if coded is not None and (made := cicp_profile(*coded)) is not None:
        return made
    if info.get("icc_profile") or "srgb" in info or "gamma" not in info:
        return b""
    gamma, corners = float(info["gamma"]), tuple(float(each) for each in info.get("chromaticity", ()))
    primaries = _PRIMARIES[1]
    if len(corners) == 8:
        x = list(zip(corners[::2], corners[1::2], strict=True))
        primaries = x[0], (x[1], x[2], x[3])
    like_srgb = all(abs(a - b) < 0.002 for a, b in zip(_flat(primaries), _flat(_PRIMARIES[1]), strict=True))
    if abs(gamma - _SRGB_GAMMA) < 0.001 and like_srgb:
        return b""  # what programs write beside or in place of the chunk sRGB
    if not 0.1 <= gamma <= 4:
        return b""
    return _write(primaries, lambda value: value ** (1 / gamma), f"Gamma {gamma:.5g}")


def _flat(primaries: tuple[tuple[float, float], Corners]) -> tuple[float, ...]:
    white, corners = primaries
    return (*white, *(each for corner in corners for each in corner))


@lru_cache(maxsize=16)
def cicp_profile(primaries: int, transfer: int, full_range: bool = True) -> bytes | None:
    """Return a profile of colours by their numbers in ITU-T H.273; b"" for sRGB, None where they are not known here."""
    curve = _transfer(transfer)
    if primaries not in _PRIMARIES or curve is None or not full_range:
        return None
    if primaries == 1 and transfer == 13:
        return b""
    return _write(
        _PRIMARIES[primaries],
        curve,
        f"Colours {primaries}, curve {transfer}",
    )


def _adobe() -> bytes:
    primaries, gamma = _ADOBE
    return _write(primaries, lambda value: value**gamma, "Compatible with Adobe RGB (1998)")


def _write(primaries: tuple[tuple[float, float], Corners], curve: Callable[[Any], Any], name: str) -> bytes:
    light = curve(np.linspace(0.0, 1.0, profiles.SAMPLES + 1))
    return profiles.write_profile(profiles.primaries_to_xyz(*primaries), np.clip(light, 0.0, 1.0), name)


def _transfer(number: int) -> Callable[[Any], Any] | None:
    """Return the curve from values in [0, 1] to light, by its number in ITU-T H.273, table 3."""
    curves: dict[int, Callable[[Any], Any]] = {
        4: lambda value: value**2.2,
        5: lambda value: value**2.8,
        8: lambda value: value,
        13: lambda value: np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4),
        16: _pq,
        18: _hlg,
    }
    # BT.709 and its relatives are shown by the curve of BT.1886 with a black of 0.
    curves |= dict.fromkeys((1, 6, 14, 15), lambda value: value**2.4)
    return curves.get(number)


def _pq(value: Any) -> Any:
    """Perceptual quantiser, SMPTE ST 2084, as shares of the white on paper."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = value ** (1 / m2)
    return 10000 / _WHITE_NITS * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def _hlg(value: Any) -> Any:
    """Hybrid log-gamma, ITU-R BT.2100 table 5, for a screen of 1000 cd/m2 and as shares of the white on paper."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    return 1000 / _WHITE_NITS * scene**1.2


def _read_cicp(file: IO[bytes]) -> tuple[int, int, bool] | None:
    """Return primaries, transfer and whether the range is full, from a PNG file's chunk cICP before its pixels."""
    file.seek(8)
    for _ in range(1000):
        head = file.read(8)
        if len(head) < 8:
            return None
        size, name = struct.unpack(">I4s", head)
        if name == b"cICP" and size == 4:
            primaries, transfer, matrix, full = file.read(4)
            return (primaries, transfer, bool(full)) if matrix == 0 else None
        if name in (b"IDAT", b"IEND"):
            return None
        file.seek(size + 4, 1)
    return None
