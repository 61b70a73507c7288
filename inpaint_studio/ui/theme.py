"""How the program looks: the colours, the sizes, the palette and the style sheet. No other module defines a colour.

Greys are strictly neutral (red, green and blue equal), so that they do not change how the colours of the photo look;
one accent colour marks what is chosen, what has the focus and the main button.
"""

from __future__ import annotations

from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from inpaint_studio import paths

GROUND: Final = "#1a1a1a"  # round the photo
PANEL: Final = "#262626"  # tool bar, panel column, menus, status bar
FIELD: Final = "#191919"  # the ground of fields with values
RAISED: Final = "#363636"  # buttons
HOVER: Final = "#424242"
PRESSED: Final = "#2d2d2d"
CHOSEN: Final = "#676767"  # the chosen one of a few values: 3:1 beside FIELD, and text on it is still 4.5:1
LINE: Final = "#3a3a3a"  # separators
EDGE: Final = "#4a4a4a"  # borders
TEXT: Final = "#e8e8e8"
SOFT: Final = "#ababab"  # secondary text, still 4.5:1 on every ground above
FAINT: Final = "#737373"  # disabled
ACCENT: Final = "#5aa2ff"
ACCENT_HOVER: Final = "#7ab4ff"
ACCENT_PRESSED: Final = "#4a8ee6"
ON_ACCENT: Final = "#0c0c0c"
BAND: Final = "#2b3f5a"  # the accent, dimmed over PANEL: a chosen row, the filled part of a slider
TROUBLE: Final = "#ff9b85"

GRID: Final = 8  # px: every gap and margin is a multiple of this or its half
BUTTON: Final = 36
ICON: Final = 20
FIELD_HEIGHT: Final = 28
RADIUS: Final = 5
COLUMN: Final = 288  # width of the panel column

