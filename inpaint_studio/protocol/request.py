"""The request for one training, shared by the command line, the window and the training itself.

Every field of `TrainingRequest` declares its command-line option beside its type and default, so the parser, the
arguments of a process and the training cannot disagree. Imports no Qt and no torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, NamedTuple, NoReturn, get_args, get_origin, get_type_hints

from inpaint_studio.errors import InputError
from inpaint_studio.protocol import run_file
from inpaint_studio.protocol.speed import EVALUATE_EVERY
from inpaint_studio.texts import mark, name_all, name_either, tr

SCRATCH = "scratch"  # value of --from that starts with an untrained network
FEATURE_LOSSES = ("perceptual", "style")  # losses that compare the features of a trained VGG
BEST_BY = ("psnr", "ssim", "lpips")  # figures by which the best weights can be chosen
COLOURS = ("none", "small", "wide")  # changes of crops for --colours: those of training.data.colour_changes
LOWER_IS_BETTER = frozenset({"lpips"})
LEAST_SIZE, MOST_SIZE = 32, 4096  # px per side of a crop
COMMAND = "train"
EVENTS, ESTIMATE = "--events", "--estimate"  # switches of the command beside the request
CONFIG_FILE = "--config-file"  # option of the command that takes the request from a file

# Names of sets of holes for --holes: a copy of those in training.data.hole_sets.
HOLES = (
    "mixture", "brush", "rectangle", "object", "centre", "centre-half", "half-rectangle", "free-form",
    "free-form-inside", "free-form-box", "random-walk", "random-walk-inside", "lama-thin-256", "lama-medium-256",
    "lama-thick-256", "lama-thin-512", "lama-medium-512", "lama-thick-512",
)  # fmt: skip
# Fields that a file of a training does not have: they are about one start of it.
NOT_IN_FILE = ("output", "resume")
# An option, and the one of a file whose value is void where the option is written beside the file.
_REPLACES = (("holes", "masks"), ("masks", "holes"), ("weights", "weights_hash"))
_MAIN = ""
_DURATION = mark("how long (without these: until it is stopped)")
_METHOD = mark("how")


class Option(NamedTuple):
    """How a field is written on the command line."""

    help: str
    metavar: str | None = None  # None: a switch without a value
    flags: tuple[str, ...] = ()  # empty: "--" and the name of the field
    group: str = _METHOD
    least: float | None = None
    most: float | None = None
    above_least: bool = False  # whether `least` itself is too small
    positional: bool = False
    repeated: bool = False  # given once for each item; other tuples are one comma-separated value


@dataclass(frozen=True)
class TrainingRequest:
    """What to train, on which photos, and for how long. None leaves a value to the recipe or to the machine."""

    model: Annotated[
        str, Option(mark("a network, or the name of weights to continue from"), "MODEL", group=_MAIN, positional=True)
    ]
    photos: Annotated[Path, Option(mark("folder, searched with all its subfolders"), "DIR", group=_MAIN)]
    output: Annotated[
        Path | None, Option(mark("for checkpoint, samples and a copy"), "DIR", ("-o", "--output"), group=_MAIN)
    ] = None
    weights: Annotated[
        str | None,
        Option(
            mark("start with this set, or its file; 'scratch': an untrained network"),
            "WEIGHTS",
            ("--from",),
            group=_MAIN,
        ),
    ] = None
    weights_hash: Annotated[
        str | None,
        Option(
            mark("refuse other weights to start from than those with this SHA-256"),
            "HEX",
            ("--from-sha256",),
            group=_MAIN,
        ),
    ] = None
    name: Annotated[str | None, Option(mark("name of the trained weights"), "N", group=_MAIN)] = None
    steps: Annotated[int | None, Option(mark("number of steps"), "N", group=_DURATION, least=1)] = None
    minutes: Annotated[
        float | None, Option(mark("length in minutes"), "M", group=_DURATION, least=0, most=1e6, above_least=True)
    ] = None
    patience: Annotated[
        int | None, Option(mark("end after N measurements without a better one"), "N", group=_DURATION, least=1)
    ] = None
    best_by: Annotated[
        str, Option(mark("figure that decides which weights are best: psnr, ssim or lpips (default: psnr)"), "FIGURE")
    ] = "psnr"
    keep_best: Annotated[
        int, Option(mark("files of the best weights in the output folder (default: 1)"), "K", least=0, most=100)
    ] = 1
    size: Annotated[
        int | None,
        Option(
            mark("side of the crops (default: that of the weights, or the paper's)"),
            "PX",
            least=LEAST_SIZE,
            most=MOST_SIZE,
        ),
    ] = None
    more_sizes: Annotated[
        tuple[str, ...], Option(mark("smaller sides for some of the batches, such as 64,96 (default: none)"), "PX,PX")
    ] = ()
    colours: Annotated[
        str, Option(mark("how far crops change in colour: none, small or wide (default: small)"), "CHANGES")
    ] = "small"
    batch: Annotated[
        int | None, Option(mark("images a step (default: the paper's; 4 or more on a processor)"), "N", least=1)
    ] = None
    devices: Annotated[int, Option(mark("graphics cards, or processes without one (default: 1)"), "N", least=1)] = 1
    nodes: Annotated[int, Option(mark("machines (default: 1)"), "N", least=1)] = 1
    precision: Annotated[str, Option(mark("auto, float32, bfloat16 or float16 (default: auto)"), "PRECISION")] = "auto"
    compile: Annotated[bool, Option(mark("compile the networks first, where this machine has a compiler"))] = False
    schedule: Annotated[
        str,
        Option(mark("of the learning rates in each phase: constant, plateau or cosine (default: constant)"), "KIND"),
    ] = "constant"
    warm_up: Annotated[int, Option(mark("steps until the full rate, in each phase (default: 0)"), "N", least=0)] = 0
    clip: Annotated[
        float | None,
        Option(
            mark("largest norm of an update's gradients (default: none)"), "NORM", least=0, most=1e9, above_least=True
        ),
    ] = None
    holes: Annotated[
        str | None, Option(mark("holes to train on: NAME, or NAME:SHARE,NAME:SHARE (default: the paper's)"), "NAME")
    ] = None
    masks: Annotated[
        Path | None, Option(mark("folder of mask files to train on instead, white in the hole"), "DIR")
    ] = None
    labels: Annotated[
        Path | None,
        Option(
            mark("folder of label maps, PNGs named like the photos (default: classes that are found in them)"), "DIR"
        ),
    ] = None
    config: Annotated[
        tuple[str, ...],
        Option(mark("how an untrained network is built; see 'models info'"), "NAME=VALUE", repeated=True),
    ] = ()
    settings: Annotated[
        tuple[str, ...], Option(mark("a setting of the recipe"), "NAME=VALUE", ("--set",), repeated=True)
    ] = ()
    without_losses: Annotated[
        tuple[str, ...], Option(mark("losses to leave out: perceptual, style or both"), "LOSSES", ("--without",))
    ] = ()
    critic_warm_up: Annotated[
        int | None,
        Option(
            mark("updates that new discriminators learn alone when fine-tuning (default: 100)"), "N", least=0, most=1e6
        ),
    ] = None
    vgg: Annotated[Path | None, Option(mark("torchvision's weights of the VGG that a recipe needs"), "FILE")] = None
    workers: Annotated[int | None, Option(mark("processes that load photos"), "N", least=0)] = None
    background: Annotated[bool, Option(mark("let other programs go first, and leave one core to them"))] = False
    save_minutes: Annotated[float, Option(mark("between checkpoints (default: 5)"), "M", least=0, most=1e6)] = 5.0
    evaluate_seconds: Annotated[
        float, Option(mark("between measurements with the held-out photos (default: 60)"), "S", least=0, most=1e12)
    ] = EVALUATE_EVERY
    report_seconds: Annotated[
        float, Option(mark("between reports of progress (default: 0.5)"), "S", least=0, most=1e6)
    ] = 0.5
    log: Annotated[
        tuple[str, ...],
        Option(
            mark("where figures go: tensorboard, wandb, mlflow or none (default: tensorboard if installed)"), "NAMES"
        ),
    ] = ()
    seed: Annotated[
        int, Option(mark("another number, other crops and holes (default: 0)"), "N", least=0, most=2**32 - 1)
    ] = 0
    resume: Annotated[bool, Option(mark("continue from the checkpoint in the output folder"))] = False

    def to_argv(self) -> list[str]:
        """Return the arguments that `from_argv` turns into an equal request; values left at their default are absent.

        `model` must not begin with a dash, as no name of a model does.
        """
        argv = [self.model]
        for field in fields(self)[1:]:
            value, option = getattr(self, field.name), _options()[field.name].option
            if value == field.default:
                continue
            flag = _flags(field.name, option)[-1]
            if option.metavar is None:
                argv.append(flag)
            elif isinstance(value, tuple):
                argv += [f"{flag}={item}" for item in (value if option.repeated else (",".join(value),))]
            else:
                argv.append(f"{flag}={value:g}" if isinstance(value, float) and _is_exact(value) else f"{flag}={value}")
        return argv

    @classmethod
    def from_argv(cls, argv: Sequence[str]) -> TrainingRequest:
        """Parse arguments that follow ``train``. Raises InputError with a sentence where they are not valid."""
        parser = _Parser(COMMAND, add_help=False, allow_abbrev=False)
        add_options(parser)
        return cls.from_options(parser.parse_args(list(argv)))

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> TrainingRequest:
        """Build a request from what a parser with `add_options` returned, on top of its file if it names one.

        Raises InputError for values that are missing or out of range, and for a file that cannot be used.
        """
        values = _defaults() | cls._from_file(options.config_file)
        values |= {other: None for name, other in _REPLACES if hasattr(options, name)}
        for name, (kind, option) in _options().items():
            if hasattr(options, name):
                chosen = getattr(options, name)
                both = kind is tuple and option.repeated
                values[name] = (*values[name], *chosen) if both else tuple(chosen) if kind is tuple else chosen
        missing = [name for name in ("model", "photos") if values.get(name) is None]
        if missing:
            needed = {"model": "MODEL", "photos": "--photos DIR"}
            raise InputError(
                tr("{names} must be given; see 'train --help'.", names=name_all([needed[name] for name in missing]))
            )
        for name, (_, option) in _options().items():
            if isinstance(values[name], int | float) and not isinstance(values[name], bool):
                _check_range(_flags(name, option)[-1], values[name], option)
        if options.estimate and values["resume"]:
            raise InputError(
                tr("{estimate} is about a training from its start; leave --resume out.", estimate=ESTIMATE)
            )
        if values["holes"] is not None and values["masks"] is not None:
            raise InputError(tr("--holes draws holes where there are no masks; leave out either."))
        for name, words in (("best_by", BEST_BY), ("colours", COLOURS)):
            if values[name] not in words:
                flag = _flags(name, _options()[name].option)[0]
                raise InputError(
                    tr(
                        "{flag} must be {words}, not '{values}'.",
                        flag=flag,
                        words=name_either(words),
                        values=values[name],
                    )
                )
        request = cls(**values)
        request.assignments()
        request.configuration()
        request.smaller_sizes()
        return request

    @staticmethod
    def _from_file(path: Path | None) -> dict[str, Any]:
        if path is None:
            return {}
        kinds = {name: kind for name, (kind, _) in _options().items() if name not in NOT_IN_FILE}
        return run_file.read(path, kinds)

    def assignments(self) -> dict[str, str]:
        """Return `settings` as values by name. Raises InputError for one that is not written NAME=VALUE."""
        return _assignments(self.settings, "--set")

    def configuration(self) -> dict[str, str]:
        """Return `config` as values by name. Raises InputError for one that is not written NAME=VALUE."""
        return _assignments(self.config, "--config")

    def smaller_sizes(self) -> tuple[int, ...]:
        """Return `more_sizes` as numbers, px. Raises InputError for one that is no whole number of 32 or more."""
        for text in self.more_sizes:
            if not (text.isascii() and text.isdigit() and LEAST_SIZE <= int(text[:9]) <= MOST_SIZE):
                needed = tr(
                    "whole numbers from {least_size} to {most_size} with commas between them",
                    least_size=LEAST_SIZE,
                    most_size=MOST_SIZE,
                )
                raise InputError(tr("--more-sizes must be {needed}, not '{text}'.", needed=needed, text=text[:40]))
        return tuple(sorted({int(text) for text in self.more_sizes}))

    def command(self) -> list[str]:
        """Return the arguments, from "train" on, of a process that another one follows and sends commands to.

        It trains in the background: the user works on in the window that starts it.
        """
        paths = {name: getattr(self, name) for name in ("photos", "vgg", "masks", "labels")}
        absolute: Any = {name: path.absolute() for name, path in paths.items() if path is not None}
        return [COMMAND, *replace(self, **absolute, background=True).to_argv(), EVENTS]

    def estimate_command(self) -> list[str]:
        """Return the arguments, from "train" on, of a process that times a few steps and keeps nothing.

        Equal for requests that take equal steps, whatever their names, lengths and seeds: all phases are timed.
        """
        timed = replace(self, output=None, name=None, steps=None, minutes=1.0, patience=None, seed=0, resume=False)
        return [*timed.command(), ESTIMATE]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train`` to `parser`: those of the request, ``--events`` and ``--estimate``."""
    groups: dict[str, Any] = {_MAIN: parser}
    for name, (kind, option) in _options().items():
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(tr(option.group))
        group = groups[option.group]
        if option.positional:
            group.add_argument(name, metavar=option.metavar, help=tr(option.help), nargs="?", default=argparse.SUPPRESS)
            continue
        # What is not written stays absent, so that a file's value can take its place.
        how: dict[str, Any] = {"dest": name, "help": tr(option.help), "default": argparse.SUPPRESS}
        if option.metavar is None:
            how["action"] = "store_true"
        else:
            how |= {"metavar": option.metavar, "type": _names if kind is tuple and not option.repeated else kind}
            if option.repeated:
                how |= {"action": "append", "type": str}
            elif kind is tuple:
                how["action"] = "extend"  # written twice, both count
        group.add_argument(*_flags(name, option), **how)
    text = tr("start as this file says, such as the run.toml of a run folder; other options come on top")
    groups[_MAIN].add_argument(CONFIG_FILE, metavar="FILE", type=Path, help=text)
    text = tr("take a few steps, report how far it would get, keep nothing")
    groups[_DURATION].add_argument(ESTIMATE, action="store_true", help=text)
    groups[_METHOD].add_argument(
        EVENTS, action="store_true", help=tr("JSON lines on stdout; commands on stdin, one a line")
    )


