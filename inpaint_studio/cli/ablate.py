"""``inpaint-studio ablate``: train variants of one network and compare them."""

from __future__ import annotations

import contextlib
import logging
import shlex
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inpaint_studio.cli.ablate_arguments import train_arguments
from inpaint_studio.cli.console import print_notes, print_table
from inpaint_studio.cli.parser import PROGRAM
from inpaint_studio.engine.machine.priority import run_in_background
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.json_text import to_json
from inpaint_studio.protocol.events import Event, NoteEvent, ProgressEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from training.ablation.ledger import Ledger
    from training.ablation.runner import VariantTurn

_NOT_SHOWN = ("report", "resume", "json", "command", "background", "workers")  # they change no figure


def ablate(options: Namespace) -> int:
    """Run ``inpaint-studio ablate``; return the exit status. Raises InputError and its subclasses."""
    base = TrainingRequest.from_argv(train_arguments(options))
    if options.resume and options.report is None:
        raise InputError(tr("--resume goes on with what is in a folder; name it with --report."))
    if base.background:  # before torch is imported, whose threads inherit it
        run_in_background()
    from training.ablation import plan, report, runner

    # Lightning reports the precision before every training.
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    if options.report is not None:
        report.check_folder(options.report, resume=options.resume)
    made = plan.make_plan(base, options.attention, options.loss, options.seeds)
    if options.resume:
        runner.find_ledger(made, options.report)
    with _open_folder(options.report) as folder, AblationTerminal(base) as terminal:
        try:
            found = runner.run_ablation(made, folder, terminal.show, resume=options.resume)
        except (StudioError, KeyboardInterrupt) as error:
            is_begun = options.report is not None and runner.forget_unless_begun(folder)
            if is_begun and not isinstance(error, InputError):
                terminal.print(
                    tr(
                        "Stopped. The same command with --resume goes on with what is in {report}.",
                        report=options.report,
                    )
                )
            raise
        if options.report is not None:
            report.write_report(folder, found, _command(options))
    _print_result(found, options)
    return 0


@contextlib.contextmanager
def _open_folder(report: Path | None) -> Iterator[Path]:
    """Yield the folder of the ablation and keep other programs out; one without `report` is removed at the end."""
    from inpaint_studio.file_lock import try_lock

    if report is None:
        with tempfile.TemporaryDirectory(prefix="inpaint-ablation-") as name:
            yield Path(name)
        return
    is_new = not report.exists()
    try:
        with try_lock(report.absolute() / "ablation.part") as is_ours:
            if not is_ours:
                raise InputError(
                    tr("Another ablation runs in {report}; wait for it, or choose another folder.", report=report)
                )
            yield report
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            tr("Nothing can be written to {report} ({reason}); choose another folder.", report=report, reason=reason)
        ) from error
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # it is not empty
                report.rmdir()


def _command(options: Namespace) -> str:
    """Return the command as it could be typed again; folders and files by their own names only."""
    parts = [PROGRAM, "ablate"]
    for name, value in vars(options).items():
        if name in _NOT_SHOWN or value in (None, (), []):
            continue
        flag = f"--{name.replace('_', '-')}"
        if name in ("photos", "masks", "vgg"):
            parts += [flag, Path(value).resolve().name]
        elif isinstance(value, tuple):
            parts += [flag, ",".join(map(str, value))]
        elif isinstance(value, list):
            parts += [part for each in value for part in (flag, each)]
        else:
            parts += [flag, str(value)]
    return shlex.join(parts)


def _print_result(found: Ledger, options: Namespace) -> None:
    """Print the figures on stdout, what they show below them, and where the page is."""
    from training.ablation import sentences, tables
    from training.ablation.summary import summarise

    summary = summarise(found)
    if options.json:
        rows: list[dict[str, Any]] = [
            {"variant": name, "figures": {figure: own.means[name]._asdict() for figure, own in summary.items()
                                          if name in own.means}}
            for name in found.variants
        ]  # fmt: skip
        print(to_json(rows))
        return
    columns = tables.shown_columns(summary)
    head = ["variant", *(column.title for column in columns), "parameters", "ms"]
    lines = [head]
    for row in tables.list_figures(found, summary):
        cost = found.costs.get(row.name)
        spent = ["", ""] if cost is None else [f"{cost.parameters:,}", f"{cost.milliseconds or 0:.1f}"]
        lines.append([row.name, *(_cell(cell.text, cell.spread) for cell in row.cells), *spent])
    print_table(lines)
    print_notes(sentences.describe_findings(found, summary))
    if options.report is not None:
        print(tr("Report: {report}", report=options.report / "index.html"))


def _cell(text: str, spread: str) -> str:
    return f"{text} ({spread})" if spread else text


class AblationTerminal:
    """Shows how far an ablation is: a bar on a terminal; in a pipe a line for each training."""

    def __init__(self, base: TrainingRequest) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._base = base
        self._console = Console(stderr=True)
        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task("", total=1.0)
        self._notes: set[str] = set()

    def __enter__(self) -> AblationTerminal:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def print(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=not sys.stderr.isatty())

    def show(self, turn: VariantTurn, event: Event | None) -> None:
        """Show the beginning of a training, or one of its events."""
        title = tr(
            "{number} of {total}: {name}, seed {seed}",
            number=turn.number,
            total=turn.total,
            name=turn.variant.name,
            seed=turn.seed,
        )
        if event is None:
            self.print(f"{title}{' (known)' if turn.is_known else ''}")
            self._bar.update(self._task, description=title, completed=(turn.number - 1) / turn.total)
        elif isinstance(event, ProgressEvent):
            share = self._share(event)
            done = (turn.number - 1 + share) / turn.total
            self._bar.update(
                self._task, description=tr("{title} · step {step}", title=title, step=event.step), completed=done
            )
        elif isinstance(event, NoteEvent) and event.text not in self._notes:  # once, not for each variant
            self._notes.add(event.text)
            self.print(event.text)

    def _share(self, event: ProgressEvent) -> float:
        """Return the share of the training that is done, 0 to 1."""
        if self._base.steps is not None:
            return min(1.0, event.step / self._base.steps)
        return min(1.0, event.seconds / (60 * (self._base.minutes or 1.0)))
