"""The commands and their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from inpaint_studio import __version__
from inpaint_studio.cli import suggest_arguments, train
from inpaint_studio.engine.photo import formats
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import HOLES

PROGRAM = "inpaint-studio"
_READ = formats.join_names(each.title for each in formats.FORMATS)
_WRITTEN = formats.join_names(each.suffixes[0] for each in formats.writable_formats())
# Copies from models.base.interface and engine.flow.colours, which are slow to import.
PRECISIONS = ("auto", "float32", "bfloat16", "float16")
STYLES = ("papers", "motion")
FORMER_STYLES = {"ours": "motion", "official": "papers"}  # as the settings have them, too
COMMANDS = ("fill", "suggest", "train", "evaluate", "models", "doctor")

_ABOUT = """\
Fill holes in photographs, and see where every filled pixel came from.

  inpaint-studio [PHOTO]                          open the window, with PHOTO
  inpaint-studio fill PHOTO --mask PNG -o OUT     fill a hole without the window
  inpaint-studio suggest PHOTO --kind wires -o PNG  find what may be meant as a hole
  inpaint-studio train MODEL --photos DIR         train a network on your own photos
  inpaint-studio evaluate --photos DIR            measure models side by side
"""

_FILL = """\
Fill the hole in a photo. The mask is white (128 and above) where the hole is; without a mask the
photo's own transparency is the hole. Outside the hole no pixel changes. Masks, lines, edges, labels
and parts to copy from are images of the photo's size.

--plain gives the whole photo to the model in one pass, as its authors do: no regions, no scaling,
no matching of tones. --dump then saves the model's own output as named arrays for numpy:
  image    3 x H x W float32, RGB in [0, 1]: the filled image
  output   3 x H x W float32: the network's output before it was put into the photo; not clamped
  coarse   3 x H x W float32: the first stage's image
  edges    H x W float32 in [0, 1]: the predicted edges
  sources  2 x H x W int32: row and column from each pixel to where it was taken from, in pixels
  weight   H x W float32 in [0, 1]: the confidence of that source
Arrays that the model does not have are left out.
"""

_EVALUATE = """\
Let models fill holes in photos and measure the fills against the photos: PSNR, SSIM, L1, TV,
sharpness, seam and chi2 inside the hole, and LPIPS, FID and KID over whole images where the weights
of their networks are on this machine. Photos and masks are paired by name (beach.jpg has
beach_0_brush.png) or by a table; without masks, holes are drawn, every time the same:
  mixture, brush, rectangle, object   this program's own
  centre, centre-half                 a square of 56 of 128 px (Context Encoder), of 128 of 256 px
  half-rectangle                      a rectangle of 96 to 128 of 256 px (GLCIC)
  free-form, free-form-box            strokes (DeepFill v2), and with a box as it trains
  random-walk                         random walks (PConv as naoto0804 trains it)
  free-form-inside, random-walk-inside   the same, 50 of 512 px away from the border
  lama-thin-256, -medium-, -thick-, -512   LaMa's sets of narrow to wide strokes and boxes
Every mean has a 95 % interval, and a model is marked as better than another only where that is not
luck with these photos.
"""

_IMPORT = """\
Import weights from the files that their authors published. Their format is detected from their
content; name several files together where they belong together.
"""

_GET = """\
Download published weights, check them and import them. After an interruption the download
continues where it stopped. Where only a browser can download them, their page is printed.
"""

_EXPORT = """\
Write a network with its weights: .safetensors for its tensors, .pt for TorchScript, .onnx for ONNX.
The exported programs take the image (1x3xHxW, RGB in 0..1) and the hole (1x1xHxW, 1 inside) and
return the filled image.
"""


class _Parser(argparse.ArgumentParser):
    """Reports wrong arguments as InputError, like any other wrong input."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[0].upper()}{message[1:].rstrip('.')}; see '{self.prog} --help'.")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse as the base class does, but refuse unknown arguments here, where the command is known."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def parser() -> argparse.ArgumentParser:
    """Make the parser of everything but the window. In its result, `command` is the last word of the command."""
    usage = f"{PROGRAM} [PHOTO]\n       {PROGRAM} COMMAND ..."
    whole = _Parser(PROGRAM, usage, _ABOUT, formatter_class=_formatter, allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=PROGRAM)
    usage = f"{PROGRAM} fill PHOTO [--mask PNG]... -o OUT ..."
    fill = _command(commands, "fill", "fill a hole in a photo", _FILL, usage)
    _add_fill_arguments(fill)
    usage = f"{PROGRAM} suggest PHOTO --kind KIND [--mask HOLE] -o MASK [--json]"
    suggest = _command(
        commands, "suggest", "find wires, dust, text or a shadow to fill", suggest_arguments.ABOUT, usage
    )
    suggest_arguments.add_arguments(suggest)
    usage = f"{PROGRAM} train MODEL --photos DIR [--minutes M] [--name N] ..."
    train_parser = _command(commands, "train", "train a network on your own photos", train.ABOUT, usage)
    train.add_arguments(train_parser)
    train_parser.set_defaults(command="train")
    usage = f"{PROGRAM} evaluate [--model NAME]... --photos DIR [--masks DIR] [--report DIR] ..."
    evaluate = _command(commands, "evaluate", "measure models side by side", _EVALUATE, usage)
    _add_evaluate_arguments(evaluate)
    models = _command(commands, "models", "what can fill a hole, and the weights for it")
    of_models = _add_models_commands(models.add_subparsers(title="commands", metavar="COMMAND", required=True))
    doctor = _command(commands, "doctor", "what this machine has and lacks")
    for name, command in {
        "fill": fill,
        "suggest": suggest,
        "evaluate": evaluate,
        **of_models,
        "doctor": doctor,
    }.items():
        command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        command.set_defaults(command=name)
    return whole


