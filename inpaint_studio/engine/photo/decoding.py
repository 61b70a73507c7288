"""Decode image files to 8-bit RGB, within limits.

Files may be hostile: only the formats of `formats.FORMATS` are tried, the size in the header is checked before any
pixel is decoded, and every exception of a decoder becomes a PhotoError with one sentence.
"""

from __future__ import annotations

import io
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, UnidentifiedImageError

from inpaint_studio.engine.photo import deep_read, extra_formats, formats
from inpaint_studio.engine.photo.deep import Depth
from inpaint_studio.engine.photo.deep_read import DeepPixels
from inpaint_studio.errors import PhotoError
from inpaint_studio.texts import tr

Bytes = NDArray[np.uint8]

MAX_PIXELS = 200_000_000  # the largest cameras; decoding takes 2 GB at most: 4 bytes a pixel in Pillow, 4 here
MAX_PASSES = 4_000_000_000  # pixels times scans of a progressive JPEG: each scan is decoded over all pixels
_STRIP = 256  # rows to convert at a time, so that no second whole image is made

# Pillow's own limit and warnings are replaced by PhotoErrors: for the size by MAX_PIXELS, for damage when decoding.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL\.")
deep_read.prepare_pillow()
PngImagePlugin.MAX_TEXT_CHUNK = 16 << 20  # bytes; some editors write a history longer than Pillow's limit of 1 MB
_PROJECT = ".ora"


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """Turn every exception while `path` is read into a PhotoError with a sentence."""
    name = path.name or str(path)
    try:
        yield
    except PhotoError:
        raise
    except FileNotFoundError:
        raise PhotoError(tr("There is no file {path}; check the name.", path=path)) from None
    except PermissionError:
        raise PhotoError(tr("{name} may not be read; ask its owner for permission.", name=name)) from None
    except UnidentifiedImageError:
        if path.suffix.lower() == _PROJECT:
            text = tr("{name} is a project: open it in the window, and save it there as a picture.", name=name)
            raise PhotoError(text) from None
        raise PhotoError(
            tr(
                "{name} is not a picture this program can open; use {join_names}.",
                name=name,
                join_names=formats.join_names(_detectable_titles()),
            )
        ) from None
    except MemoryError:
        raise PhotoError(tr("{name} needs more memory than there is; scale it down first.", name=name)) from None
    except OSError as error:
        if error.strerror is None:  # of a decoder, not of the system
            raise _damaged(name) from error
        raise PhotoError(tr("{name} cannot be read: {strerror}.", name=name, strerror=error.strerror.lower())) from None
    except Exception as error:  # decoders of hostile files raise anything from struct.error to IndexError
        raise _damaged(name) from error


def _damaged(name: str) -> PhotoError:
    return PhotoError(
        tr(
            "{name} is damaged, cut off or of an unusual kind and cannot be opened; save it again as PNG or JPEG.",
            name=name,
        )
    )


