"""Let several models fill the same holes and measure each fill against the photo."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inpaint_studio import __version__
from inpaint_studio.engine.evaluation import deep_metrics, kernel_distance, metrics
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.evaluation.entrants import list_used_weights, parse_entrant
from inpaint_studio.engine.evaluation.kept_figures import (
    Conditions,
    KeptFigures,
    MeasuredFill,
    NotKept,
    digest_case,
    digest_files,
)
from inpaint_studio.engine.evaluation.results import ABOVE, BELOW, Comparison, LeftOut, size_label
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import Cancelled, InputError, NoWeights, StudioError
from inpaint_studio.models.base.interface import AUTO, Bytes, Options, Plane
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.texts import name_all, tr

PERFECT = 99.0  # dB, for a fill without any error, so that means are finite
_WARM_UP = 0.2  # share of a photo's progress that the warm-up takes
_LAST_SEED = 2**32 - 1


class Watcher(Protocol):
    """Called with every fill that was measured: the numbers of case and model, the photo (H x W x 3), hole and fill."""

    def __call__(self, number: int, model: int, truth: Bytes, hole: Plane, filled: Bytes) -> None: ...


def check_models(names: Sequence[str], plain: bool) -> None:
    """Raise UnknownModel, NoWeights, or InputError where one of the models cannot fill with these options.

    See `entrants` for names with options of their own.
    """
    for name in (parse_entrant(label).model for label in names):
        if name == AUTO:
            if plain:
                raise InputError(tr("--plain runs one model as its authors do; name the models with --model."))
            continue
        model = model_library().get(name)
        if isinstance(model, NetworkModel) and weights_of(model) is None:
            raise NoWeights(
                tr(
                    "{title} has no weights yet; 'inpaint-studio models info {name}' says where they are published.",
                    title=model.traits.title,
                    name=name,
                )
            )


def compare(
    cases: Sequence[Case],
    models: Sequence[str],
    options: Options,
    plain: bool,
    ticket: Ticket,
    watch: Watcher | None = None,
    seeds: int = 1,
    keep: KeptFigures | None = None,
) -> Comparison:
    """Fill every case with each of `models`, one photo in memory at a time, and measure the fills.

    Every fill is made with `seeds` seeds, from that of the options on; `watch` sees those of the first. What `keep`
    knows is not filled again, and each fill's figures are added to it; then there is no FID and no KID, which need the
    fills themselves, and `watch` sees none of the fills that are known.
    A photo that cannot be read or filled is left out with its reason. Raises InputError where none is left, what
    `check_models` raises, Cancelled, NotKept, and whatever `watch` raises.
    """
    check_models(models, plain)
    found = Comparison(list(dict.fromkeys(models)), list(cases))
    for name in found.models:
        weights = parse_entrant(name).weights()
        if weights is not None:
            found.weights[name] = weights
    run = _Run(found, options, plain, watch, seeds, keep)
    for place in range(len(found.models)):
        run.model(place, ticket)
    if not found.compared:
        raise InputError(tr("No photo could be measured. {sentence}", sentence=found.left_out[0].sentence))
    run.finish(ticket)
    return found


class _Run:
    """A comparison that is running: model after model, so that only one network is in memory."""

    def __init__(
        self,
        found: Comparison,
        options: Options,
        plain: bool,
        watch: Watcher | None,
        seeds: int,
        keep: KeptFigures | None,
    ) -> None:
        self._entrants = {label: parse_entrant(label) for label in found.models}
        self._keep, self._digests, self._sets = keep, dict[int, str](), dict[str, str]()
        self._found, self._options, self._plain, self._watch = found, options, plain, watch
        self._seeds = [(options.seed + number) % (_LAST_SEED + 1) for number in range(seeds)]
        self._warm: set[str] = set()
        self._unreadable: set[int] = set()
        self._lpips = deep_metrics.load_lpips()
        enough = len(found.cases) >= kernel_distance.LEAST_FOR_KID
        self._inception = deep_metrics.load_inception() if enough and keep is None else None
        self._truths: dict[int, NDArray[np.float64]] = {}
        self._fills: dict[tuple[str, int], list[NDArray[np.float64]]] = {}  # model and case -> by seed
        found.missing = [
            metric for metric in (self._lpips, self._inception) if isinstance(metric, deep_metrics.Missing)
        ]
        found.notes = [missing.reason for missing in found.missing]

    def model(self, place: int, ticket: Ticket) -> None:
        """Fill and measure every case with the model of this number."""
        found = self._found
        name = found.models[place]
        found.measured[name], found.by_seed[name] = {}, {}
        total = len(found.models) * len(found.cases)
        for number, case in enumerate(found.cases):
            done = place * len(found.cases) + number
            note = tr("{name}: {number} of {count}", name=name, number=number + 1, count=len(found.cases))
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
        fills = self._try(name, case, lambda: self._fill_with_seeds(name, number, truth, hole, ticket))
        if fills is None:
            return
        figures, filled, features = fills
        found.measured[name][number] = _mean_figures(figures)
        found.by_seed[name][number] = figures
        found.shares[number] = float(hole.mean())
        self._fills[name, number] = features
        if self._watch is not None and filled is not None:  # an error there ends the run: it is not this photo's
            self._watch(number, place, truth, hole, filled)

    def _fill_with_seeds(
        self, name: str, number: int, truth: Bytes, hole: Plane, ticket: _CaseTicket
    ) -> tuple[list[dict[str, float]], Bytes | None, list[NDArray[np.float64]]]:
        """Return the figures of the fill with each seed, the first fill, and the features of each.

        The first fill is None where its figures were kept.
        """
        if isinstance(self._inception, deep_metrics.Inception) and number not in self._truths:
            self._truths[number] = self._inception.features(truth)
        figures, features = [], []
        first: Bytes | None = None
        for place, seed in enumerate(self._seeds):
            part = ticket.part(place / len(self._seeds), (place + 1) / len(self._seeds))
            options = self._entrants[name].change(replace(self._options, seed=seed))
            own, filled = self._measure_once(name, number, truth, hole, options, part)
            figures.append(own)
            if isinstance(self._inception, deep_metrics.Inception) and filled is not None:
                features.append(self._inception.features(filled))
            first = filled if place == 0 else first
        return figures, first, features

    def _measure_once(
        self, name: str, number: int, truth: Bytes, hole: Plane, options: Options, ticket: _CaseTicket
    ) -> tuple[dict[str, float], Bytes | None]:
        """Return the figures of a new fill, which are kept, and the fill; or figures that are kept already and None."""
        keep = self._keep
        if keep is None:
            return self._measure(name, truth, hole, options, ticket)
        if number not in self._digests:
            self._digests[number] = digest_case(truth, hole)
        conditions = self._conditions(name, self._digests[number], options)
        kept = keep.find(conditions)
        if kept is not None:
            return dict(kept.figures), None
        started = time.perf_counter()
        figures, filled = self._measure(name, truth, hole, options, ticket)
        keep.add(conditions, self._found.cases[number].name, MeasuredFill(figures, time.perf_counter() - started))
        return figures, filled

    def _conditions(self, name: str, case: str, options: Options) -> Conditions:
        """Return what the figures of a fill depend on."""
        if name not in self._sets:
            used = list_used_weights(self._entrants[name], options, store.sets())
            self._sets[name] = digest_files(weights.path for weights in used)
        how = [options.quality, options.device, options.precision, options.threads, options.start, self._plain]
        return Conditions(name, case, str(options.seed), self._sets[name], " ".join(map(str, how)), __version__)

    def _measure(
        self, name: str, truth: Bytes, hole: Plane, options: Options, ticket: _CaseTicket
    ) -> tuple[dict[str, float], Bytes]:
        pixels = truth.copy()
        pixels[hole] = 0  # no model sees the original pixels
        request = Request(pixels, hole, self._entrants[name].model, options=options, plain=self._plain)
        self._warm.update(warm_up(request, ticket.part(0.0, _WARM_UP), self._warm))
        result = fill(request, ticket.part(_WARM_UP, 1.0))
        filled = result.pixels[..., :3]
        figures = metrics.figures(filled, truth, hole)._asdict() | {"seconds": result.seconds}
        figures |= metrics.similarity(filled, truth, hole)._asdict()
        figures["psnr"] = min(PERFECT, figures["psnr"])
        if isinstance(self._lpips, deep_metrics.Lpips):
            distance = self._lpips.distance(filled, truth)
            figures |= {} if distance is None else {"lpips": distance}
        return figures, filled

    def _try(self, model: str, case: Case, step: Callable[[], Any]) -> Any:
        """Return the result of `step`; None where it fails, with the reason added to the photos that are left out."""
        try:
            return step()
        except (Cancelled, NotKept):  # neither is this photo's
            raise
        except StudioError as error:
            reason = str(error)
        except MemoryError:
            reason = tr("there is not enough memory for it.")
        except Exception as error:  # a model may be a plug-in, and one photo must not stop the others
            reason = tr("a fault of the model: {name}: {error}", name=type(error).__name__, error=error)
        self._found.left_out.append(LeftOut(case, model, _without_folders(reason, case)))
        return None

    def finish(self, ticket: Ticket) -> None:
        """Add the notes, and the figures that need all photos."""
        found, numbers = self._found, self._found.compared
        if self._keep is not None and len(numbers) >= kernel_distance.LEAST_FOR_KID:
            found.notes.append(
                tr("FID and KID are left out: they need all fills, of which --keep has the figures alone.")
            )
        found.notes += [
            tr("{name} filled none of the photos; it has no figures.", name=name)
            for name in found.models
            if not found.measured[name]
        ]
        out = len(found.cases) - len(numbers)
        if out:
            sentence = (
                tr(
                    "{out} of {count} photos are left out; the figures are over those that every model filled.",
                    out=out,
                    count=len(found.cases),
                )
                if len(found.models) > 1
                else tr("{out} of {count} photos are left out.", out=out, count=len(found.cases))
            )
            found.notes.append(sentence)
        sizes = [size_label(found.shares[number]) for number in numbers]
        outside = [
            tr("{count} of {label}", count=sizes.count(label), label=label)
            for label in (BELOW, ABOVE)
            if label in sizes
        ]
        if outside:
            found.notes.append(
                tr(
                    "Holes outside the papers' sizes (1 to 60 %) are counted apart: {names}.",
                    names=name_all(list(outside)),
                )
            )
        if self._keep is not None or isinstance(self._inception, deep_metrics.Missing):
            return
        for metric, least in (("FID", deep_metrics.LEAST_FOR_FID), ("KID", kernel_distance.LEAST_FOR_KID)):
            if len(numbers) < least:
                found.notes.append(
                    tr("{metric} is left out: it needs {least} photos or more.", metric=metric, least=least)
                )
        if isinstance(self._inception, deep_metrics.Inception) and len(numbers) >= kernel_distance.LEAST_FOR_KID:
            self._compare_features(numbers, self._inception, ticket)

    def _compare_features(self, numbers: list[int], inception: deep_metrics.Inception, ticket: Ticket) -> None:
        """Add FID and KID, and how KID differs between each two models."""
        found = self._found
        truths = np.stack([self._truths[number] for number in numbers])
        fills = {
            name: [
                np.stack([self._fills[name, number][seed] for number in numbers]) for seed in range(len(self._seeds))
            ]
            for name in found.models
            if found.measured[name]
        }
        for name, by_seed in fills.items():
            ticket.report(1.0, tr("{name}: FID and KID", name=name))
            found.kid[name] = [kernel_distance.kernel_distance(own, truths) for own in by_seed]
            if len(numbers) >= deep_metrics.LEAST_FOR_FID:
                found.fid[name] = [deep_metrics.frechet_distance(own, truths) for own in by_seed]
        for one, other in combinations(fills, 2):
            parts = [
                kernel_distance.compare_photos(mine, others, truths)
                for mine, others in zip(fills[one], fills[other], strict=True)
            ]
            found.kid_parts[one, other] = np.mean(parts, axis=0)
        found.paper_inception = not inception.note
        found.notes += [inception.note] if inception.note else []
        if deep_metrics.LEAST_FOR_FID <= len(numbers) < deep_metrics.ENOUGH_FOR_FID:
            found.notes.append(
                tr(
                    "FID over {count} photos is noisy; it is stable from about {enough_for_fid} on.",
                    count=len(numbers),
                    enough_for_fid=deep_metrics.ENOUGH_FOR_FID,
                )
            )


def _mean_figures(by_seed: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean over seeds of each figure; what is not finite with one of them is left out."""
    values = {name: [each.get(name, math.nan) for each in by_seed] for name in by_seed[0]}
    return {name: float(np.mean([v for v in each if math.isfinite(v)] or [math.nan])) for name, each in values.items()}


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
