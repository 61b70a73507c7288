"""``inpaint-studio train``."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any

from inpaint_studio.engine.machine.priority import run_in_background
from inpaint_studio.errors import StudioError
from inpaint_studio.protocol.events import (
    BestEvent,
    EndEvent,
    EstimateEvent,
    Event,
    FailedEvent,
    NoteEvent,
    ProgressEvent,
    StartedEvent,
)
from inpaint_studio.protocol.request import TrainingRequest, add_options
from inpaint_studio.protocol.speed import Pace
from inpaint_studio.texts import join_facts, mark, tr

ABOUT = mark("""\
Train a network on a folder of photos, or continue from weights it has. The trained weights appear in
'models list' and can be trained further. Some photos are never trained on: they measure how well the
network fills, and the weights that fill them best are saved. Nothing is saved where these are no better
than the start or, from scratch, than a plain spread of colours. Ctrl+C measures the last steps, stops
and saves; a second one leaves the measurement out. A training without a length keeps to the phases of
its paper.
The weights of the last step stay in the output folder as 'last.safetensors', for 'models import'.
The file 'run.toml' in the output folder starts the same training again:
'train --config-file run.toml -o DIR'.
Where TensorBoard is installed, its files are written into 'tensorboard' in the output folder. --log
wandb and --log mlflow write into folders there too, samples of your photos among it, and send them only
where WANDB_MODE=online or MLFLOW_TRACKING_URI is set.
""")
_BUDGETS = (10.0, 60.0, 480.0)  # minutes that an estimate is about


def add_arguments(command: ArgumentParser) -> None:
    """Add the arguments of ``train`` to its parser."""
    add_options(command)


def train(options: Namespace) -> int:
    """Train as the options say; returns the exit status. Raises InputError and its subclasses for what cannot begin."""
    request = TrainingRequest.from_options(options)
    if request.background:  # before torch is imported, whose threads inherit it
        run_in_background()
    if options.events:
        return _train_with_events(request, options.estimate)
    with _Terminal(request.minutes) as terminal:
        _task(options.estimate)(request, [terminal.show])
    return 0


def _task(is_estimate: bool) -> Callable[..., object]:
    if is_estimate:
        from training.run.measure_speed import estimate

        return estimate
    from training.run.train import train

    return train


def _train_with_events(request: TrainingRequest, is_estimate: bool) -> int:
    from training.run.events import stdin_commands, write_to

    write = write_to(sys.stdout)
    has_failed = False

    def listen(event: Event) -> None:
        nonlocal has_failed
        has_failed = has_failed or isinstance(event, FailedEvent)
        write(event)

    try:
        _task(is_estimate)(request, [listen], stdin_commands())
    except StudioError as error:
        if not has_failed:  # it could not begin
            write(FailedEvent(reason=error.plain, code=getattr(error, "event_code", "")))
        raise
    return 0


class _Terminal:
    """Shows a training to the user: a bar and the losses on a terminal, a line at times in a pipe."""

    def __init__(self, minutes: float | None = None) -> None:
        """`minutes` is the length of the training, where that is known."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True)
        self._budgets = _BUDGETS if minutes is None else (minutes,)
        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> _Terminal:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, event: Event) -> None:
        """Show one event; those that the user need not see are ignored."""
        handlers: dict[type[Event], Callable[[Any], None]] = {
            StartedEvent: self._show_start,
            ProgressEvent: self._show_progress,
            BestEvent: self._show_best,
            NoteEvent: self._show_note,
            EstimateEvent: self._show_estimate,
            EndEvent: self._show_end,
        }
        for kind, handler in handlers.items():
            if isinstance(event, kind):
                handler(event)

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def _show_start(self, event: StartedEvent) -> None:
        base = tr("from {base}", base=event.base) if event.base else tr("from scratch")
        self._print(
            tr(
                "Training {system} {base} on {counted} photos ({held_out} held out, {skipped} left "
                "out), {batch} crops of {size} px a step, on {device}.",
                system=event.system,
                base=base,
                counted=event.counted,
                held_out=event.held_out,
                skipped=event.skipped,
                batch=event.batch,
                size=event.size,
                device=event.device,
            )
        )
        self._bar.update(self._task, total=event.steps or (60 * event.minutes if event.minutes else None))

    def _show_progress(self, event: ProgressEvent) -> None:
        losses = "  ".join(f"{name} {value:.4g}" for name, value in event.losses.items() if value is not None)
        done = event.step if event.steps else event.seconds
        where = " · ".join(filter(None, (tr("step {step}", step=event.step), event.phase_text)))
        self._bar.update(self._task, completed=done, description=f"{where}  {losses}")

    def _show_best(self, event: BestEvent) -> None:
        before, now = event.before.psnr, event.figures.psnr
        if event.step and before is not None and now is not None:
            others = [
                f"{name} {value:.2f}"
                for name in ("sharpness", "seam", "ssim", "lpips")
                if (value := getattr(event.figures, name)) is not None
            ]
            figures = join_facts(
                [
                    tr("{now:.2f} dB on held-out crops ({now_2:+.2f} since the start)", now=now, now_2=now - before),
                    *others,
                ]
            )
            self._print(tr("Step {step}: {figures}.", step=event.step, figures=figures))

    def _show_note(self, event: NoteEvent) -> None:
        self._print(event.text)

    def _show_end(self, event: EndEvent) -> None:
        text = (
            tr("Saved as '{name}': {path}", name=event.name, path=event.path)
            if event.name
            else event.unsaved or tr("Nothing was saved.")
        )
        self._print(" ".join(filter(None, (text, event.gain, _describe_others(event)))))
        if event.last is not None and not (event.name and event.best_step == event.step):
            command = shlex.join(["inpaint-studio", "models", "import", str(event.last)])
            self._print(
                tr(
                    "The weights of the last step, {step}, are kept; add them with: {command}",
                    step=event.step,
                    command=command,
                )
            )

    def _show_estimate(self, event: EstimateEvent) -> None:
        pace = Pace.from_event(event)
        if pace is not None:
            self._bar.stop()
            print(f"{_describe_step(pace, event.size, event.device)} {_describe_lengths(pace, self._budgets)}")


