"""What a file holds beside its pixels is in the saved file too, and nothing in it shows the old pixels."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, TiffImagePlugin

from inpaint_studio.engine.photo import carried, previews, resources
from inpaint_studio.engine.photo.containers import jpeg, png, tiff, webp
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, open_photo
from tests import synthetic

RED, GREEN = (250, 10, 10), (20, 160, 30)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
CAPTION = resources.from_iptc(b"\x1c\x02\x78\x00\x05Caption"[:10])


def disc(colour: tuple[int, int, int] = RED, size: int = 160) -> np.ndarray:
    """A green picture with a disc in its middle."""
    rows, columns = np.ogrid[:size, :size]
    inside = (rows - size / 2) ** 2 + (columns - size / 2) ** 2 < (size / 4) ** 2
    return np.where(inside[..., None], np.uint8(colour), np.uint8(GREEN))


def as_jpeg(pixels: np.ndarray, **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", **options)
    return out.getvalue()


def camera_data(order: str, maker: bytes = b"", orientation: int = 1, size: int = 160, quality: int = 75) -> bytes:
    """EXIF with a thumbnail of the red disc, and a note of the camera's maker."""
    thumbnail = as_jpeg(disc(size=size), quality=quality)
    start = 8 + 2 + 3 * 12 + 4
    second = start + 2 + 12 + 4
    place = second + 2 + 3 * 12 + 4
    first = [
        struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0),
        struct.pack(order + "HHII", 0x8769, 4, 1, start),
        struct.pack(order + "HHI4s", 0x010F, 2, 4, b"Cam\0"),
    ]
    body = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    body += struct.pack(order + "H", 3) + b"".join(sorted(first, key=lambda e: struct.unpack(order + "H", e[:2])))
    body += struct.pack(order + "I", second)
    body += struct.pack(order + "HHHIII", 1, 0x927C, 7, len(maker) or 4, place + len(thumbnail), 0)
    body += struct.pack(order + "HHHIHH", 3, 0x0103, 3, 1, 6, 0)
    body += struct.pack(order + "HHIIHHIII", 0x0201, 4, 1, place, 0x0202, 4, 1, len(thumbnail), 0)
    return b"Exif\0\0" + body + thumbnail + (maker or b"note")


def thumbnail_of(path) -> np.ndarray | None:
    """The thumbnail in the camera data of a file."""
    exif = open_photo(path).meta.exif[6:]
    tags = Image.Exif()
    tags.load(b"Exif\0\0" + exif)
    found = tags.get_ifd(ExifTags.IFD.IFD1)
    if not found:
        return None
    start, length = found[0x0201], found[0x0202]
    return np.asarray(Image.open(io.BytesIO(exif[start : start + length])))


