"""``inpaint-studio fill``."""

from __future__ import annotations

import contextlib
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from inpaint_studio.engine import encoding, flow, guides
from inpaint_studio.engine.devices import check_name
from inpaint_studio.engine.fill import Request, Result, models_for
from inpaint_studio.engine.fill import fill as run
from inpaint_studio.engine.photo import Photo, hole_from_alpha, open_photo, read_mask, save_photo
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.usage import peak_memory
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.contract import Guide, Options, Plane
from inpaint_studio.models.registry import AUTO, registry

_WARM_UP = 0.3  # of the progress bar


def fill(options: Namespace) -> int:
    """Fills the hole of one photo, as the options say."""
    _check(options)
    photo = open_photo(options.photo)
    request = Request(photo.pixels, _hole(options.mask, photo), options.model, _guide(options, photo), _how(options))
    with _progress() as listener:
        ticket = Ticket(listener)
        models = models_for(request)
        for number, model in enumerate(models):
            edges = (_WARM_UP * part / len(models) for part in (number, number + 1))
            model.warm_up(ticket.part(*edges))
        result = run(request, _Rest(listener))
    notes = [*photo.notes, *result.notes]
    if options.flow is not None:
        notes += _save_flow(result, options.flow)
    notes += save_photo(photo, options.output, result.pixels)
    if options.json:
        print(json.dumps(_report(options, result, notes)))
    else:
        print(f"{options.output} ({_names(result)}, {result.seconds:.2f} s)")
        for note in notes:
            print(f"Note: {note}")
    return 0


class _Rest(Ticket):
    """A ticket that shows its job as the rest of the bar."""

    def __init__(self, listener: Callable[[float, str], None] | None) -> None:
        rest = 1 - _WARM_UP
        super().__init__(listener and (lambda fraction, note: listener(_WARM_UP + rest * fraction, note)))


def _check(options: Namespace) -> None:
    """Raises InputError for what would only be found out when the work is done."""
    encoding.format_of(options.output)
    encoding.check_target(options.output)
    check_name(options.device)
    if options.model != AUTO:
        registry().get(options.model)
    if options.flow is not None:
        if options.flow.suffix.lower() not in (".png", ".flo"):
            raise InputError(
                f"{options.flow.name} is no name for a flow; use .png for its picture or .flo for numbers."
            )
        if options.flow.resolve() == options.output.resolve():
            raise InputError("The flow and the photo would be saved to the same file; give two names.")
        encoding.check_target(options.flow)


def _hole(mask: Path | None, photo: Photo) -> Plane:
    if mask is None:
        return hole_from_alpha(photo)
    hole = read_mask(mask, photo.size)
    if not hole.any():
        raise NoHole(f"{mask.name} has no hole: nothing in it is white (128 and above); paint white what should go.")
    return hole


def _guide(options: Namespace, photo: Photo) -> Guide:
    size = photo.size
    return Guide(
        lines=None if options.lines is None else guides.read_lines(options.lines, size),
        edges=None if options.edges is None else guides.read_edges(options.edges, size),
        labels=None if options.labels is None else guides.read_labels(options.labels, size),
        donors=None if options.donors is None else guides.read_plane(options.donors, size, "donors"),
    )


def _how(options: Namespace) -> Options:
    return Options(options.quality, options.seed, options.device, options.threads)


def _save_flow(result: Result, path: Path) -> list[str]:
    if result.flow is None:
        return ["This model does not tell where its pixels came from; no flow was saved."]
    if path.suffix.lower() == ".flo":
        flow.write_flo(result.flow, path)
    else:
        flow.write_png(result.flow, path, result.pixels)
    return []


def _report(options: Namespace, result: Result, notes: list[str]) -> dict[str, Any]:
    return {
        "output": str(options.output),
        "model": result.model,
        "device": result.device,
        "seed": result.seed,
        "seconds": round(result.seconds, 4),
        "cpu_seconds": round(result.cpu_seconds, 4),
        "regions": [{"box": list(r.box), "scale": r.scale, "model": r.model} for r in result.regions],
        "peak_memory": peak_memory(),
        "detail": "full" if all(r.scale >= 1 for r in result.regions) else "scaled",
        "notes": notes,
    }


def _names(result: Result) -> str:
    return " and ".join(dict.fromkeys(region.model for region in result.regions))


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[float, str], None] | None]:
    """What a ticket tells its progress to: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, note: bar.update(task, completed=fraction, description=note or None)
