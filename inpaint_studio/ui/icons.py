"""Icons from the SVGs of ``resources/icons``, drawn in the colours of the theme at the size that the screen needs."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from inpaint_studio import paths
from inpaint_studio.ui import theme
from inpaint_studio.ui.colour_schemes import Ink

_STROKE = b'stroke-width="1.75"'  # a little thinner than the 2 of the icon set, as icons are shown at 20 px


def names() -> list[str]:
    """List the names of all icons."""
    return sorted(file.stem for file in (paths.resources() / "icons").glob("*.svg"))


@cache
def _source(name: str) -> bytes:
    return (paths.resources() / "icons" / f"{name}.svg").read_bytes()


@cache
def pixmap(name: str, colour: str, width: int, height: int) -> QPixmap:
    """Render an icon in one colour, `width` x `height` device px, square and centred."""
    svg = _source(name).replace(b"currentColor", colour.encode()).replace(b'stroke-width="2"', _STROKE)
    made = QPixmap(width, height)
    made.fill(Qt.GlobalColor.transparent)
    side = min(width, height)
    qpainter = QPainter(made)
    QSvgRenderer(QByteArray(svg)).render(qpainter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    qpainter.end()
    return made


class _Engine(QIconEngine):
    """Draws one SVG: in the colour for text on the accent while checked, faint while disabled.

    It keeps roles, not colours: an icon that was made before the scheme was changed follows it.
    """

    def __init__(self, name: str, colour: str, on: str) -> None:
        super().__init__()
        self._name, self._colour, self._on = name, colour, on

    def _colour_for(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return theme.FAINT
        return theme.colour_of(self._on if state == QIcon.State.On else self._colour)

    def paint(self, qpainter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = qpainter.device().devicePixelRatioF()
        drawn = QPixmap(self.pixmap(rect.size() * ratio, mode, state))
        drawn.setDevicePixelRatio(ratio)
        qpainter.drawPixmap(QPointF(rect.topLeft()), drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return pixmap(self._name, self._colour_for(mode, state), size.width(), size.height())


def icon(name: str, colour: str = "TEXT", on: str = "ON_ACCENT") -> QIcon:
    """Make the icon called `name` in a colour of the theme; `on` is its colour in a checked button."""
    return _icon(name, _role(colour), _role(on))


def _role(colour: str) -> str:
    return colour.role if isinstance(colour, Ink) else colour


@cache
def _icon(name: str, colour: str, on: str) -> QIcon:
    return QIcon(_Engine(name, colour, on))


class Sign(QWidget):
    """Shows an icon beside a text, as the theme has it now."""

    def __init__(self, side: int, icon_: QIcon | None = None) -> None:
        """`side`: its width and height, px."""
        super().__init__()
        self.setFixedSize(side, side)
        self._icon = icon_ if icon_ is not None else QIcon()

    def show_icon(self, icon_: QIcon) -> None:
        """Show another icon."""
        self._icon = icon_
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        self._icon.paint(qpainter, self.rect())


def app_icon() -> QIcon:
    """Make the program's own icon, in the sizes that task bars use."""
    made = QIcon()
    folder = paths.resources() / "icons" / "app"
    for side in (16, 22, 24, 32, 48, 64, 128):
        own = folder / f"inpaint-studio-{side}.svg"  # drawn on the grid of its pixels
        renderer = QSvgRenderer(str(own if own.is_file() else folder / "inpaint-studio.svg"))
        drawn = QPixmap(side, side)
        drawn.fill(Qt.GlobalColor.transparent)
        qpainter = QPainter(drawn)
        renderer.render(qpainter)
        qpainter.end()
        made.addPixmap(drawn)
    return made