def middle(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return picture[height // 2 - 3 : height // 2 + 3, width // 2 - 3 : width // 2 + 3].reshape(-1, 3).mean(axis=0)


def shows_red(data: bytes) -> bool:
    """Whether any JPEG within `data` shows the red disc, searched for by brute force."""
    place = data.find(b"\xff\xd8\xff", 1)
    while place >= 0:
        try:
            picture = np.asarray(Image.open(io.BytesIO(data[place:])).convert("RGB"))
        except Exception:
            picture = np.zeros((8, 8, 3))
        if middle(picture)[0] > 200:
            return True
        place = data.find(b"\xff\xd8\xff", place + 1)
    return False


def fill(photo: Photo) -> np.ndarray:
    """The photo without the disc."""
    pixels = photo.pixels.copy()
    pixels[..., :3] = GREEN
    return pixels


@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("source", ["jpg", "png", "webp"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_thumbnail_shows_the_new_pixels(tmp_path, source, target, order):
    path = tmp_path / f"a.{source}"
    Image.fromarray(disc()).save(path, exif=camera_data(order))
    assert middle(thumbnail_of(path))[0] > 200
    photo = open_photo(path)
    saved = tmp_path / f"b.{target}"
    assert save_photo(photo, saved, fill(photo)) == ()
    drawn = thumbnail_of(saved)
    assert drawn is not None or target == "tif"
    if drawn is not None:
        np.testing.assert_allclose(middle(drawn), GREEN, atol=6)
    assert not shows_red(saved.read_bytes())
    tags = Image.Exif()
    tags.load(open_photo(saved).meta.exif)
    assert tags[0x010F] == "Cam"


@pytest.mark.parametrize(("suffix", "shape"), [("webp", (160, 120, 3)), ("jpg", (120, 160, 3))])
@pytest.mark.parametrize("quality", [20, 95])
def test_a_thumbnail_is_turned_with_the_photo(tmp_path, quality, suffix, shape):
    """Also where the new one is longer than the old one and has to stand elsewhere. A JPEG is saved as it lies."""
    pixels = disc()[20:140]
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=camera_data("<", orientation=6, quality=quality))
    photo = open_photo(tmp_path / "a.jpg")
    noise = np.random.default_rng(1).integers(0, 256, photo.pixels.shape, np.uint8)
    saved = tmp_path / f"b.{suffix}"
    save_photo(photo, saved, noise)
    assert thumbnail_of(saved).shape == shape
    assert not shows_red(saved.read_bytes())


def test_previews_of_the_makers_are_blanked_and_the_rest_stays(tmp_path):
    preview = as_jpeg(disc())
    changed = b"\2" + preview[1:]  # Minolta changes the first byte
    maker = b"MAKER\0\1\2" + preview + b"between" + changed + b"behind"
    Image.fromarray(disc()).save(tmp_path / "a.jpg", exif=camera_data("<", maker))
    photo = open_photo(tmp_path / "a.jpg")
    save_photo(photo, tmp_path / "b.jpg", fill(photo))
    kept = open_photo(tmp_path / "b.jpg").meta.exif
    assert len(kept) == len(photo.meta.exif)
    assert kept.endswith(b"MAKER\0\1\2" + bytes(len(preview)) + b"between" + bytes(len(preview)) + b"behind")
    assert not shows_red((tmp_path / "b.jpg").read_bytes())


def test_an_unpacked_thumbnail_is_removed(tmp_path):
    exif = bytearray(camera_data("<"))
    place = exif.find(struct.pack("<HHI", 0x0201, 4, 1))
    struct.pack_into("<H", exif, place, 0x0111)
    struct.pack_into("<H", exif, place + 12, 0x0117)
    start, length = struct.unpack_from("<I8xI", exif, place + 8)
    exif[6 + start : 6 + start + length] = b"\xaa" * length
    Image.fromarray(disc()).save(tmp_path / "a.jpg", exif=bytes(exif))
    photo = open_photo(tmp_path / "a.jpg")
    save_photo(photo, tmp_path / "b.jpg", fill(photo))
    assert thumbnail_of(tmp_path / "b.jpg") is None
    assert b"\xaa" * 16 not in (tmp_path / "b.jpg").read_bytes()


def test_what_is_saved_unchanged_keeps_its_thumbnail(tmp_path):
    Image.fromarray(disc()).save(tmp_path / "a.jpg", exif=camera_data("<"))
    photo = open_photo(tmp_path / "a.jpg")
    save_photo(photo, tmp_path / "b.jpg")
    assert open_photo(tmp_path / "b.jpg").meta.exif == photo.meta.exif


def test_pictures_in_xmp_are_removed(tmp_path):
    import base64

    picture = base64.b64encode(as_jpeg(disc()))
    lines = b"&#xA;".join(picture[n : n + 76] for n in range(0, len(picture), 76))
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r xmp:Rating="5" GDepth:Data="' + picture + b'" hdrgm:Version="1.0">'
        b'<xmp:Thumbnails><rdf:Alt><rdf:li xmpGImg:width="160"><xmpGImg:image>' + lines + b"</xmpGImg:image></rdf:li>"
        b"</rdf:Alt></xmp:Thumbnails><dc:title>Hill</dc:title><my:icon>" + lines + b"</my:icon>"
        b"<Container:Directory><rdf:Seq/></Container:Directory></r></x:xmpmeta>"
    )
    for suffix in ("jpg", "png", "webp"):
        options = {"xmp": xmp}
        if suffix == "png":
            from PIL.PngImagePlugin import PngInfo

            options = {"pnginfo": PngInfo()}
            options["pnginfo"].add_itxt("XML:com.adobe.xmp", xmp.decode())
        Image.fromarray(disc()).save(tmp_path / f"a.{suffix}", **options)
        photo = open_photo(tmp_path / f"a.{suffix}")
        assert photo.meta.xmp == xmp
        save_photo(photo, tmp_path / f"b.{suffix}", fill(photo))
        assert open_photo(tmp_path / f"b.{suffix}").meta.xmp == (
            b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r xmp:Rating="5"><dc:title>Hill</dc:title><my:icon></my:icon>'
            b"</r></x:xmpmeta>"
        )


def insert(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """Put segments behind the first one of a JPEG."""
    end = 4 + struct.unpack(">H", data[4:6])[0]
    added = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return data[:end] + added + data[end:]


def listed(path) -> list[tuple[str, bytes]]:
    with path.open("rb") as file:
        return [(each.name, each.data) for each in jpeg.segments(file)]


def test_segments_of_a_jpeg_are_kept(tmp_path):
    thumbnail = struct.pack(">4sHHI", b"8BIM", 0x040C, 0, 28 + 6) + bytes(34)
    clipping = struct.pack(">4sHHI", b"8BIM", 0x07D0, 0, 4) + b"path"
    preview = as_jpeg(np.random.default_rng(3).integers(0, 256, (260, 200, 3), np.uint8), quality=98)
    plain = [(0xFE, b"a comment"), (0xEC, b"Ducky\0\1"), (0xE9, b"unknown"), (0xE3, b"META\0\0data")]
    dropped = [
        (0xE4, preview[:65533]),
        (0xE5, preview[65533:]),
        (0xE0, b"JFXX\0\x10" + preview[:20000]),
        (0xEB, b"JP\0\1\0\0\0\1c2pa"),
        (0xE2, b"MPF\0" + bytes(40)),
    ]
    assert len(preview) > 65533
    block = (0xED, resources.HEAD + CAPTION + thumbnail + clipping)
    (tmp_path / "a.jpg").write_bytes(insert(as_jpeg(disc(), dpi=(72, 96)), *plain, block, *dropped))
    photo = open_photo(tmp_path / "a.jpg")
    notes = save_photo(photo, tmp_path / "b.jpg", fill(photo))
    assert [note.split()[1] for note in notes] == ["content", "within"]
    kept = listed(tmp_path / "b.jpg")
    assert kept[0] == listed(tmp_path / "a.jpg")[0]  # with the resolution
    names = {"COM", "APP12", "APP9", "APP3"}
    assert [each for each in kept if each[0] in names] == [
        ("COM" if marker == 0xFE else f"APP{marker - 0xE0}", body) for marker, body in plain
    ]
    assert [body for name, body in kept if name == "APP13"] == [resources.HEAD + CAPTION + clipping]
    assert not {"APP4", "APP5", "APP11", "APP2"} & {name for name, _ in kept}
    assert len([name for name, _ in kept if name == "APP0"]) == 1


def test_more_xmp_is_kept_unless_it_holds_a_picture(tmp_path):
    head = jpeg.MORE_XMP + b"A" * 32 + struct.pack(">II", 8, 0)
    main = jpeg.XMP + b'<x xmpNote:HasExtendedXMP="AAAA" a="b"/>'
    for inside, stays in ((b"<n>words</n>", True), (b'<n GImage:Data="' + b"/9j/" + b"QUJD" * 99 + b'"/>', False)):
        (tmp_path / "a.jpg").write_bytes(insert(as_jpeg(disc()), (0xE1, main), (0xE1, head + inside)))
        photo = open_photo(tmp_path / "a.jpg")
        save_photo(photo, tmp_path / "b.jpg", fill(photo))
        assert (("APP1", head + inside) in listed(tmp_path / "b.jpg")) == stays
        assert (b"HasExtendedXMP" in open_photo(tmp_path / "b.jpg").meta.xmp) == stays


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def make_png(path, early: list[tuple[bytes, bytes]], late: list[tuple[bytes, bytes]] = ()) -> None:
    out = io.BytesIO()
    Image.fromarray(disc()).save(out, "PNG")
    data = out.getvalue()
    at = data.index(b"IDAT") - 4
    path.write_bytes(
        data[:at] + b"".join(chunk(*e) for e in early) + data[at:-12] + b"".join(chunk(*e) for e in late) + data[-12:]
    )


def chunks(path) -> list[tuple[bytes, bytes]]:
    data, place, found = path.read_bytes(), 8, []
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 8 : place + 8 + length]
        assert zlib.crc32(data[place + 4 : place + 8] + body) == int.from_bytes(data[place + 8 + length :][:4], "big")
        found.append((data[place + 4 : place + 8], body))
        place += 12 + length
    return found


def test_chunks_of_a_png_are_kept(tmp_path):
    early = [
        (b"cICP", bytes((12, 13, 0, 1))),
        (b"gAMA", struct.pack(">I", 45455)),
        (b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)),
        (b"sBIT", b"\5\6\5"),
        (b"bKGD", bytes(6)),
        (b"pHYs", struct.pack(">IIB", 3, 2, 0)),
        (b"tEXt", b"Title\0Hill"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"long " * 50)),
        (b"iTXt", b"Author\0\0\0de\0Autor\0J\xc3\xb6rg"),
        (b"prVt", b"private, safe to copy"),
    ]
    late = [(b"tEXt", b"Software\0Paint"), (b"tIME", struct.pack(">H5B", 2001, 2, 3, 4, 5, 6))]
    make_png(tmp_path / "a.png", [*early, (b"prVT", b"unsafe"), (b"caBX", b"c2pa")], late)
    photo = open_photo(tmp_path / "a.png")
    notes = save_photo(photo, tmp_path / "b.png", fill(photo))
    assert len(notes) == 2
    found = chunks(tmp_path / "b.png")
    place = [name for name, _ in found].index(b"IDAT")
    assert sorted(found[1:place]) == sorted(early)
    assert [name for name, _ in found[place + 1 : -1] if name != b"IDAT"] == [b"tEXt", b"tIME"]
    assert late[0] in found
    assert late[1] not in found  # the time of the last change has passed
    save_photo(photo, tmp_path / "b.jpg", fill(photo))
    assert open_photo(tmp_path / "b.jpg").meta.icc == photo.meta.colours != b""  # what cICP says, as a profile


