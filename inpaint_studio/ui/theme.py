"""How the program looks: the colours of the present scheme, the sizes, the palette and the style sheet.

``theme.TEXT`` and the other roles of `colour_schemes` give the colour of the scheme that is on at that moment. So read
them where something is painted; what is made once, such as an icon, keeps the role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from inpaint_studio import paths
from inpaint_studio.ui.colour_schemes import DARK, LIGHT, SCHEMES, Ink
from inpaint_studio.ui.style_sheet import make_style_sheet

if TYPE_CHECKING:
    from inpaint_studio.session.settings import Settings

SYSTEM: Final = "system"

GRID: Final = 8  # px: every gap and margin is a multiple of this or its half
BUTTON: Final = 36
ICON: Final = 20
FIELD_HEIGHT: Final = 28
RADIUS: Final = 5
COLUMN: Final = 288  # width of the panel column

_present = DARK

if TYPE_CHECKING:
    GROUND: Ink
    PANEL: Ink
    FIELD: Ink
    RAISED: Ink
    HOVER: Ink
    PRESSED: Ink
    CHOSEN: Ink
    ON_CHOSEN: Ink
    LINE: Ink
    EDGE: Ink
    KNOB_EDGE: Ink
    TEXT: Ink
    SOFT: Ink
    FAINT: Ink
    ACCENT: Ink
    ACCENT_HOVER: Ink
    ACCENT_PRESSED: Ink
    ON_ACCENT: Ink
    BAND: Ink
    TROUBLE: Ink
else:

    def __getattr__(name: str) -> Ink:
        """Return the colour that a role has now."""
        if name in SCHEMES[_present]:
            return Ink(SCHEMES[_present][name], name)
        raise AttributeError(name)


def scheme() -> str:
    """Return the scheme that is on: dark or light."""
    return _present


def colour_of(role: str) -> str:
    """Return the colour that a role has now, or `role` itself where it is a colour."""
    return SCHEMES[_present].get(role, role)


def palette() -> QPalette:
    """Make the palette of the present scheme: every role is set, so that no colour comes from the desktop's theme."""
    roles = {
        QPalette.ColorRole.Window: "PANEL",
        QPalette.ColorRole.WindowText: "TEXT",
        QPalette.ColorRole.Base: "FIELD",
        QPalette.ColorRole.AlternateBase: "PANEL",
        QPalette.ColorRole.Text: "TEXT",
        QPalette.ColorRole.Button: "RAISED",
        QPalette.ColorRole.ButtonText: "TEXT",
        QPalette.ColorRole.BrightText: "BRIGHT",
        QPalette.ColorRole.ToolTipBase: "TIP",
        QPalette.ColorRole.ToolTipText: "TEXT",
        QPalette.ColorRole.PlaceholderText: "SOFT",
        QPalette.ColorRole.Highlight: "ACCENT",
        QPalette.ColorRole.HighlightedText: "ON_ACCENT",
        QPalette.ColorRole.Accent: "ACCENT",
        QPalette.ColorRole.Link: "ACCENT",
        QPalette.ColorRole.LinkVisited: "ACCENT",
        QPalette.ColorRole.Light: "EDGE",
        QPalette.ColorRole.Midlight: "HOVER",
        QPalette.ColorRole.Mid: "LINE",
        QPalette.ColorRole.Dark: "SEAM",
        QPalette.ColorRole.Shadow: "SHADOW",
    }
    made = QPalette()
    for role, name in roles.items():
        made.setColor(role, QColor(colour_of(name)))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colour_of("FAINT")))
    return made


def style_sheet() -> str:
    """Make the style sheet of the present scheme."""
    sizes = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, int)}
    icons = paths.resources() / "icons" / "sheet" / _present
    return make_style_sheet({**SCHEMES[_present], **sizes}, icons.as_posix())


def system_is_light(app: QApplication) -> bool:
    """Whether the desktop has light windows; False also where it does not say."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Light


def apply(app: QApplication, chosen: str = DARK) -> None:
    """Give `app` the program's look: Fusion, our palette and style sheet, in a scheme or as the system has it.

    A system that does not say gets the dark one, round which colours of photos are judged best.
    """
    global _present
    hints = app.styleHints()
    if chosen == SYSTEM:
        hints.unsetColorScheme()
        _present = LIGHT if system_is_light(app) else DARK
    else:
        _present = chosen
        hints.setColorScheme(Qt.ColorScheme.Light if chosen == LIGHT else Qt.ColorScheme.Dark)
    app.setStyle("Fusion")
    app.setPalette(palette())
    app.setStyleSheet(style_sheet())


class ThemeSwitch(QObject):
    """Gives the program the scheme of its setting, at once, and follows the system where that is set."""

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app, self._settings = app, settings
        self._apply()
        settings.changed.connect(self._on_setting)
        app.styleHints().colorSchemeChanged.connect(self._on_system)

    def _apply(self) -> None:
        apply(self._app, str(self._settings.get("theme")))

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name == "theme":
            self._apply()

    @Slot()
    def _on_system(self) -> None:
        if self._settings.get("theme") == SYSTEM and system_is_light(self._app) != (_present == LIGHT):
            self._apply()


def small(font: QFont) -> QFont:
    """Make `font` one step smaller, for secondary lines; never under 8 points."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(max(8.0, font.pointSizeF() - 1.0))
    return made


def digits_width(font: QFont, text: str) -> int:
    """Measure the width, px, of `text` with every digit at its widest, so that other numbers do not move the layout."""
    metrics = QFontMetrics(font)
    widest = max("0123456789", key=metrics.horizontalAdvance)
    return metrics.horizontalAdvance("".join(widest if character.isdigit() else character for character in text)) + 2
