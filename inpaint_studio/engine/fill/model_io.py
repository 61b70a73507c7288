"""Between 8-bit pixels and a model: values, size and padding on the way in; size, tone and offsets on the way out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.centered import dilation
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.colours import ColourSpace, find_space
from inpaint_studio.models.base.interface import (
    SURROUNDINGS,
    Bytes,
    Fill,
    Guide,
    Model,
    Options,
    Plane,
    RankedSources,
    TicketLike,
    Traits,
    Units,
)
from inpaint_studio.models.base.validate import check_fill
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]

_IMAGES = ("image", "output", "coarse")
_ARRAYS = (*_IMAGES, "edges", "labels", "sources", "weight", "places")
_TYPES: dict[str, Any] = {"labels": np.uint8, "sources": np.int32}  # of arrays that are not float32


class RegionFill(NamedTuple):
    """A filled region at its own size. Only values inside the hole have a meaning, except in `edges` and `labels`."""

    pixels: Bytes  # h x w x 3
    sources: NDArray[np.int32] | None = None  # 2 x h x w offsets (row, col)
    weight: Floats | None = None  # h x w
    coarse: Bytes | None = None  # h x w x 3, the first stage's image
    edges: Floats | None = None  # h x w in [0, 1], as predicted
    labels: Bytes | None = None  # h x w, numbers of classes, as predicted
    scale: float = 1.0  # size of the image the model saw, relative to the region
    notes: tuple[str, ...] = ()
    ranked: RankedSources | None = None  # several sources of each cell; offsets and cells in px of the region
    units: Units | None = None  # weights of channels or of a memory
    places: Floats | None = None  # h x w weight of each pixel's place, known pixels too
    fine: Floats | None = None  # `pixels` before they were rounded, for a photo with more than 8 bits a channel


def fill_region(
    model: Model,
    region: Bytes,
    hole: Plane,
    guide: Guide,
    options: Options,
    ticket: TicketLike,
    shrink: float = 1.0,
    icc: bytes = b"",
) -> RegionFill:
    """Fill `hole` (h x w) of `region` (h x w x 3 uint8, contiguous) with `model`, in the form its traits require.

    `guide` has the region's size too. A network sees the region smaller by `shrink`, on top of what its traits require,
    and in sRGB: its images come back in the colours of the region, which the profile `icc` describes (b"": sRGB).
    For a photo with more than 8 bits a channel `options.fine` are the levels that `region` shows. Raises what the model
    raises, and StudioError where its output has a wrong form.
    """
    traits, fine = model.traits, options.fine
    if traits.values == "bytes":
        fill = model.fill(region, hole, guide, options, ticket)
        check_fill(fill, traits, region.shape)
        edges = None if fill.edges is None else np.asarray(fill.edges, np.float32)
        own = fill.sources, fill.weight, fill.coarse, edges, fill.labels
        return RegionFill(fill.image, *own, 1.0, fill.notes, fill.ranked, fill.units, fill.places, fill.fine)
    options = replace(options, fine=None)
    frame = Frame.fit(traits, region.shape[0], region.shape[1], shrink)
    space = find_space(icc)
    seen: NDArray[Any] = region if fine is None else np.clip(fine[..., :3], 0, 255)
    image = frame.to_network(seen, cv2.INTER_CUBIC)
    fill = model.fill(
        to_srgb_unit(image, space), frame.hole_to_network(hole), frame.guide_to_network(guide), options, ticket
    )
    check_fill(fill, traits, (3, *image.shape[:2]))
    known = ~hole if guide.donors is None else ~(hole | guide.donors)
    grey = _is_grey(region, known)
    # A step at the hole's border shows only if the network's own image goes on outside the hole.
    drawn = fill.output if traits.redraws and fill.output is not None else fill.image
    toned = match_tone(frame.from_network(to_own_255(drawn, space)), seen, hole, known)
    pixels = _round(toned, grey)
    coarse = None if fill.coarse is None else _round(frame.from_network(to_own_255(fill.coarse, space)), grey)
    edges = None if fill.edges is None else np.clip(frame.from_network(fill.edges), 0, 1)
    labels = None if fill.labels is None else frame.labels_from_network(fill.labels)
    ranked = None if fill.ranked is None else frame.ranked_from_network(fill.ranked)
    own = *frame.sources_from_network(fill), coarse, edges, labels
    places = None if fill.places is None else np.clip(frame.from_network(fill.places), 0, 1)
    if fine is not None:
        fine = np.repeat(cv2.cvtColor(toned, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2) if grey else toned
    return RegionFill(pixels, *own, frame.scale, fill.notes, ranked, fill.units, places, fine)


def fill_whole(
    model: Model, pixels: Bytes, hole: Plane, guide: Guide, options: Options, ticket: TicketLike, icc: bytes = b""
) -> Fill:
    """Fill `hole` (H x W) of `pixels` (H x W x 3 uint8) in one pass, as the model's authors did it.

    Nothing is scaled, no tone is matched, and pixels outside the hole are the model's own: for users who reproduce
    papers. An image whose sides a network does not take is padded by reflection and its output cropped. Returns the
    model's output with every image as 3 x H x W float32 in [0, 1]: those of a network in sRGB, others in the colours
    of `pixels`, which the profile `icc` describes. Raises as `fill_region` does.
    """
    traits = model.traits
    height, width = hole.shape
    if traits.values == "bytes":
        fill = model.fill(np.ascontiguousarray(pixels), hole, guide, options, ticket)
        check_fill(fill, traits, pixels.shape)
        images: dict[str, Any] = {
            name: to_unit(image) for name in _IMAGES if (image := getattr(fill, name)) is not None
        }
        return fill._replace(**images)
    frame = Frame.pad(traits, height, width)
    image = frame.to_network(pixels, cv2.INTER_NEAREST)
    seen = to_srgb_unit(image, find_space(icc))
    fill = model.fill(seen, frame.hole_to_network(hole), frame.guide_to_network(guide), options, ticket)
    check_fill(fill, traits, (3, *image.shape[:2]))
    cropped: dict[str, Any] = {
        name: array[..., :height, :width] for name in _ARRAYS if (array := getattr(fill, name)) is not None
    }
    return fill._replace(**cropped)


def raw_arrays(raw: Fill) -> dict[str, NDArray[Any]]:
    """List the arrays of a plain fill by name, for a file; those that the model does not give are left out.

    `image`, `output` and `coarse` are 3 x H x W float32, `edges`, `weight` and `places` H x W float32, `labels` H x W
    uint8, `sources` 2 x H x W int32, and `units` are the K weights of channels or of a memory.
    """
    arrays = {name: array for name in _ARRAYS if (array := getattr(raw, name)) is not None}
    if raw.units is not None:
        arrays["units"] = raw.units.weights
    return {name: np.asarray(array, _TYPES.get(name, np.float32)) for name, array in arrays.items()}


def paste(pixels: Bytes, box: Box, filled: Bytes, where: Plane) -> None:
    """Write `filled` (h x w x 3|4) into `box` of `pixels` (H x W x 3|4) where `where` is True.

    `filled` has opacity only where `pixels` has it too; without, the written pixels become opaque.
    """
    part = pixels[box.slices]
    if part.shape[2] == filled.shape[2]:
        cv2.copyTo(filled, where.view(np.uint8), part)  # 0.4 ms instead of numpy's 60 ms, at 4.6 megapixels
        return
    np.copyto(part[..., :3], filled, where=where[..., None])
    part[..., 3][where] = 255


def match_tone(filled: Floats, region: NDArray[Any], hole: Plane, known: Plane) -> Floats:
    """Remove the step between `filled` (h x w x 3) and `region` at the border of `hole`.

    In a ring round the hole the true values are known. The model's error there is continued into the hole, where it
    fades to its mean. Only pixels inside the hole of the result may be used.
    """
    around = Box.of(hole)
    if around is None:
        return filled
    width = int(np.clip(round(0.02 * max(hole.shape)), 3, SURROUNDINGS))
    window = around.pad(2 * width).clip(*hole.shape).slices
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    ring = ((cv2.dilate(hole[window].view(np.uint8), kernel) > 0) & known[window]).astype(np.float32)
    if not ring.any():
        return filled
    error = (region[window] - filled[window]) * ring[..., None]
    mean = error.sum(axis=(0, 1)) / ring.sum()
    blurred = cv2.GaussianBlur(error, (0, 0), width).reshape(error.shape)
    share = cv2.GaussianBlur(ring, (0, 0), width)[..., None]
    faint = np.float32(0.01)  # share of the ring below which the mean outweighs the local error
    out = filled.copy()
    out[window] += (blurred + faint * mean) / (share + faint)
    return out


class Frame(NamedTuple):
    """How a region becomes the image a network sees: scaled, then padded by reflection at the right and the bottom.

    All sizes are height and width in px.
    """

    region: tuple[int, int]
    scaled: tuple[int, int]
    padded: tuple[int, int]
    scale: float

    @classmethod
    def fit(cls, traits: Traits, height: int, width: int, shrink: float = 1.0) -> Frame:
        """Scale to what the traits require, and by `shrink` where they leave a choice."""
        longer = max(height, width)
        if traits.fixed_size is not None:
            scale = traits.fixed_size / longer
        else:
            scale = shrink * min(1.0, (traits.max_side or longer) / longer)
        scaled = max(1, round(height * scale)), max(1, round(width * scale))
        return cls((height, width), scaled, padded_size(traits, scaled), scale)

    @classmethod
    def pad(cls, traits: Traits, height: int, width: int) -> Frame:
        """Pad only; the scale stays 1."""
        return cls((height, width), (height, width), padded_size(traits, (height, width)), 1.0)

    def to_network(self, plane: NDArray[Any], enlarge: int) -> NDArray[Any]:
        """Scale and pad `plane` (h x w or h x w x 3). `enlarge` is OpenCV's interpolation for a scale above 1."""
        if self.scaled != self.region:
            reduce = cv2.INTER_NEAREST if enlarge == cv2.INTER_NEAREST else cv2.INTER_AREA
            size = self.scaled[1], self.scaled[0]
            plane = cv2.resize(plane, size, interpolation=enlarge if self.scale > 1 else reduce)
        below, right = self.padded[0] - self.scaled[0], self.padded[1] - self.scaled[1]
        if below or right:
            plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REFLECT)
        return np.asarray(plane)

    def hole_to_network(self, hole: Plane) -> Plane:
        """Scale and pad `hole` (h x w). A pixel that any hole pixel contributes to is a hole pixel."""
        share = self.to_network(hole.astype(np.float32), cv2.INTER_LINEAR) > 0
        if self.scale > 1:  # the cubic kernel reaches further than the linear one
            reach = dilation(self.scale)
            share = cv2.dilate(share.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
        return np.asarray(share)

    def guide_to_network(self, guide: Guide) -> Guide:
        """Scale and pad every plane of `guide`."""
        return Guide(
            lines=None if guide.lines is None else self.lines_to_network(guide.lines),
            edges=None if guide.edges is None else self.to_network(guide.edges, cv2.INTER_LINEAR),
            labels=None if guide.labels is None else self.to_network(guide.labels, cv2.INTER_NEAREST),
            donors=None if guide.donors is None else self.hole_to_network(guide.donors),
        )

    def lines_to_network(self, lines: Bytes) -> Bytes:
        """Scale and pad numbered guide lines (h x w); a line that is thinner than a scaled pixel stays whole."""
        reach = math.ceil(1 / self.scale)
        whole = lines if reach == 1 else cv2.dilate(lines, np.ones((reach, reach), np.uint8))
        return np.asarray(self.to_network(np.asarray(whole, np.uint8), cv2.INTER_NEAREST), np.uint8)

    def from_network(self, image: NDArray[Any]) -> Floats:
        """Crop and scale an image or a plane of the padded size back to the region's size."""
        image = np.ascontiguousarray(image[: self.scaled[0], : self.scaled[1]])
        if self.scaled != self.region:
            interpolation = cv2.INTER_CUBIC if self.scale < 1 else cv2.INTER_AREA
            image = cv2.resize(image, (self.region[1], self.region[0]), interpolation=interpolation)
        return np.asarray(image, np.float32)

    def labels_from_network(self, labels: Bytes) -> Bytes:
        """Crop and scale a map of class numbers of the padded size back to the region's size."""
        labels = np.ascontiguousarray(labels[: self.scaled[0], : self.scaled[1]])
        size = self.region[1], self.region[0]
        return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)

    def sources_from_network(self, fill: Fill) -> tuple[NDArray[np.int32] | None, Floats | None]:
        """Scale offsets and confidence back to the region's size; the offsets are in its pixels."""
        if fill.sources is None:
            return None, None
        rows, columns = (
            np.minimum((np.arange(there) + 0.5) * here / there, here - 1).astype(int)
            for here, there in zip(self.scaled, self.region, strict=True)
        )
        sources = fill.sources[:, rows[:, None], columns]
        if self.scale != 1.0:
            sources = np.rint(sources / self.scale).astype(np.int32)
        return sources, None if fill.weight is None else fill.weight[rows[:, None], columns]

    def ranked_from_network(self, ranked: RankedSources) -> RankedSources:
        """Scale offsets and cells to the region's size. Cells that lie in the padding stay."""
        height, width = ranked.cell
        offsets = np.rint(ranked.offsets / self.scale).astype(np.int32)
        return ranked._replace(offsets=offsets, cell=(height / self.scale, width / self.scale))


