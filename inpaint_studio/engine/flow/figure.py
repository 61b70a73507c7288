"""A flow as an SVG figure: arrows from the parts of a fill to where they came from, over the photo.

The figure uses only what every viewer draws: paths, texts and embedded images, no scripts, styles or markers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from inpaint_studio.engine.flow.arrows import Arrow, Floats, find_arrows, find_drawn
from inpaint_studio.engine.flow.kinds import DRAWN_GREY, describe_kinds
from inpaint_studio.engine.flow.shown import Picture, ShownFlow, hatch, picture_side
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.models.base.class_colours import class_colours
from inpaint_studio.texts import tr

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML cannot hold
_LONGEST_TITLE = 70  # characters
_GROUND, _TEXT, _SOFT = "#1a1a1a", "#e8e8e8", "#ababab"  # the colours of the window
_GREY = f"#{DRAWN_GREY:02x}{DRAWN_GREY:02x}{DRAWN_GREY:02x}"

# Sizes, as shares of the longer side of the photo.
_GAP = 0.02
_LETTERS = 0.022
_LETTER = 0.65  # width of a letter, as a share of the size of its font; on average it is less
_LINE = 0.0016  # an outline
_THIN, _THICK = 0.0022, 0.011  # arrows for the smallest part and for a whole fill
_DARK = "0.4"  # opacity of the black over the photo


def write_figure(shown: Sequence[ShownFlow], name: str, path: Path) -> None:
    """Save a figure about one flow, or several of the same photo side by side. Raises PhotoError.

    `name` is the photo's, as it is to be read.
    """
    figure = make_figure(shown, name)
    with open_replacement(path) as file:
        file.write(figure)


def make_figure(shown: Sequence[ShownFlow], name: str) -> bytes:
    """Return the file that `write_figure` saves."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    height, width = shown[0].flow.shape
    unit = float(max(height, width))
    letters, gap = _LETTERS * unit, _GAP * unit
    titled = any(each.title for each in shown)
    top = 2 * letters if titled else 0.0
    whole = len(shown) * width + (len(shown) - 1) * gap
    tall = top + height + 3.2 * letters
    scale = min(1.0, picture_side(len(shown)) / unit)
    root = _element(
        None,
        "svg",
        viewBox=f"0 0 {_text(whole)} {_text(tall)}",
        width=_text(whole * scale),
        height=_text(tall * scale),
    )
    _element(root, "title").text = _clean(tr("{name}: where the fill came from", name=name))
    _element(root, "rect", width=_text(whole), height=_text(tall), fill=_GROUND)
    for number, each in enumerate(shown):
        left = number * (width + gap)
        if each.title:
            title = _shorten(each.title)
            _write(root, title, left + letters / 2, top - 0.65 * letters, _fit(title, letters, width), _TEXT)
        panel = _element(root, "g", transform=f"translate({_text(left)} {_text(top)})")
        arrows = find_arrows(each.flow)
        drawn, share = find_drawn(each.flow)
        _draw_panel(panel, each, arrows, drawn, unit, len(shown))
        below = top + height + 1.35 * letters
        lines = (_explain(arrows, share), describe_kinds(each.flow))
        size = min(_fit(text, 0.8 * letters, width) for text in lines)
        for number, text in enumerate(lines):
            _write(root, text, left + letters / 2, below + 1.2 * number * letters, size, _SOFT)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode()


def _explain(arrows: list[Arrow], drawn: float) -> str:
    if not arrows:
        return tr("Grey: drawn by the network.")
    share = round(100 * sum(arrow.share for arrow in arrows))
    count = tr("1 arrow stands") if len(arrows) == 1 else tr("{count} arrows stand", count=len(arrows))
    grey = tr(" Grey: drawn by the network.") if drawn else ""
    return tr(
        "Outlined: filled. Dashed: where it came from. {count} for {share} % of the fill.{grey}",
        count=count,
        share=share,
        grey=grey,
    )


