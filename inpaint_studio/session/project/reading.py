"""Read projects and other OpenRaster files, which may be hostile, and make documents of them.

Nothing is unpacked to a place that a file names. Sizes are limited before anything is unpacked, and while it is.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import numpy as np

from inpaint_studio.engine.photo.decoding import MAX_PIXELS
from inpaint_studio.engine.photo.formats import usual_suffix
from inpaint_studio.engine.photo.photo import Photo, open_photo, photo_from_array
from inpaint_studio.errors import PhotoError
from inpaint_studio.session.project.content import VERSION, Decoder, pasted_pixels
from inpaint_studio.session.project.restore import restore
from inpaint_studio.session.project.writing import ARRAYS, MERGED, MIME_TYPE, SOURCE, STACK, STATE
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.session.document import Document

MAX_ENTRIES = 4096
_LIMITS = {STATE: 64 << 20, STACK: 16 << 20, "mimetype": 1 << 10}  # bytes, unpacked
_LARGEST = 8 << 30  # bytes of any other entry
# An entry of more bytes is at most so many times as large unpacked: photos and arrays are compressed before.
_SUSPECT, _RATIO = 64 << 20, 50


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


def list_losses(path: Path) -> tuple[str, ...]:
    """List in sentences what would be lost if a project of this program replaced the file at `path`."""
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        if STATE not in archive.namelist():
            return (tr("The layers that another program has put into {name} become one.", name=path.name),)
    return ()


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
    except OSError as error:
        if error.strerror is None:  # of a decoder, not of the system
            raise _damaged(path.name) from error
        reason = error.strerror.lower()
        raise PhotoError(tr("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from None
    except Exception as error:  # decoders of hostile files raise anything from zlib.error to RuntimeError (password)
        raise _damaged(path.name) from error


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
        if entry.file_size > _most(entry):
            raise PhotoError(tr("{name} claims to be far larger than a project can be, and is not opened.", name=name))
    if _unpack(archive, "mimetype", name).strip() != MIME_TYPE.encode():
        raise _damaged(name)
    size = _read_size(_unpack(archive, STACK, name), name)
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


def _most(entry: zipfile.ZipInfo) -> int:
    """Return how many bytes the entry may have unpacked."""
    most = _LIMITS.get(entry.filename, _LARGEST)
    return min(most, max(_SUSPECT, entry.compress_size * _RATIO))


def _read_size(stack: bytes, name: str) -> tuple[int, int]:
    """Return the height and width that `stack.xml` states. Raises PhotoError where it declares anything."""
    roots: list[dict[str, str]] = []

    def on_element(tag: str, attributes: dict[str, str]) -> None:
        if not roots and tag != "image":
            raise _damaged(name)
        roots.append(attributes)

    def on_declaration(*_: object) -> None:
        raise PhotoError(tr("{name} declares XML entities, which a project never does, and is not opened.", name=name))

    parser = expat.ParserCreate()
    parser.StartElementHandler = on_element
    parser.StartDoctypeDeclHandler = on_declaration
    parser.Parse(stack, True)
    return int(roots[0]["h"]), int(roots[0]["w"])


def _unpack(archive: zipfile.ZipFile, entry: str, name: str) -> bytes:
    """Return the content of an entry. Raises PhotoError where it is longer than it claims, or than it may be."""
    most = archive.getinfo(entry).file_size
    with archive.open(entry) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise _damaged(name)
    return content


def _picture(archive: zipfile.ZipFile, entry: str, path: Path) -> Photo:
    """Return a picture of the archive as a photo of the file at `path`."""
    with _beside(_unpack(archive, entry, path.name), ".png") as file:
        try:
            opened = open_photo(file)
        except PhotoError as error:
            raise _damaged(path.name) from error
        return replace(opened, path=path, stored=None)


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
    suffix = usual_suffix(str(head.get("kind")))  # some formats are not to be known by their content
    with _beside(_unpack(archive, SOURCE, path.name), suffix) as file:
        try:
            return replace(open_photo(file), path=path, notes=())
        except PhotoError as error:  # it may need the extra `formats`
            text = tr("{name} holds a photo that cannot be opened: {reason}", name=path.name, reason=error)
            raise PhotoError(text) from error