def open_image(path: Path) -> Image.Image:
    """Open an image without decoding its pixels. Call inside `explain_errors`. Raises PhotoError if it is too large."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise PhotoError(tr("{path} is a folder; choose a picture file.", path=path))
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError(tr("{path} is not a file; choose a picture file.", path=path))
    if status.st_size == 0:
        raise PhotoError(tr("{name} is empty (0 bytes); choose another file.", name=path.name))
    image = _check_size(_open(path), path.name)
    if image.info.get("progressive"):
        _check_scans(path.read_bytes(), path.name, image)
    return image


def open_bytes(data: bytes, name: str) -> Image.Image:
    """Open an image in memory, as `open_image` does; `name` is for the sentences."""
    if not data:
        raise PhotoError(tr("{name} is empty (0 bytes); choose another file.", name=name))
    image = _check_size(_open(io.BytesIO(data)), name)
    if image.info.get("progressive"):
        _check_scans(data, name, image)
    return image


def is_image(path: Path) -> bool:
    """Return whether the content of the file is an image, whatever its name. Formats that look like others are not."""
    with suppress(Exception):  # Pillow may raise anything for a hostile file; then it is no image
        if path.is_file():
            _open(path, detectable_only=True).close()
            return True
    return False


def read_deep(image: Image.Image) -> tuple[DeepPixels | None, list[str]]:
    """Decode an image with more than 8 bits a channel; None for others, and for kinds that are edited with 8.

    Also returns sentences about how it is shown.
    """
    if image.format == "RAW":
        developed = image.develop(16)  # type: ignore[attr-defined]  # of `raw_plugin.RawImageFile`
        return DeepPixels(developed, Depth(), False), []
    found = deep_read.read(image)
    if found is None:
        return None, []
    depth = found.depth
    notes: list[str] = []
    if depth.low or depth.high not in (1.0, 255.0, 65535.0):
        notes.append(
            tr(
                "Its values run from {low} to {high}; they are shown stretched from black to white.",
                low=f"{depth.low:g}",
                high=f"{depth.high:g}",
            )
        )
    return found, notes


def to_rgb(image: Image.Image) -> tuple[Bytes, bool, list[str]]:
    """Decode to H x W x 3 uint8 (x 4 with transparency).

    Also returns whether the image was grey, and sentences about what was lost.
    """
    deep, notes = read_deep(image)
    if deep is not None:
        return deep.depth.view(deep.samples), deep.grey, notes
    if is_deep(image):
        notes.append(tr("The photo has more than 8 bits a channel; it is edited and saved with 8."))
    image.load()
    convert, grey = _converter(image, notes)
    width, height = image.size
    pixels: Bytes | None = None
    for top in range(0, height, _STRIP):
        strip = convert(image.crop((0, top, width, min(height, top + _STRIP))))
        if pixels is None:
            pixels = np.empty((height, width, strip.shape[2]), np.uint8)
        pixels[top : top + strip.shape[0]] = strip
    assert pixels is not None  # open_image refuses an image without rows
    return pixels, grey, notes


def _open(source: Path | io.BytesIO, detectable_only: bool = False) -> Image.Image:
    name = source.name if isinstance(source, Path) else ""
    special = extra_formats.recognise(extra_formats.open_head(source), name)
    if special is not None:
        extra_formats.load(special, name or special.title)
        image = Image.open(source, formats=[special.name])
        with source.open("rb") if isinstance(source, Path) else io.BytesIO(source.getvalue()) as file:
            extra_formats.complete(image, file)
        return image
    tried = [each for each in formats.FORMATS if not each.extra and (each.detectable or not detectable_only)]
    # Pillow imports all of its plug-ins when it meets a format that it does not know yet; import only those in use.
    for each in tried:
        if each.plugin:
            import_module(f"PIL.{each.plugin}")
    return Image.open(source, formats=[each.name for each in tried])


def _detectable_titles() -> list[str]:
    return [each.title for each in formats.FORMATS if each.detectable and not each.extra]


def _check_size(image: Image.Image, name: str) -> Image.Image:
    """Return `image`. If its header claims too many pixels, or none, close it and raise PhotoError."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        image.close()
        raise PhotoError(
            tr(
                "{name} claims to be {width} x {height} pixels; photos of up to {max_pixels} "
                "megapixels are opened, so scale it down first.",
                name=name,
                width=width,
                height=height,
                max_pixels=MAX_PIXELS // 1000000,
            )
        )
    if width < 1 or height < 1:
        image.close()
        raise PhotoError(tr("{name} has no pixels; choose another file.", name=name))
    return image


def _check_scans(data: bytes, name: str, image: Image.Image) -> None:
    scans = data.count(b"\xff\xda")
    if scans * image.size[0] * image.size[1] > MAX_PASSES:
        raise PhotoError(
            tr(
                "{name} is a JPEG of {scans} scans, which would take minutes to open; save it again.",
                name=name,
                scans=scans,
            )
        )


def _converter(image: Image.Image, notes: list[str]) -> tuple[Callable[[Image.Image], Bytes], bool]:
    """Return a function that converts a strip to H x W x 3|4 uint8, and whether the image is grey."""
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _deep_grey(image, notes), True
    if mode in ("CMYK", "LAB"):
        if mode == "CMYK":
            notes.append(tr("The photo's colours are CMYK; it is edited as RGB, and CMYK again in a JPEG or TIFF."))
        else:
            notes.append(tr("The photo's colours are Lab; it is edited and saved as RGB."))
        return _through_profile(image), False
    grey = mode in ("1", "L", "LA", "La")
    target = "RGBA" if image.has_transparency_data or mode in ("La", "RGBa") else "RGB"
    if mode == "La":  # Pillow converts it only to LA
        return lambda strip: np.asarray(strip.convert("LA").convert(target)), grey
    return lambda strip: np.asarray(strip if strip.mode == target else strip.convert(target)), grey