def _draw_panel(
    panel: ElementTree.Element, shown: ShownFlow, arrows: list[Arrow], drawn: list[Floats], unit: float, count: int
) -> None:
    height, width = shown.flow.shape
    size = {"width": _text(width), "height": _text(height)}
    _image(panel, Picture(shown.pixels, picture_side(count)).address, size)
    _element(panel, "rect", fill="#000000", attributes={"fill-opacity": _DARK}, **size)
    if shown.donors is not None:
        _image(panel, hatch(shown.donors), size)
    if drawn:
        line = {"stroke": _GREY, "stroke-width": _text(_LINE * unit), "stroke-linejoin": "round", "fill-opacity": "0.5"}
        _element(panel, "path", d=_path(drawn), fill=_GREY, attributes=line)
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in class_colours(len(arrows))]
    for arrow, colour in zip(arrows, colours, strict=True):
        _draw_part(panel, arrow, colour, unit)
    for arrow, colour in zip(arrows, colours, strict=True):
        _draw_arrow(panel, arrow, colour, unit)


def _draw_part(panel: ElementTree.Element, arrow: Arrow, colour: str, unit: float) -> None:
    """Outline the part, and where it came from with dashes."""
    line = {"stroke": colour, "stroke-width": _text(_LINE * unit), "stroke-linejoin": "round"}
    dashes = {"stroke-dasharray": f"{_text(4 * _LINE * unit)} {_text(3 * _LINE * unit)}", "fill": "none"}
    _element(panel, "path", d=_path(arrow.origins), attributes=line | dashes)
    _element(panel, "path", d=_path(arrow.outlines), fill=colour, attributes={**line, "fill-opacity": "0.3"})


def _draw_arrow(panel: ElementTree.Element, arrow: Arrow, colour: str, unit: float) -> None:
    """Draw the arrow from the part to its source, on a dark rim that sets it off from the photo."""
    thick = unit * (_THIN + (_THICK - _THIN) * math.sqrt(arrow.share))
    (x, y), (across, down) = arrow.target, arrow.offset
    length = math.hypot(across, down)
    group = _element(panel, "g")
    share = tr("{value:.0f} % of the fill, {length:.0f} px away", value=100 * arrow.share, length=length)
    _element(group, "title").text = share
    for colour_of, extra in (("#000000", 1.2 * _LINE * unit), (colour, 0.0)):
        _element(group, "circle", cx=_text(x), cy=_text(y), r=_text(1.1 * thick + extra), fill=colour_of)
        if length > 0:
            _element(group, "path", d=_arrow_path(arrow, thick, extra), fill=colour_of)


def _arrow_path(arrow: Arrow, thick: float, extra: float) -> str:
    """Return the outline of an arrow with a shaft `thick` px wide, larger by `extra`; a short one is all head."""
    (x, y), (across, down) = arrow.target, arrow.offset
    length = math.hypot(across, down)
    along, aside = (across / length, down / length), (-down / length, across / length)
    head = min(3.6 * thick, length)
    half, wing = thick / 2 + extra, 0.45 * head + extra
    points = [(0, half), (length - head, half), (length - head - extra, wing + extra), (length + 1.6 * extra, 0)]
    outline = [*points, *((far, -side) for far, side in reversed(points[:3]))]
    places = [(x + far * along[0] + side * aside[0], y + far * along[1] + side * aside[1]) for far, side in outline]
    return _join(places)


def _path(outlines: Sequence[Floats]) -> str:
    return " ".join(_join(outline.tolist()) for outline in outlines)


def _join(places: Sequence[Sequence[float]]) -> str:
    return "M" + "L".join(f"{_text(x)} {_text(y)}" for x, y in places) + "Z"


def _image(parent: ElementTree.Element, address: str, size: dict[str, str]) -> None:
    _element(parent, "image", attributes={f"{{{_LINK}}}href": address, "preserveAspectRatio": "none"}, **size)


def _write(parent: ElementTree.Element, text: str, x: float, y: float, letters: float, colour: str) -> None:
    font = {"font-family": "sans-serif", "font-size": _text(letters)}
    _element(parent, "text", x=_text(x), y=_text(y), fill=colour, attributes=font).text = _clean(text)


def _element(
    parent: ElementTree.Element | None, name: str, attributes: dict[str, str] | None = None, **more: str
) -> ElementTree.Element:
    values = {**(attributes or {}), **more}
    if parent is None:
        return ElementTree.Element(f"{{{_SVG}}}{name}", values)
    return ElementTree.SubElement(parent, f"{{{_SVG}}}{name}", values)


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _fit(text: str, letters: float, width: float) -> float:
    """Return the size of the font, at most `letters`, with which a line of text does not get wider than `width`."""
    return min(letters, width / (_LETTER * len(text)))


def _shorten(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _clean(text: str) -> str:
    """Replace what XML cannot hold; everything else is escaped when the file is written."""
    return _ILLEGAL.sub("�", text)
