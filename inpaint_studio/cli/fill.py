"""``inpaint-studio fill``: fill the hole of one photo."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np

from inpaint_studio.cli.console import print_notes, show_progress
from inpaint_studio.cli.fill_flow import check_flow, list_weighed, ranked_sources, read_flow_donors, save_flows, under
from inpaint_studio.cli.fill_hole import read_hole
from inpaint_studio.engine.fill.learned_start import find_start
from inpaint_studio.engine.fill.model_io import raw_arrays
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.fill.run import fill as run
from inpaint_studio.engine.fill.steered import steer_whole
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.machine.devices import check_name
from inpaint_studio.engine.machine.hardware import peak_memory
from inpaint_studio.engine.masks.read import read_area
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.photo import encoding, guides, label_map
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.pairs import pair_paths, save_pair
from inpaint_studio.engine.photo.photo import Photo, open_photo
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.interface import AUTO, Bytes, Guide, LabelClass, Options, Plane
from inpaint_studio.texts import join_facts, tr

_WARM_UP = 0.3  # share of the progress bar
_FIRST = 0.65  # the same at the end of the fill, where another one follows for its flow


def fill(options: Namespace) -> int:
    """Run ``inpaint-studio fill``; return the exit status. Raises InputError and its subclasses."""
    _check_options(options)
    photo = open_photo(options.photo)
    hole = read_hole(options, photo)
    only, of_only = _read_area(options.only, photo, tr("the sampling area"))
    donors, of_donors = _read_area(options.donors, photo, tr("the excluded part"))
    flow_donors, of_other = read_flow_donors(options, photo)
    labels, classes, of_labels = _read_labels(options, photo)
    guide = _read_guide(options, photo, donors, labels)
    print_notes(hole.warnings, stderr=True)
    plane = hole.coverage > 0
    request = Request(
        photo.pixels,
        plane,
        options.model,
        guide,
        _model_options(options),
        options.plain,
        only=only,
        coverage=hole.coverage,
        steering=None if options.source is None else steer_whole(plane, *options.source),
        deep=photo.deep,
        depth=photo.depth,
        icc=photo.meta.colours,
    )
    with show_progress() as listener:
        ticket = Ticket(listener)
        warm_up(request, ticket.part(0.0, _WARM_UP))
        first = 1.0 if flow_donors is None else _FIRST
        result = run(request, ticket.part(_WARM_UP, first))
        other = None if flow_donors is None else run(under(request, flow_donors), ticket.part(first, 1.0))
    notes = [*photo.notes, *hole.notes, *of_only, *of_donors, *of_other, *of_labels, *result.notes]
    if options.flow is not None:
        notes += save_flows(options, result, donors, other, flow_donors, photo.meta.colours)
    if options.dump is not None:
        _save_dump(result, options.dump)
    if options.save_labels is not None:
        notes += _save_labels(result, options.save_labels, labels, classes)
    notes += save_photo(photo, options.output, result.pixels, result.deep)
    if options.before_after is not None:
        saved = save_pair(photo, options.before_after, result.pixels, result.deep)
        notes += [note for note in saved if note not in notes]
    if options.json:
        print(to_json(_to_dict(options, result, [*hole.warnings, *notes])))
    else:
        grown = (tr("hole grown by {grown} px", grown=hole.grown),) if hole.grown else ()
        made = join_facts((result.name_fillers({}), *result.choices, *grown))
        print(f"{options.output} ({made}, {result.seconds:.2f} s)")
        print_notes(notes)
    return 0


def _check_options(options: Namespace) -> None:
    """Raise InputError for mistakes that would otherwise be found after the fill."""
    encoding.target_format(options.output)
    if options.before_after is not None:
        encoding.target_format(options.before_after)
    check_name(options.device)
    if options.model != AUTO:
        model_library().get(options.model)
    find_start(model_library(), options.start)
    if options.model == AUTO and options.plain:
        raise InputError(tr("--plain runs one model as its authors do; name the model with --model."))
    check_flow(options)
    if options.dump is not None and not options.plain:
        raise InputError(tr("--dump saves the output of a plain fill; add --plain."))
    if options.dump is not None and options.dump.suffix.lower() != ".npz":
        raise InputError(tr("{name} is no name for arrays; use .npz.", name=options.dump.name))
    if options.save_labels is not None and options.save_labels.suffix.lower() != ".png":
        raise InputError(tr("{name} is no name for a label map; use .png.", name=options.save_labels.name))
    named = {
        "photo": options.output,
        "flow": options.flow,
        "dump": options.dump,
        "label map": options.save_labels,
    }
    if options.before_after is not None:
        before, after = pair_paths(options.before_after)
        named |= {"photo before": before, "photo after": after}
    taken: dict[Path, str] = {}
    for name, path in named.items():
        if path is None:
            continue
        other = taken.setdefault(path.resolve(), name)
        if other != name:
            raise InputError(
                tr(
                    "The {name} and the {other} would be saved to the same file; give two names.",
                    name=name,
                    other=other,
                )
            )
        encoding.check_target(path)


def _read_area(path: Path | None, photo: Photo, marks: str) -> tuple[Plane | None, tuple[str, ...]]:
    return (None, ()) if path is None else read_area(path, photo.size, marks)


def _read_labels(options: Namespace, photo: Photo) -> tuple[Bytes | None, tuple[LabelClass, ...], tuple[str, ...]]:
    """Return the painted classes in the numbers of the model, the classes they belong to, and sentences about them."""
    traits = None if options.model == AUTO else model_library().get(options.model).traits
    known = () if traits is None else traits.classes
    if options.labels is None:
        return None, known, ()
    found = label_map.read_label_map(options.labels, photo.size)
    if traits is not None:
        found = label_map.match_classes(found, known, traits.title, options.labels.name)
    return found


def _read_guide(options: Namespace, photo: Photo, donors: Plane | None, labels: Bytes | None) -> Guide:
    size = photo.size
    return Guide(
        lines=None if options.lines is None else guides.read_lines(options.lines, size),
        edges=None if options.edges is None else guides.read_edges(options.edges, size),
        labels=labels,
        donors=donors,
    )


def _model_options(options: Namespace) -> Options:
    return Options(
        options.quality,
        options.seed,
        options.device,
        options.threads,
        options.precision,
        adaptation=None if options.adapt is None else options.adapt / 100,
        mirror=options.mirror,
        start=options.start,
        ranked=ranked_sources(options),
    )


def _save_dump(result: Result, path: Path) -> None:
    assert result.raw is not None
    arrays: dict[str, Any] = raw_arrays(result.raw)
    with encoding.open_replacement(path) as file:
        np.savez(file, **arrays)


def _save_labels(result: Result, path: Path, painted: Bytes | None, classes: tuple[LabelClass, ...]) -> tuple[str, ...]:
    """Save the label map that the fill followed: what was painted, and elsewhere what its models predicted."""
    if not result.labels:
        return (tr("This model predicts no labels; none were saved."),)
    numbers = np.zeros(result.pixels.shape[:2], np.uint8)
    for box, predicted in result.labels:
        numbers[box.slices] = predicted
    if painted is not None:
        np.copyto(numbers, painted, where=painted != 0)
    label_map.write_label_map(path, numbers, classes)
    return ()


def _to_dict(options: Namespace, result: Result, notes: list[str]) -> dict[str, Any]:
    return {
        "output": str(options.output),
        "model": result.model,
        "device": result.device,
        "seed": result.seed,
        "seconds": round(result.seconds, 4),
        "cpu_seconds": round(result.cpu_seconds, 4),
        "regions": [
            {"box": list(r.box), "scale": r.scale, "model": r.model, "reason": r.reason} for r in result.regions
        ],
        "weighed": list_weighed(result),
        "peak_memory": peak_memory(),
        "detail": _detail(result),
        "choices": list(result.choices),
        "notes": notes,
    }


def _detail(result: Result) -> str:
    """Return the lowest detail of all regions."""
    found = {region.detail for region in result.regions}
    return next((detail for detail in ("scaled", "copied") if detail in found), "full")
