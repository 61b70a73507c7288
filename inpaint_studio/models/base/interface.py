"""The interface of a model: its `Traits`, one method `fill`, and the `Fill` that it returns.

A model is a module of this package with a public function ``model() -> Model`` (or ``models()``, which returns
several), or a third party's entry point in the group ``inpaint_studio.models``. Creating the object must be cheap;
heavy imports and weights wait for `Model.fill`. docs/plugins.md shows the way from nothing to a plug-in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
Plane: TypeAlias = "NDArray[np.bool_]"
Accepts = Literal["lines", "edges", "labels", "donors"]
Provides = Literal["alpha", "attention", "coarse", "edges", "labels", "seeds", "units"]
Only = Literal["edges", "labels"]
UnitKind = Literal["channels", "memory"]
Choice = Literal["adaptation", "mirror", "start"]
Origin = Literal["copied", "attention", "nearest known"]
Quality = Literal["fast", "best"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
QUALITIES: tuple[Quality, ...] = ("fast", "best")
NO_START = "none"  # in place of a model's name: the fill starts from the colours of the rim
AUTO = "auto"  # in place of a model's name: let the engine choose by the hole
RANKED = 5  # sources that are listed for each pixel where a flow is shown to others
# px around the hole in which `Fill.output` is valid too when `Options.whole` is False.
SURROUNDINGS = 10
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16", "float16")


class Units(NamedTuple):
    """The weights that an attention gives to channels of features, or to the entries of a learned memory."""

    kind: UnitKind
    weights: NDArray[np.float32]  # K, each from 0 to 1; of a memory they add up to 1


class LabelClass(NamedTuple):
    """A class of a model's label maps."""

    name: str  # for the user, such as "sky"
    colour: tuple[int, int, int]  # in which it is shown and saved, 0..255


@dataclass(frozen=True)
class Traits:
    """What a model declares about itself; no code outside its file decides by its name.

    `values` is the form in which it takes an image: ``bytes`` is H x W x 3 uint8 sRGB, for models that copy the photo's
    own pixels; ``unit`` is 3 x H x W float32 sRGB in [0, 1], for networks. `inpaint_studio.models.base.validate` holds
    the range of every field.
    """

    name: str  # as on the command line: lower case, words joined by "-"
    title: str  # as in the window
    summary: str  # one sentence for the list of models
    paper: str = ""
    year: int | None = None
    licence: str = "MIT"
    values: Literal["bytes", "unit"] = "unit"
    trained_at: int | None = None  # px per side of its training images; None: any size
    min_side: int = 1  # px; images with a shorter side are padded
    max_side: int | None = None  # px; regions with a longer side are scaled down; None: any size
    multiple_of: int = 1  # both sides are padded to a multiple of this
    fixed_size: int | None = None  # px of both sides, for a network that takes only this size
    centred: float | None = None  # the hole must lie in this share of the fixed size, in the middle; (0, 1]
    context: float = 1.0  # how much of the photo around a hole it sees, as a multiple of the hole's size
    accepts: frozenset[Accepts] = frozenset()  # which planes of a `Guide` it uses
    # What it returns beside the image. "seeds": each seed is another fill; "alpha": where the photo is a cut-out, a
    # model of ``bytes`` takes and returns H x W x 4 (the opacity last, not premultiplied).
    provides: frozenset[Provides] = frozenset()
    classes: tuple[LabelClass, ...] = ()  # of its label maps; those of a network come with its weights
    heeds: frozenset[Choice] = frozenset()  # which of these fields of `Options` change its fills
    origin: Origin = "copied"  # what its sources are: copied pixels, places of attention, or just the nearest pixels
    trainable: bool = False  # only networks; the registry sets it to False where no training recipe is found
    needs_weights: bool = False
    redraws: bool = False  # it also predicts the known pixels, and was trained to reproduce them


class RankedSources(NamedTuple):
    """Several sources of each cell of a grid over an image, the one with the greatest weight first."""

    offsets: NDArray[np.signedinteger[Any]]  # k x 2 x h x w: rows and columns in px, from the cell to its source
    weights: NDArray[np.floating[Any]]  # k x h x w in [0, 1]; 0 where a cell has fewer sources
    cell: tuple[float, float]  # height and width of a cell in px; the first lies in the upper left corner


