"""Save flows in any of the formats for them: an image, numbers, a page to point at, or a figure with arrows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inpaint_studio.engine.flow.colours import Style
from inpaint_studio.engine.flow.flo_file import write_flo
from inpaint_studio.engine.flow.shown import ShownFlow
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import RANKED
from inpaint_studio.texts import tr

SUFFIXES = (".png", ".flo", ".html", ".svg")
COLOURED = (".png", ".html")  # the formats in which a flow has colours


def check_flow_name(path: Path, count: int = 1) -> None:
    """Raise InputError with a sentence where `count` flows cannot be saved under this name."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            tr(
                "{name} is no name for a flow; use .png for an image, .html for a page to point at, "
                ".svg for a figure with arrows, or .flo for numbers.",
                name=path.name,
            )
        )
    if count > 1 and suffix == ".flo":
        raise InputError(tr("A .flo file holds one flow; use .png, .html or .svg to see two side by side."))


def count_ranked(path: Path) -> int:
    """Return how many sources of each pixel a fill must list for that file (`Options.ranked`)."""
    return RANKED if path.suffix.lower() == ".html" else 0


def write_flows(shown: Sequence[ShownFlow], path: Path, name: str, style: Style = "papers") -> None:
    """Save one flow, or several of the same photo side by side, in the format of the suffix of `path`.

    `name` is the photo's, as it is to be read. The file is replaced as a whole or left as it was. Raises InputError
    where the suffix is another one or cannot hold so many, and PhotoError.
    """
    check_flow_name(path, len(shown))
    suffix = path.suffix.lower()
    if suffix == ".flo":
        write_flo(shown[0].flow, path)
    elif suffix == ".png":
        from inpaint_studio.engine.flow.flow_image import write_pngs

        write_pngs(shown, path, style)
    elif suffix == ".html":
        from inpaint_studio.engine.flow.page import write_page

        write_page(shown, name, path, style)
    else:
        from inpaint_studio.engine.flow.figure import write_figure

        write_figure(shown, name, path)
