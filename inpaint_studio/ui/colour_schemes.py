"""The colours of the program, dark and light: one table, a row for each role. No other module defines a colour.

Greys are strictly neutral (red, green and blue equal), so that they do not change how the colours of the photo look;
one accent colour marks what is chosen, what has the focus and the main button. Text has a contrast of at least 4.5:1
on every ground it stands on, and what marks a state at least 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), in both columns.
"""

from __future__ import annotations

DARK, LIGHT = "dark", "light"

_TABLE = {  # role: dark, light
    "GROUND": ("#1a1a1a", "#c8c8c8"),  # round the photo
    "PANEL": ("#262626", "#f0f0f0"),  # tool bar, panel column, menus, status bar
    "FIELD": ("#191919", "#ffffff"),  # the ground of fields with values
    "RAISED": ("#363636", "#e2e2e2"),  # buttons
    "HOVER": ("#424242", "#d6d6d6"),
    "PRESSED": ("#2d2d2d", "#c9c9c9"),
    "MENU": ("#2b2b2b", "#fafafa"),  # menus and lists that open, and buttons that are off
    "TIP": ("#101010", "#ffffff"),  # tool tips
    "HINT": ("rgba(16, 16, 16, 225)", "rgba(255, 255, 255, 235)"),  # the hint over the photo
    "CHOSEN": ("#676767", "#6b6b6b"),  # the chosen one of a few values: 3:1 beside FIELD
    "ON_CHOSEN": ("#e8e8e8", "#ffffff"),
    "LINE": ("#3a3a3a", "#d2d2d2"),  # separators
    "EDGE": ("#4a4a4a", "#bdbdbd"),  # borders
    "SEAM": ("#161616", "#bcbcbc"),  # between the parts of the window
    "DASHES": ("#606060", "#8a8a8a"),  # round what files can be dropped on
    "KNOB_EDGE": ("#6a6a6a", "#8a8a8a"),  # round a switch that is off
    "HANDLE": ("#4d4d4d", "#b4b4b4"),  # of scroll bars
    "HANDLE_HOVER": ("#626262", "#949494"),
    "ROW_HOVER": ("#222222", "#f2f2f2"),  # the row of a list under the pointer
    "TEXT": ("#e8e8e8", "#1c1c1c"),
    "BRIGHT": ("#ffffff", "#000000"),  # text under the pointer
    "SOFT": ("#ababab", "#4c4c4c"),  # secondary text, still 4.5:1 on every ground above
    "FAINT": ("#737373", "#929292"),  # disabled
    "ACCENT": ("#5aa2ff", "#0b62c4"),
    "ACCENT_HOVER": ("#7ab4ff", "#0f6fdb"),
    "ACCENT_PRESSED": ("#4a8ee6", "#084f9e"),
    "ON_ACCENT": ("#0c0c0c", "#ffffff"),
    "BAND": ("#2b3f5a", "#cbdff6"),  # the accent, dimmed over PANEL: a chosen row, the filled part of a slider
    "TROUBLE": ("#ff9b85", "#b3261e"),
    "ALARM": ("#3a2622", "#fbeae7"),  # the ground of a message about trouble
    "ALARM_EDGE": ("#7c4538", "#d9a298"),
    "SHADOW": ("#000000", "#808080"),
}

SCHEMES: dict[str, dict[str, str]] = {
    scheme: {role: colours[column] for role, colours in _TABLE.items()} for column, scheme in enumerate((DARK, LIGHT))
}


class Ink(str):
    """A colour of the present scheme, as Qt reads it, that knows its role: icons keep the role, not the colour."""

    role: str

    def __new__(cls, colour: str, role: str) -> Ink:
        """`role`: its row of the table."""
        ink = super().__new__(cls, colour)
        ink.role = role
        return ink
