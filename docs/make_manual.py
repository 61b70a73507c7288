"""Writes docs/manual.md from the tables of settings, actions and tools: ``python docs/make_manual.py``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "manual.md"

_HEAD = """\
# Manual: keys, actions and settings

This page is generated from the program's own tables by `python docs/make_manual.py`. Do not edit it.
"""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _keys(keys: tuple[str, ...]) -> str:
    names = dict.fromkeys(key.replace("Return", "Enter") for key in keys)
    return " or ".join(f"`{name}`" for name in names)


def actions() -> list[str]:
    """One table for each menu: the action, its keys, where they work, and what it does."""
    from inpaint_studio.ui.actions import SECTIONS, Scope, entries

    table = entries()
    lines = ["## Keys and actions", ""]
    for section in SECTIONS:
        rows = [row for row in table if row.section == section]
        if not rows:
            continue
        lines += [f"### {section}", "", _row("action", "keys", "what it does"), "|---|---|---|"]
        for row in rows:
            tip = row.tip + (" (while the photo has the focus)" if row.scope is Scope.CANVAS else "")
            lines.append(_row(row.text.removesuffix("..."), _keys(row.keys), tip))
        lines.append("")
    return lines


def settings() -> list[str]:
    """One table: the name in settings.toml, its default, the values it may have, and what it does."""
    from inpaint_studio.session.settings import TABLE

    lines = ["## Settings", ""]
    lines += ["They are kept in the file `settings.toml`: on Linux in `~/.config/inpaint-studio`, on macOS in"]
    lines += ["`~/Library/Application Support/inpaint-studio`, on Windows in `%LOCALAPPDATA%\\inpaint-studio`."]
    lines += ["Settings that the dialog does not show are what the window remembers by itself.", ""]
    lines += [_row("name", "default", "values", "in the dialog", "what it does"), "|---|---|---|---|---|"]
    for setting in TABLE:
        if setting.choices:
            values = ", ".join(f"`{choice}`" for choice in setting.choices)
        elif setting.low is not None and setting.high is not None:
            values = f"{setting.low:g} to {setting.high:g}"
        else:
            values = {bool: "true, false", str: "text"}.get(type(setting.default), "")
        default = str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default)
        shown = "yes" if setting.shown else ""
        lines.append(_row(f"`{setting.name}`", f"`{default}`" if default else "", values, shown, setting.text))
    return lines


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *actions(), *settings()]) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(sys.argv)
    FILE.write_text(text(), encoding="utf-8")
    print(f"Wrote {FILE.relative_to(ROOT)}")
