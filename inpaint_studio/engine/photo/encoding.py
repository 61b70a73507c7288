"""Save pixels in photo files, completely or not at all."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio import atomic
from inpaint_studio.engine.photo import attach, deep_write, formats, losses, own_kind, renewal
from inpaint_studio.engine.photo.deep import Samples
from inpaint_studio.engine.photo.deep_read import DeepPixels
from inpaint_studio.engine.photo.deep_write import TiffContent, keep_depth
from inpaint_studio.engine.photo.formats import PhotoFormat
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.engine.photo.own_kind import OwnKind
from inpaint_studio.engine.photo.photo import Photo, turn_back
from inpaint_studio.engine.photo.stored import StoredFile
from inpaint_studio.engine.photo.tiff_pages import keep_pages
from inpaint_studio.errors import PhotoError
from inpaint_studio.texts import mark, tr

Bytes = NDArray[np.uint8]
Options = dict[str, Any]  # arguments of Pillow's `Image.save`

# What `attach` puts into the file after Pillow has written it.
_GREY = ("1", "L", "LA")  # modes of Pillow's
_METADATA = ("exif", "icc_profile", "xmp")
_ATTACHED = {"JPEG": _METADATA, "WEBP": _METADATA, "TIFF": _METADATA, "PNG": (*_METADATA, "dpi")}


def save_photo(
    photo: Photo, path: str | Path, pixels: Bytes | None = None, deep: Samples | None = None
) -> tuple[str, ...]:
    """Write the photo (with `pixels` instead of its own, if not None) in the format that the file name ends in.

    `deep` are the samples of more than 8 bits that go with `pixels`; without, those are saved with 8 bits. The file is
    replaced at once or not at all. Previews in the metadata are drawn again if there are new pixels. Returns sentences
    about what that format could not hold; raises PhotoError.
    """
    meta, path = photo.meta, Path(path)
    notes: list[str] = []
    if losses.has_other_names(path):
        notes.append(tr("{name} has other names (hard links); they keep the photo as it was.", name=path.name))
    shown = photo.pixels if pixels is None else pixels
    own = None if photo.depth else own_kind.find(photo, shown, target_format(path))
    if own is None and photo.stored is not None and photo.meta.format == target_format(path).name == "JPEG":
        notes.append(tr("This JPEG is of a rare kind or damaged, so all of it was coded again, not only what changed."))
    orientation = 1 if own is None else own.orientation
    if pixels is not None or photo.orientation != orientation:
        meta, dropped = renewal.renew(meta, turn_back(shown, orientation))
        notes += dropped
    deep = photo.deep if pixels is None else deep
    pages = _pages(photo, path)
    if photo.depth is None:
        notes += save(shown, photo.grey, meta, path, own=own, pages=pages)
    elif deep is None:
        notes += save(shown, photo.grey, meta, path, pages=pages)
        notes.append(tr("The photo has more than 8 bits a channel; it was saved with 8."))
    else:
        notes += save(shown, photo.grey, meta, path, DeepPixels(deep, photo.depth, photo.grey), pages=pages)
    return tuple(notes)


def save(
    pixels: Bytes,
    grey: bool,
    meta: Meta,
    path: Path,
    deep: DeepPixels | None = None,
    own: OwnKind | None = None,
    pages: StoredFile | None = None,
) -> tuple[str, ...]:
    """Write H x W x 3|4 uint8 `pixels`, or what they show of `deep`, to `path`; see `save_photo`.

    `own`: how to write them in the kind of their file. `pages`: the TIFF whose other pages go into this one.
    """
    target = target_format(path)
    height, width = pixels.shape[:2]
    if max(height, width) > target.max_side:
        limit = tr("{title} holds at most {max_side} pixels a side", title=target.title, max_side=target.max_side)
        raise PhotoError(tr("{limit}; save the photo as PNG or TIFF.", limit=limit))
    if own is not None:
        return _save_own(own, (height, width), meta, path, target, pages)
    pixels = _drop_opaque_alpha(pixels, target)
    notes: list[str] = []
    deep = deep and keep_depth(deep, target, meta, notes)
    image = _to_pillow(pixels, grey if deep is None else deep.grey)
    options = _save_options(target, meta, image.mode, notes)
    with open_replacement(path) as file:
        try:
            _write(file, image, target, options, deep)
        except (ValueError, TypeError, OverflowError, RuntimeError):
            # Pillow cannot write some metadata of the source file. The pixels are more important: write them alone.
            file.seek(0)
            file.truncate()
            _write(file, image, target, _save_options(target, Meta(), image.mode, []), deep)
            notes.append(tr("The photo's camera data or colour profile was damaged and is not in the saved file."))
        notes += attach.attach(file, target, meta, (height, width), pixels.shape[2] == 4, image.mode in _GREY)
        notes += [] if pages is None else keep_pages(file, pages.read())
    return tuple(notes)


def _save_own(
    own: OwnKind, size: tuple[int, int], meta: Meta, path: Path, target: PhotoFormat, pages: StoredFile | None
) -> tuple[str, ...]:
    """Write a photo of this size in the kind of its file; see `save_photo`."""
    with open_replacement(path) as file:
        own.write(_Stream(file))
        notes = attach.attach(file, target, own.describe(meta), size, own.mode in ("LA", "RGBA"), own.mode in _GREY)
        notes += [] if pages is None else keep_pages(file, pages.read())
    return (*own.notes, *notes)


def _pages(photo: Photo, path: Path) -> StoredFile | None:
    """Return the file of the photo where its other pages may go into the one at `path`."""
    return photo.stored if photo.meta.format == target_format(path).name == "TIFF" else None


def _write(file: IO[bytes], image: Image.Image, target: PhotoFormat, options: Options, deep: DeepPixels | None) -> None:
    """Write the pixels of `image`, or `deep` in their place, to a file that is open for reading, too."""
    if deep is None:
        stream: Any = _Stream(file)
        image.save(stream, target.name, **options)
    elif target.name == "PNG":
        around = io.BytesIO()
        image.crop((0, 0, 1, 1)).save(around, target.name, **options)
        deep_write.write_png(file, around.getvalue(), deep.samples, deep.grey)
    else:
        content = TiffContent(options["compression"], options.get("icc_profile", b""), options.get("dpi"))
        deep_write.write_tiff(file, deep.samples, deep.depth, deep.grey, content)


class _Stream:
    """A file without `fileno`: with it, Pillow's encoders write to the system directly and lose the cause of errors."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        if name in ("write", "read", "flush", "seek", "tell"):
            return getattr(self._file, name)
        raise AttributeError(name)


