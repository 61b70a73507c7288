"""The colours of a photo: read from profiles and chunks, turned to sRGB for networks and back, exactly enough."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from inpaint_studio.cli import main
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.model_io import to_bytes, to_srgb_unit
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.photo import icc as profiles
from inpaint_studio.engine.photo.colours import _TableSpace, bytes_to_srgb, decode_srgb, encode_srgb, find_space
from inpaint_studio.engine.photo.declared import cicp_profile
from inpaint_studio.engine.photo.photo import open_photo, read_pixels
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Fill, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from tests import synthetic

P3, BT2020 = cicp_profile(12, 13), cicp_profile(9, 1)
AXIS = np.linspace(0, 255, 18).astype(np.uint8)
CUBE = np.stack(np.meshgrid(AXIS, AXIS, AXIS), -1).reshape(18, 18 * 18, 3)


def make_profile(corners, gamma, white=(0.3127, 0.3290)):
    curve = np.linspace(0, 1, 1025) ** gamma
    return profiles.write_profile(profiles.primaries_to_xyz(white, corners), curve, "Test")


ADOBE = make_profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 2.2)
PROPHOTO = make_profile(((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), 1.8, (0.3457, 0.3585))
GAMUTS = {"P3": P3, "Adobe": ADOBE, "ProPhoto": PROPHOTO, "BT.2020": BT2020}


def to_lab(pixels, icc):
    """CIELAB (white D50) of uint8 pixels, for distances of colours."""
    profile = profiles.read_profile(icc)
    at = np.linspace(0, 1, profiles.SAMPLES + 1)
    light = np.stack([np.interp(pixels[..., n] / 255, at, profile.curves[n]) for n in range(3)], -1)
    share = light @ profile.to_xyz.T / profiles.D50
    x, y, z = np.moveaxis(np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def largest_difference(first, second, icc):
    return np.linalg.norm(to_lab(first, icc) - to_lab(second, icc), axis=-1).max()


@pytest.mark.parametrize("name", GAMUTS)
def test_every_colour_of_a_gamut_comes_back_from_srgb(name):
    space = find_space(GAMUTS[name])
    back = np.rint(space.from_srgb(space.to_srgb(CUBE.astype(np.float32) / 255)) * 255)
    assert largest_difference(back, CUBE, GAMUTS[name]) < 0.1


@pytest.mark.parametrize("name", GAMUTS)
def test_colours_that_srgb_has_come_back_from_the_image_of_a_network(name):
    space = find_space(GAMUTS[name])
    inside = CUBE.reshape(1, -1, 3)[:, (np.abs(space.to_srgb(CUBE / np.float32(255)) - 0.5) <= 0.5).all(-1).ravel()]
    back = to_bytes(to_srgb_unit(inside, space), space)
    assert inside.shape[1] > 500
    assert largest_difference(back, inside, GAMUTS[name]) < 0.1


@pytest.mark.parametrize("name", GAMUTS)
def test_srgb_is_what_littlecms_gives(name):
    own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(GAMUTS[name])), ImageCms.createProfile("sRGB")
    there = np.asarray(ImageCms.profileToProfile(Image.fromarray(CUBE), own, srgb, ImageCms.Intent(1)))
    assert np.abs(bytes_to_srgb(find_space(GAMUTS[name]), CUBE).astype(int) - there).max() <= 1


def test_colours_by_tables_are_read_by_littlecms():
    by_tables, exact = _TableSpace(ADOBE), find_space(ADOBE)
    values = CUBE / np.float32(255)
    expected = np.clip(exact.to_srgb(values), 0, 1)
    np.testing.assert_allclose(by_tables.to_srgb(values), expected, atol=1.1 / 255)
    np.testing.assert_allclose(by_tables.from_srgb(expected), exact.from_srgb(expected), atol=2.5 / 255)


def make_scanner_profile(icc):
    """A profile of the same colours by a table of CIELAB (lut16Type of ICC.1, 17 steps), in one direction only."""
    steps = np.linspace(0, 255, 17)
    lab = to_lab(np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1), icc)
    table = np.rint(np.clip((lab + np.array([0, 128, 128])) * [652.8, 256, 256], 0, 65535)).astype(">u2").tobytes()
    line = struct.pack(">2H", 0, 65535) * 3
    numbers = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    lut = b"mft2\0\0\0\0" + bytes([3, 3, 17, 0]) + numbers + struct.pack(">2H", 2, 2) + line + table + line
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * n) for n in profiles.D50))
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Scan\0" + bytes(78)
    parts = {b"A2B0": lut, b"wtpt": white, b"desc": text}
    start, listed, body = 132 + 12 * len(parts), b"", b""
    for name, content in parts.items():
        listed += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(icc[:128])
    head[0:4], head[8:12] = struct.pack(">I", start + len(body)), struct.pack(">I", 0x02400000)
    head[12:16], head[20:24] = b"scnr", b"Lab "
    return bytes(head) + struct.pack(">I", len(parts)) + listed + body


def test_colours_by_tables_in_one_direction():
    scanned, exact = find_space(make_scanner_profile(ADOBE)), find_space(ADOBE)
    inside = (np.abs(exact.to_srgb(CUBE / np.float32(255)) - 0.5) <= 0.45).all(-1) & (CUBE.min(-1) > 40)
    values = CUBE[inside][None]
    shown = bytes_to_srgb(scanned, values)
    assert largest_difference(shown, bytes_to_srgb(exact, values), cicp_profile(1, 13) or P3) < 6
    assert largest_difference(to_bytes(to_srgb_unit(values, scanned), scanned), values, ADOBE) <= 1


def test_srgb_itself_and_damaged_profiles_change_nothing():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = P3.replace(b"curv", b"cuXX")
    flat = profiles.write_profile(profiles.SRGB_TO_XYZ, np.zeros(9), "Flat")
    no_colours = profiles.write_profile(np.ones((3, 3)), np.linspace(0, 1, 9), "One")
    broken = [P3[:n] for n in (0, 40, 131, 140, 300, 700)] + [b"\xff" * 500, swapped, flat, no_colours]
    for icc in (b"", srgb, *broken):
        assert find_space(icc) is None
    assert bytes_to_srgb(None, CUBE) is CUBE


def test_profiles_with_any_wrong_byte_are_read_or_ignored():
    rng = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(P3[:400])
        damaged[rng.integers(128, 260)] = rng.integers(256)
        find_space(bytes(damaged) + P3[400:])


def test_a_profile_with_parametric_curves():
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    curve = struct.pack(">4sIHH5i", b"para", 0, 3, 0, *(round(65536 * number) for number in numbers))
    sampled = profiles._read_curve(curve)
    at = np.linspace(0, 1, profiles.SAMPLES + 1)
    np.testing.assert_allclose(sampled, np.asarray(decode_srgb(at)), atol=2e-4)
    np.testing.assert_allclose(encode_srgb(decode_srgb(at)), at, atol=1e-6)


def png(path, *chunks, pixels=CUBE, **options):
    """Save a PNG with these chunks (name, content) before its pixels."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **options)
    data = buffer.getvalue()
    more = b"".join(
        struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    path.write_bytes(data[:33] + more + data[33:])
    return path


def gamma(value):
    return b"gAMA", struct.pack(">I", round(value * 100000))


def corners(*values):
    return b"cHRM", struct.pack(">8I", *(round(value * 100000) for value in values))


D65_ADOBE = corners(0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
D65_SRGB = corners(0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)


@pytest.mark.parametrize(
    ("chunks", "options", "same"),
    [
        ([(b"cICP", bytes([12, 13, 0, 1]))], {}, P3),
        ([(b"cICP", bytes([12, 13, 0, 1]))], {"icc_profile": ADOBE}, P3),
        ([(b"cICP", bytes([200, 13, 0, 1]))], {"icc_profile": ADOBE}, ADOBE),
        ([(b"cICP", bytes([12, 13, 1, 1]))], {}, b""),
        ([gamma(1 / 2.2), D65_ADOBE], {}, ADOBE),
        ([gamma(0.45455), D65_SRGB], {}, b""),
        ([gamma(0.45455)], {}, b""),
        ([gamma(1.0), (b"sRGB", b"\0")], {}, b""),
        ([gamma(1 / 2.2), corners(*[0.3] * 8)], {}, b""),
        ([gamma(0.0001)], {}, b""),
    ],
)  # fmt: skip
def test_the_colours_that_a_png_declares(tmp_path, chunks, options, same):
    photo = open_photo(png(tmp_path / "a.png", *chunks, **options))
    np.testing.assert_array_equal(photo.pixels, CUBE)
    space, expected = find_space(photo.meta.colours), find_space(same)
    assert (space is None) == (expected is None)
    if expected is not None:
        there = bytes_to_srgb(expected, CUBE).astype(int)
        assert np.abs(bytes_to_srgb(space, CUBE) - there).max() <= 1


def test_linear_and_bright_light():
    linear, bright = find_space(cicp_profile(1, 8)), find_space(cicp_profile(9, 16))
    middle = bytes_to_srgb(linear, np.full((1, 1, 3), 55, np.uint8))
    assert abs(int(middle[0, 0, 0]) - 128) <= 1  # 0.2158 of light is the middle of sRGB
    white = 0.5806888810416109  # the value of 203 cd/m2 in SMPTE ST 2084
    greys = np.array([[[white]], [[1.0]]], np.float32) * np.ones(3, np.float32)
    np.testing.assert_allclose(bright.to_srgb(greys), 1, atol=0.01)


def test_a_jpeg_in_adobe_rgb_that_has_only_a_note_in_its_camera_data(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    Image.fromarray(CUBE).save(tmp_path / "a.jpg", exif=exif)
    found = bytes_to_srgb(find_space(open_photo(tmp_path / "a.jpg").meta.colours), CUBE).astype(int)
    assert np.abs(found - bytes_to_srgb(find_space(ADOBE), CUBE)).max() <= 1


class Echo:
    """A network that keeps what it sees, and answers with it."""

    def __init__(self, **traits):
        self.traits = Traits("echo", "Echo", "Answers with what it sees.", values="unit", **traits)

    def fill(self, image, _hole, _guide, _options, _ticket):
        self.image = image
        return Fill(image, coarse=image)

    def warm_up(self, ticket):
        pass


@pytest.mark.parametrize("plain", [False, True])
def test_a_network_sees_srgb_and_its_fill_has_the_colours_of_the_photo(plain, monkeypatch):
    photo = synthetic.photo(60, 80) // 2 + 64  # colours that sRGB has, too
    hole = synthetic.disc(60, 80)
    model = Echo(accepts=frozenset(), provides=frozenset({"coarse"}))
    monkeypatch.setattr(run, "model_library", lambda: Registry({**registry().models, "echo": model}))
    result = fill(Request(photo, hole, "echo", options=Options("fast"), plain=plain, icc=P3), Ticket())
    height, width = model.image.shape[1:]
    if (height, width) == photo.shape[:2]:
        expected = find_space(P3).to_srgb(photo / np.float32(255))
        np.testing.assert_allclose(np.moveaxis(model.image, 0, 2), np.clip(expected, 0, 1), atol=1e-6)
    assert np.abs(result.pixels.astype(int) - photo).max() <= 1
    np.testing.assert_array_equal(result.pixels[~hole], photo[~hole])
    for box, coarse in result.coarse:
        assert np.abs(coarse.astype(int) - photo[box.slices]).max() <= 1


def test_what_is_copied_is_the_same_in_all_colours():
    photo, hole = synthetic.photo(60, 80), synthetic.disc(60, 80)
    for model in ("exemplar", "telea"):
        plain, tagged = (
            fill(Request(photo, hole, model, options=Options("fast", threads=1), icc=icc), Ticket())
            for icc in (b"", P3)
        )
        np.testing.assert_array_equal(plain.pixels, tagged.pixels)


def test_training_and_measuring_see_srgb(tmp_path):
    path = tmp_path / "wide.png"
    Image.fromarray(CUBE).save(path, icc_profile=P3)
    expected = bytes_to_srgb(find_space(P3), CUBE)
    for source in (path, path.read_bytes()):
        np.testing.assert_array_equal(read_pixels(source, "wide.png", 18), expected)
    coded = png(tmp_path / "coded.png", (b"cICP", bytes([12, 13, 0, 1]))).read_bytes()
    np.testing.assert_array_equal(read_pixels(coded, "coded.png", 18), expected)
    case = Case(path, lambda height, width: np.ones((height, width), bool), "all")
    np.testing.assert_array_equal(case.open()[0], expected)


def test_the_image_of_a_flow_has_srgb_colours(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pixels = np.tile(np.array([200, 60, 40], np.uint8), (90, 120, 1))
    Image.fromarray(pixels).save("wide.png", icc_profile=P3)
    Image.fromarray(synthetic.disc(90, 120).astype(np.uint8) * 255).save("mask.png")
    assert main(["fill", "wide.png", "--mask", "mask.png", "-o", "o.png", "--flow", "flow.html"]) == 0
    capsys.readouterr()
    address = re.search(r"data:image/(?:jpeg|png|webp);base64,([A-Za-z0-9+/=]+)", Path("flow.html").read_text())
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(address[1]))).convert("RGB"))[2, 2]
    assert np.abs(shown.astype(int) - bytes_to_srgb(find_space(P3), pixels)[2, 2]).max() <= 3