class Fill(NamedTuple):
    """What a model returns. Every array has the size of the image that the model was called with."""

    image: NDArray[Any]  # in the form of `Traits.values`
    coarse: NDArray[Any] | None = None  # the image of a first stage, in the same form
    edges: NDArray[np.float32] | None = None  # H x W predicted edge map in [0, 1]
    labels: Bytes | None = None  # H x W predicted numbers of classes, 1 for the first of `Traits.classes`
    sources: NDArray[np.signedinteger[Any]] | None = None  # 2 x H x W offsets (row, col) from a pixel to its source
    weight: NDArray[np.float32] | None = None  # H x W confidence of that source in [0, 1]
    places: NDArray[np.float32] | None = None  # H x W weight in [0, 1] that the model gives to each pixel's place
    units: Units | None = None  # weights of channels or of a memory
    output: NDArray[Any] | None = None  # a network's output, hole and surroundings, before compositing; not clamped
    notes: tuple[str, ...] = ()  # sentences for the user
    ranked: RankedSources | None = None  # several sources for each pixel; only where `Options.ranked` asks for them
    fine: NDArray[np.float32] | None = None  # of a model of ``bytes``: `image` made of `Options.fine`, not rounded


class Guide(NamedTuple):
    """What the user painted besides the hole; every plane is H x W, or None if nothing was painted.

    `lines` is 0 where there is no line, else the number of the line (1..255); `edges` is an edge map in [0, 1];
    `labels` is 0 where no class was painted, else its number, 1 for the first of `Traits.classes`; `donors` is True
    where pixels must not be copied from.
    """

    lines: Bytes | None = None
    edges: NDArray[np.float32] | None = None
    labels: Bytes | None = None
    donors: Plane | None = None


@dataclass(frozen=True)
class Options:
    """How to make a fill."""

    quality: Quality = "best"
    seed: int = 0
    device: str = "auto"
    threads: int | None = None  # None: leave one core to the window
    precision: Precision = "auto"  # of networks; auto is float32 unless the hardware computes something better
    only: Only | None = None  # stop after these are predicted, so that the user can correct them
    memory: int = 256 << 20  # bytes that one step of an attention may take; a lower limit is slower, with equal results
    whole: bool = False  # return all of `Fill.output`, not only the hole and its surroundings
    # How far copied colours follow the light: 0 not at all, 1 fully; None: fully for a moved source, else not at all.
    adaptation: float | None = None
    # The width of what is continued along guide lines, px, by the number of the line; as usual for those left out.
    line_bands: Mapping[int, int] = field(default_factory=dict)
    mirror: bool = False  # copy mirrored pieces of the photo, too
    # The network whose picture a model that copies starts from; "auto": where it was measured to help; "none": none.
    start: str = AUTO
    # Set by the engine for models that heed `start`: draws the whole image with its hole filled, h x w x 3 float32 in
    # [0, 255] of any size; None where that fails.
    draw_start: Callable[[], NDArray[np.float32] | None] | None = None
    # How many sources to list for each pixel in `Fill.ranked`, by models that weigh several; 0: only the strongest one.
    ranked: int = 0
    # Set by the engine for photos with more than 8 bits a channel: the image's levels of 255 with their fractions, in
    # its shape. A model of ``bytes`` may compute `Fill.fine` from them; those of floats may lie beyond 0 and 255.
    fine: NDArray[np.float32] | None = field(default=None, compare=False)
    extra: dict[str, Any] = field(default_factory=dict)


class TicketLike(Protocol):
    """The argument of every long job: reports progress and stops the job when it was cancelled."""

    def report(self, fraction: float, note: str = "") -> None:
        """Report that `fraction` in [0, 1] is done. Raises `Cancelled` when the user stopped the job."""
        ...


class Model(Protocol):
    """Fills a hole. The same arguments give the same pixels, whatever was filled before."""

    @property
    def traits(self) -> Traits:
        """What the model declares about itself; does not change."""
        ...

    def fill(self, image: NDArray[Any], hole: Plane, guide: Guide, options: Options, ticket: TicketLike) -> Fill:
        """Fill `hole` (H x W bool, True inside) of `image` (see `Traits.values`); neither may be written to.

        Raises NoSource where no known pixel is left to fill from, and whatever `ticket.report` raises.
        """
        ...

    def warm_up(self, ticket: TicketLike) -> None:
        """Do in advance what makes the first fill slow (compile, load); may do nothing."""
        ...