def test_camera_data_in_a_text_is_read_and_set_upright(tmp_path):
    """ImageMagick keeps EXIF and IPTC data of a PNG so."""
    texts = [png.profile_chunk("exif", camera_data("<", orientation=6)), png.profile_chunk("iptc", CAPTION)]
    make_png(tmp_path / "a.png", [(b"zTXt", each.data) for each in texts])
    photo = open_photo(tmp_path / "a.png")
    assert photo.orientation == 6
    assert photo.meta.carried.resources == CAPTION
    save_photo(photo, tmp_path / "b.png", fill(photo))
    again = open_photo(tmp_path / "b.png")
    assert again.orientation == 1
    assert again.meta.carried.resources == CAPTION
    assert [name for name, _ in chunks(tmp_path / "b.png")].count(b"zTXt") == 1
    assert not shows_red((tmp_path / "b.png").read_bytes())


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("metadata", [False, True])
def test_chunks_of_a_webp_are_kept(tmp_path, lossless, metadata):
    out = io.BytesIO()
    pixels = np.dstack((disc(), np.full((160, 160), 128, np.uint8)))
    Image.fromarray(pixels).save(out, "WEBP", lossless=lossless, exact=True)
    with io.BytesIO(out.getvalue()) as file:
        own = [carried.Extra("mine", b"odd"), carried.Extra("C2PA", b"seal")]
        exif = camera_data("<") if metadata else b""
        webp.dress(file, (160, 160), True, exif, SRGB if metadata else b"", b"<x/>" if metadata else b"", own)
        (tmp_path / "a.webp").write_bytes(file.getvalue())
    photo = open_photo(tmp_path / "a.webp")
    assert photo.pixels.shape == (160, 160, 4)
    assert (photo.meta.icc, photo.meta.xmp) == ((SRGB, b"<x/>") if metadata else (b"", b""))
    notes = save_photo(photo, tmp_path / "b.webp", fill(photo))
    assert len(notes) == 1
    again = open_photo(tmp_path / "b.webp")
    assert again.meta.carried.pieces == (carried.Extra("mine", b"odd", late=True),)
    assert (again.meta.icc, again.meta.xmp) == (photo.meta.icc, photo.meta.xmp)
    assert (again.pixels[..., 3] == 128).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_tags_of_a_tiff_are_kept(tmp_path, order):
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.tagtype |= {65000: 12, 33550: 12, 269: 2}
    directory[65000] = (1.5, -2.0)
    directory[33550] = (10.0, 10.0, 0.0)  # of GeoTIFF
    directory[269] = "name of the document"
    Image.fromarray(disc()).save(tmp_path / "a.tif", tiffinfo=directory, resolution=50, resolution_unit="cm")
    with (tmp_path / "a.tif").open("rb+") as file:
        shorts = carried.Extra("65001", struct.pack(order + "HH", 513, 1027), kind=3)
        fractions = carried.Extra("65002", struct.pack(order + "IIII", 1, 3, 2, 5), kind=5)
        tiff.add(file, [carried.Extra("34377", CAPTION, kind=7), shorts, fractions], order)
    photo = open_photo(tmp_path / "a.tif")
    assert save_photo(photo, tmp_path / "b.tif", fill(photo)) == ()
    with Image.open(tmp_path / "b.tif") as image:
        tags = image.tag_v2
        assert tags[65000] == (1.5, -2.0)
        assert tags[33550] == (10.0, 10.0, 0.0)
        assert tags[269] == "name of the document"
        assert tags[65001] == (513, 1027)
        assert (tags[296], float(tags[282])) == (3, 50.0)
        assert [float(each) for each in tags[65002]] == [pytest.approx(1 / 3), 0.4]
        assert b"".join(tags[34377]) == CAPTION
        assert bytes(tags[33723]) == resources.iptc(CAPTION)


