"""What may stand on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from inpaint_studio import __version__
from inpaint_studio.cli import train
from inpaint_studio.engine.photo import formats
from inpaint_studio.errors import InputError

PROGRAM = "inpaint-studio"
_READ = formats.join_names(each.title for each in formats.FORMATS)
_WRITTEN = formats.join_names(each.suffixes[0] for each in formats.writable_formats())
# As in models.base.interface and engine.flow.colours, which are slow to import.
PRECISIONS = ("auto", "float32", "bfloat16", "float16")
STYLES = ("ours", "official")
HOLES = ("mixture", "brush", "rectangle", "object")
COMMANDS = ("fill", "train", "evaluate", "models", "doctor")

_ABOUT = """\
Fill holes in photographs, and see where every filled pixel came from.

  inpaint-studio [PHOTO]                          open the window, on PHOTO where given
  inpaint-studio fill PHOTO --mask PNG -o OUT     fill a hole without the window
  inpaint-studio train MODEL --photos DIR         train a network on your own photos
  inpaint-studio evaluate --photos DIR            measure models side by side
"""

_FILL = """\
Fill the hole in a photo. The mask is white (128 and above) where the hole is; without a mask the
photo's own transparency is the hole. Outside the hole no pixel changes. Masks, lines, edges, labels
and donors are pictures of the photo's size.

--plain gives the whole photo to the model in one pass, as its authors do: no regions, no scaling,
no matching of tones. --dump then saves what the model answered, by name, as arrays for numpy:
  image    3 x H x W float32, RGB in [0, 1]: the filled picture
  output   3 x H x W float32: what the network drew, before it was put into the photo; not clamped
  coarse   3 x H x W float32: the first stage's picture
  edges    H x W float32 in [0, 1]: the predicted edges
  sources  2 x H x W int32: row and column from each pixel to where it was taken from, in pixels
  weight   H x W float32 in [0, 1]: how sure that is
