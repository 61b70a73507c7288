"""Icons from the SVGs of ``resources/icons``, drawn in the colours of the look at whatever size the screen asks for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inpaint_studio import paths
from inpaint_studio.ui import theme

_STROKE = b'stroke-width="1.75"'  # a little finer than the set's 2, for 20 px


def names() -> list[str]:
    """The names of the icons there are."""
    return sorted(file.stem for file in (paths.resources() / "icons").glob("*.svg"))


def sheet_folder() -> str:
    """The folder of the ready-coloured SVGs the style sheet shows."""
    return (paths.resources() / "icons" / "sheet").as_posix()


@cache
def _source(name: str) -> bytes:
    return (paths.resources() / "icons" / f"{name}.svg").read_bytes()


@cache
def pixmap(name: str, colour: str, width: int, height: int) -> QPixmap:
    """The icon in one colour, `width` x `height` device pixels, square and centred."""
    svg = _source(name).replace(b"currentColor", colour.encode()).replace(b'stroke-width="2"', _STROKE)
    made = QPixmap(width, height)
    made.fill(Qt.GlobalColor.transparent)
    side = min(width, height)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    painter.end()
    return made


class _Engine(QIconEngine):
    """Draws one SVG: in the accent's ink where it lies on the accent, faint where it is disabled."""

    def __init__(self, name: str, colour: str, on: str) -> None:
        super().__init__()
        self._name, self._colour, self._on = name, colour, on

    def _ink(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return theme.FAINT
        return self._on if state == QIcon.State.On else self._colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        drawn = QPixmap(self.pixmap(rect.size() * ratio, mode, state))
        drawn.setDevicePixelRatio(ratio)
        painter.drawPixmap(QPointF(rect.topLeft()), drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return pixmap(self._name, self._ink(mode, state), size.width(), size.height())


@cache
def icon(name: str, colour: str = theme.TEXT, on: str = theme.ON_ACCENT) -> QIcon:
    """The icon called `name`; `on` is its colour in a checked button."""
    return QIcon(_Engine(name, colour, on))


def app_icon() -> QIcon:
    """The program's own icon, in the sizes task bars ask for."""
    made = QIcon()
    renderer = QSvgRenderer(str(paths.resources() / "icons" / "app" / "inpaint-studio.svg"))
    for side in (16, 32, 48, 128):
        drawn = QPixmap(side, side)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        renderer.render(painter)
        painter.end()
        made.addPixmap(drawn)
    return made