def _command(
    commands: Commands, name: str, summary: str, about: str | None = None, usage: str | None = None
) -> argparse.ArgumentParser:
    about = about or f"{summary[0].upper()}{summary[1:]}."
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=about, usage=usage, formatter_class=_formatter, allow_abbrev=False
    )
    return added


def _add_models_commands(verbs: Commands) -> dict[str, argparse.ArgumentParser]:
    """Add the commands of ``models``; return their parsers by name."""
    added = {
        "list": _command(verbs, "list", "all models, one a line"),
        "info": _command(verbs, "info", "everything about one model, and where its weights are"),
        "import": _command(verbs, "import", "import weights from files", _IMPORT),
        "get": _command(verbs, "get", "download published weights and import them", _GET),
        "export": _command(verbs, "export", "write a network with its weights for other programs", _EXPORT),
        "remove": _command(verbs, "remove", "delete imported weights"),
    }
    added["info"].add_argument("name", metavar="MODEL")
    added["import"].add_argument("files", metavar="FILE", type=Path, nargs="+", help="a checkpoint, or its folder")
    added["import"].add_argument(
        "--set",
        metavar="K=V",
        action="append",
        default=[],
        help="a setting that the file does not contain; see 'models info'",
    )
    added["get"].add_argument("model", metavar="MODEL")
    added["get"].add_argument("--entry", metavar="ID", help="which of several published sets; see 'models info'")
    added["get"].add_argument("--open", action="store_true", help="open the page where only a browser gets the file")
    for verb in ("import", "get"):
        added[verb].add_argument("--name", metavar="NAME", help="name of the weights (default: after their source)")
    added["export"].add_argument("model", metavar="MODEL")
    added["export"].add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help="a name that ends in .safetensors, .pt or .onnx"
    )
    added["export"].add_argument(
        "--size", metavar="PX", type=_parse_size, help="side of the square that .pt and .onnx take"
    )
    added["remove"].add_argument("name", metavar="WEIGHTS")
    return added


def _add_fill_arguments(fill: argparse.ArgumentParser) -> None:
    files = fill.add_argument_group("images")
    files.add_argument("photo", metavar="PHOTO", type=Path, help=_READ)
    files.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help=_WRITTEN)
    files.add_argument(
        "--mask",
        metavar="PNG",
        type=Path,
        action="append",
        help="white on black, or paint on transparency; several are filled as one (default: the photo's transparency)",
    )
    for name, metavar, text in (
        ("--lines", "PNG", "guide lines: every grey value, or every colour, is a line of its own"),
        ("--edges", "PNG", "an edge map, white on black"),
        ("--labels", "PNG", "class numbers, as greys or as a palette"),
        ("--donors", "PNG", "a mask of what must not be copied; as every mask, white on black or paint"),
        ("--only", "PNG", "a mask of what alone may be copied"),
        ("--flow", "FLOW", "save where the pixels came from, as .png or .flo"),
        ("--dump", "FILE.npz", "with --plain: save the model's own output"),
    ):
        files.add_argument(name, metavar=metavar, type=Path, help=text)
    holes = fill.add_argument_group("the hole")
    holes.add_argument(
        "--grow",
        metavar="N",
        type=_parse_pixels,
        help="enlarge it by N px, such as 3 where the exact mask of letters leaves a ghost (default: 3 with --object, "
        "else 0)",
    )
    holes.add_argument(
        "--object",
        metavar="X,Y,W,H",
        type=_parse_box,
        help="the hole is the object in this box: from the left, from the top, width and height, in pixels",
    )
    holes.add_argument(
        "--feather", metavar="N", type=_parse_pixels, default=0, help="blend its rim over N px outside it"
    )
    holes.add_argument("--invert-mask", action="store_true", help="the mask is black where the hole is")
    holes.add_argument(
        "--turn-mask",
        metavar="DEGREES",
        type=_parse_turn,
        help="turn the mask clockwise by 0, 90, 180 or 270; 'camera': as the photo was turned on opening",
    )
    options = fill.add_argument_group("options")
    options.add_argument(
        "--model", metavar="NAME", default="auto", help="see 'models list' (default: auto, which chooses by the hole)"
    )
    options.add_argument("--quality", choices=("fast", "best"), default="best", help="default: best")
    options.add_argument(
        "--seed", metavar="N", type=_parse_seed, default=0, help="another number gives another fill (default: 0)"
    )
    options.add_argument(
        "--device", metavar="NAME", default="auto", help="auto, cpu, cuda, cuda:N or mps (default: auto)"
    )
    options.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="numbers that networks compute with (default: auto)"
    )
    options.add_argument(
        "--adapt",
        metavar="PERCENT",
        type=_parse_percent,
        help="how far copied colours follow the light of a sky, a wall or a vignette (default: 0; with --from: 100)",
    )
    options.add_argument("--mirror", action="store_true", help="copy mirrored pieces of the photo, too")
    options.add_argument("--threads", metavar="N", type=_parse_threads, help="default: all cores but one")
    options.add_argument(
        "--from",
        dest="source",
        metavar="X,Y",
        type=_parse_place,
        help="copy the hole from this place, which its middle comes from; only its rim is searched, whatever the model",
    )
    options.add_argument("--plain", action="store_true", help="the whole photo in one pass, for reproducing papers")
    options.add_argument(
        "--flow-style",
        choices=STYLES,
        type=lambda name: FORMER_STYLES.get(name, name),
        help="colours of the flow's .png: papers has pink to the lower left, motion red to the right (default: papers)",
    )


