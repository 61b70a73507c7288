"""The arguments of ``inpaint-studio suggest``. Light, as the parser needs them for every command."""

from __future__ import annotations

import argparse
from pathlib import Path

from inpaint_studio.errors import InputError
from inpaint_studio.texts import mark, tr

KINDS = ("shadow", "wires", "dust", "text")  # a copy from engine.masks.suggest.kinds, which is slow to import

ABOUT = mark("""\
Find parts of a photo that may be meant as a hole, and save them as a mask that is white there and can
be given to 'fill --mask'. No network is needed. The rules are strict: rather miss a part than mark
what belongs to the photo.

  shadow   ground beside the hole that is darker, of the same chroma, and touches it; needs --mask
  wires    thin, long, hardly bent lines before a plain background
  dust     small spots and hairs that differ from plain surroundings
  text     rows of small letters of one height, stroke width and colour: captions and date stamps

Parts are marked 3 px wider than they are, because the exact mask would leave a ghost. What --mask
marks already is no part of the result; to fill a thing with its shadow, give 'fill' both masks:
fill PHOTO --mask HOLE --mask MASK -o OUT.
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("photo", metavar="PHOTO", type=Path, help=tr("the photo to look at"))
    parser.add_argument("--kind", choices=KINDS, required=True, help=tr("what to look for"))
    parser.add_argument(
        "-o", "--output", metavar="MASK", type=Path, required=True, help=tr("the mask, a name that ends in .png")
    )
    parser.add_argument("--mask", metavar="HOLE", type=Path, help=tr("the hole, white, beside which a shadow lies"))


def check_names(options: argparse.Namespace) -> None:
    """Raise InputError for files that are missing or named wrongly, before any work is done."""
    output: Path = options.output
    if output.suffix.lower() != ".png":
        raise InputError(tr("{name} is no name for a mask; use .png, which keeps it exact.", name=output.name))
    if options.kind == "shadow" and options.mask is None:
        raise InputError(
            tr("A shadow is looked for beside a hole, and there is none."), tr("Give the hole with --mask HOLE.png.")
        )
    for name, path in (("photo", options.photo), ("hole", options.mask)):
        if path is not None and path.resolve() == output.resolve():
            raise InputError(tr("The mask would be saved over the {name}; give another name with -o.", name=name))
