"""Descriptions of networks and of sets of weights, without contents, and a library of them in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inpaint_studio.engine.segment.store import Stored
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights.catalogue import Unfinished
from inpaint_studio.engine.weights.importer import ImportResult
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Licence, Weights
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.weights_manager import StoredWeights, WeightsAccess

FETCHED = PublishedWeights(
    "net",
    "own",
    "The authors' own",
    "plain",
    "non-commercial",
    "CC BY-NC 4.0",
    (PublishedFile("net.pth", "https://a.org/n"),),
)
_PAGE = "https://a.org/p"
_PAIR = (PublishedFile("a.pth", page=_PAGE), PublishedFile("b.pth", page=_PAGE))
BY_HAND = PublishedWeights("net", "page", "A pair", "pair", "unlicensed", "", _PAIR)


class Network:
    """A network of the model library that has only a description."""

    def __init__(self, name: str, title: str, weights: Weights | None = None, year: int = 2019) -> None:
        self.traits = Traits(name, title, f"{title} in a line.", year=year, needs_weights=True)
        self.weights = weights

    def fill(self, *_: Any) -> Any:
        raise AssertionError("the fill function stands in for the models")

    def warm_up(self, _ticket: Any) -> None:
        raise AssertionError("a network is warmed up by a fill on its device")


def weights(name: str, system: str = "net", licence: Licence = "free", terms: str = "") -> Weights:
    return Weights(name, system, Path(f"/nowhere/{name}.safetensors"), {}, licence, terms, facts={"dialect": "plain"})


class FakeLibrary(WeightsAccess):
    """The sets in memory. While `gate` is clear imports wait until they are cancelled; `fetching` is for downloads."""

    def __init__(self, *models: Any) -> None:
        self.models = list(models)
        self.kept: dict[str, Weights] = {}
        self.gate, self.fetching = threading.Event(), threading.Event()
        self.gate.set()
        self.fetching.set()
        self.imported: list[list[str]] = []
        self.threads: set[int] = set()
        self.listed: list[PublishedWeights] = [FETCHED, BY_HAND]
        self.exported: list[tuple[str, Path]] = []
        self.segmenter: Stored | None = None
        self.stopped: list[Unfinished] = []  # downloads
        self.mirrors: list[str] = []  # that downloads were given

    def registry(self) -> Registry:
        """The models, "net" with the newest of the sets."""
        newest = list(self.kept.values())[-1] if self.kept else None
        models = [Network("net", "Net", newest), Network("other", "Other", year=2016), *self.models]
        return Registry({model.traits.name: model for model in models})

    def list_sets(self) -> tuple[list[StoredWeights], list[str]]:
        return [StoredWeights(each, 4_200_000) for each in self.kept.values()], []

    def find_segmenter(self) -> Stored | None:
        return self.segmenter

    def remove_segmenter(self) -> None:
        self.segmenter = None

    def remove(self, name: str) -> None:
        del self.kept[name]

    def rename(self, name: str, new: str) -> None:
        if " " in new:
            raise WeightsError(f"'{new}' is no name for weights.")
        del self.kept[name]
        self.kept[new] = weights(new)

    def import_files(self, paths: Sequence[Path], ticket: Ticket) -> ImportResult:
        self.threads.add(threading.get_ident())
        ticket.report(0.5, f"Reading {paths[0].name}")
        while not self.gate.wait(0.005):
            ticket.report(0.5, f"Reading {paths[0].name}")
        if not paths[0].name.startswith("net"):
            raise WeightsError(f"{paths[0].name} is not known.")
        self.imported.append([path.name for path in paths])
        return self._keep(weights(f"net-{len(self.kept) + 1}", licence="non-commercial", terms="CC BY-NC 4.0"))

    def published(self, system: str) -> list[PublishedWeights]:
        return [entry for entry in self.listed if system in (entry.system, "")]

    def unfinished(self, mirror: str) -> list[Unfinished]:
        del mirror
        return list(self.stopped)

    def discard(self, entry: PublishedWeights, mirror: str) -> None:
        del mirror
        self.stopped = [each for each in self.stopped if each.entry != entry]

    def get(self, entry: PublishedWeights, ticket: Ticket, mirror: str) -> ImportResult:
        self.mirrors.append(mirror)
        self.stopped = [each for each in self.stopped if each.entry != entry] + [Unfinished(entry, 4_000_000)]
        ticket.report(0.25, "Fetching net.pth: 4 of 16 MB")
        while not self.fetching.wait(0.005):
            ticket.report(0.25, "Fetching net.pth: 4 of 16 MB")
        self.stopped = [each for each in self.stopped if each.entry != entry]
        return self._keep(weights("net-own", licence=entry.licence, terms=entry.terms))

    def export(self, name: str, path: Path, ticket: Ticket) -> tuple[str, ...]:
        ticket.report(0.5)
        self.exported.append((name, path))
        return ("It takes pictures of any size.",)

    def _keep(self, made: Weights) -> ImportResult:
        self.kept[made.name] = made
        return ImportResult(made, False, ("These weights are for non-commercial use only (CC BY-NC 4.0).",))
