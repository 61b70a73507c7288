"""The sample photos and the holes that the page of pictures is made of. All coordinates are px of the reduced photo."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio.models.base.interface import Bytes, Plane

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
LONGER_SIDE = 768  # px: the samples are reduced to it, so that a hole of 15 % is still shown pixel by pixel


class Scene(NamedTuple):
    """A sample photo with one hole. `is_known`: what lay in the hole is what should be there again."""

    name: str  # of its picture
    photo: str  # of the sample, without suffix
    title: str
    about: str
    shapes: tuple[tuple[Any, ...], ...]  # kind and numbers, see `_draw`
    is_known: bool = True


SCENES = (
    Scene(
        "bird",
        "perched-osprey",
        "The bird goes",
        "What the program is for: nothing in the hole is to be seen again, so there is no figure.",
        (("polygon", 284, 84, 318, 88, 336, 106, 338, 128, 352, 160, 352, 200, 330, 260, 300, 296, 276, 344, 270, 366,
          224, 370, 228, 330, 226, 220, 240, 180, 276, 140, 276, 100),),
        is_known=False,
    ),
    Scene(
        "branch",
        "perched-osprey",
        "A piece of a branch",
        "Two edges have to go on through the hole; what is behind is out of focus.",
        (("box", 372, 258, 452, 330),),
    ),
    Scene(
        "ridge",
        "lake-sherburne",
        "A mountain against the sky",
        "Which way the ridge runs is not to be seen from the rim.",
        (("ellipse", 448, 132, 572, 232),),
    ),
    Scene(
        "shore",
        "lake-sherburne",
        "A seventh of the photo: mountain, wood, shore and lake",
        "Large: where each layer ends has to be guessed.",
        (("box", 236, 186, 456, 396),),
    ),
    Scene(
        "tower",
        "singaporean-cityscape",
        "A tower",
        "Nothing in the rest of the photo says how tall it is. No model can know.",
        (("box", 498, 66, 612, 226),),
    ),
    Scene(
        "sky",
        "singaporean-cityscape",
        "Clouds",
        "Soft and large, without edges.",
        (("ellipse", 296, 14, 452, 100),),
    ),
    Scene(
        "heap",
        "the-spices-of-life",
        "Texture alone",
        "A hole inside one heap: the same grains all round.",
        (("ellipse", 322, 246, 442, 344),),
    ),
    Scene(
        "bowl",
        "the-spices-of-life",
        "Heap, rim and bowl",
        "Three materials meet, and a curve goes on.",
        (("box", 484, 214, 606, 350),),
    ),
    Scene(
        "writing",
        "the-spices-of-life",
        "Writing and a scratch",
        "Thin strokes over everything: everything to fill in is a few pixels away.",
        (("text", 40, 250, 130, "SPICES"), ("stroke", 3, 236, 122, 300, 190, 330, 180, 418, 226)),
    ),
)  # fmt: skip


class Pair(NamedTuple):
    """What the README shows: a photo, its hole, and the fills of these models. The caption stands in the README."""

    scene: str
    models: tuple[str, ...]


PAIRS = (Pair("bird", ("auto",)), Pair("shore", ("auto", "deepfill-v2-scenes")), Pair("bowl", ("auto",)))


def open_photo(scene: Scene) -> Bytes:
    """The scene's photo, H x W x 3."""
    with Image.open(SAMPLES / f"{scene.photo}.jpg") as image:
        scale = LONGER_SIDE / max(image.size)
        size = round(image.width * scale), round(image.height * scale)
        return np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))


def draw_hole(scene: Scene, height: int, width: int) -> Plane:
    """The scene's hole, True inside."""
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    for kind, *numbers in scene.shapes:
        _draw(draw, kind, numbers)
    return np.asarray(image).astype(np.bool_)


def _draw(draw: ImageDraw.ImageDraw, kind: str, numbers: list[Any]) -> None:
    """Draw a shape.

    The numbers of a box or an ellipse are left, top, right, bottom; of a polygon x, y, x, y, ...; of a stroke its
    width, x, y, x, y, ...; of a text its size, x, y and the text.
    """
    match kind, numbers:
        case "box", corners:
            draw.rectangle(corners, fill=1)
        case "ellipse", corners:
            draw.ellipse(corners, fill=1)
        case "polygon", points:
            draw.polygon(points, fill=1)
        case "stroke", [width, *points]:
            draw.line(points, fill=1, width=width, joint="curve")
        case "text", [size, x, y, text]:
            draw.text((x, y), text, fill=1, font=ImageFont.load_default(size))
        case _:
            raise ValueError(f"no such shape: {kind}")
