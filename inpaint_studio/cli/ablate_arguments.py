"""The arguments of ``inpaint-studio ablate``. Imports neither torch nor `training`."""

from __future__ import annotations

import argparse
from pathlib import Path

from inpaint_studio.cli.common_arguments import parse_seed
from inpaint_studio.texts import mark, tr

ABOUT = """\
Train one network in several variants that differ in one choice, measure each on the same held-out
crops, and write a page with figures, costs and pictures side by side. All variants get the same
photos, holes, order, seeds and steps.
  --attention none,self,ccnet      the block in the network's place for attention; 'models info
                                   MODEL' lists the names
  --loss none,wgan-gp,hinge+tv     what the network learns from beside L1: 'none' is L1 alone; a critic
                                   (deepfill-v1: wgan-gp, vanilla, lsgan, hinge; deepfill-v2: hinge;
                                   lama: vanilla); perceptual, style, tv; several with +
With both, every block is trained with every loss. The first variant is the one that the others are
compared with. Losses named perceptual and style need torchvision's file of a VGG (--vgg). A weight
that is set, such as --set adversarial=0.01, counts in every variant that has that loss.
With --report DIR all that is found is kept there at once. Ctrl+C stops; the same command with
--resume goes on, and may name more variants and seeds. Without --report nothing is kept.
"""
# Options of ``train`` that hold for every variant: flag, metavar, help.
_FOR_ALL = (
    ("--steps", "N", mark("steps of each training")),
    ("--minutes", "M", mark("length of each training; with --steps: at most")),
    ("--size", "PX", mark("side of the crops (default: 64)")),
    ("--batch", "N", mark("images a step (default: as for 'train')")),
    ("--schedule", "KIND", mark("of the learning rates: constant, plateau or cosine (default: constant)")),
    ("--warm-up", "N", mark("steps until the full rate (default: 0)")),
    ("--clip", "NORM", mark("largest norm of an update's gradients (default: none)")),
    ("--colours", "CHANGES", mark("how far crops change in colour: none, small or wide (default: small)")),
    ("--precision", "PRECISION", mark("auto, float32, bfloat16 or float16 (default: auto)")),
    ("--holes", "NAME", mark("holes to train and to measure on (default: the paper's)")),
    ("--masks", "DIR", mark("folder of mask files to use instead, white in the hole")),
    ("--without", "LOSSES", mark("losses to leave out in all variants: perceptual, style or both")),
    ("--vgg", "FILE", mark("torchvision's weights of the VGG that a loss needs")),
    ("--workers", "N", mark("processes that load photos")),
)
_REPEATED = (
    ("--config", "NAME=VALUE", mark("how the network of all variants is built; see 'models info'")),
    ("--set", "NAME=VALUE", mark("a setting of the recipe for all variants")),
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of ``ablate`` to its parser."""
    command.add_argument(
        "--photos", metavar="DIR", type=Path, required=True, help=tr("folder, with all its subfolders")
    )
    command.add_argument(
        "--model", metavar="MODEL", default="deepfill-v1", help=tr("the network (default: deepfill-v1)")
    )
    command.add_argument("--attention", metavar="A,B,C", type=_parse_names, default=(), help=tr("attention blocks"))
    command.add_argument("--loss", metavar="A,B,C", type=_parse_names, default=(), help=tr("losses beside L1"))
    command.add_argument(
        "--seeds",
        metavar="S,S",
        type=_parse_seeds,
        default=(0, 1),
        help=tr("each variant once with each (default: 0,1)"),
    )
    command.add_argument("--report", metavar="DIR", type=Path, help=tr("keep everything there, and write the page"))
    command.add_argument("--resume", action="store_true", help=tr("go on with the ablation in the folder of --report"))
    group = command.add_argument_group(tr("every training (as for 'train')"))
    for flag, metavar, text in _FOR_ALL:
        group.add_argument(flag, metavar=metavar, help=text)
    for flag, metavar, text in _REPEATED:
        group.add_argument(flag, metavar=metavar, action="append", default=[], help=text)
    group.add_argument(
        "--background", action="store_true", help=tr("let other programs go first, leave one core to them")
    )


def train_arguments(options: argparse.Namespace) -> list[str]:
    """Return the arguments of ``train`` that all variants have in common, as `TrainingRequest.from_argv` reads them."""
    found = [options.model, f"--photos={options.photos}"]
    for flag, _, _ in _FOR_ALL:
        value = getattr(options, flag.lstrip("-").replace("-", "_"))
        if value is not None:
            found.append(f"{flag}={value}")
    for flag, _, _ in _REPEATED:
        found += [f"{flag}={value}" for value in getattr(options, flag.lstrip("-"))]
    return [*found, "--background"] if options.background else found


def _parse_names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    if not all(names):
        raise argparse.ArgumentTypeError(
            tr("'{text}' has an empty name in it; write names with commas between them", text=text)
        )
    return names


def _parse_seeds(text: str) -> tuple[int, ...]:
    return tuple(parse_seed(part.strip()) for part in text.split(","))
