"""Read projects and other OpenRaster files, which may be hostile, and make documents of them.

Nothing is unpacked to a place that a file names. Sizes are limited before anything is unpacked, and while it is.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np

from inpaint_studio.engine.photo.decoding import MAX_PIXELS
from inpaint_studio.engine.photo.photo import Photo, open_photo, photo_from_array
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.session.project.content import VERSION, Decoder, pasted_pixels
from inpaint_studio.session.project.restore import restore
from inpaint_studio.session.project.writing import ARRAYS, MERGED, MIME_TYPE, SOURCE, STACK, STATE
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.session.document import Document

MAX_ENTRIES = 4096
_LIMITS = {STATE: 256 << 20, STACK: 16 << 20, "mimetype": 1 << 10}  # bytes, unpacked
_LARGEST = 8 << 30  # bytes of any other entry
# RuntimeError: an entry with a password; NotImplementedError: an unknown compression.
_FAULTS = (
    InputError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_project(path: Path, make_document: Callable[[], Document]) -> Document:
    """Return the document of the OpenRaster file at `path`, in one made by `make_document`.

    A file of another program gives its merged picture as a photo. Raises PhotoError with a sentence, also for files
    that are not what they claim to be.
    """
    with _explain(path), zipfile.ZipFile(path) as archive:
        size = _check(archive, path.name)
        document = make_document()
        if STATE in archive.namelist():
            _read_own(archive, path, size, document)
        else:
            document.load(_picture(archive, MERGED, path), own=True)
            if document.size != size:
                raise _damaged(path.name)
        return document


@contextmanager
def _explain(path: Path) -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except FileNotFoundError:
        raise PhotoError(tr("There is no file {path}; check the name.", path=path)) from None
    except MemoryError:
        raise PhotoError(tr("{name} needs more memory than there is.", name=path.name)) from None
    except _FAULTS as error:
        raise _damaged(path.name) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PhotoError(tr("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from None


def _damaged(name: str) -> PhotoError:
    return PhotoError(tr("{name} is no project, or is damaged, and cannot be opened.", name=name))


def _check(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Return height and width of an archive that is an OpenRaster file of reasonable size. Raises PhotoError."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise _damaged(name)
    for entry in entries:
        place = PurePosixPath(entry.filename)
        if place.is_absolute() or ".." in place.parts or "\\" in entry.filename or ":" in entry.filename:
            raise PhotoError(tr("{name} names places outside of it, and is not opened.", name=name))
        if entry.file_size > _LIMITS.get(entry.filename, _LARGEST):
            raise PhotoError(tr("{name} claims to be far larger than a project can be, and is not opened.", name=name))
    if _unpack(archive, "mimetype", name).strip() != MIME_TYPE.encode():
        raise _damaged(name)
    text = _unpack(archive, STACK, name)
    if _DECLARATION.search(text):
        raise PhotoError(tr("{name} declares XML entities, which a project never does, and is not opened.", name=name))
    try:
        image = ElementTree.fromstring(text)
        size = int(image.get("h", "")), int(image.get("w", ""))
    except ElementTree.ParseError:
        raise _damaged(name) from None
    if min(size) < 1 or size[0] * size[1] > MAX_PIXELS:
        raise PhotoError(
            tr(
                "{name} claims to be {width} x {height} pixels; photos of up to {most} megapixels are opened.",
                name=name,
                width=size[1],
                height=size[0],
                most=MAX_PIXELS // 1_000_000,
            )
        )
    return size


def _unpack(archive: zipfile.ZipFile, entry: str, name: str) -> bytes:
    """Return the content of an entry. Raises PhotoError where it is longer than it claims, or than it may be."""
    most = min(archive.getinfo(entry).file_size, _LIMITS.get(entry, _LARGEST))
    with archive.open(entry) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise _damaged(name)
    return content


def _picture(archive: zipfile.ZipFile, entry: str, path: Path) -> Photo:
    """Return a picture of the archive as a photo of the file at `path`."""
    with _beside(_unpack(archive, entry, path.name), ".png") as file:
        return replace(open_photo(file), path=path, stored=None)


@contextmanager
def _beside(content: bytes, suffix: str) -> Iterator[Path]:
    """Give the path of a temporary file."""
    with tempfile.TemporaryDirectory(prefix="inpaint-") as folder:
        file = Path(folder, f"photo{suffix}")
        file.write_bytes(content)
        yield file


def _read_own(archive: zipfile.ZipFile, path: Path, size: tuple[int, int], document: Document) -> None:
    """Load what this program has written into `document`."""
    head = json.loads(_unpack(archive, STATE, path.name))
    if not isinstance(head, dict) or head.get("format") != "inpaint-studio-project":
        raise _damaged(path.name)
    if head.get("version") != VERSION:
        raise PhotoError(tr("{name} was saved by a later version of this program; update it first.", name=path.name))
    data = _unpack(archive, ARRAYS, path.name)
    document.load(_photo(archive, path, size, head, data), own=True)
    pixels = _picture(archive, MERGED, path).pixels
    if document.size != size or list(size) != head.get("size") or pixels.shape != document.raster("photo").shape:
        raise _damaged(path.name)
    restore(document, np.ascontiguousarray(pixels), Decoder(head, data, document))


def _photo(archive: zipfile.ZipFile, path: Path, size: tuple[int, int], head: dict[str, Any], data: bytes) -> Photo:
    if SOURCE not in archive.namelist():
        return replace(photo_from_array(pasted_pixels(head, data, size)), grey=head.get("grey") is True, path=path)
    with _beside(_unpack(archive, SOURCE, path.name), "") as file:
        return replace(open_photo(file), path=path, notes=())
