"""Makes the manual page ``inpaint-studio(1)`` from the program's own table of commands."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

import releases  # noqa: E402

_FILES = (
    ("~/.config/inpaint-studio/settings.toml", "the settings of the window"),
    ("~/.local/share/inpaint-studio", "imported weights"),
    ("~/.local/state/inpaint-studio", "work that is not saved yet"),
)
_ENVIRONMENT = (
    ("INPAINT_STUDIO_DATA", "another folder for imported weights"),
    ("INPAINT_STUDIO_STATE", "another folder for work that is not saved yet"),
    ("INPAINT_STUDIO_CACHE", "another folder for files that can be made again"),
    ("INPAINT_STUDIO_MIRROR", "where published weights are looked for first"),
)


def text() -> str:
    """Return the page, in English."""
    os.environ["INPAINT_STUDIO_LANGUAGE"] = "en"
    from inpaint_studio.cli.parser import parser

    lines = [
        f'.TH INPAINT\\-STUDIO 1 "" "inpaint-studio {releases.version()}" "User Commands"',
        ".SH NAME",
        "inpaint\\-studio \\- fill holes in photos, and see where every filled pixel came from",
        ".SH SYNOPSIS",
        ".B inpaint\\-studio",
        "[\\fIPHOTO\\fR]",
        ".br",
        ".B inpaint\\-studio",
        "\\fICOMMAND\\fR ...",
        ".SH DESCRIPTION",
        "Without a command, the window is opened, with PHOTO or a sample. PHOTO may be a file: address.",
        'After "\\-\\-", PHOTO may be called as a command.',
        ".SH COMMANDS",
    ]
    for name, summary in commands(parser()):
        lines += [".TP", f".B {_escape(name)}", f"{_escape(summary[:1].upper() + summary[1:])}."]
    lines += [".PP", "\\fBinpaint\\-studio\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR lists the options of a command."]
    for title, rows in (("FILES", _FILES), ("ENVIRONMENT", _ENVIRONMENT)):
        lines.append(f".SH {title}")
        for name, what in rows:
            lines += [".TP", f".I {_escape(name)}", f"{what[:1].upper()}{what[1:]}."]
    lines += [
        '.SH "EXIT STATUS"',
        "0: done. 1: it failed. 2: the arguments or files are wrong. 130: it was cancelled.",
    ]
    return "\n".join(lines) + "\n"


def commands(whole: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """List the commands of a parser, each with its sentence."""
    return [
        (choice.dest, choice.help or "")
        for action in whole._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    ]


def _escape(sentence: str) -> str:
    return sentence.replace("\\", "\\e").replace("-", "\\-")


if __name__ == "__main__":
    sys.stdout.write(text())
