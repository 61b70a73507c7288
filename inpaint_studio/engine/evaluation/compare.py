"""Let several models fill the same holes and measure each fill against the photo."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation import deep_metrics, metrics
from inpaint_studio.engine.evaluation.dataset import EVERY, Case
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, NoWeights, StudioError
from inpaint_studio.models.base.interface import AUTO, Bytes, Options, Plane
from inpaint_studio.models.base.network_model import NetworkModel

FIGURES = ("psnr", "ssim", "l1", "tv", "tv_ratio", "lpips", "fid", "sharpness", "seam", "chi2", "seconds")
SIZES = ((0.1, "<10 %"), (0.2, "10-20 %"), (0.3, "20-30 %"), (0.4, "30-40 %"), (1.0, "40+ %"))  # hole to photo
PERFECT = 99.0  # dB, for a fill without any error, so that means are finite
_WARM_UP = 0.2  # share of a photo's progress that the warm-up takes


class Watcher(Protocol):
    """Called with every fill that was measured: the numbers of case and model, the photo (H x W x 3), hole and fill."""

    def __call__(self, number: int, model: int, truth: Bytes, hole: Plane, filled: Bytes) -> None: ...


class LeftOut(NamedTuple):
    """A photo that is not in the figures."""

    case: Case
    model: str  # the one that could not fill it; "" where the photo could not be read
    reason: str  # a sentence that names no folder

    @property
    def sentence(self) -> str:
        """Photo, model and reason on one line."""
        by = f" by {self.model}" if self.model else ""
        return self.reason if self.reason.startswith(self.case.photo.name) else f"{self.case.name}{by}: {self.reason}"


class Row(NamedTuple):
    """Means over the `n` photos of one group with one kind of hole; a figure that is not known is None."""

    model: str
    group: str
    kind: str
    n: int
    figures: dict[str, float | None]


@dataclass
class Comparison:
    """The results of `compare`."""

    models: list[str]
    cases: list[Case]
    measured: dict[str, dict[int, dict[str, float]]] = field(default_factory=dict)  # model -> case -> figure
    shares: dict[int, float] = field(default_factory=dict)  # case -> share of the photo that is hole, in [0, 1]
    left_out: list[LeftOut] = field(default_factory=list)
    fid: dict[str, float] = field(default_factory=dict)  # model -> FID
    notes: list[str] = field(default_factory=list)  # sentences for the user
    missing: list[deep_metrics.Missing] = field(default_factory=list)

    @property
    def compared(self) -> list[int]:
        """The numbers of the cases that are in the figures: those filled by every model that fills any."""
        filled = [set(own) for own in self.measured.values() if own]
        return sorted(set.intersection(*filled)) if filled else []

    def rows(self) -> list[Row]:
        """Return means over all cases, by size and kind of the hole and by the photo's group; one row a model."""
        return [
            self._row(model, group, kind, numbers if self.measured.get(model) else [])
            for group, kind, numbers in self._divide_cases()
            for model in self.models
        ]

    def psnr(self, number: int) -> float:
        """Return mean PSNR of that case over the models that filled it, dB."""
        return float(np.mean([own[number]["psnr"] for own in self.measured.values() if number in own]))

    def _divide_cases(self) -> Iterator[tuple[str, str, list[int]]]:
        """Yield group, kind of hole, and the numbers of the cases in both."""
        every = self.compared
        yield EVERY, EVERY, every
        sizes = {
            number: next(label for most, label in SIZES if self.shares[number] < most or most == 1) for number in every
        }
        labels = [label for _, label in SIZES]
        kinds = {number: self.cases[number].kind for number in every}
        groups = {number: self.cases[number].group for number in every}
        for label in labels:
            if label in sizes.values():
                yield EVERY, label, [number for number in every if sizes[number] == label]
        for kind in sorted({kind for kind in kinds.values() if kind and kind not in labels}):
            yield EVERY, kind, [number for number in every if kinds[number] == kind]
        for group in sorted({group for group in groups.values() if group}):
            yield group, EVERY, [number for number in every if groups[number] == group]

    def _row(self, model: str, group: str, kind: str, numbers: Sequence[int]) -> Row:
        own = self.measured.get(model, {})
        means: dict[str, float | None] = {}
        for name in FIGURES:
            values = [own[number][name] for number in numbers if math.isfinite(own[number].get(name, math.nan))]
            means[name] = float(np.mean(values)) if values else None
        means["fid"] = self.fid.get(model) if group == kind == EVERY else None
        return Row(model, group, kind, len(numbers), means)


