"""The arguments of ``inpaint-studio fill``. Light, as the parser needs them for every command."""

from __future__ import annotations

import argparse
from pathlib import Path

from inpaint_studio.cli.common_arguments import add_machine, add_quality, add_start, parse_integer, parse_seed
from inpaint_studio.engine.photo import formats
from inpaint_studio.texts import mark, tr

_READ = formats.join_names(each.title for each in formats.FORMATS)
_WRITTEN = formats.join_names(each.suffixes[0] for each in formats.writable_formats())
# A copy from engine.flow.colours, which is slow to import.
STYLES = ("papers", "motion")
FORMER_STYLES = {"ours": "motion", "official": "papers"}  # as the settings have them, too

ABOUT = mark("""\
Fill the hole in a photo. The mask is white where the hole is; where it is grey, fill and photo are
mixed. Without a mask the photo's own transparency is the hole. Outside the hole no pixel changes.
Masks, lines, edges, labels and parts to copy from are images of the photo's size.

--plain gives the whole photo to the model in one pass, as its authors do: no regions, no scaling,
no matching of tones. --dump then saves the model's own output as named arrays for numpy:
  image    3 x H x W float32, RGB in [0, 1]: the filled image
  output   3 x H x W float32: the network's output before it was put into the photo; not clamped
  coarse   3 x H x W float32: the first stage's image
  edges    H x W float32 in [0, 1]: the predicted edges
  labels   H x W uint8: the predicted numbers of classes
  sources  2 x H x W int32: row and column from each pixel to where it was taken from, in pixels
  weight   H x W float32 in [0, 1]: the confidence of that source
  places   H x W float32 in [0, 1]: how much its attention weighs each place
  units    K float32: how much its attention weighs each channel, or each entry of its memory
Arrays that the model does not have are left out.
""")


def add_arguments(fill: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    _add_files(fill.add_argument_group(tr("images")))
    _add_hole(fill.add_argument_group(tr("the hole")))
    _add_options(fill.add_argument_group(tr("options")))


def _add_files(files: argparse._ArgumentGroup) -> None:
    files.add_argument("photo", metavar="PHOTO", type=Path, help=_READ)
    files.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help=_WRITTEN)
    files.add_argument(
        "--mask",
        metavar="PNG",
        type=Path,
        action="append",
        help=tr(
            "white on black, or paint on transparency; several are filled as one (default: the photo's transparency)"
        ),
    )
    for name, metavar, text in (
        ("--lines", "PNG", tr("guide lines: every grey value, or every colour, is a line of its own")),
        ("--edges", "PNG", tr("an edge map, white on black")),
        (
            "--labels",
            "PNG",
            tr("painted classes: their numbers, as greys or as a palette, or with names as saved here"),
        ),
        ("--donors", "PNG", tr("a mask of what must not be copied; as every mask, white on black or paint")),
        ("--only", "PNG", tr("a mask of what alone may be copied")),
        (
            "--flow",
            "FLOW",
            tr(
                "save where the pixels came from: .png for an image, .html for a page to point at, "
                ".svg for a figure with arrows, .flo for numbers"
            ),
        ),
        (
            "--before-after",
            "FILE",
            tr("save the photo as it was and as it is now, too: for bird.png bird-before.png and bird-after.png"),
        ),
        ("--save-labels", "PNG", tr("save the classes that the model predicted, with their names and colours")),
        ("--dump", "FILE.npz", tr("with --plain: save the model's own output")),
    ):
        files.add_argument(name, metavar=metavar, type=Path, help=text)


def _add_hole(holes: argparse._ArgumentGroup) -> None:
    holes.add_argument(
        "--grow",
        metavar="N",
        type=_parse_pixels,
        help=tr(
            "enlarge it by N px, such as 3 where the exact mask of letters leaves a ghost "
            "(default: 3 with --object, else 0)"
        ),
    )
    holes.add_argument(
        "--object",
        metavar="X,Y,W,H",
        type=_parse_box,
        help=tr("the hole is the object in this box: from the left, from the top, width and height, in pixels"),
    )
    holes.add_argument(
        "--feather", metavar="N", type=_parse_pixels, default=0, help=tr("blend its rim over N px outside it")
    )
    holes.add_argument("--invert-mask", action="store_true", help=tr("the mask is black where the hole is"))
    holes.add_argument(
        "--turn-mask",
        metavar="DEGREES",
        type=_parse_turn,
        help=tr("turn the mask clockwise by 0, 90, 180 or 270; 'camera': as the photo was turned on opening"),
    )


def _add_options(options: argparse._ArgumentGroup) -> None:
    options.add_argument(
        "--model",
        metavar="NAME",
        default="auto",
        help=tr("see 'models list' (default: auto, which chooses by the hole)"),
    )
    add_quality(options)
    options.add_argument(
        "--seed", metavar="N", type=parse_seed, default=0, help=tr("another number gives another fill (default: 0)")
    )
    add_machine(options)
    options.add_argument(
        "--adapt",
        metavar="PERCENT",
        type=_parse_percent,
        help=tr(
            "how far copied colours follow the light of a sky, a wall or a vignette (default: 0; with --from: 100)"
        ),
    )
    options.add_argument("--mirror", action="store_true", help=tr("copy mirrored pieces of the photo, too"))
    add_start(options)
    options.add_argument(
        "--from",
        dest="source",
        metavar="X,Y",
        type=_parse_place,
        help=tr(
            "copy the hole from this place, which its middle comes from; only its rim is searched, whatever the model"
        ),
    )
    options.add_argument("--plain", action="store_true", help=tr("the whole photo in one pass, for reproducing papers"))
    options.add_argument(
        "--flow-donors",
        metavar="PNG",
        type=Path,
        help=tr(
            "with --flow: fill once more with this mask of what must not be copied instead of "
            "--donors, and show both flows side by side"
        ),
    )
    options.add_argument(
        "--flow-style",
        choices=STYLES,
        type=lambda name: FORMER_STYLES.get(name, name),
        help=tr("colours of the flow: papers has pink to the lower left, motion red to the right (default: papers)"),
    )


def _parse_pixels(text: str) -> int:
    return parse_integer(text, 0, 500)


def _parse_turn(text: str) -> int | str:
    if text == "camera":
        return text
    if text in ("0", "90", "180", "270"):
        return int(text)
    raise argparse.ArgumentTypeError(tr("{text} is no turn; use 0, 90, 180, 270 or camera", text=text))


def _parse_percent(text: str) -> int:
    return parse_integer(text, 0, 100)


def _parse_box(text: str) -> tuple[int, int, int, int]:
    """Read "X,Y,W,H", a box in the photo, as (left, top, width, height)."""
    numbers = text.split(",")
    if len(numbers) != 4:
        raise argparse.ArgumentTypeError(
            tr("'{text}' is not a box such as 640,480,200,150 (left, top, width, height)", text=text)
        )
    left, top = (parse_integer(number.strip(), 0, 10**6) for number in numbers[:2])
    width, height = (parse_integer(number.strip(), 1, 10**6) for number in numbers[2:])
    return left, top, width, height


def _parse_place(text: str) -> tuple[int, int]:
    """Read "X,Y", a pixel of the photo, as (row, column)."""
    numbers = text.split(",")
    if len(numbers) != 2:
        raise argparse.ArgumentTypeError(
            tr("'{text}' is not a place such as 640,480 (from the left, from the top)", text=text)
        )
    column, row = (parse_integer(number.strip(), 0, 10**6) for number in numbers)
    return row, column
