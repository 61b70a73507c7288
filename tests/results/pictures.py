"""Sheets of fills, pixel by pixel: the photo, the hole, the fill of every model, and where copied pixels came from."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio.engine.evaluation import metrics
from inpaint_studio.engine.evaluation.entrants import parse_entrant
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.flow.flow_image import draw_flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Bytes, Options, Plane
from tests.results.scenes import Pair, Scene, draw_hole, open_photo

PAGE_WIDTH = 830  # px: wider images are scaled down where the page is shown
MOST_BYTES = 2_500_000  # of all sheets together
_MARGIN = 28  # px of the photo round a hole
_GAP = 6  # px between tiles
_LABEL, _LETTERS = 18, 12  # px: a label's height and that of its letters
_QUALITIES = range(90, 58, -4)
_MARK = (235, 60, 90)  # colour of a hole


class Tile(NamedTuple):
    """A part of an image with what stands below it: a name, which is shortened where it has to be, and a figure."""

    name: str
    pixels: Bytes  # h x w x 3
    figure: str = ""


class Sheet(NamedTuple):
    """All tiles of a scene, and the fills by model."""

    scene: Scene
    tiles: list[Tile]
    truth: Bytes  # as are the fills: the part of the photo that is shown
    marked: Bytes
    fills: dict[str, Bytes]


def make_sheet(scene: Scene, models: Sequence[str], options: Options) -> Sheet:
    """Fill the scene's hole with each model. A fill equal to an earlier one is named with it."""
    truth = open_photo(scene)
    hole = draw_hole(scene, *truth.shape[:2])
    box = Box.of(hole)
    assert box is not None
    part = box.pad(_MARGIN).clip(*hole.shape).slices
    marked = _mark(truth, hole)
    tiles, attended = [Tile("photo", truth[part]), Tile("hole", marked[part])], []
    fills: dict[str, Bytes] = {}
    empty = truth.copy()
    empty[hole] = 0  # no model sees what was there
    for name in models:
        print(f"{scene.name}: {name}", file=sys.stderr, flush=True)
        entrant = parse_entrant(name)
        result = fill(Request(empty, hole, entrant.model, options=entrant.change(options)), Ticket())
        pixels = result.pixels[..., :3]
        same = next((other for other, image in fills.items() if np.array_equal(image, pixels[part])), "")
        fills[name] = pixels[part]
        if same:
            tiles[:] = [tile._replace(name=_join(tile.name, same, name)) for tile in tiles]
            continue
        figure = f"{metrics.psnr(pixels, truth, hole):.1f} dB" if scene.is_known else ""
        tiles.append(Tile(name, pixels[part], figure))
        if result.flow is not None and result.flow.label in (flows.COPIED, flows.ATTENTION):
            attended.append(Tile(f"{name}: flow", draw_flow(result.flow, pixels)[part]))
    return Sheet(scene, [*tiles, *attended], truth[part], marked[part], fills)


def write_sheets(sheets: Sequence[Sheet], folder: Path) -> None:
    """Write each sheet as NAME.jpg, with the best quality by which all of them together are small enough."""
    for quality in _QUALITIES:
        encoded = {sheet.scene.name: encode(arrange(sheet.tiles), quality) for sheet in sheets}
        if sum(map(len, encoded.values())) <= MOST_BYTES:
            break
    for name, content in encoded.items():
        (folder / f"{name}.jpg").write_bytes(content)


def write_pairs(sheets: Sequence[Sheet], pairs: Sequence[Pair], folder: Path) -> None:
    """Write photo, hole and fill of each of the pairs as pair-SCENE.jpg."""
    by_name = {sheet.scene.name: sheet for sheet in sheets}
    for pair in pairs:
        sheet = by_name.get(pair.scene)
        if sheet is not None and pair.models[0] in sheet.fills:
            tiles = [Tile("photo", sheet.truth), Tile("hole", sheet.marked)]
            tiles += [Tile(name, sheet.fills[name]) for name in pair.models if name in sheet.fills]
            (folder / f"pair-{pair.scene}.jpg").write_bytes(encode(arrange(tiles), _QUALITIES[0]))


def arrange(tiles: Sequence[Tile]) -> Image.Image:
    """Put tiles of one size beside and below each other, as many in a row as a page is wide, with their labels."""
    height, width = tiles[0].pixels.shape[:2]
    columns = min(len(tiles), max(1, (PAGE_WIDTH + _GAP) // (width + _GAP)))
    rows = -(-len(tiles) // columns)
    size = columns * (width + _GAP) - _GAP, rows * (height + _LABEL + _GAP) - _GAP
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_LETTERS)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        left, top = column * (width + _GAP), row * (height + _LABEL + _GAP)
        image.paste(Image.fromarray(np.ascontiguousarray(tile.pixels)), (left, top))
        behind = f"  {tile.figure}" if tile.figure else ""
        text = _shorten(tile.name, font, width - font.getlength(behind)) + behind
        draw.text((left + 1, top + height + 2), text, fill="black", font=font)
    return image


def encode(image: Image.Image, quality: int) -> bytes:
    """The image as a JPEG file; colours at full size, for flows have sharp edges between them."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=0)
    return file.getvalue()


def _join(names: str, same: str, name: str) -> str:
    """Add a name to those of the tile that shows the same fill."""
    return f"{names} = {name}" if names.split(" = ")[0] == same else names


def _shorten(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _mark(photo: Bytes, hole: Plane) -> Bytes:
    marked = photo.copy()
    marked[hole] = _MARK
    return marked