def _describe_others(event: EndEvent) -> str:
    """Return a sentence on how other photos are filled before and after; empty where they were not measured."""
    before, after = (None if each is None else each.psnr for each in (event.others_before, event.others))
    if before is None or after is None:
        return ""
    return tr(
        "Other photos, the samples: {before:.2f} dB before, {after:.2f} dB now ({after_2:+.2f}).",
        before=before,
        after=after,
        after_2=after - before,
    )


def _describe_step(pace: Pace, size: int, device: str) -> str:
    crops = (
        tr("{batch} crops of {size} px", batch=pace.batch, size=size)
        if pace.batch > 1
        else tr("one crop of {size} px", size=size)
    )
    seconds = (
        tr("{seconds:.1f} s", seconds=pace.seconds_per_step)
        if pace.seconds_per_step >= 1
        else tr("{value:.0f} ms", value=1000 * pace.seconds_per_step)
    )
    return tr("One step of {crops} takes {seconds} here on {device}.", crops=crops, seconds=seconds, device=device)


def _describe_lengths(pace: Pace, budgets: Sequence[float]) -> str:
    """Return how far the training gets in each of so many minutes."""
    parts: list[str] = []
    for minutes in budgets:
        steps, visits = _round(pace.steps(60 * minutes)), tr("{round} times", round=_round(pace.visits(60 * minutes)))
        photos = (
            tr("each of the {photos} photos to train on", photos=pace.photos)
            if pace.photos > 1
            else tr("the one photo")
        )
        seen = visits if parts else tr("{photos} is used {visits}", photos=photos, visits=visits)
        about = tr("{n} steps", int(steps)) if steps.isdigit() else tr("{steps} steps", steps=steps)
        if minutes >= 60:
            parts.append(tr("{n} hours are about {steps}: {seen}", round(minutes / 60), steps=about, seen=seen))
        else:
            parts.append(tr("{n} minutes are about {steps}: {seen}", round(minutes), steps=about, seen=seen))
    return tr("{parts}.", parts=tr("; ").join(parts))


def _round(number: float) -> str:
    """Return the number with two significant digits; a number of steps has none after the point."""
    return f"{float(f'{number:.2g}'):.0f}" if isinstance(number, int) or number >= 10 else f"{number:.1f}"
