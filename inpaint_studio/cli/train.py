"""``inpaint-studio train``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.speed import Pace

ABOUT = """\
Train a network on a folder of photos, or go on from weights it has. What comes of it stands in
'models list' and can be trained further. Photos are divided into some that are learnt from and some
that are only measured with; the weights that fill those best are kept. Ctrl+C stops and keeps them.
Where TensorBoard is installed, what it shows is written into 'tensorboard' in the output folder.
"""
_BUDGETS = (10.0, 60.0, 480.0)  # minutes an estimate tells of


def add_arguments(command: ArgumentParser) -> None:
    """The arguments of ``train``."""
    command.add_argument("model", metavar="MODEL", help="a network, or the name of weights to go on from")
    command.add_argument("--photos", metavar="DIR", type=Path, required=True, help="folder, looked through recursively")
    command.add_argument("-o", "--output", metavar="DIR", type=Path, help="for checkpoint, samples and a copy")
    command.add_argument("--from", dest="weights", metavar="WEIGHTS", help="begin with these; 'scratch' for none")
    command.add_argument("--name", metavar="N", help="of the weights that come of it")
    long = command.add_argument_group("how long (until it is stopped, where neither is given)")
    long.add_argument("--steps", metavar="N", type=int)
    long.add_argument("--minutes", metavar="M", type=float)
    long.add_argument("--patience", metavar="N", type=int, help="end after N measurements without a better one")
    long.add_argument(
        "--estimate", action="store_true", help="take a few steps, tell how far it would get, keep nothing"
    )
    how = command.add_argument_group("how")
    how.add_argument("--size", metavar="PX", type=int, help="side of the crops (default: the paper's)")
    how.add_argument("--batch", metavar="N", type=int, help="pictures a step (default: the paper's; 4 on a processor)")
    how.add_argument("--devices", metavar="N", type=int, default=1, help="cards or processes (default: 1)")
    how.add_argument("--nodes", metavar="N", type=int, default=1, help="machines (default: 1)")
    how.add_argument("--precision", default="auto", help="auto, float32 or bfloat16 (default: auto)")
    how.add_argument("--set", dest="settings", metavar="NAME=VALUE", action="append", default=[], help="of the recipe")
    how.add_argument("--without", metavar="TERMS", default="", help="losses to do without: perceptual, style or both")
    how.add_argument("--vgg", metavar="FILE", type=Path, help="torchvision's weights of the VGG that a recipe asks for")
    how.add_argument("--workers", metavar="N", type=int, help="processes that load photos")
    how.add_argument("--save-minutes", metavar="M", type=float, default=5.0, help="between checkpoints (default: 5)")
    how.add_argument("--seed", metavar="N", type=int, default=0)
    how.add_argument("--resume", action="store_true", help="go on from the checkpoint in the output folder")
    how.add_argument("--events", action="store_true", help="JSON lines on stdout; commands on stdin, one a line")


def train(options: Namespace) -> int:
    """Trains as the options say. Raises InputError and its kind for what cannot begin."""
    _check(options)
    from inpaint_studio.protocol.arguments import Training
    from training.run.events import stdin_commands, to_stream

    asked = Training(
        model=options.model,
        photos=options.photos,
        out=options.output,
        weights=options.weights,
        name=options.name,
        steps=options.steps,
        minutes=options.minutes,
        size=options.size,
        batch=options.batch,
        devices=options.devices,
        nodes=options.nodes,
        precision=options.precision,
        settings=_assignments(options.settings),
        without=tuple(term for term in options.without.split(",") if term.strip()),
        vgg=options.vgg,
        resume=options.resume,
        seed=options.seed,
        workers=options.workers,
        patience=options.patience,
        save_minutes=options.save_minutes,
    )
    work: Callable[..., object]
    if options.estimate:
        from training.run.speed_test import estimate as work
    else:
        from training.run.train import train as work
    if options.events:
        work(asked, [to_stream(sys.stdout)], stdin_commands())
        return 0
    with _Terminal(options.minutes) as terminal:
        work(asked, [terminal.listen])
    return 0


def _check(options: Namespace) -> None:
    """Raises InputError for numbers that mean nothing."""
    least = {"steps": 1, "batch": 1, "devices": 1, "nodes": 1, "patience": 1, "workers": 0, "seed": 0, "size": 32}
    most = {"seed": 2**32 - 1, "size": 4096}
    for name, bound in least.items():
        value = getattr(options, name)
        if value is not None and value < bound:
            raise InputError(f"--{name} must be {bound} or more.")
        if value is not None and value > most.get(name, value):
            raise InputError(f"--{name} must be {most[name]} or less.")
    if options.minutes is not None and not 0 < options.minutes < 1e6:
        raise InputError("--minutes must be a number above 0.")
    if not 0 <= options.save_minutes < 1e6:
        raise InputError("--save-minutes must be a number of 0 or more.")
    if options.estimate and options.resume:
        raise InputError("--estimate tells of a training from its beginning; leave --resume out.")


def _assignments(pairs: list[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise InputError(f"'{pair}' is no setting; write --set NAME=VALUE.")
        settings[name.strip()] = value.strip()
    return settings


class _Terminal:
    """Shows a training to a person: a bar and the losses on a terminal, a line now and then in a pipe."""

    def __init__(self, minutes: float | None = None) -> None:
        """`minutes` is how long it is to go on, where that is known."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True)
        self._live = self._console.is_terminal
        self._budgets = _BUDGETS if minutes is None else (minutes,)
        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, disable=not self._live)
        self._task = self._bar.add_task("", total=None)
        self._tell: dict[str, Callable[[dict[str, Any]], None]] = {
            "started": self._started,
            "progress": self._progress,
            "best": self._best,
            "note": lambda facts: self._line(facts["text"]),
            "stopped": self._ended,
            "done": self._ended,
            "estimate": self._estimate,
        }

    def __enter__(self) -> _Terminal:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def listen(self, event: str, facts: dict[str, Any]) -> None:
        if event in self._tell:
            self._tell[event](facts)

    def _line(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def _started(self, facts: dict[str, Any]) -> None:
        base = f"from {facts['base']}" if facts["base"] else "from nothing"
        self._line(
            f"Training {facts['system']} {base} on {facts['counted']} photos ({facts['held_out']} held out, "
            f"{facts['skipped']} left out), {facts['batch']} crops of {facts['size']} px a step, on {facts['device']}."
        )
        self._bar.update(self._task, total=facts["steps"] or (60 * facts["minutes"] if facts["minutes"] else None))

    def _progress(self, facts: dict[str, Any]) -> None:
        losses = "  ".join(f"{name} {value:.4g}" for name, value in facts["losses"].items())
        done = facts["step"] if facts["steps"] else facts["seconds"]
        self._bar.update(self._task, completed=done, description=f"step {facts['step']}  {losses}")

    def _best(self, facts: dict[str, Any]) -> None:
        if facts["step"]:
            before, now = facts["before"]["psnr"], facts["figures"]["psnr"]
            self._line(f"Step {facts['step']}: {now:.2f} dB on held-out photos ({now - before:+.2f} since the start).")

    def _ended(self, facts: dict[str, Any]) -> None:
        self._line(f"Saved as '{facts['name']}': {facts['path']}" if facts["name"] else "Nothing was saved.")

    def _estimate(self, facts: dict[str, Any]) -> None:
        pace = Pace.told(facts)
        if pace is not None:
            self._bar.stop()
            print(f"{_one_step(pace, facts['size'], facts['device'])} {_in_all(pace, self._budgets)}")


def _one_step(pace: Pace, size: int, device: str) -> str:
    crops = f"{pace.batch} crops of {size} px" if pace.batch > 1 else f"one crop of {size} px"
    seconds = (
        f"{pace.seconds_per_step:.1f} s" if pace.seconds_per_step >= 1 else f"{1000 * pace.seconds_per_step:.0f} ms"
    )
    return f"One step of {crops} takes {seconds} here on {device}."


def _in_all(pace: Pace, budgets: Sequence[float]) -> str:
    """How far it gets in so many minutes each."""
    told: list[str] = []
    for minutes in budgets:
        steps, visits = _about(pace.steps(60 * minutes)), f"{_about(pace.visits(60 * minutes))} times"
        number, unit = (minutes / 60, "hour") if minutes >= 60 else (minutes, "minute")
        lasting = f"{number:g} {unit}{' is' if number == 1 else 's are'}"
        photos = f"each of the {pace.photos} photos it learns from" if pace.photos > 1 else "the one photo"
        seen = visits if told else f"{photos} is seen {visits}"
        told.append(f"{lasting} about {steps} step{'' if steps == '1' else 's'}: {seen}")
    return "; ".join(told) + "."


def _about(number: float) -> str:
    """With two digits that mean something; none after the point where they count steps."""
    return f"{float(f'{number:.2g}'):.0f}" if isinstance(number, int) or number >= 10 else f"{number:.1f}"