def is_deep(image: Image.Image) -> bool:
    """Return whether the file has more than 8 bits a channel. Call before decoding, which loses this of a PNG."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return True
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return max(_tiff_bits(image)) > 8
    if image.format == "HEIF":
        return int(image.info.get("bit_depth", 8)) > 8
    return image.format == "PNG" and ";16" in str(getattr(image, "tile", ""))


def _tiff_bits(image: Image.Image) -> tuple[int, ...]:
    bits = image.tag_v2.get(258, (8,)) if isinstance(image, TiffImagePlugin.TiffImageFile) else (8,)
    return tuple(bits) if isinstance(bits, tuple) and bits else (8,)


def _deep_grey(image: Image.Image, notes: list[str]) -> Callable[[Image.Image], Bytes]:
    """Return a function that scales 16-bit, integer and float greys to 8 bits, by bit depth if known, else by range."""
    # Pillow takes whole numbers of 32 bits for signed ones.
    unsigned = isinstance(image, TiffImagePlugin.TiffImageFile) and image.mode == "I" and 2 not in _tiff_signs(image)
    if image.mode.startswith("I;16"):
        top = float(2 ** min(16, max(9, _tiff_bits(image)[0])) - 1) if image.format == "TIFF" else 65535.0
        inverted = isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(262) == 0
        low, high = (top, 0.0) if inverted else (0.0, top)
    else:
        low, high = _value_range(image, notes, unsigned)

    def convert(strip: Image.Image) -> Bytes:
        values = _grey_values(strip, unsigned)
        scaled = (np.nan_to_num(values) - low) * (255.0 / (high - low))
        grey = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)

    return convert


def _tiff_signs(image: TiffImagePlugin.TiffImageFile) -> tuple[int, ...]:
    """Return the kinds of its samples: 1 whole numbers from 0, 2 signed ones, 3 floats."""
    signs: Any = image.tag_v2.get(339, (1,))
    return signs if isinstance(signs, tuple) else (int(signs),)


def _grey_values(image: Image.Image, unsigned: bool) -> NDArray[np.float32]:
    """Return the values of a grey image, H x W; `unsigned`: it holds whole numbers of 32 bits from 0."""
    return (np.asarray(image).view(np.uint32) if unsigned else np.asarray(image)).astype(np.float32)


def _value_range(image: Image.Image, notes: list[str], unsigned: bool) -> tuple[float, float]:
    """Return the values of an integer or float image that become black and white."""
    least, most = (float(v) for v in np.ravel(image.getextrema())[:2])
    if unsigned and least < 0:
        values = np.asarray(image).view(np.uint32)
        least, most = float(values.min()), float(values.max())
    if not (np.isfinite(least) and np.isfinite(most)):
        raise PhotoError(tr("The photo holds values that are no numbers; save it as 8-bit or 16-bit first."))
    for usual in (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0):
        if least >= 0 and most <= usual:
            return 0.0, usual
    notes.append(
        tr(
            "Its values run from {least:g} to {most:g}; they are shown stretched from black to white.",
            least=least,
            most=most,
        )
    )
    return least, most if most > least else least + 1.0


def _through_profile(image: Image.Image) -> Callable[[Image.Image], Bytes]:
    """Return a function that converts CMYK by the file's profile, else by Pillow's formula, and Lab by definition."""
    from PIL import ImageCms

    transform: Any = None
    with suppress(Exception):  # a damaged profile: the formula still gives an image
        srgb = ImageCms.createProfile("sRGB")
        if image.mode == "LAB":
            transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), srgb, "LAB", "RGB")
        elif image.info.get("icc_profile"):
            source = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
            transform = ImageCms.buildTransform(source, srgb, "CMYK", "RGB")
    if transform is None:
        if image.mode == "LAB":
            raise PhotoError(
                tr("The photo's colours are Lab, which cannot be turned to RGB here; save it as RGB first.")
            )
        return lambda strip: np.asarray(strip.convert("RGB"))

    def convert(strip: Image.Image) -> Bytes:
        converted = ImageCms.applyTransform(strip, transform)
        assert converted is not None  # only in-place transforms return None
        return np.asarray(converted)

    return convert


def jpeg_sampling(image: Image.Image) -> int:
    """Return Pillow's number for the chroma sampling of a JPEG: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0, -1 another."""
    return int(JpegImagePlugin.get_sampling(image)) if isinstance(image, JpegImagePlugin.JpegImageFile) else -1