What the model does not give is left out.
"""

_EVALUATE = """\
Have models fill holes in photos and measure them against what was there: PSNR, SSIM, L1, TV,
sharpness, seam and chi2 inside the hole, and LPIPS and FID over whole pictures where the weights of
their networks are on this machine. Photos and masks are paired by name (beach.jpg has
beach_0_brush.png) or by a table; without masks, holes are drawn, the same ones every time.
"""

_IMPORT = """\
Take in weights from the files that their authors published. What they are is told by what is in
them; several files that belong together are given together.
"""

_GET = """\
Fetch weights from where they were published, check them and take them in. What was fetched before
the connection broke is not fetched again. Where only a browser gets them, the page is told.
"""

_EXPORT = """\
Write a network with its weights: .safetensors for its tensors, .pt for TorchScript, .onnx for ONNX.
The programs take the image (1x3xHxW, RGB in 0..1) and the hole (1x1xHxW, 1 inside) and give the
filled image.
"""


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument the way every other wrong input is told."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[0].upper()}{message[1:].rstrip('.')}; see '{self.prog} --help'.")


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def parser() -> argparse.ArgumentParser:
    """The parser of everything but the window; `command` in what it gives is the last word of the command."""
    usage = f"{PROGRAM} [PHOTO]\n       {PROGRAM} COMMAND ..."
    whole = _Parser(PROGRAM, usage, _ABOUT, formatter_class=_look, allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=PROGRAM)
    fill = _command(commands, "fill", "fill a hole in a photo", _FILL, f"{PROGRAM} fill PHOTO [--mask PNG] -o OUT ...")
    _add_fill_arguments(fill)
    usage = f"{PROGRAM} train MODEL --photos DIR [--minutes M] [--name N] ..."
    learn = _command(commands, "train", "train a network on your own photos", train.ABOUT, usage)
    train.add_arguments(learn)
    learn.set_defaults(command="train")
    usage = f"{PROGRAM} evaluate [--model NAME]... --photos DIR [--masks DIR] [--report DIR] ..."
    evaluate = _command(commands, "evaluate", "measure models side by side", _EVALUATE, usage)
    _add_evaluate_arguments(evaluate)
    models = _command(commands, "models", "what can fill a hole, and the weights for it")
    of_models = _add_models_commands(models.add_subparsers(title="commands", metavar="COMMAND", required=True))
    doctor = _command(commands, "doctor", "what this machine has and lacks")
    for name, command in {"fill": fill, "evaluate": evaluate, **of_models, "doctor": doctor}.items():
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


def _add_models_commands(verbs: Commands) -> dict[str, argparse.ArgumentParser]:
    """The commands below ``models``, by name."""
    added = {
        "list": _command(verbs, "list", "all models, one a line"),
        "info": _command(verbs, "info", "everything about one model, and where its weights are"),
        "import": _command(verbs, "import", "take in weights that somebody published", _IMPORT),
        "get": _command(verbs, "get", "fetch published weights and take them in", _GET),
        "export": _command(verbs, "export", "write a network with its weights for other programs", _EXPORT),
        "remove": _command(verbs, "remove", "delete weights that were taken in"),
    }
    added["info"].add_argument("name", metavar="MODEL")
    added["import"].add_argument("files", metavar="FILE", type=Path, nargs="+", help="a checkpoint, or its folder")
    added["import"].add_argument(
        "--set", metavar="K=V", action="append", default=[], help="choose what the file leaves open; see 'models info'"
    )
    added["get"].add_argument("model", metavar="MODEL")
    added["get"].add_argument("--entry", metavar="ID", help="which of several; see 'models info'")
    added["get"].add_argument("--open", action="store_true", help="open the page where only a browser gets the file")
    for verb in ("import", "get"):
        added[verb].add_argument("--name", metavar="NAME", help="what to call them (default: after their source)")
    added["export"].add_argument("model", metavar="MODEL")
    added["export"].add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help=".safetensors .pt .onnx"
    )
    added["export"].add_argument("--size", metavar="PX", type=_size, help="side of the square that .pt and .onnx take")
    added["remove"].add_argument("name", metavar="WEIGHTS")
    return added


def _add_fill_arguments(fill: argparse.ArgumentParser) -> None:
    files = fill.add_argument_group("pictures")
    files.add_argument("photo", metavar="PHOTO", type=Path, help=_READ)
    files.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help=_WRITTEN)
    for name, metavar, text in (
        ("--mask", "PNG", "white where the hole is (default: where the photo is transparent)"),
        ("--lines", "PNG", "guide lines: every grey value, or every colour, is a line of its own"),
        ("--edges", "PNG", "an edge map, white on black"),
        ("--labels", "PNG", "class numbers, as greys or as a palette"),
        ("--donors", "PNG", "white where nothing may be copied from"),
        ("--flow", "FLOW", "save where the pixels came from, as .png or .flo"),
        ("--dump", "FILE.npz", "with --plain: save what the model answered, in numbers"),
    ):
        files.add_argument(name, metavar=metavar, type=Path, help=text)
    how = fill.add_argument_group("how")
    how.add_argument("--model", metavar="NAME", default="auto", help="see 'models list' (default: auto, by the hole)")
    how.add_argument("--quality", choices=("fast", "best"), default="best", help="default: best")
    how.add_argument("--seed", metavar="N", type=_seed, default=0, help="another number, another fill (default: 0)")
    how.add_argument("--device", metavar="NAME", default="auto", help="auto, cpu, cuda, cuda:N or mps (default: auto)")
    how.add_argument("--precision", choices=PRECISIONS, default="auto", help="of networks (default: auto)")
    how.add_argument("--threads", metavar="N", type=_threads, help="default: all cores but one")
    how.add_argument("--plain", action="store_true", help="the whole photo in one pass, for reproducing papers")
    how.add_argument("--flow-style", choices=STYLES, help="colours of the flow's .png (default: ours)")


def _add_evaluate_arguments(evaluate: argparse.ArgumentParser) -> None:
    files = evaluate.add_argument_group("pictures")
    files.add_argument("--photos", metavar="DIR", type=Path, required=True, help="folder, looked through recursively")
    files.add_argument("--masks", metavar="DIR", type=Path, help="white where the holes are, named after the photos")
    files.add_argument("--pairs", metavar="CSV", type=Path, help="columns photo and mask, and kind and group if known")
    files.add_argument("--holes", choices=HOLES, help="what is drawn where there are no masks (default: mixture)")
    files.add_argument("--limit", metavar="N", type=_count, help="measure N of the pictures, from all over them")
    files.add_argument("--report", metavar="DIR", type=Path, help="write a page with figures and pictures there")
    how = evaluate.add_argument_group("how")
    how.add_argument(
        "--model", metavar="NAME", dest="models", action="append", help="may be given several times (default: auto)"
    )
    how.add_argument("--quality", choices=("fast", "best"), default="best", help="default: best")
    how.add_argument("--seed", metavar="N", type=_seed, default=0, help="of the fills, not of the holes (default: 0)")
    how.add_argument("--device", metavar="NAME", default="auto", help="auto, cpu, cuda, cuda:N or mps (default: auto)")
    how.add_argument("--precision", choices=PRECISIONS, default="auto", help="of networks (default: auto)")
    how.add_argument("--threads", metavar="N", type=_threads, help="default: all cores but one")
    how.add_argument("--plain", action="store_true", help="whole photos in one pass, for reproducing papers")


def _look(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=100)


def _seed(text: str) -> int:
    return _whole(text, 0, 2**32 - 1)


def _size(text: str) -> int:
    return _whole(text, 1, 4096)


def _count(text: str) -> int:
    return _whole(text, 1, 10**9)


def _threads(text: str) -> int:
    return _whole(text, 1, 1024)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} to {most}")
    return int(text)