def test_captions_and_texts_go_to_other_formats(tmp_path):
    (tmp_path / "a.jpg").write_bytes(
        insert(as_jpeg(disc()), (0xFE, "Übersicht".encode()), (0xED, resources.HEAD + CAPTION))
    )
    photo = open_photo(tmp_path / "a.jpg")
    assert save_photo(photo, tmp_path / "b.png", fill(photo)) == ()
    assert open_photo(tmp_path / "b.png").meta.carried.texts == (("Comment", "Übersicht"),)
    assert save_photo(open_photo(tmp_path / "b.png"), tmp_path / "c.jpg") == ()
    assert ("COM", "Übersicht".encode()) in listed(tmp_path / "c.jpg")
    assert open_photo(tmp_path / "c.jpg").meta.carried.resources == CAPTION
    assert [note.split()[-6:-2] for note in save_photo(photo, tmp_path / "b.tif")] == [["it", "as", "PNG", "to"]]
    assert open_photo(tmp_path / "b.tif").meta.carried.resources == CAPTION
    assert len(save_photo(photo, tmp_path / "b.webp")) == 2


def test_hostile_pieces_are_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(carried, "LIMIT", 1000)
    make_png(tmp_path / "a.png", [(b"tEXt", b"Title\0Hill"), (b"prVt", bytes(2000))])
    photo = open_photo(tmp_path / "a.png")
    assert [piece.name for piece in photo.meta.carried.pieces] == ["tEXt"]
    assert any("too long" in note for note in save_photo(photo, tmp_path / "b.png"))