def _defaults() -> dict[str, Any]:
    return {field.name: None if field.default is MISSING else field.default for field in fields(TrainingRequest)}


class _Declared(NamedTuple):
    kind: type
    option: Option


@cache
def _options() -> dict[str, _Declared]:
    """Type and option of each field, by its name."""
    declared = {}
    for name, hint in get_type_hints(TrainingRequest, include_extras=True).items():
        kind, option = get_args(hint)
        if get_origin(kind) is tuple:
            kind = tuple
        elif NoneType in get_args(kind):
            kind = next(part for part in get_args(kind) if part is not NoneType)
        declared[name] = _Declared(kind, option)
    return declared


def _flags(name: str, option: Option) -> tuple[str, ...]:
    return option.flags or (f"--{name.replace('_', '-')}",)


def _assignments(texts: Sequence[str], flag: str) -> dict[str, str]:
    parsed = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(tr("'{text}' is not a setting; write {flag} NAME=VALUE.", text=text, flag=flag))
        parsed[name.strip()] = value.strip()
    return parsed


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_exact(value: float) -> bool:
    """Return whether the short form of the number is the number itself."""
    return float(f"{value:g}") == value


def _check_range(flag: str, value: float, option: Option) -> None:
    """Raise InputError where `value` is not in the range of `option`; not a number never is."""
    least, most = option.least, option.most
    if least is not None and not (value > least if option.above_least else value >= least):
        if option.above_least:
            raise InputError(tr("{flag} must be a number above {least:g}.", flag=flag, least=least))
        raise InputError(
            tr("{flag} must be a number of {least:g} or more.", flag=flag, least=least)
            if isinstance(value, float)
            else tr("{flag} must be {least:g} or more.", flag=flag, least=least)
        )
    if most is not None and not value <= most:
        raise InputError(
            tr("{flag} must be a number of {most:.12g} or less.", flag=flag, most=most)
            if isinstance(value, float)
            else tr("{flag} must be {most:.12g} or less.", flag=flag, most=most)
        )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[0].upper()}{message[1:].rstrip('.')}.")
