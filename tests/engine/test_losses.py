"""What a photo's own file would lose if it were replaced, and what is kept of the file itself."""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image, TiffImagePlugin

from inpaint_studio import atomic
from inpaint_studio.engine.photo.containers import jpeg
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.losses import list_losses
from inpaint_studio.engine.photo.photo import open_photo
from tests import synthetic

PICTURES = [Image.fromarray(synthetic.photo(40, 50, seed=seed)) for seed in (1, 2)]


def kinds_of(path) -> list[str]:
    """The words that tell the sentences about `path` apart."""
    photo = open_photo(path)
    found = list_losses(photo, path)
    assert all(sentence in photo.notes for sentence in found)  # said when it is opened, too
    words = ("animation", "several pictures", "HDR", "video", "layers", "behind", "further channels")
    return [next(word for word in words if word in sentence) for sentence in found]


@pytest.mark.parametrize("suffix", ["webp", "png", "gif"])
def test_animations(tmp_path, suffix):
    PICTURES[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=PICTURES[1:])
    assert kinds_of(tmp_path / f"a.{suffix}") == ["animation"]


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "1", "P"])
def test_pages_palettes_bits_and_inks_of_a_tiff_are_no_loss(tmp_path, mode):
    pages = [picture.convert(mode) for picture in PICTURES]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert kinds_of(tmp_path / "a.tif") == []


def save_mpo(path, kind: int, mark: bytes = b"") -> None:
    """Two pictures in one file, the second one of this kind (CIPA DC-007, table 4)."""
    PICTURES[0].save(path, "MPO", save_all=True, append_images=PICTURES[1:], xmp=mark or None)
    data = bytearray(path.read_bytes())
    head = data.index(b"MPF\0") + 4
    order = "<" if data[head : head + 2] == b"II" else ">"
    entry = data.index(struct.pack(order + "HH", 0xB002, 7), head)
    place = head + struct.unpack_from(order + "I", data, entry + 8)[0] + 16  # the second picture's
    struct.pack_into(order + "I", data, place, kind)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("kind", "mark", "expected"),
    [
        (0x020002, b"", ["several pictures"]),  # for two eyes
        (0x010001, b"", []),  # a preview, which is no loss
        (0, b'<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>', ["HDR"]),
    ],
    ids=["disparity", "preview", "gain map"],
)
def test_further_pictures_of_a_jpeg(tmp_path, kind, mark, expected):
    save_mpo(tmp_path / "a.jpg", kind, mark)
    assert kinds_of(tmp_path / "a.jpg") == expected
    photo = open_photo(tmp_path / "a.jpg")
    save_photo(photo, tmp_path / "a.jpg", photo.pixels)
    assert list_losses(photo, tmp_path / "a.jpg") == ()
    with (tmp_path / "a.jpg").open("rb") as file:
        assert not any(each.data.startswith(jpeg.SEVERAL_PICTURES) for each in jpeg.segments(file))


def test_a_video_behind_the_photo(tmp_path):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"/></x:xmpmeta>'
    PICTURES[0].save(tmp_path / "a.jpg", xmp=xmp)
    with (tmp_path / "a.jpg").open("ab") as file:
        file.write(b"\0\0\0\x18ftypmp42" + bytes(500))
    assert kinds_of(tmp_path / "a.jpg") == ["video"]
    photo = open_photo(tmp_path / "a.jpg")
    save_photo(photo, tmp_path / "a.jpg", photo.pixels)
    assert list_losses(photo, tmp_path / "a.jpg") == ()
    assert b"MotionPhoto" not in open_photo(tmp_path / "a.jpg").meta.xmp


def test_layers_of_a_tiff(tmp_path):
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.tagtype[37724] = 7
    directory[37724] = b"Adobe Photoshop Document Data Block\0" + bytes(200)
    PICTURES[0].save(tmp_path / "a.tif", tiffinfo=directory)
    assert kinds_of(tmp_path / "a.tif") == ["layers"]


