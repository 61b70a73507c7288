"""Photo files, read and written away from the main thread. Importing this module imports the decoders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from inpaint_studio.engine.flow.colours import Style
from inpaint_studio.engine.flow.flo_file import write_flo
from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.flow.flow_image import write_png
from inpaint_studio.engine.photo.decoding import is_image
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, open_photo
from inpaint_studio.session.raster import Raster


def read(path: Path) -> tuple[Photo, Raster]:
    """The photo and a copy of its pixels for the document to write to."""
    photo = open_photo(path)
    return photo, photo.pixels.copy()


def first_picture(paths: Sequence[Path]) -> Path | None:
    """The first of these files that is a picture by its content; None where none is."""
    return next((path for path in paths if is_image(path)), None)


def write(photo: Photo, path: Path, pixels: Raster) -> tuple[str, ...]:
    """Save `pixels` with everything else the photo's file held; gives sentences about what was lost."""
    return save_photo(photo, path, pixels)


def write_flow(flows: Sequence[Flow], path: Path, pixels: Raster, style: Style = "ours") -> None:
    """Save the flows of several fills of one photo, oldest first, as one: a .flo file, or a picture over `pixels`."""
    flow = reduce(Flow.merge, flows)
    if path.suffix.lower() == ".flo":
        write_flo(flow, path)
    else:
        write_png(flow, path, pixels, style)