@pytest.mark.parametrize(("start", "end", "length"), [(10, 10, 5), (10, 30, 3), (0, 64, 200), (50, 64, 0), (3, 7, 4)])
def test_splicing_moves_the_rest(monkeypatch, start, end, length):
    monkeypatch.setattr(carried, "_BLOCK", 7)
    data, new = bytes(range(64)), b"\xff" * length
    file = io.BytesIO(data)
    carried.splice(file, start, end, new)
    assert file.getvalue() == data[:start] + new + data[end:]


def test_photos_are_whole_beside_their_metadata(tmp_path):
    pixels = synthetic.photo(40, 50)
    for suffix in ("jpg", "png", "webp", "tif"):
        Image.fromarray(pixels).save(tmp_path / f"a.{suffix}", exif=camera_data("<"), icc_profile=SRGB)
        photo = open_photo(tmp_path / f"a.{suffix}")
        save_photo(photo, tmp_path / f"b.{suffix}", photo.pixels)
        assert np.abs(open_photo(tmp_path / f"b.{suffix}").pixels.astype(int) - photo.pixels).mean() < 2


class Counted(bytes):
    """Bytes that count how often they are looked at."""

    looks = 0

    def __getitem__(self, place):
        Counted.looks += 1
        return super().__getitem__(place)


def test_hostile_camera_data_is_looked_through_once():
    """Each of these segments could begin a picture, and leads on through all that follow."""
    data = Counted(b"\xff\xe1\x00\x04\xd8\xff" * 2000)
    assert previews.find_pictures(data) == []
    assert Counted.looks < 2 * len(data)


def test_elements_without_an_end_stay_and_others_are_removed():
    begin = b"<x>" + b"<xmp:Thumbnails>" * 3
    assert previews.clean_xmp(begin + b'<GImage:Data a="1"/><GImage:Data>q</GImage:Data >z') == begin + b"z"
    assert previews.clean_xmp(b"<x><Container:Directory><a/></Container:Directory><hdrgm:Version>1") == (
        b"<x><hdrgm:Version>1"
    )
