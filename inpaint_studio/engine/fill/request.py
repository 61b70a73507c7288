"""What a fill is made from, and what it gives back. Light: imports no torch, no OpenCV and no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import AUTO, Bytes, Fill, Guide, Options, Plane
from inpaint_studio.texts import join_facts, name_all, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.deep import Depth, Samples

FILLER = "exemplar"  # the name of the model that copies

# How sharp a filled region is: drawn at the size of the photo; drawn smaller, with detail copied from it; or drawn
# smaller and enlarged.
Detail = Literal["full", "copied", "scaled"]


class Region(NamedTuple):
    """A part of the photo that was filled in one run of a model."""

    box: Box  # what the model saw
    scale: float  # size of the image the model saw, relative to the photo
    model: str
    detail: Detail = "full"
    reason: str = ""  # why `auto` chose that model, in a few words


class Piece(NamedTuple):
    """Pixels of one box of the photo, at the photo's size."""

    box: Box
    pixels: Any  # h x w x 3 uint8, h x w float32 in [0, 1], or h x w uint8 numbers of classes


class Steering(NamedTuple):
    """Where a part of the hole is to be filled from."""

    part: Plane  # H x W; what of it lies outside the hole does not count
    offset: tuple[int, int]  # rows and columns from each pixel of the part to its source


@dataclass(frozen=True, eq=False)
class Request:
    """What to fill, and how. The arrays are not written to, and must not change while the fill runs."""

    pixels: Bytes  # H x W x 3|4
    hole: Plane  # H x W, True inside the hole
    model: str = AUTO  # the name of a model, or "auto"
    guide: Guide = field(default_factory=Guide)
    options: Options = field(default_factory=Options)
    plain: bool = False  # the whole image in one pass, as the model's authors did it; float32 unless options say else
    only: Plane | None = None  # H x W, True where alone may be copied from; None: everywhere but in `guide.donors`
    coverage: Bytes | None = None  # H x W, how much of the fill each pixel of the hole gets; None: 255 everywhere
    steering: Steering | None = None  # the part is copied from there and the rest of the hole follows, for any model
    deep: Samples | None = None  # H x W x 3|4 samples of more than 8 bits, which `pixels` show; with their `depth`
    depth: Depth | None = None
    icc: bytes = b""  # a profile that describes the colours of `pixels`; b"": sRGB


@dataclass(frozen=True, eq=False)
class Result:
    """A filled photo: `pixels` equals the request's outside the hole, bit for bit.

    Filled pixels are opaque, except where the photo is a cut-out (see `cutout.is_cutout`): there opacity is filled too.
    Where the request's coverage is below 255, the fill is mixed with the request's pixels.

    With `Options.only` `pixels` equals the request's inside the hole too.
    """

    pixels: Bytes
    flow: Flow | None  # None where no source is known
    model: str  # as in the request
    device: str
    seed: int
    seconds: float
    cpu_seconds: float  # of the whole process during the fill
    regions: list[Region]
    notes: list[str]  # sentences for the user, without repeats
    coarse: list[Piece] = field(default_factory=list)  # first-stage images round the holes; the photo outside them
    edges: list[Piece] = field(default_factory=list)  # predicted edges round the holes
    labels: list[Piece] = field(default_factory=list)  # predicted numbers of classes round the holes
    choices: tuple[str, ...] = ()  # what the options had its models do otherwise than usual, in words
    raw: Fill | None = None  # of a plain fill: the model's output for the whole image, all of it float32
    deep: Samples | None = None  # what `pixels` show, where the request has more than 8 bits; equal to it outside

    def name_fillers(self, titles: Mapping[str, str]) -> str:
        """Name the models that filled, by their `titles` where there are some, with `auto`'s reasons in brackets."""
        reasons: dict[str, dict[str, None]] = {}
        for region in self.regions:
            reasons.setdefault(region.model, {}).update({region.reason: None} if region.reason else {})
        named = {titles.get(name, name): join_facts(found) for name, found in (reasons or {self.model: {}}).items()}
        return name_all(
            [
                tr("{name} ({facts})", name=title, facts=named[title]) if named[title] else title
                for title in sorted(named)
            ]
        )