def _add_evaluate_arguments(evaluate: argparse.ArgumentParser) -> None:
    files = evaluate.add_argument_group("photos")
    files.add_argument(
        "--photos", metavar="DIR", type=Path, required=True, help="folder, searched with all its subfolders"
    )
    files.add_argument("--masks", metavar="DIR", type=Path, help="white where the holes are, named after the photos")
    files.add_argument("--pairs", metavar="CSV", type=Path, help="columns photo and mask, optionally kind and group")
    files.add_argument(
        "--holes", metavar="NAME", choices=HOLES, help="drawn holes, where there are no masks (default: mixture)"
    )
    files.add_argument("--holes-seed", metavar="N", type=_parse_seed, help="another number draws other holes")
    files.add_argument("--limit", metavar="N", type=_parse_count, help="measure N of the photos, chosen at random")
    files.add_argument("--report", metavar="DIR", type=Path, help="write a page with figures and images there")
    options = evaluate.add_argument_group("options")
    options.add_argument(
        "--model", metavar="NAME", dest="models", action="append", help="may be repeated (default: auto)"
    )
    options.add_argument("--quality", choices=("fast", "best"), default="best", help="default: best")
    options.add_argument(
        "--seed", metavar="N", type=_parse_seed, default=0, help="seed of the fills, not of the holes (default: 0)"
    )
    options.add_argument(
        "--seeds", metavar="N", type=_parse_seeds, default=1, help="fill with N seeds and take means (default: 1)"
    )
    options.add_argument(
        "--device", metavar="NAME", default="auto", help="auto, cpu, cuda, cuda:N or mps (default: auto)"
    )
    options.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="numbers that networks compute with (default: auto)"
    )
    options.add_argument("--threads", metavar="N", type=_parse_threads, help="default: all cores but one")
    options.add_argument("--plain", action="store_true", help="whole photos in one pass, for reproducing papers")


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=100)


def _parse_seed(text: str) -> int:
    return _parse_integer(text, 0, 2**32 - 1)


def _parse_size(text: str) -> int:
    return _parse_integer(text, 1, 4096)


def _parse_pixels(text: str) -> int:
    return _parse_integer(text, 0, 500)


def _parse_count(text: str) -> int:
    return _parse_integer(text, 1, 10**9)


def _parse_seeds(text: str) -> int:
    return _parse_integer(text, 1, 100)


def _parse_turn(text: str) -> int | str:
    if text == "camera":
        return text
    if text in ("0", "90", "180", "270"):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no turn; use 0, 90, 180, 270 or camera")


def _parse_percent(text: str) -> int:
    return _parse_integer(text, 0, 100)


def _parse_threads(text: str) -> int:
    return _parse_integer(text, 1, 1024)


def _parse_box(text: str) -> tuple[int, int, int, int]:
    """Read "X,Y,W,H", a box in the photo, as (left, top, width, height)."""
    numbers = text.split(",")
    if len(numbers) != 4:
        raise argparse.ArgumentTypeError(f"'{text}' is not a box such as 640,480,200,150 (left, top, width, height)")
    left, top = (_parse_integer(number.strip(), 0, 10**6) for number in numbers[:2])
    width, height = (_parse_integer(number.strip(), 1, 10**6) for number in numbers[2:])
    return left, top, width, height


def _parse_place(text: str) -> tuple[int, int]:
    """Read "X,Y", a pixel of the photo, as (row, column)."""
    numbers = text.split(",")
    if len(numbers) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not a place such as 640,480 (from the left, from the top)")
    column, row = (_parse_integer(number.strip(), 0, 10**6) for number in numbers)
    return row, column


def _parse_integer(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {low} to {high}")
    return int(text)
