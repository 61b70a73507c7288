"""Pictures of what each variant fills and attends to, on the sample photos: small files in the ablation's folder."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio import atomic
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.flow.colours import draw_legend, paper_colours
from inpaint_studio.errors import InputError
from inpaint_studio.models.networks import Hints, Inpainter
from inpaint_studio.texts import tr
from training.ablation.measure import to_bytes
from training.ablation.plan import AblationPlan
from training.ablation.scenes import SCENES, SampleScene, open_scene
from training.ablation.variants import AblationVariant

FOLDER = "pictures"
PHOTO, HOLE, FILL, FLOW, PLACES, BARS = "photo", "hole", "fill", "flow", "places", "bars"  # roles of pictures
ATTENDED = (FLOW, PLACES, BARS)  # those of what a network attends to
REACH = 0.75  # of the picture's side: the length of an offset that has the full colour
_GREY = 0.5  # of the hole before it is filled
_DIM = 0.35  # of the photo's light round the flow
_BARS, _BARS_SIDE = 10, 192  # ranked bars that are shown, and px per side of their picture

Bytes = NDArray[np.uint8]


def picture_path(folder: Path, scene: SampleScene, role: str, slug: str = "") -> Path:
    """Return the file of one picture; `slug` is that of the variant where the role has one."""
    return folder / FOLDER / ("-".join(filter(None, (scene.name, slug, role))) + ".webp")


def write_pictures(plan: AblationPlan, variant: AblationVariant, network: Inpainter, folder: Path) -> None:
    """Fill every sample photo, and draw the fill and what the network attended to. Raises InputError."""
    size = plan.base.size
    assert size is not None
    for scene in SCENES:
        image, hole = open_scene(scene, size)
        inside = hole[0, 0].numpy() > 0
        truth = to_bytes(image[0])
        _save(picture_path(folder, scene, PHOTO), truth)
        _save(picture_path(folder, scene, HOLE), to_bytes((image * (1 - hole) + _GREY * hole)[0]))
        with torch.no_grad():
            made = network.eval().fill(image, hole, Hints(), lambda _fraction: None)
        _save(picture_path(folder, scene, FILL, variant.slug), to_bytes(torch.where(hole > 0, made.output, image)[0]))
        attended = {
            FLOW: None if made.sources is None else draw_offsets(made.sources.float().numpy(), truth, inside),
            PLACES: None if made.places is None else draw_places(made.places.float().numpy(), size),
            BARS: None if made.units is None else draw_bars(made.units.float().numpy()),
        }
        for role, drawn in attended.items():
            if drawn is not None:
                _save(picture_path(folder, scene, role, variant.slug), drawn, lossless=True)


def draw_offsets(offsets: NDArray[np.float32], photo: Bytes, hole: NDArray[np.bool_]) -> Bytes:
    """Draw the colours of the offsets of h x w places (2 x h x w, px) into the hole, over the dimmed photo.

    Colours are those of the papers on attention; the same offset has the same colour in every picture of one size.
    """
    height, width = hole.shape
    rows = np.arange(height) * offsets.shape[1] // height
    columns = np.arange(width) * offsets.shape[2] // width
    canvas = np.repeat((photo.mean(axis=2, keepdims=True) * _DIM).astype(np.uint8), 3, axis=2)
    whole = offsets[:, rows[:, None], columns]
    canvas[hole] = paper_colours(whole[:, hole], REACH * width)
    return canvas


def draw_places(places: NDArray[np.float32], side: int) -> Bytes:
    """Draw the weights of h x w places as greys from 0 to 1, `side` px: white counts most."""
    grid = np.arange(side)
    whole = places[(grid * places.shape[0] // side)[:, None], grid * places.shape[1] // side]
    return np.repeat(np.rint(255 * whole.clip(0, 1)).astype(np.uint8)[..., None], 3, axis=2)


def draw_bars(units: NDArray[np.float32]) -> Bytes:
    """Draw the largest of the weights as ranked bars with the numbers of their channels or entries, from 1."""
    order = np.argsort(-units, kind="stable")[:_BARS]
    image = Image.new("RGB", (_BARS_SIDE, _BARS_SIDE), (24, 24, 24))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(12)
    most = max(float(units[order].max()), 1e-9)
    step = _BARS_SIDE / _BARS
    for place, number in enumerate(order):
        top, value = place * step, max(0.0, float(units[number]))
        draw.text((30, top + step / 2), str(int(number) + 1), fill=(236, 236, 236), font=font, anchor="rm")
        right = 36 + (_BARS_SIDE - 84) * value / most
        draw.rectangle((36, top + 4, max(37.0, right), top + step - 4), fill=(126, 178, 221))
        draw.text((right + 5, top + step / 2), f"{value:.2g}", fill=(180, 180, 180), font=font, anchor="lm")
    return np.asarray(image)


def draw_wheel(side: int) -> Bytes:
    """Draw the wheel that says which colour is which direction, `side` px, on white."""
    wheel = draw_legend(side).astype(np.float32)
    share = wheel[..., 3:] / 255
    return np.asarray(np.rint(wheel[..., :3] * share + 255 * (1 - share)), np.uint8)


def _save(path: Path, pixels: Bytes, *, lossless: bool = False) -> None:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "WEBP", quality=90, lossless=lossless, method=6)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, content.getvalue(), durable=False)
    except OSError as error:
        raise InputError(
            tr(
                "{path} was not written: {explain_write_error}.",
                path=path,
                explain_write_error=explain_write_error(error),
            )
        ) from error
