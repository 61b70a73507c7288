"""Between a region of 8-bit pixels and a model: values, size and padding there; size, tone and offsets back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.centered import dilation
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import (
    SURROUNDINGS,
    Bytes,
    Fill,
    Guide,
    Model,
    Options,
    Plane,
    TicketLike,
    Traits,
)
from inpaint_studio.opencv import cv2

Floats = NDArray[np.float32]


class Answer(NamedTuple):
    """A filled region at its own size. Only what lies inside the hole means anything, but for the edges."""

    pixels: Bytes  # h x w x 3
    sources: NDArray[np.int32] | None = None  # 2 x h x w offsets (row, col)
    weight: Floats | None = None  # h x w
    coarse: Bytes | None = None  # h x w x 3, the first stage's picture
    edges: Floats | None = None  # h x w in [0, 1], as predicted
    scale: float = 1.0  # of the picture the model saw against the region
    notes: tuple[str, ...] = ()


def run(
    model: Model, region: Bytes, hole: Plane, guide: Guide, options: Options, ticket: TicketLike, shrink: float = 1.0
) -> Answer:
    """Has `model` fill `hole` (h x w) of `region` (h x w x 3 uint8, contiguous), in the form its traits ask for.

    `guide` covers the region too. A network sees the region smaller by `shrink`, beside what its traits ask for. Raises
    what the model raises, and StudioError where its answer does not fit.
    """
    traits = model.traits
    if traits.values == "bytes":
        fill = model.fill(region, hole, guide, options, ticket)
        check(fill, traits, region.shape)
        edges = None if fill.edges is None else np.asarray(fill.edges, np.float32)
        return Answer(fill.image, fill.sources, fill.weight, fill.coarse, edges, 1.0, fill.notes)
    frame = Frame.fitting(traits, region.shape[0], region.shape[1], shrink)
    image = frame.enter(region, cv2.INTER_CUBIC)
    fill = model.fill(to_unit(image), frame.enter_hole(hole), frame.enter_guide(guide), options, ticket)
    check(fill, traits, (3, *image.shape[:2]))
    known = ~hole if guide.donors is None else ~(hole | guide.donors)
    grey = _is_grey(region, known)
    # A step at the rim shows only where the network's own picture goes on beyond it.
    drawn = fill.output if traits.redraws and fill.output is not None else fill.image
    filled = _to_bytes(matched_tone(frame.leave(_to_picture(drawn)), region, hole, known), grey)
    coarse = None if fill.coarse is None else _to_bytes(frame.leave(_to_picture(fill.coarse)), grey)
    edges = None if fill.edges is None else np.clip(frame.leave(fill.edges), 0, 1)
    return Answer(filled, *frame.leave_sources(fill), coarse, edges, frame.scale, fill.notes)


def paste(pixels: Bytes, box: Box, filled: Bytes, where: Plane) -> None:
    """Writes `filled` (h x w x 3) into `box` of `pixels` (H x W x 3|4) where `where` is True; those become opaque."""
    part = pixels[box.slices]
    if part.shape[2] == 3:
        cv2.copyTo(filled, where.view(np.uint8), part)  # 0.4 ms where numpy's takes 60, for 4.6 megapixels
        return
    np.copyto(part[..., :3], filled, where=where[..., None])
    part[..., 3][where] = 255


def matched_tone(filled: Floats, region: Bytes, hole: Plane, known: Plane) -> Floats:
    """`filled` (h x w x 3) without the step at the hole's border.

    In the ring round the hole the truth is known: what the model got wrong there is carried over the border and fades
    inwards to its mean. Nothing but pixels inside the hole may be taken from the result.
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
    faint = np.float32(0.01)  # how little of the ring a pixel may see before the mean takes over
    out = filled.copy()
    out[window] += (blurred + faint * mean) / (share + faint)
    return out