_SHEET = Template("""
QMainWindow { background: $PANEL; }
QDialog { background: $PANEL; border: 1px solid $EDGE; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: #101010; color: $TEXT; border: 1px solid $EDGE; padding: 5px 7px; }

QMenuBar { background: $PANEL; padding: 2px 4px; border-bottom: 1px solid #161616; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $HOVER; }
QMenu { background: #2b2b2b; border: 1px solid $EDGE; padding: 5px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $BAND; }
QMenu::item:disabled { color: $FAINT; background: transparent; }
QMenu::separator { height: 1px; background: $LINE; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 16px; height: 16px; left: 8px; }
QMenu::indicator:checked { image: url("$ICONS/check.svg"); }
TickMenu::item { padding-left: 34px; }
TickMenu::icon { left: 24px; }
TickMenu::indicator, TickMenu::indicator:checked { image: none; width: 0px; }

QPushButton { background: $RAISED; color: $TEXT; border: 1px solid $EDGE; border-radius: ${RADIUS}px;
    padding: 0 14px; min-height: 28px; min-width: 56px; }
QPushButton:hover { background: $HOVER; }
QPushButton:pressed { background: $PRESSED; }
QPushButton:checked { background: $CHOSEN; border-color: $CHOSEN; }
QPushButton:focus { border: 1px solid $ACCENT; }
QPushButton:disabled { color: $FAINT; background: #2b2b2b; border-color: $LINE; }
QPushButton[low="true"] { padding: 0 6px; min-height: 26px; min-width: 56px; }
QPushButton[low="true"][narrow="true"] { padding: 0 2px; min-width: 40px; }
QPushButton[wide="true"] { min-width: 84px; }
QPushButton[primary="true"] { background: $ACCENT; color: $ON_ACCENT; border-color: $ACCENT;
    font-weight: 600; }
QPushButton[primary="true"]:hover { background: $ACCENT_HOVER; border-color: $ACCENT_HOVER; }
QPushButton[primary="true"]:pressed { background: $ACCENT_PRESSED; }
QPushButton[primary="true"]:focus { border: 2px solid $TEXT; }
QPushButton[primary="true"]:disabled { background: #2f2f2f; color: $FAINT; border-color: $LINE; font-weight: 400; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${RADIUS}px; color: $TEXT; }
QToolButton:hover { background: $HOVER; }
QToolButton:pressed { background: $PRESSED; }
QToolButton:focus { border-color: $ACCENT; }
QToolButton:checked { background: $ACCENT; }
QToolButton:checked:hover { background: $ACCENT_HOVER; }
QToolButton:checked:focus { border-color: $TEXT; }
QToolButton:disabled { color: $FAINT; }
QToolButton[toggle="true"]:checked { background: $RAISED; }
QToolButton[toggle="true"]:checked:hover { background: $HOVER; }
QToolButton::menu-indicator { image: none; }
QToolButton[segment] { background: $FIELD; border: 1px solid $LINE; color: $SOFT; padding: 0 12px; min-height: 26px; }
QToolButton[segment][narrow="true"] { padding: 0; }
QToolButton[segment]:hover { color: $TEXT; }
QToolButton[segment]:checked { background: $CHOSEN; color: $TEXT; border-color: $CHOSEN; }
QToolButton[segment]:disabled { color: $FAINT; background: $PANEL; }
QToolButton[segment]:checked:disabled { color: $SOFT; background: $EDGE; border-color: $EDGE; }
QToolButton[segment]:focus { border-color: $ACCENT; }
QToolButton[segment="first"] { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QToolButton[segment="middle"] { border-radius: 0; margin-left: -1px; }
QToolButton[segment="last"] { border-top-left-radius: 0; border-bottom-left-radius: 0; margin-left: -1px; }
QToolButton[fold="true"] { font-weight: 600; text-align: left; border-radius: 4px; padding: 0;
    min-height: 24px; }
QToolButton[fold="true"]:hover { background: transparent; color: white; }
QToolButton[fold="true"]:checked { background: transparent; }
QToolButton[flat="true"] { color: $SOFT; padding: 0 6px; min-height: 22px; }
QToolButton[flat="true"]:hover { color: $TEXT; }

QComboBox { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 0 10px; min-height: 30px;
    combobox-popup: 0; selection-background-color: $BAND; }
QComboBox:hover { border-color: $EDGE; }
QComboBox:focus, QComboBox:on { border-color: $ACCENT; }
QComboBox::drop-down { width: 26px; border: none; }
QComboBox::down-arrow { image: url("$ICONS/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: #2b2b2b; border: 1px solid $EDGE; padding: 4px; outline: none;
    selection-background-color: $BAND; selection-color: $TEXT; }

QLineEdit { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 0 8px; min-height: 26px;
    selection-background-color: $ACCENT; selection-color: $ON_ACCENT; }
QLineEdit:focus { border-color: $ACCENT; }
NumberField { background: transparent; border: none; }
NumberField QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }

QProgressBar { background: $FIELD; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $ACCENT; border-radius: 2px; }

QScrollArea, QScrollArea > QWidget > QWidget#column { background: $PANEL; border: none; }
QScrollArea#samples { border: 1px solid $PANEL; }
QScrollArea#samples:focus { border-color: $ACCENT; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: #4d4d4d; border-radius: 3px; min-height: 32px; min-width: 32px; margin: 2px; }
QScrollBar::handle:hover { background: #626262; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListWidget#classes { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; outline: none; }
QListWidget#classes:focus { border-color: $ACCENT; }
QListWidget#classes::item { padding: 0 6px; border: none; }
QListWidget#classes::item:hover { background: #222222; }
QListWidget#classes::item:selected { background: $BAND; color: $TEXT; }
QListWidget#classes QLineEdit { border: none; border-radius: 0; padding: 0 2px; min-height: 0; }
QTreeView { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; outline: none;
    selection-background-color: $BAND; selection-color: $TEXT; }
QTreeView::item { padding: 0 6px; border: none; }
QTreeView::item:hover { background: #222222; }
QTreeView::item:selected { background: $BAND; color: $TEXT; }
QHeaderView { background: $FIELD; border: none; }
QHeaderView::section { background: $FIELD; color: $SOFT; border: none; border-bottom: 1px solid $LINE;
    padding: 7px 8px; }

QTabWidget::pane { border: none; border-top: 1px solid $LINE; }
QTabBar::tab { padding: 8px 14px; color: $SOFT; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $TEXT; }
QTabBar::tab:selected { color: $TEXT; border-bottom-color: $ACCENT; }
QTextBrowser, QPlainTextEdit { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 6px; }

#toolbar { background: $PANEL; border-right: 1px solid #161616; }
#column { background: $PANEL; }
#side { background: $PANEL; border-left: 1px solid #161616; }
#foot { border-top: 1px solid $LINE; }
#foot QPushButton { min-height: 34px; }
#statusbar { background: $PANEL; border-top: 1px solid #161616; }
#droparea { background: $FIELD; border: 1px dashed #606060; border-radius: 6px; }
#droparea[over="true"] { border: 1px dashed $ACCENT; }
#plot { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; }
#rule { background: $LINE; }
#messagebar { background: #3a2622; border: 1px solid #7c4538; border-radius: 6px; }
#messagebar[tone="info"] { background: #2b2b2b; border-color: $EDGE; }
#hint { background: rgba(16, 16, 16, 225); border: 1px solid $EDGE; border-radius: 17px; }
QLabel[soft="true"] { color: $SOFT; }
QLabel[faint="true"] { color: $FAINT; }
QLabel[heading="true"] { font-weight: 600; }
QLabel[key="true"] { background: $RAISED; border: 1px solid $EDGE; border-bottom-width: 2px; border-radius: 4px;
    padding: 1px 6px; }
""")


def palette() -> QPalette:
    """Make the dark palette: every role is set, so that no colour comes from the desktop's theme."""
    roles = {
        QPalette.ColorRole.Window: PANEL,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Base: FIELD,
        QPalette.ColorRole.AlternateBase: PANEL,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.Button: RAISED,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.BrightText: "#ffffff",
        QPalette.ColorRole.ToolTipBase: "#101010",
        QPalette.ColorRole.ToolTipText: TEXT,
        QPalette.ColorRole.PlaceholderText: SOFT,
        QPalette.ColorRole.Highlight: ACCENT,
        QPalette.ColorRole.HighlightedText: ON_ACCENT,
        QPalette.ColorRole.Accent: ACCENT,
        QPalette.ColorRole.Link: ACCENT,
        QPalette.ColorRole.LinkVisited: ACCENT,
        QPalette.ColorRole.Light: EDGE,
        QPalette.ColorRole.Midlight: HOVER,
        QPalette.ColorRole.Mid: LINE,
        QPalette.ColorRole.Dark: "#161616",
        QPalette.ColorRole.Shadow: "#000000",
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(FAINT))
    return made


def style_sheet(icons: str) -> str:
    """Make the style sheet; `icons` is the folder of its coloured SVGs, with forward slashes."""
    names = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, (str, int))}
    return _SHEET.substitute(names, ICONS=icons)


def apply(app: QApplication) -> None:
    """Give `app` the program's look: dark, Fusion, our palette and style sheet."""
    app.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    app.setStyle("Fusion")
    app.setPalette(palette())
    app.setStyleSheet(style_sheet((paths.resources() / "icons" / "sheet").as_posix()))


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
