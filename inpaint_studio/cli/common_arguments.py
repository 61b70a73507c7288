"""What the arguments of several commands share: how numbers are read, and options of quality and machine."""

from __future__ import annotations

import argparse

from inpaint_studio.texts import tr

# A copy from models.base.interface, which is slow to import.
PRECISIONS = ("auto", "float32", "bfloat16", "float16")


def add_quality(options: argparse._ArgumentGroup) -> None:
    """Add the option of how much time a fill may take."""
    options.add_argument("--quality", choices=("fast", "best"), default="best", help=tr("default: best"))


def add_machine(options: argparse._ArgumentGroup) -> None:
    """Add the options of what computes, and with which numbers."""
    options.add_argument(
        "--device", metavar="NAME", default="auto", help=tr("auto, cpu, cuda, cuda:N or mps (default: auto)")
    )
    options.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help=tr("numbers that networks compute with (default: auto)")
    )
    options.add_argument("--threads", metavar="N", type=_parse_threads, help=tr("default: all cores but one"))


def add_start(options: argparse._ArgumentGroup) -> None:
    """Add the option of what a fill that copies starts from."""
    options.add_argument(
        "--start",
        metavar="NAME",
        default="auto",
        help=tr(
            "the network whose picture a fill that copies starts from; 'none' starts from the "
            "rim of the hole (default: auto, a shipped network in large holes if it was measured "
            "to help)"
        ),
    )


def parse_seed(text: str) -> int:
    """Read the number of a seed."""
    return parse_integer(text, 0, 2**32 - 1)


def parse_seeds(text: str) -> int:
    """Read how many seeds to fill with."""
    return parse_integer(text, 1, 100)


def parse_count(text: str) -> int:
    """Read a number of photos."""
    return parse_integer(text, 1, 10**9)


def parse_size(text: str) -> int:
    """Read the side of a square, px."""
    return parse_integer(text, 1, 4096)


def parse_integer(text: str, low: int, high: int) -> int:
    """Read a whole number from `low` to `high`. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
        raise argparse.ArgumentTypeError(
            tr("'{text}' is not a whole number from {low} to {high}", text=text, low=low, high=high)
        )
    return int(text)


def _parse_threads(text: str) -> int:
    return parse_integer(text, 1, 1024)
