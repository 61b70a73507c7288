"""Draws the program's icon in every size that a desktop asks for, from the SVGs in resources/icons/app.

Sizes with an SVG of their own (inpaint-studio-16.svg) were drawn on the grid of their pixels: scaled down, the ring and
the squares of the large one would be a blur.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "resources" / "icons" / "app"
NAME = "inpaint-studio"
LINUX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MACOS = (16, 32, 64, 128, 256, 512, 1024)


def source(side: int) -> Path:
    """Return the SVG that is drawn for an icon of `side` px."""
    own = SOURCES / f"{NAME}-{side}.svg"
    return own if own.is_file() else SOURCES / f"{NAME}.svg"


def png(side: int) -> bytes:
    """Draw the icon, `side` x `side` px, as a PNG file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    renderer = QSvgRenderer(str(source(side)))
    if not renderer.isValid():
        raise SystemExit(f"Qt cannot draw {source(side)}.")
    qpainter = QPainter(image)
    renderer.render(qpainter)
    qpainter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def write_hicolor(share: Path, name: str) -> None:
    """Write the icons of Linux desktops below ``share/icons/hicolor``, called `name`."""
    theme = share / "icons" / "hicolor"
    for side in LINUX:
        file = theme / f"{side}x{side}" / "apps" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(side))
    scalable = theme / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes((SOURCES / f"{NAME}.svg").read_bytes())


def write_ico(file: Path) -> None:
    """Write the icon of Windows programs: all sizes in one file."""
    _write_bundle(file, WINDOWS, "ICO")


def write_icns(file: Path) -> None:
    """Write the icon of macOS programs: all sizes in one file."""
    _write_bundle(file, MACOS, "ICNS")


def _write_bundle(file: Path, sides: tuple[int, ...], kind: str) -> None:
    from PIL import Image

    images = [Image.open(io.BytesIO(png(side))) for side in sorted(sides, reverse=True)]
    file.parent.mkdir(parents=True, exist_ok=True)
    sizes = [(side, side) for side in sides]
    images[0].save(file, kind, append_images=images[1:], sizes=sizes)
