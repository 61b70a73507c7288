"""The arguments of ``inpaint-studio batch``. Light, as the parser needs them for every command."""

from __future__ import annotations

import argparse
from pathlib import Path

from inpaint_studio.cli.common_arguments import add_machine, add_quality, add_start, parse_integer, parse_seed
from inpaint_studio.cli.suggest_arguments import KINDS
from inpaint_studio.texts import mark, tr

ABOUT = mark("""\
Fill the holes of many photos, each as 'fill' does; formats and metadata are kept. PHOTOS are files,
folders with all their subfolders, and patterns such as 'scans/**/*.jpg'. Results get the names of the
photos and keep their places below a folder; several folders get a folder each. A format that cannot
be saved becomes .png.

The mask of beach.jpg is beach_mask.png beside it, with any ending of an image; with --masks DIR it is
beach_mask.png or beach.png there; --masks FILE is one mask for all. A photo without a mask is filled
where it is transparent. --suggest adds what is found to the hole: then no mask is needed. Where
nothing is marked or found, the photo is copied as it is.

The batch goes on after a photo that fails, and ends with a table. The exit status is 1 if any failed.
With --resume, photos are skipped whose result is there and belongs to the same photo, mask and
options; the content counts, not the time.
""")
USAGE = "PHOTOS... -o OUT [--masks DIR|FILE] [--suggest KIND]... [--workers N] [--resume] ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    files = parser.add_argument_group(tr("photos"))
    files.add_argument("photos", metavar="PHOTOS", nargs="+", help=tr("files, folders and patterns"))
    files.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        required=True,
        help=tr("folder for the results; it is made if needed"),
    )
    files.add_argument(
        "--masks",
        metavar="DIR|FILE",
        type=Path,
        help=tr("the masks, or one for all photos (default: beside the photos)"),
    )
    files.add_argument(
        "--mask-suffix",
        metavar="TEXT",
        default="_mask",
        help=tr("between a photo's name and the ending (default: _mask)"),
    )
    files.add_argument("--invert-mask", action="store_true", help=tr("masks are black where the hole is"))
    files.add_argument(
        "--suggest",
        metavar="KIND",
        choices=KINDS,
        action="append",
        default=[],
        help=tr(
            "add what is found to the hole: text, wires, dust, or the shadow beside what is marked; may be repeated"
        ),
    )
    run = parser.add_argument_group(tr("the run"))
    run.add_argument(
        "--workers",
        metavar="N",
        type=_parse_workers,
        default=1,
        help=tr("processes; each loads its model once (default: 1)"),
    )
    run.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help=tr("let the workers run on this Ray cluster: auto, HOST:PORT or ray://HOST:PORT"),
    )
    run.add_argument("--resume", action="store_true", help=tr("skip what is done already"))
    run.add_argument("--dry-run", action="store_true", help=tr("only list the photos with their masks and results"))
    options = parser.add_argument_group(tr("options"))
    options.add_argument(
        "--model",
        metavar="NAME",
        default="auto",
        help=tr("see 'models list' (default: auto, which chooses by the hole)"),
    )
    add_quality(options)
    options.add_argument(
        "--seed", metavar="N", type=parse_seed, default=0, help=tr("another number gives other fills (default: 0)")
    )
    options.add_argument("--grow", metavar="N", type=_parse_pixels, default=0, help=tr("enlarge the holes by N px"))
    options.add_argument(
        "--feather", metavar="N", type=_parse_pixels, default=0, help=tr("blend their rims over N px outside them")
    )
    add_machine(options)
    add_start(options)


def _parse_workers(text: str) -> int:
    return parse_integer(text, 1, 1024)


def _parse_pixels(text: str) -> int:
    return parse_integer(text, 0, 500)