class Frame(NamedTuple):
    """How a region becomes the picture a network sees: scaled, then padded by reflection at the right and below."""

    region: tuple[int, int]  # height and width, px
    scaled: tuple[int, int]
    padded: tuple[int, int]
    scale: float

    @classmethod
    def fitting(cls, traits: Traits, height: int, width: int, shrink: float = 1.0) -> Frame:
        """Scaled to what the traits ask for, and by `shrink` where they leave a choice."""
        longer = max(height, width)
        if traits.fixed_size is not None:
            scale = traits.fixed_size / longer
        else:
            scale = shrink * min(1.0, (traits.max_side or longer) / longer)
        scaled = max(1, round(height * scale)), max(1, round(width * scale))
        return cls((height, width), scaled, _padded(traits, scaled), scale)

    @classmethod
    def unscaled(cls, traits: Traits, height: int, width: int) -> Frame:
        """Padded alone."""
        return cls((height, width), (height, width), _padded(traits, (height, width)), 1.0)

    def enter(self, plane: NDArray[Any], way: int) -> NDArray[Any]:
        """`plane` (h x w or h x w x 3) scaled and padded; `way` is OpenCV's interpolation where it grows."""
        if self.scaled != self.region:
            shrink = cv2.INTER_NEAREST if way == cv2.INTER_NEAREST else cv2.INTER_AREA
            size = self.scaled[1], self.scaled[0]
            plane = cv2.resize(plane, size, interpolation=way if self.scale > 1 else shrink)
        below, right = self.padded[0] - self.scaled[0], self.padded[1] - self.scaled[1]
        if below or right:
            plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REFLECT)
        return np.asarray(plane)

    def enter_hole(self, hole: Plane) -> Plane:
        """Every pixel that an unknown one has a share in is unknown."""
        share = self.enter(hole.astype(np.float32), cv2.INTER_LINEAR) > 0
        if self.scale > 1:  # the cubic kernel reaches further than the linear one
            reach = dilation(self.scale)
            share = cv2.dilate(share.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
        return np.asarray(share)

    def enter_guide(self, guide: Guide) -> Guide:
        return Guide(
            lines=None if guide.lines is None else self.enter(guide.lines, cv2.INTER_NEAREST),
            edges=None if guide.edges is None else self.enter(guide.edges, cv2.INTER_LINEAR),
            labels=None if guide.labels is None else self.enter(guide.labels, cv2.INTER_NEAREST),
            donors=None if guide.donors is None else self.enter_hole(guide.donors),
        )

    def leave(self, picture: NDArray[Any]) -> Floats:
        """A picture or a plane (padded size, or that x 3) back at the region's size."""
        picture = np.ascontiguousarray(picture[: self.scaled[0], : self.scaled[1]])
        if self.scaled != self.region:
            way = cv2.INTER_CUBIC if self.scale < 1 else cv2.INTER_AREA
            picture = cv2.resize(picture, (self.region[1], self.region[0]), interpolation=way)
        return np.asarray(picture, np.float32)

    def leave_sources(self, fill: Fill) -> tuple[NDArray[np.int32] | None, Floats | None]:
        """Offsets and confidence at the region's size; the offsets in its pixels."""
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


def to_unit(image: Bytes) -> Floats:
    """An H x W x 3 uint8 picture as the 3 x H x W float32 in [0, 1] that networks take."""
    return np.ascontiguousarray(np.moveaxis(image, 2, 0), np.float32) / np.float32(255)


def _to_picture(unit: NDArray[Any]) -> Floats:
    """3 x H x W in [0, 1] as H x W x 3 in [0, 255]."""
    return np.moveaxis(np.asarray(unit, np.float32), 0, 2) * np.float32(255)


def _to_bytes(picture: Floats, grey: bool) -> Bytes:
    pixels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2) if grey else pixels


def _padded(traits: Traits, size: tuple[int, int]) -> tuple[int, int]:
    if traits.fixed_size is not None:
        return traits.fixed_size, traits.fixed_size
    height, width = (-(-max(side, traits.min_side) // traits.multiple_of) * traits.multiple_of for side in size)
    return height, width


def _is_grey(region: Bytes, known: Plane) -> bool:
    """Whether all that is known of the region is grey: then its fill is grey too."""
    red, green, blue = (region[..., channel] for channel in range(3))
    return not bool((((red != green) | (green != blue)) & known).any())


def check(fill: Fill, traits: Traits, shape: tuple[int, ...]) -> None:
    """Raises StudioError where an answer to a picture of this shape is not of the form that the contract asks for."""
    plane = shape[1:] if traits.values == "unit" else shape[:2]
    kind = np.floating if traits.values == "unit" else np.uint8
    pictures = (fill.image, *(picture for picture in (fill.coarse, fill.output) if picture is not None))
    planes = [each for each in (fill.edges, fill.weight) if each is not None]
    fits = all(picture.shape == shape and np.issubdtype(picture.dtype, kind) for picture in pictures)
    fits = fits and (fill.sources is None or fill.sources.shape == (2, *plane))
    if not (fits and all(each.shape == plane for each in planes)):
        raise StudioError(f"The model '{traits.name}' gave an answer of the wrong form; tell whoever made it.")