def check_models(names: Sequence[str], plain: bool) -> None:
    """Raise UnknownModel, NoWeights, or InputError where one of the models cannot fill with these options."""
    for name in names:
        if name == AUTO:
            if plain:
                raise InputError("--plain runs one model as its authors do; name the models with --model.")
            continue
        model = model_library().get(name)
        if isinstance(model, NetworkModel) and weights_of(model) is None:
            raise NoWeights(
                f"{model.traits.title} has no weights yet; 'inpaint-studio models info {name}' says where they are "
                "published."
            )


def compare(
    cases: Sequence[Case],
    models: Sequence[str],
    options: Options,
    plain: bool,
    ticket: Ticket,
    watch: Watcher | None = None,
) -> Comparison:
    """Fill every case with each of `models`, one photo in memory at a time, and measure the fills.

    A photo that cannot be read or filled is left out with its reason. Raises InputError where none is left, what
    `check_models` raises, Cancelled, and whatever `watch` raises.
    """
    check_models(models, plain)
    found = Comparison(list(dict.fromkeys(models)), list(cases))
    run = _Run(found, options, plain, watch)
    for place in range(len(found.models)):
        run.model(place, ticket)
    if not found.compared:
        raise InputError(f"No photo could be measured. {found.left_out[0].sentence}")
    run.finish(ticket)
    return found


