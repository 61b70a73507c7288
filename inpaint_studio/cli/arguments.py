"""What may stand on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from inpaint_studio import __version__
from inpaint_studio.errors import InputError

PROGRAM = "inpaint-studio"
COMMANDS = ("fill", "models", "doctor")

_ABOUT = """\
Fill holes in photographs, and see where every filled pixel came from.

  inpaint-studio [PHOTO]                          open the window, on PHOTO where given
  inpaint-studio fill PHOTO --mask PNG -o OUT     fill a hole without the window
"""

_FILL = """\
Fill the hole in a photo. The mask is white (128 and above) where the hole is; without a mask the
photo's own transparency is the hole. Outside the hole no pixel changes. Masks, lines, edges, labels
and donors are pictures of the photo's size.
"""


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument the way every other wrong input is told."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[0].upper()}{message[1:].rstrip('.')}; see '{self.prog} --help'.")


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def parser() -> argparse.ArgumentParser:
    """The parser of everything but the window; `command` in what it gives is fill, list, info or doctor."""
    usage = f"{PROGRAM} [PHOTO]\n       {PROGRAM} COMMAND ..."
    whole = _Parser(PROGRAM, usage, _ABOUT, formatter_class=_look, allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=PROGRAM)
    fill = _command(commands, "fill", "fill a hole in a photo", _FILL, f"{PROGRAM} fill PHOTO [--mask PNG] -o OUT ...")
    _add_fill_arguments(fill)
    models = _command(commands, "models", "what can fill a hole")
    verbs = models.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = _command(verbs, "list", "all models, one a line")
    info = _command(verbs, "info", "everything about one model")
    info.add_argument("name", metavar="MODEL")
    doctor = _command(commands, "doctor", "what this machine has and lacks")
    for name, command in {"fill": fill, "list": listing, "info": info, "doctor": doctor}.items():
        command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        command.set_defaults(command=name)
    return whole


def _command(
    commands: Commands, name: str, summary: str, about: str | None = None, usage: str | None = None
) -> argparse.ArgumentParser:
    about = about or f"{summary[0].upper()}{summary[1:]}."
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=about, usage=usage, formatter_class=_look, allow_abbrev=False
    )
    return added


def _add_fill_arguments(fill: argparse.ArgumentParser) -> None:
    files = fill.add_argument_group("pictures")
    files.add_argument("photo", metavar="PHOTO", type=Path, help="PNG, JPEG, WebP, TIFF, BMP, GIF, AVIF, ...")
    files.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help=".png .jpg .webp .tif or .bmp")
    for name, metavar, text in (
        ("--mask", "PNG", "white where the hole is (default: where the photo is transparent)"),
        ("--lines", "PNG", "guide lines: every grey value, or every colour, is a line of its own"),
        ("--edges", "PNG", "an edge map, white on black"),
        ("--labels", "PNG", "class numbers, as greys or as a palette"),
        ("--donors", "PNG", "white where nothing may be copied from"),
        ("--flow", "FLOW", "save where the pixels came from, as .png or .flo"),
    ):
        files.add_argument(name, metavar=metavar, type=Path, help=text)
    how = fill.add_argument_group("how")
    how.add_argument("--model", metavar="NAME", default="auto", help="see 'models list' (default: auto, by the hole)")
    how.add_argument("--quality", choices=("fast", "best"), default="best", help="default: best")
    how.add_argument("--seed", metavar="N", type=_seed, default=0, help="another number, another fill (default: 0)")
    how.add_argument("--device", metavar="NAME", default="auto", help="auto, cpu, cuda, cuda:N or mps (default: auto)")
    how.add_argument("--threads", metavar="N", type=_threads, help="default: all cores but one")


def _look(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=100)


def _seed(text: str) -> int:
    return _whole(text, 0, 2**32 - 1)


def _threads(text: str) -> int:
    return _whole(text, 1, 1024)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} to {most}")
    return int(text)