@pytest.mark.parametrize(("suffix", "behind"), [("jpg", b"Image_UTC_Data\xff\xd9SEFT"), ("png", b"PK\x03\x04")])
def test_what_stands_behind_the_picture(tmp_path, suffix, behind):
    PICTURES[0].save(tmp_path / f"a.{suffix}")
    with (tmp_path / f"a.{suffix}").open("ab") as file:
        file.write(bytes(4) + b"\r\n")
    assert kinds_of(tmp_path / f"a.{suffix}") == []  # filled up with nothing
    with (tmp_path / f"a.{suffix}").open("ab") as file:
        file.write(behind)
    assert kinds_of(tmp_path / f"a.{suffix}") == ["behind"]
    photo = open_photo(tmp_path / f"a.{suffix}")
    save_photo(photo, tmp_path / f"a.{suffix}", photo.pixels)
    assert list_losses(photo, tmp_path / f"a.{suffix}") == ()


@pytest.mark.parametrize(("channels", "kinds"), [(3, []), (4, ["further channels"]), (5, ["further channels"])])
def test_channels_of_a_tiff_beside_colours_and_opacity(tmp_path, channels, kinds):
    samples = np.concatenate([synthetic.photo(20, 30)] * 2, axis=2)[..., :channels]
    extra = {"extrasamples": ["unassalpha", "unspecified"][5 - channels :]} if channels > 3 else {}
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", planarconfig="contig", **extra)
    assert kinds_of(tmp_path / "a.tif") == kinds


@pytest.mark.parametrize(
    ("name", "format", "words"),
    [
        ("a.jpg", "PNG", ["becomes a JPEG", "more than 8 bits"]),
        ("a.png", "TIFF", ["becomes a PNG", "several pages"]),
        ("a.png", "JPEG", ["becomes a PNG"]),
        ("a.jpeg", "JPEG", []),
        ("a", "PNG", []),
    ],
)
def test_a_name_of_another_format(tmp_path, name, format, words):
    """A save goes by the name, so the file would become something else."""
    path = tmp_path / name
    if format == "PNG":
        Image.fromarray(np.full((20, 30), 40000, np.uint16)).save(path, "PNG")
    elif format == "TIFF":
        tifffile.imwrite(path, np.stack([np.asarray(each) for each in PICTURES]), photometric="rgb")
    else:
        PICTURES[0].save(path, format)
    found = list_losses(open_photo(path), path)
    assert len(found) == len(words)
    for sentence, word in zip(found, words, strict=True):
        assert word in sentence


def test_only_the_photos_own_file_counts(tmp_path):
    PICTURES[0].save(tmp_path / "a.webp", save_all=True, append_images=PICTURES[1:])
    PICTURES[0].save(tmp_path / "b.webp", save_all=True, append_images=PICTURES[1:])
    photo = open_photo(tmp_path / "a.webp")
    assert list_losses(photo, tmp_path / "b.webp") == ()
    assert list_losses(replace(photo, path=None), tmp_path / "a.webp") == ()
    assert list_losses(photo, tmp_path / "missing.webp") == ()
    (tmp_path / "link.webp").symlink_to(tmp_path / "a.webp")
    assert len(list_losses(photo, tmp_path / "link.webp")) == 1


@pytest.mark.skipif(os.name != "posix", reason="hard links of POSIX")
def test_other_names_of_a_file_are_mentioned(tmp_path):
    PICTURES[0].save(tmp_path / "a.png")
    (tmp_path / "b.png").hardlink_to(tmp_path / "a.png")
    photo = open_photo(tmp_path / "a.png")
    (note,) = save_photo(photo, tmp_path / "a.png", np.zeros_like(photo.pixels))
    assert note == "a.png has other names (hard links); they keep the photo as it was."
    assert open_photo(tmp_path / "b.png").pixels.any()
    assert save_photo(photo, tmp_path / "a.png", photo.pixels) == ()


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")
def test_attributes_of_a_replaced_file_are_kept(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with suppress(OSError):
        os.setxattr(path, "user.xdg.tags", b"holiday")
    before = [(name, os.getxattr(path, name)) for name in os.listxattr(path)]
    if not before:
        pytest.skip("this disk has no extended attributes")
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [(name, os.getxattr(path, name)) for name in os.listxattr(path)] == before
    assert path.stat().st_mode & 0o777 == 0o640