class _Run:
    """A comparison that is running: model after model, so that only one network is in memory."""

    def __init__(self, found: Comparison, options: Options, plain: bool, watch: Watcher | None) -> None:
        self._found, self._options, self._plain, self._watch = found, options, plain, watch
        self._warm: set[str] = set()
        self._unreadable: set[int] = set()
        self._lpips = deep_metrics.load_lpips()
        enough = len(found.cases) >= deep_metrics.LEAST_FOR_FID
        self._inception = deep_metrics.load_inception() if enough else None
        self._truths: dict[int, NDArray[np.float64]] = {}
        self._fills: dict[tuple[str, int], NDArray[np.float64]] = {}
        found.missing = [
            metric for metric in (self._lpips, self._inception) if isinstance(metric, deep_metrics.Missing)
        ]
        found.notes = [missing.reason for missing in found.missing]

    def model(self, place: int, ticket: Ticket) -> None:
        """Fill and measure every case with the model of this number."""
        found = self._found
        name = found.models[place]
        found.measured[name] = {}
        total = len(found.models) * len(found.cases)
        for number, case in enumerate(found.cases):
            done = place * len(found.cases) + number
            note = f"{name}: {number + 1} of {len(found.cases)}"
            ticket.report(done / total, note)
            if number not in self._unreadable:
                self._case(name, place, number, case, _CaseTicket(ticket, done / total, (done + 1) / total, note))

    def _case(self, name: str, place: int, number: int, case: Case, ticket: _CaseTicket) -> None:
        found = self._found
        opened = self._try("", case, case.open)
        if opened is None:
            self._unreadable.add(number)
            return
        truth, hole = opened
        measured = self._try(name, case, lambda: self._measure(name, number, truth, hole, ticket))
        if measured is None:
            return
        figures, filled = measured
        found.measured[name][number] = figures
        found.shares[number] = float(hole.mean())
        if self._watch is not None:  # an error there ends the run: it does not depend on this photo
            self._watch(number, place, truth, hole, filled)

    def _measure(
        self, name: str, number: int, truth: Bytes, hole: Plane, ticket: _CaseTicket
    ) -> tuple[dict[str, float], Bytes]:
        pixels = truth.copy()
        pixels[hole] = 0  # no model sees the original pixels
        request = Request(pixels, hole, name, options=self._options, plain=self._plain)
        self._warm.update(warm_up(request, ticket.part(0.0, _WARM_UP), self._warm))
        result = fill(request, ticket.part(_WARM_UP, 1.0))
        filled = result.pixels[..., :3]
        figures = metrics.figures(filled, truth, hole)._asdict() | {"seconds": result.seconds}
        figures |= metrics.similarity(filled, truth, hole)._asdict()
        figures["psnr"] = min(PERFECT, figures["psnr"])
        if isinstance(self._lpips, deep_metrics.Lpips):
            distance = self._lpips.distance(filled, truth)
            figures |= {} if distance is None else {"lpips": distance}
        if isinstance(self._inception, deep_metrics.Inception):
            if number not in self._truths:
                self._truths[number] = self._inception.features(truth)
            self._fills[name, number] = self._inception.features(filled)
        return figures, filled

    def _try(self, model: str, case: Case, step: Callable[[], Any]) -> Any:
        """Return the result of `step`; None where it fails, with the reason added to the photos that are left out."""
        try:
            return step()
        except Cancelled:
            raise
        except StudioError as error:
            reason = str(error)
        except MemoryError:
            reason = "there is not enough memory for it."
        except Exception as error:  # a model may be a plug-in, and one photo must not stop the others
            reason = f"a fault of the model: {type(error).__name__}: {error}"
        self._found.left_out.append(LeftOut(case, model, _without_folders(reason, case)))
        return None

    def finish(self, ticket: Ticket) -> None:
        """Add the notes, and the figures that need all photos."""
        found, numbers = self._found, self._found.compared
        found.notes += [
            f"{name} filled none of the photos; it has no figures." for name in found.models if not found.measured[name]
        ]
        out = len(found.cases) - len(numbers)
        if out:
            common = "; the figures are over those that every model filled" if len(found.models) > 1 else ""
            found.notes.append(f"{out} of {len(found.cases)} photos are left out{common}.")
        if not isinstance(self._inception, deep_metrics.Inception) or len(numbers) < deep_metrics.LEAST_FOR_FID:
            if not isinstance(self._inception, deep_metrics.Missing):
                found.notes.append(f"FID is left out: it needs {deep_metrics.LEAST_FOR_FID} photos or more.")
            return
        truths = np.stack([self._truths[number] for number in numbers])
        for name in found.models:
            ticket.report(1.0, f"{name}: FID")
            if found.measured[name]:
                fills = np.stack([self._fills[name, number] for number in numbers])
                found.fid[name] = deep_metrics.frechet_distance(fills, truths)
        found.notes += [self._inception.note] if self._inception.note else []
        if len(numbers) < deep_metrics.ENOUGH_FOR_FID:
            found.notes.append(
                f"FID over {len(numbers)} photos is noisy; it is stable from about {deep_metrics.ENOUGH_FOR_FID} on."
            )


class _CaseTicket:
    """The part of the progress that one photo takes, with the same note throughout."""

    def __init__(self, ticket: Ticket, start: float, end: float, note: str) -> None:
        self._ticket, self._start, self._end, self._note = ticket, start, end, note

    def report(self, fraction: float, _note: str = "") -> None:
        self._ticket.report(self._start + (self._end - self._start) * fraction, self._note)

    def part(self, start: float, end: float) -> _CaseTicket:
        span = self._end - self._start
        return _CaseTicket(self._ticket, self._start + start * span, self._start + end * span, self._note)


def _without_folders(reason: str, case: Case) -> str:
    for path in (case.photo, case.mask):
        if not callable(path):
            reason = reason.replace(str(path), path.name)
    return " ".join(reason.split())
