"""The commands and their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from inpaint_studio import __version__
from inpaint_studio.cli import (
    ablate_arguments,
    argparse_texts,
    batch_arguments,
    fill_arguments,
    suggest_arguments,
    train,
)
from inpaint_studio.cli.common_arguments import (
    add_machine,
    add_quality,
    add_start,
    parse_count,
    parse_seed,
    parse_seeds,
    parse_size,
)
from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import HOLES
from inpaint_studio.texts import mark, tr

PROGRAM = "inpaint-studio"
COMMANDS = ("fill", "batch", "suggest", "train", "evaluate", "ablate", "models", "doctor")

_ABOUT = mark("""\
Fill holes in photographs, and see where every filled pixel came from.

  inpaint-studio [PHOTO]                          open the window, with PHOTO
  inpaint-studio fill PHOTO --mask PNG -o OUT     fill a hole without the window
  inpaint-studio batch PHOTOS... -o OUT           fill many photos, with their masks
  inpaint-studio suggest PHOTO --kind wires -o PNG  find what may be meant as a hole
  inpaint-studio train MODEL --photos DIR         train a network on your own photos
  inpaint-studio evaluate --photos DIR            measure models side by side
  inpaint-studio ablate --attention A,B --photos DIR  train variants of a network and compare them
""")

_EVALUATE = mark("""\
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
""")

_IMPORT = mark("""\
Import weights from the files that their authors published. Their format is detected from their
content; name several files together where they belong together.
""")

_GET = mark("""\
Download published weights, check them and import them. After an interruption the download
continues where it stopped. Where only a browser can download them, their page is printed. Without a
model everything that can be downloaded is listed, what is recommended first. A mirror is the
address of a folder with the files, or of a server that takes the whole address of a file for
{url} in its own.
""")

_EXPORT = mark("""\
Write a network with its weights: .safetensors for its tensors, .pt for TorchScript, .onnx for ONNX.
The exported programs take the image (1x3xHxW, RGB in 0..1) and the hole (1x1xHxW, 1 inside) and
return the filled image.
""")


class _Parser(argparse.ArgumentParser):
    """Reports wrong arguments as InputError, like any other wrong input."""

    def error(self, message: str) -> NoReturn:
        raise InputError(
            tr(
                "{message}{message_2}; see '{prog} --help'.",
                message=message[0].upper(),
                message_2=message[1:].rstrip("."),
                prog=self.prog,
            )
        )

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse as the base class does, but refuse unknown arguments here, where the command is known."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(tr("unrecognized arguments: %s") % " ".join(unknown))
        return found, unknown


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def parser() -> argparse.ArgumentParser:
    """Make the parser of everything but the window. In its result, `command` is the last word of the command."""
    argparse_texts.use()
    usage = f"{PROGRAM} [PHOTO]\n       {PROGRAM} COMMAND ..."
    whole = _Parser(PROGRAM, usage, tr(_ABOUT), formatter_class=_formatter, allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = whole.add_subparsers(title=tr("commands"), metavar="COMMAND", required=True, prog=PROGRAM)
    usage = f"{PROGRAM} fill PHOTO [--mask PNG]... -o OUT ..."
    fill = _command(commands, "fill", tr("fill a hole in a photo"), fill_arguments.ABOUT, usage)
    fill_arguments.add_arguments(fill)
    usage = f"{PROGRAM} batch {batch_arguments.USAGE}"
    batch = _command(commands, "batch", tr("fill the holes of many photos"), batch_arguments.ABOUT, usage)
    batch_arguments.add_arguments(batch)
    usage = f"{PROGRAM} suggest PHOTO --kind KIND [--mask HOLE] -o MASK [--json]"
    suggest = _command(
        commands, "suggest", tr("find wires, dust, text or a shadow to fill"), suggest_arguments.ABOUT, usage
    )
    suggest_arguments.add_arguments(suggest)
    usage = f"{PROGRAM} train MODEL --photos DIR [--minutes M] [--name N] ..."
    train_parser = _command(commands, "train", tr("train a network on your own photos"), train.ABOUT, usage)
    train.add_arguments(train_parser)
    train_parser.set_defaults(command="train")
    usage = f"{PROGRAM} evaluate [--model NAME]... --photos DIR [--masks DIR] [--report DIR] ..."
    evaluate = _command(commands, "evaluate", tr("measure models side by side"), _EVALUATE, usage)
    _add_evaluate_arguments(evaluate)
    usage = f"{PROGRAM} ablate [--attention A,B,C] [--loss A,B,C] --photos DIR --steps N [--report DIR] ..."
    ablate = _command(
        commands, "ablate", tr("train variants of a network and compare them"), ablate_arguments.ABOUT, usage
    )
    ablate_arguments.add_arguments(ablate)
    models = _command(commands, "models", tr("what can fill a hole, and the weights for it"))
    of_models = _add_models_commands(models.add_subparsers(title=tr("commands"), metavar="COMMAND", required=True))
    doctor = _command(commands, "doctor", tr("what this machine has and lacks"))
    for name, command in {
        "fill": fill,
        "batch": batch,
        "suggest": suggest,
        "evaluate": evaluate,
        "ablate": ablate,
        **of_models,
        "doctor": doctor,
    }.items():
        command.add_argument("--json", action="store_true", help=tr("print one JSON object and nothing else"))
        command.set_defaults(command=name)
    return whole


def _command(
    commands: Commands,
    name: str,
    summary: str,
    about: str | None = None,
    usage: str | None = None,
    aliases: tuple[str, ...] = (),
) -> argparse.ArgumentParser:
    about = tr(about) if about else f"{summary[0].upper()}{summary[1:]}."
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        aliases=aliases,
        help=summary,
        description=about,
        usage=usage,
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    return added


def _add_models_commands(verbs: Commands) -> dict[str, argparse.ArgumentParser]:
    """Add the commands of ``models``; return their parsers by name."""
    added = {
        "list": _command(verbs, "list", tr("all models, one a line")),
        "info": _command(verbs, "info", tr("everything about one model, and where its weights are")),
        "import": _command(verbs, "import", tr("import weights from files"), _IMPORT),
        "get": _command(verbs, "get", tr("download published weights and import them"), _GET),
        "export": _command(verbs, "export", tr("write a network with its weights for other programs"), _EXPORT),
        "delete": _command(verbs, "delete", tr("delete imported weights"), aliases=("remove",)),
    }
    added["info"].add_argument("name", metavar="MODEL")
    added["import"].add_argument("files", metavar="FILE", type=Path, nargs="+", help=tr("a checkpoint, or its folder"))
    added["import"].add_argument(
        "--set",
        metavar="K=V",
        action="append",
        default=[],
        help=tr("a setting that the file does not contain; see 'models info'"),
    )
    added["get"].add_argument("model", metavar="MODEL", nargs="?", help=tr("without it: what there is, the best first"))
    added["get"].add_argument("--entry", metavar="ID", help=tr("which of several published sets; see 'models info'"))
    added["get"].add_argument(
        "--mirror", metavar="URL", help=tr("where to look for the files first (default: $INPAINT_STUDIO_MIRROR)")
    )
    added["get"].add_argument(
        "--open", action="store_true", help=tr("open the page where only a browser gets the file")
    )
    for verb in ("import", "get"):
        added[verb].add_argument("--name", metavar="NAME", help=tr("name of the weights (default: after their source)"))
    added["export"].add_argument("model", metavar="MODEL")
    added["export"].add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        required=True,
        help=tr("a name that ends in .safetensors, .pt or .onnx"),
    )
    added["export"].add_argument(
        "--size", metavar="PX", type=parse_size, help=tr("side of the square that .pt and .onnx take")
    )
    added["delete"].add_argument("name", metavar="WEIGHTS")
    return added


def _add_evaluate_arguments(evaluate: argparse.ArgumentParser) -> None:
    files = evaluate.add_argument_group(tr("photos"))
    files.add_argument(
        "--photos", metavar="DIR", type=Path, required=True, help=tr("folder, searched with all its subfolders")
    )
    files.add_argument(
        "--masks", metavar="DIR", type=Path, help=tr("white where the holes are, named after the photos")
    )
    files.add_argument(
        "--pairs", metavar="CSV", type=Path, help=tr("columns photo and mask, optionally kind and group")
    )
    files.add_argument(
        "--holes", metavar="NAME", choices=HOLES, help=tr("drawn holes, where there are no masks (default: mixture)")
    )
    files.add_argument("--holes-seed", metavar="N", type=parse_seed, help=tr("another number draws other holes"))
    files.add_argument("--limit", metavar="N", type=parse_count, help=tr("measure N of the photos, chosen at random"))
    files.add_argument("--report", metavar="DIR", type=Path, help=tr("write a page with figures and images there"))
    files.add_argument(
        "--csv", metavar="FILE", type=Path, help=tr("write the table there, also by group and kind of hole")
    )
    files.add_argument(
        "--keep",
        metavar="FILE",
        type=Path,
        help=tr("write each fill's figures there; again with it: only what is missing"),
    )
    options = evaluate.add_argument_group(tr("options"))
    options.add_argument(
        "--model",
        metavar="NAME",
        dest="models",
        action="append",
        help=tr(
            "may be repeated (default: auto); exemplar:start=none or exemplar:quality=fast has an option of its own"
        ),
    )
    add_quality(options)
    options.add_argument(
        "--seed", metavar="N", type=parse_seed, default=0, help=tr("seed of the fills, not of the holes (default: 0)")
    )
    options.add_argument(
        "--seeds", metavar="N", type=parse_seeds, default=1, help=tr("fill with N seeds and take means (default: 1)")
    )
    add_machine(options)
    add_start(options)
    options.add_argument("--plain", action="store_true", help=tr("whole photos in one pass, for reproducing papers"))


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=100)