def to_unit(image: NDArray[Any]) -> Floats:
    """Convert an H x W x 3 image in [0, 255] to the 3 x H x W float32 in [0, 1] that networks take."""
    return np.ascontiguousarray(np.moveaxis(image, 2, 0), np.float32) / np.float32(255)


def to_srgb_unit(image: NDArray[Any], space: ColourSpace | None) -> Floats:
    """Convert H x W x 3 in [0, 255] of the photo's colours to the sRGB of networks, 3 x H x W float32 in [0, 1]."""
    if space is None:
        return to_unit(image)
    srgb = space.to_srgb(np.asarray(image, np.float32) / np.float32(255))
    return np.ascontiguousarray(np.moveaxis(np.clip(srgb, 0, 1), 2, 0))


def to_own_255(unit: NDArray[Any], space: ColourSpace | None) -> Floats:
    """Convert a network's image, 3 x H x W in [0, 1], to H x W x 3 in [0, 255] of the photo's colours."""
    image = np.moveaxis(np.asarray(unit, np.float32), 0, 2)
    return (image if space is None else space.from_srgb(image)) * np.float32(255)


def to_bytes(unit: NDArray[Any], space: ColourSpace | None = None) -> Bytes:
    """Convert a 3 x H x W image in [0, 1] to H x W x 3 uint8; from sRGB to the photo's colours, if `space` is one."""
    return np.clip(np.rint(to_own_255(unit, space)), 0, 255).astype(np.uint8)


def _round(image: Floats, grey: bool) -> Bytes:
    """Round H x W x 3 in [0, 255] to uint8, with equal channels if `grey`."""
    pixels = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2) if grey else pixels


def padded_size(traits: Traits, size: tuple[int, int]) -> tuple[int, int]:
    """Return height and width in px of the image that a network gets for one of `size`."""
    if traits.fixed_size is not None:
        return traits.fixed_size, traits.fixed_size
    height, width = (-(-max(side, traits.min_side) // traits.multiple_of) * traits.multiple_of for side in size)
    return height, width


def _is_grey(region: Bytes, known: Plane) -> bool:
    """Return whether all known pixels of the region are grey; its fill must be grey then."""
    red, green, blue = (region[..., channel] for channel in range(3))
    return not bool((((red != green) | (green != blue)) & known).any())
