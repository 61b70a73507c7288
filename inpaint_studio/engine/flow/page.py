"""A flow as a page of HTML: point at a filled pixel, and see its sources with their weights.

The page is one file that loads nothing, so it works offline in any browser. Its size is limited: pictures are scaled
down (`shown.picture_side`), and the sources are listed for a limited number of places (`source_table`).
So a page stays small, whatever the size of the photo: at worst, where no two places have the same sources (measured
with random ones), about 3.5 MB for a flow with one source for each place, and about 8.5 MB for one with five.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inpaint_studio import __version__, paths
from inpaint_studio.engine.flow.colours import Style, colour, paper_colours
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.flow.kinds import DIRECTIONS, DRAWN_GREY, SENTENCES, Kind
from inpaint_studio.engine.flow.shown import Picture, ShownFlow, data_address, hatch, longest_offset, picture_side
from inpaint_studio.engine.flow.source_table import SourceTable, list_sources, pack
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.json_text import escape_undecodable
from inpaint_studio.language import present
from inpaint_studio.texts import mark, tr

FOLDER = "flow_page"  # of the resources, with the template
_LEGENDS = {
    "papers": mark(
        "Colours show the way to the source as the papers on attention print it: pink is lower left, green upper right."
    ),
    "motion": mark("Colours show the way to the source: red is right, yellow down, cyan left, blue up."),
}


# What the page's script says.
_WORDS = {
    "here": mark("right here"),
    "way": mark("{distance} px {direction}"),
    "little": mark("under 0.1 %"),
    "none": mark("No pixel is chosen yet."),
    "unfilled": mark("This pixel was not filled here."),
    "pixel": mark("Pixel {x}, {y}"),
    "held": mark("Pixel {x}, {y} (held)"),
    "from": mark("From {x}, {y}"),
}


def write_page(shown: Sequence[ShownFlow], name: str, path: Path, style: Style = "papers") -> None:
    """Save a page about one flow, or several of the same photo side by side, as one HTML file.

    `name` is the photo's, as it is to be read. Raises PhotoError where the file cannot be written.
    """
    page = make_page(shown, name, style)
    with open_replacement(path) as file:
        file.write(page.encode())


def make_page(shown: Sequence[ShownFlow], name: str, style: Style = "papers") -> str:
    """Return the page that `write_page` saves."""
    longest = longest_offset(shown)
    tables = [list_sources(each.flow) for each in shown]
    height, width = shown[0].flow.shape
    side = picture_side(len(shown))
    views = [_view(each, table, longest, style, side) for each, table in zip(shown, tables, strict=True)]
    flows = [pack(table, each.flow) for each, table in zip(shown, tables, strict=True)]
    sentences = {int(kind): tr(sentence) for kind, sentence in SENTENCES.items()}
    words = page_words()
    page = _template().render(
        name=name,
        width=width,
        height=height,
        views=views,
        has_donors=any(view["donors"] for view in views),
        step=max(table.step for table in tables),
        scaled=(views[0]["height"], views[0]["width"]) != (height, width),
        longest=round(longest),
        legend=tr(_LEGENDS[style]),
        version=__version__,
        has_drawn=any((table.kinds == Kind.DRAWN).any() for table in tables),
        words=words,
        data=_to_script({"width": width, "height": height, "flows": flows, "kinds": sentences, "words": words}),
    )
    return escape_undecodable(page)


def page_words() -> dict[str, Any]:
    """Return the words of the page's script, with the places that it fills itself."""
    return {name: str(tr(text)) for name, text in _WORDS.items()} | {"directions": [str(tr(t)) for t in DIRECTIONS]}


def _view(shown: ShownFlow, table: SourceTable, longest: float, style: Style, side: int) -> dict[str, Any]:
    picture = Picture(shown.pixels, side)
    height, width = shown.flow.shape
    rows, columns = (count * table.step for count in table.hole.shape)
    return {
        "title": shown.title,
        "kind": shown.kind,
        "photo": picture.address,
        "width": picture.width,
        "height": picture.height,
        "donors": None if shown.donors is None else hatch(shown.donors),
        "colours": data_address(_colour_places(table, longest, style), "PNG", optimize=True),
        "place": {
            "left": 100 * shown.flow.box.left / width,
            "top": 100 * shown.flow.box.top / height,
            "width": 100 * columns / width,
            "height": 100 * rows / height,
        },
    }


def _colour_places(table: SourceTable, longest: float, style: Style) -> Image.Image:
    """Return the colours of the strongest source of each place, transparent where nothing is filled."""
    offsets = np.moveaxis(table.entries[np.maximum(table.numbers, 0), 0, :2], -1, 0)
    drawn = table.hole & (table.kinds[np.maximum(table.numbers, 0)] == Kind.DRAWN)
    if style == "papers":
        image = np.zeros((*table.hole.shape, 4), np.uint8)
        image[table.hole, :3] = paper_colours(offsets[:, table.hole], max(longest, 1.0))
        image[table.hole, 3] = 255
    else:
        height, width = table.hole.shape
        flow = empty_flow(Box.whole(height, width), (height, width), np.int32)
        flow.put(flow.box, offsets, None, table.hole)
        image = colour(flow, max(longest, 1.0), style)
    image[drawn, :3] = DRAWN_GREY
    return Image.fromarray(image)


def _to_script(data: dict[str, Any]) -> Any:
    """Return `data` as JSON that can stand in a script element of a page, where "<" could end it."""
    import markupsafe

    return markupsafe.Markup(json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))


def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.resources() / FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(tr=tr, language=present().replace("_", "-"))
    return environment.get_template("page.html")
