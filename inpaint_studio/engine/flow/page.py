"""A flow as a page of HTML: point at a filled pixel, and see its sources with their weights.

The page is one file that loads nothing, so it works offline in any browser. Its size is limited: pictures are scaled
down (`shown.picture_side`), and the sources are listed for a limited number of places (`listing.MOST_PLACES`). A page
about one flow is at most about 5 MB large, mostly less than 1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio import __version__, paths
from inpaint_studio.engine.flow.colours import Style, colour, paper_colours
from inpaint_studio.engine.flow.flow import Plane, empty_flow
from inpaint_studio.engine.flow.listing import Listing, list_sources, pack
from inpaint_studio.engine.flow.shown import Picture, ShownFlow, data_address, longest_offset, picture_side
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.json_text import escape_undecodable

FOLDER = "flow_page"  # of the resources, with the template
_DONORS = (255, 176, 0)  # the colour of what must not be copied from, as in the window
_HATCH = 8  # px of the shown mask from one stroke of the hatching to the next
_MASK_SIDE = 800  # px, the longer side of the shown mask
_LEGENDS = {
    "papers": "Colours show the way to the source as the papers on attention print it: pink is lower left, green upper "
    "right.",
    "motion": "Colours show the way to the source: red is right, yellow down, cyan left, blue up.",
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
    listings = [list_sources(each.flow) for each in shown]
    height, width = shown[0].flow.shape
    side = picture_side(len(shown))
    views = [_view(each, listing, longest, style, side) for each, listing in zip(shown, listings, strict=True)]
    flows = [pack(listing, each.flow) for each, listing in zip(shown, listings, strict=True)]
    page = _template().render(
        name=name,
        width=width,
        height=height,
        views=views,
        has_donors=any(view["donors"] for view in views),
        step=max(listing.step for listing in listings),
        longest=round(longest),
        legend=_LEGENDS[style],
        version=__version__,
        data=_to_script({"width": width, "height": height, "flows": flows}),
    )
    return escape_undecodable(page)


def _view(shown: ShownFlow, listing: Listing, longest: float, style: Style, side: int) -> dict[str, Any]:
    picture = Picture(shown.pixels, side)
    height, width = shown.flow.shape
    rows, columns = (count * listing.step for count in listing.hole.shape)
    return {
        "title": shown.title,
        "kind": shown.kind,
        "photo": picture.address,
        "width": picture.width,
        "height": picture.height,
        "donors": None if shown.donors is None else _hatch(shown.donors),
        "colours": data_address(_colour_places(listing, longest, style), "PNG", optimize=True),
        "place": {
            "left": 100 * shown.flow.box.left / width,
            "top": 100 * shown.flow.box.top / height,
            "width": 100 * columns / width,
            "height": 100 * rows / height,
        },
    }


def _colour_places(listing: Listing, longest: float, style: Style) -> Image.Image:
    """Return the colours of the strongest source of each place, transparent where nothing is filled."""
    offsets = np.moveaxis(listing.entries[np.maximum(listing.numbers, 0), 0, :2], -1, 0)
    if style == "papers":
        image = np.zeros((*listing.hole.shape, 4), np.uint8)
        image[listing.hole, :3] = paper_colours(offsets[:, listing.hole], max(longest, 1.0))
        image[listing.hole, 3] = 255
        return Image.fromarray(image)
    height, width = listing.hole.shape
    flow = empty_flow(Box.whole(height, width), (height, width), np.int32)
    flow.put(flow.box, offsets, None, listing.hole)
    return Image.fromarray(colour(flow, max(longest, 1.0), style))


def _hatch(donors: Plane) -> str:
    """Return the address of an image that hatches `donors` (H x W) and is transparent elsewhere."""
    step = max(1, -(-max(donors.shape) // _MASK_SIDE))
    small: NDArray[Any] = donors[::step, ::step]
    y, x = np.indices(small.shape)
    image = np.zeros((*small.shape, 4), np.uint8)
    image[small] = (*_DONORS, 60)
    image[small & ((y + x) % _HATCH < 2)] = (*_DONORS, 230)
    return data_address(Image.fromarray(image), "PNG", optimize=True)


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
    return environment.get_template("page.html")
