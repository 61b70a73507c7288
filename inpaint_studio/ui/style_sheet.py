"""The style sheet of the program: how Qt's widgets look, with names in place of the colours and sizes."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_SHEET = Template("""
QMainWindow { background: $PANEL; }
QDialog { background: $PANEL; border: 1px solid $EDGE; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: $TIP; color: $TEXT; border: 1px solid $EDGE; padding: 5px 7px; }

QMenuBar { background: $PANEL; padding: 2px 4px; border-bottom: 1px solid $SEAM; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $HOVER; }
QMenu { background: $MENU; border: 1px solid $EDGE; padding: 5px; }
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
QPushButton:checked { background: $CHOSEN; color: $ON_CHOSEN; border-color: $CHOSEN; }
QPushButton:focus { border: 1px solid $ACCENT; }
QPushButton:checked:focus { border: 1px solid $ON_CHOSEN; }
QPushButton:disabled { color: $FAINT; background: $MENU; border-color: $LINE; }
QPushButton[low="true"] { padding: 0 6px; min-height: 26px; min-width: 56px; }
QPushButton[low="true"][narrow="true"] { padding: 0 2px; min-width: 40px; }
QPushButton[wide="true"] { min-width: 84px; }
QPushButton[primary="true"] { background: $ACCENT; color: $ON_ACCENT; border-color: $ACCENT;
    font-weight: 600; }