def target_format(path: Path) -> PhotoFormat:
    """Return the format to save `path` in. Raises PhotoError where photos are not saved in it."""
    target = formats.format_of(path)
    if target is None or not target.writable:
        names = formats.join_names(each.suffixes[0] for each in formats.writable_formats())
        raise PhotoError(
            tr("'{name}' does not end in a format that can be saved; use {names}.", name=path.name, names=names)
        )
    return target


def check_target(path: Path) -> None:
    """Raise PhotoError if `path` cannot be saved to. Call it before work whose result would be lost."""
    _resolve_target(path)


@contextmanager
def open_replacement(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path` when the block ends, and that leaves nothing when the block raises.

    Links are followed, and the mode of an existing file is kept. Raises PhotoError with a sentence.
    """
    try:
        with atomic.open_replacement(_resolve_target(path)) as file:
            yield file
    except OSError as error:
        raise PhotoError(
            tr(
                "{name} was not saved: {explain_write_error}.",
                name=path.name,
                explain_write_error=atomic.explain_write_error(error),
            )
        ) from error


def _resolve_target(path: Path) -> Path:
    """Follow links to the file that `path` stands for, and check that it may be written."""
    try:
        target = path.resolve()
        if target.is_dir():
            raise PhotoError(tr("{path} is a folder; give the name of a file in it.", path=path))
        if not target.parent.is_dir():
            raise PhotoError(
                tr("The folder {parent} does not exist; make it first or choose another.", parent=target.parent)
            )
        if target.exists() and not target.is_file():
            raise PhotoError(tr("{path} is not a file that can be replaced; choose another name.", path=path))
        writable = os.access(target if target.exists() else target.parent, os.W_OK)
        if not (writable and os.access(target.parent, os.W_OK)):
            text = mark("{name} was not saved: the folder is not writable; choose another.")
            if target.exists() and os.access(target.parent, os.W_OK):
                text = mark("{name} was not saved: the file is write-protected; choose another.")
            raise PhotoError(tr(text, name=path.name))
    except OSError as error:
        raise PhotoError(
            tr(
                "{name} was not saved: {explain_write_error}.",
                name=path.name,
                explain_write_error=atomic.explain_write_error(error),
            )
        ) from error
    except RuntimeError as error:  # a link that leads in a circle, up to Python 3.12
        circle = atomic.explain_write_error(OSError(errno.ELOOP, ""))
        raise PhotoError(tr("{name} was not saved: {circle}.", name=path.name, circle=circle)) from error
    return target


def _drop_opaque_alpha(pixels: Bytes, target: PhotoFormat) -> Bytes:
    """Drop an opaque alpha channel for a format without transparency. Raises PhotoError if it is not opaque."""
    if pixels.shape[2] == 3 or target.alpha:
        return pixels
    if pixels[..., 3].min() < 255:
        names = formats.join_names(each.title for each in formats.writable_formats() if each.alpha)
        raise PhotoError(
            tr(
                "{title} cannot hold the photo's transparent parts; save it as {names}.",
                title=target.title,
                names=names,
            )
        )
    return pixels[..., :3]


def _to_pillow(pixels: Bytes, grey: bool) -> Image.Image:
    """Convert to Pillow's image, with one channel of grey if the photo was grey and still is."""
    red = pixels[..., 0]
    if grey and np.array_equal(red, pixels[..., 1]) and np.array_equal(red, pixels[..., 2]):
        if pixels.shape[2] == 3:
            return Image.fromarray(np.ascontiguousarray(red))
        return Image.fromarray(np.ascontiguousarray(pixels[..., [0, 3]]))  # two channels are grey and alpha
    return Image.fromarray(np.ascontiguousarray(pixels))


def _save_options(target: PhotoFormat, meta: Meta, mode: str, notes: list[str]) -> Options:
    """Return the arguments for Pillow to save an image of `mode` with `meta`; add to `notes` what is lost."""
    options = dict(target.options)
    if meta.icc and (meta.icc[16:20] == b"GRAY") == (mode in ("L", "LA")):
        options["icc_profile"] = meta.icc
    options |= {name: value for name in ("exif", "xmp", "dpi") if (value := getattr(meta, name))}
    if target.name in _ATTACHED:
        options = {name: value for name, value in options.items() if name not in _ATTACHED[target.name]}
    for name, option in (("exif", "exif"), ("icc", "icc_profile"), ("xmp", "xmp"), ("dpi", "dpi")):
        if name not in target.metadata:
            options.pop(option, None)
    if (meta.exif and "exif" not in target.metadata) or (meta.colours and "icc" not in target.metadata):
        title = target.title
        notes.append(
            tr(
                "{title} cannot hold the photo's camera data or colour profile; save it as PNG to keep them.",
                title=title,
            )
        )
    adjust = _ADJUSTMENTS.get(target.name)
    if adjust is not None:
        adjust(options, meta, mode, notes)
    return options


def _adjust_jpeg(options: Options, meta: Meta, mode: str, _notes: list[str]) -> None:
    # With the source's tables its own coefficients are quantised to the same values again: no quality is lost.
    usable = meta.format == "JPEG" and all(len(t) == 64 and min(t) >= 1 and max(t) <= 255 for t in meta.tables)
    tables = [list(table) for table in meta.tables[: 1 if mode == "L" else 4]] if usable else []
    if not tables:
        return
    del options["quality"], options["subsampling"]
    options |= {"qtables": tables, "progressive": meta.progressive}
    if mode == "RGB":
        options |= {"keep_rgb": True, "subsampling": 0} if meta.keep_rgb else {"subsampling": meta.sampling}


def _adjust_webp(options: Options, meta: Meta, _mode: str, _notes: list[str]) -> None:
    if not meta.lossy:
        # exact: the colours under transparent pixels are kept. For lossless files quality is the encoder's effort.
        options |= {"lossless": True, "exact": True, "quality": 50, "method": 2}


def _adjust_tiff(options: Options, meta: Meta, _mode: str, _notes: list[str]) -> None:
    if meta.compression:
        options["compression"] = meta.compression


# What the rows of `formats.FORMATS` cannot express.
_ADJUSTMENTS: dict[str, Callable[[Options, Meta, str, list[str]], None]] = {
    "JPEG": _adjust_jpeg,
    "WEBP": _adjust_webp,
    "TIFF": _adjust_tiff,
}
