"""Write a project as an OpenRaster file: a ZIP archive with layers as PNG files, and what only this program reads.

See https://www.openraster.org/baseline/file-layout-spec.html for `mimetype`, `stack.xml`, `data/`, `mergedimage.png`
and `Thumbnails/`; what begins with `inpaint-studio/` is this program's own.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from inpaint_studio import __version__
from inpaint_studio.engine.photo.encoding import open_replacement
from inpaint_studio.session.journal.arrays import write as write_array
from inpaint_studio.session.project.content import encode
from inpaint_studio.session.project.layers import PictureLayer, layers_of

if TYPE_CHECKING:
    from inpaint_studio.session.project.snapshot import Snapshot
    from inpaint_studio.session.raster import Raster

MIME_TYPE = "image/openraster"
MERGED, STACK, STATE, ARRAYS, SOURCE = (
    "mergedimage.png",
    "stack.xml",
    "inpaint-studio/state.json",
    "inpaint-studio/arrays.bin",
    "inpaint-studio/source",  # the photo's file
)
_THUMBNAIL = 256  # px, the longer side
_COMPRESSION = 1  # of PNG files: they are written at each save, and higher levels take much longer


def write_project(snapshot: Snapshot, path: Path) -> None:
    """Replace the file at `path` by this project, all at once or not at all. Raises PhotoError with a sentence."""
    with open_replacement(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MIME_TYPE)  # first and not compressed, so that it is recognised
        icc = snapshot.photo.meta.colours
        stack = ElementTree.Element("image", version="0.0.5")
        stack.set("h", str(snapshot.photo.size[0]))
        stack.set("w", str(snapshot.photo.size[1]))
        layers = ElementTree.SubElement(stack, "stack")
        for number, layer in enumerate(layers_of(snapshot)):
            source = f"data/layer{number}.png"
            _add_picture(archive, source, layer.pixels, icc)
            layers.append(_describe(layer, source))
        _add_text(archive, STACK, ElementTree.tostring(stack, "unicode", xml_declaration=True))
        _add_picture(archive, MERGED, snapshot.pixels, icc)
        _add_picture(archive, "Thumbnails/thumbnail.png", _thumbnail(snapshot.pixels), icc)
        _add_own(archive, snapshot)


def _describe(layer: PictureLayer, source: str) -> ElementTree.Element:
    return ElementTree.Element(
        "layer",
        {
            "name": layer.name,
            "src": source,
            "x": str(layer.left),
            "y": str(layer.top),
            "opacity": f"{layer.opacity:g}",
            "visibility": "visible" if layer.visible else "hidden",
            "composite-op": "svg:src-over",
        },
    )


def _add_own(archive: zipfile.ZipFile, snapshot: Snapshot) -> None:
    photo = snapshot.photo
    head, parts = encode(snapshot)
    head |= {"program": __version__, "grey": photo.grey, "pixels": None, "kind": photo.meta.format}
    if photo.stored is None:
        head["pixels"], data = write_array(snapshot.original)
        parts.append(data)
    else:
        with archive.open(zipfile.ZipInfo(SOURCE), "w", force_zip64=True) as file:  # photos are compressed already
            file.write(photo.stored.read())
    _add_text(archive, STATE, json.dumps(head, separators=(",", ":")))
    with archive.open(zipfile.ZipInfo(ARRAYS), "w", force_zip64=True) as file:  # so are these, where it is worth it
        for part in parts:
            file.write(part)


def _add_text(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, text.encode("utf-8"))


def _add_picture(archive: zipfile.ZipFile, name: str, pixels: Raster, icc: bytes) -> None:
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
        _write_png(file, pixels, icc)


def _write_png(file: IO[bytes], pixels: Raster, icc: bytes) -> None:
    buffer = io.BytesIO()
    options = {"icc_profile": icc} if icc else {}
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=_COMPRESSION, **options)
    file.write(buffer.getbuffer())


def _thumbnail(pixels: Raster) -> Raster:
    image = Image.fromarray(pixels)
    image.thumbnail((_THUMBNAIL, _THUMBNAIL), reducing_gap=2.0)
    return np.asarray(image)
