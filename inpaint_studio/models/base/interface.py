"""What a model is: its `Traits`, one signature, and the `Fill` it answers with.

A model is a module of this package (or a third party's entry point in the group ``inpaint_studio.models``) with a
public function ``model() -> Model``. Making the object must be cheap; heavy imports and weights wait for `Model.fill`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
Plane: TypeAlias = "NDArray[np.bool_]"
Listens = Literal["lines", "edges", "labels", "donors"]
Gives = Literal["attention", "coarse", "edges", "seeds"]
Origin = Literal["copied", "attention", "nearest known"]
Quality = Literal["fast", "best"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
QUALITIES: tuple[Quality, ...] = ("fast", "best")
# px round a hole in which `Fill.output` is right as well, where only the hole is asked for.
SURROUNDINGS = 10
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Traits:
    """What a model declares about itself; nothing outside its file decides by its name.

    `values` is the form its picture travels in: ``bytes`` is H x W x 3 uint8 sRGB, for models that copy the photo's own
    pixels; ``unit`` is 3 x H x W float32 sRGB in [0, 1], for networks.
    """

    name: str  # as on the command line: lower case, words joined by "-"
    title: str  # as in the window
    summary: str  # one line of description for the list
    paper: str = ""
    year: int | None = None
    licence: str = "MIT"
    values: Literal["bytes", "unit"] = "unit"
    trained_at: int | None = None  # px of the side it was trained at; None: any size
    least: int = 1  # px of the shorter side below which a picture is padded
    largest: int | None = None  # px of the longer side above which a region is scaled down; None: any size
    multiple_of: int = 1  # what the sides are padded to
    fixed_size: int | None = None  # px of both sides, where it takes no other
    centred: float | None = None  # the share of its fixed size, in the middle, that the hole must lie in
    context: float = 1.0  # how far round a hole it looks, as a multiple of the hole's size
    listens: frozenset[Listens] = frozenset()
    gives: frozenset[Gives] = frozenset()
    origin: Origin = "copied"  # what its sources are: pixels it took, where a network looked, or just the nearest ones
    trainable: bool = False
    needs_weights: bool = False
    redraws: bool = False  # whether it draws what is known as well, and was taught to draw it as it is


class Fill(NamedTuple):
    """What a model answers, all at the size of the picture it was given."""

    image: NDArray[Any]  # in the form of `Traits.values`
    coarse: NDArray[Any] | None = None  # first-stage picture
    edges: NDArray[np.float32] | None = None  # H x W predicted edge map in [0, 1]
    sources: NDArray[np.signedinteger[Any]] | None = None  # 2 x h x w offsets (row, col) to where each is from
    weight: NDArray[np.float32] | None = None  # h x w confidence of that source in [0, 1]
    output: NDArray[Any] | None = None  # what a network drew, hole and surroundings, before compositing; not clamped
    notes: tuple[str, ...] = ()  # sentences for the painter


class Guide(NamedTuple):
    """What the painter gave beside the hole, H x W each, None where not given.

    `lines` is 0 where nothing was drawn, else the number of the line (1..255); `edges` is an edge map in [0, 1];
    `labels` holds class numbers; `donors` is True where pixels must not be copied from.
    """

    lines: Bytes | None = None
    edges: NDArray[np.float32] | None = None
    labels: Bytes | None = None
    donors: Plane | None = None


@dataclass(frozen=True)
class Options:
    """How a fill is to be made."""

    quality: Quality = "best"
    seed: int = 0
    device: str = "auto"
    threads: int | None = None  # None: leave one core to the window
    precision: Precision = "auto"  # of networks; auto is float32 unless the machine has better in hardware
    only_edges: bool = False  # stop once the edges are predicted, so that the painter can correct them
    memory: int = 256 << 20  # bytes that one step of an attention may take; less is slower and equal
    whole: bool = False  # whether all of `Fill.output` is wanted, not only the hole and its surroundings
    extra: dict[str, Any] = field(default_factory=dict)


class Ticket(Protocol):
    """What every long job takes: tells how far it is, and learns that it was cancelled."""

    def report(self, fraction: float, note: str = "") -> None:
        """Tell that `fraction` in [0, 1] is done; raises `Cancelled` when the person asked to stop."""
        ...


class Model(Protocol):
    """Fills a hole. Stateless to its caller: the same arguments give the same pixels."""

    @property
    def traits(self) -> Traits: ...

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: Ticket) -> Fill:
        """Fill `hole` (H x W, True inside) of `image` (see `Traits.values`), which is not written to.

        Raises NoSource where nothing is left to fill from, and whatever `ticket.report` raises.
        """
        ...

    def warm_up(self, ticket: Ticket) -> None:
        """Do once what makes the first fill slow (compile, load); may do nothing."""
        ...