QPushButton[primary="true"]:hover { background: $ACCENT_HOVER; border-color: $ACCENT_HOVER; }
QPushButton[primary="true"]:pressed { background: $ACCENT_PRESSED; }
QPushButton[primary="true"]:focus { border: 3px double $ON_ACCENT; }
QPushButton[primary="true"]:disabled { background: $MENU; color: $FAINT; border-color: $LINE; font-weight: 400; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${RADIUS}px; color: $TEXT; }
QToolButton:hover { background: $HOVER; }
QToolButton:pressed { background: $PRESSED; }
QToolButton:focus { border-color: $ACCENT; }
QToolButton:checked { background: $ACCENT; }
QToolButton:checked:hover { background: $ACCENT_HOVER; }
QToolButton:checked:focus { border-color: $ON_ACCENT; }
QToolButton:disabled { color: $FAINT; }
QToolButton[toggle="true"]:checked { background: $RAISED; }
QToolButton[toggle="true"]:checked:hover { background: $HOVER; }
QToolButton[toggle="true"]:checked:focus, QToolButton[fold="true"]:checked:focus { border-color: $ACCENT; }
QToolButton::menu-indicator { image: none; }
QToolButton[segment] { background: $FIELD; border: 1px solid $LINE; color: $SOFT; padding: 0 12px; min-height: 26px; }
QToolButton[segment][narrow="true"] { padding: 0; }
QToolButton[segment]:hover { color: $TEXT; }
QToolButton[segment]:checked { background: $CHOSEN; color: $ON_CHOSEN; border-color: $CHOSEN; }
QToolButton[segment]:disabled { color: $FAINT; background: $PANEL; }
QToolButton[segment]:checked:disabled { color: $SOFT; background: $EDGE; border-color: $EDGE; }
QToolButton[segment]:focus { border-color: $ACCENT; }
QToolButton[segment]:checked:focus { border-color: $ON_CHOSEN; }
QToolButton[segment="first"] { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QToolButton[segment="middle"] { border-radius: 0; margin-left: -1px; }
QToolButton[segment="last"] { border-top-left-radius: 0; border-bottom-left-radius: 0; margin-left: -1px; }
QToolButton[fold="true"] { font-weight: 600; text-align: left; border-radius: 4px; padding: 0;
    min-height: 24px; }
QToolButton[fold="true"]:hover { background: transparent; color: $BRIGHT; }
QToolButton[fold="true"]:checked { background: transparent; }
QToolButton[flat="true"] { color: $SOFT; padding: 0 6px; min-height: 22px; }
QToolButton[flat="true"]:hover { color: $TEXT; }

QComboBox { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 0 10px; min-height: 30px;
    combobox-popup: 0; selection-background-color: $BAND; }
QComboBox:hover { border-color: $EDGE; }
QComboBox:focus, QComboBox:on { border-color: $ACCENT; }
QComboBox::drop-down { width: 26px; border: none; }
QComboBox::down-arrow { image: url("$ICONS/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $MENU; border: 1px solid $EDGE; padding: 4px; outline: none;
    selection-background-color: $BAND; selection-color: $TEXT; }

QLineEdit { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 0 8px; min-height: 26px;
    selection-background-color: $ACCENT; selection-color: $ON_ACCENT; }
QLineEdit:focus { border-color: $ACCENT; }
NumberField { background: transparent; border: none; }
NumberField QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }

QProgressBar { background: $FIELD; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $ACCENT; border-radius: 2px; }

QScrollArea, QScrollArea > QWidget > QWidget#column { background: $PANEL; border: none; }
ContentArea, QScrollArea#offers, QScrollArea#samples { border: 1px solid $PANEL; }
ContentArea:focus, QScrollArea#offers:focus, QScrollArea#samples:focus { border-color: $ACCENT; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $HANDLE; border-radius: 3px; min-height: 32px; min-width: 32px; margin: 2px; }
QScrollBar::handle:hover { background: $HANDLE_HOVER; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListWidget#classes { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; outline: none; }
QListWidget#classes:focus { border-color: $ACCENT; }
QListWidget#classes::item { padding: 0 6px; border: none; }
QListWidget#classes::item:hover { background: $ROW_HOVER; }
QListWidget#classes::item:selected { background: $BAND; color: $TEXT; }
QListWidget#classes QLineEdit { border: none; border-radius: 0; padding: 0 2px; min-height: 0; }
QTreeView { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; outline: none;
    selection-background-color: $BAND; selection-color: $TEXT; }
QTreeView:focus { border-color: $ACCENT; }
QTreeView::item { padding: 0 6px; border: none; }
QTreeView::item:hover { background: $ROW_HOVER; }
QTreeView::item:selected { background: $BAND; color: $TEXT; }
QHeaderView { background: $FIELD; border: none; }
QHeaderView::section { background: $FIELD; color: $SOFT; border: none; border-bottom: 1px solid $LINE;
    padding: 7px 8px; }

QTabWidget::pane { border: none; border-top: 1px solid $LINE; }
QTabBar::tab { padding: 7px 13px; color: $SOFT; border: 1px solid transparent; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $TEXT; }
QTabBar::tab:selected { color: $TEXT; border-bottom-color: $ACCENT; }
QTabBar::tab:selected:focus { border-color: $ACCENT; }
QTextBrowser, QPlainTextEdit { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; padding: 6px; }
QTextBrowser:focus, QPlainTextEdit:focus { border-color: $ACCENT; }

#toolbar { background: $PANEL; border-right: 1px solid $SEAM; }
#column { background: $PANEL; }
#side { background: $PANEL; border-left: 1px solid $SEAM; }
#foot { border-top: 1px solid $LINE; }
#foot QPushButton { min-height: 34px; }
#statusbar { background: $PANEL; border-top: 1px solid $SEAM; }
#droparea { background: $FIELD; border: 1px dashed $DASHES; border-radius: 6px; }
#droparea[over="true"] { border: 1px dashed $ACCENT; }
#plot { background: $FIELD; border: 1px solid $LINE; border-radius: ${RADIUS}px; }
#rule { background: $LINE; }
#messagebar { background: $ALARM; border: 1px solid $ALARM_EDGE; border-radius: 6px; }
#messagebar[tone="info"] { background: $MENU; border-color: $EDGE; }
#hint { background: $HINT; border: 1px solid $EDGE; border-radius: 17px; }
QLabel[soft="true"] { color: $SOFT; }
QLabel[faint="true"] { color: $FAINT; }
QLabel[heading="true"] { font-weight: 600; }
QLabel[key="true"] { background: $RAISED; border: 1px solid $EDGE; border-bottom-width: 2px; border-radius: 4px;
    padding: 1px 6px; }
""")


def make_style_sheet(names: Mapping[str, str | int], icons: str) -> str:
    """Make the style sheet from the values of its names; `icons`: the folder of its SVGs, with forward slashes."""
    return _SHEET.substitute(names, ICONS=icons)
