"""Projects hold the whole document; other programs read their layers, and hostile files are refused in a line."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import tifffile
from PIL import Image

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.session.candidates import find_step
from inpaint_studio.session.document import Document
from inpaint_studio.session.journal.recovery import bring_back, find_unsaved
from inpaint_studio.session.project.reading import read_project
from inpaint_studio.session.project.snapshot import take_snapshot
from inpaint_studio.session.project.writing import MERGED, STACK, write_project
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, LABELS, NAMES, ONLY, PHOTO
from tests.session.test_journal import Kept

A, B = Box(20, 30, 60, 90), Box(100, 50, 140, 130)


def draw(document: Document, box: Box, name: str = HOLE, value: int = 255) -> None:
    document.apply("Brush", name, box, np.full((box.height, box.width), value, np.uint8))


def fill(qtbot: Any, session: Any, box: Box, seed: int) -> None:
    draw(session.document, box)
    session.models.seed = seed
    with qtbot.waitSignal(session.fills.filled):
        session.fills.start()


def work(qtbot: Any, session: Any) -> None:
    """Fill two holes, the second one twice with the first result chosen, and draw all there is to draw."""
    document = session.document
    fill(qtbot, session, A, 3)
    fill(qtbot, session, B, 4)
    with qtbot.waitSignal(session.fills.filled):
        session.fills.another()
    session.fills.show_candidate(0)
    draw(document, Box(200, 100, 230, 160), value=128)
    draw(document, Box(200, 200, 230, 260), DONORS)
    draw(document, Box(240, 200, 270, 260), ONLY)
    draw(document, Box(150, 10, 170, 60), LABELS, 3)
    draw(document, Box(205, 110, 210, 150), EDGES)
    document.add_line([(60.5, 140), (220, 150), (230, 10)], 20)


def save(document: Document, path: Path) -> Path:
    step = find_step(document)
    write_project(take_snapshot(document, None if step is None else step.filled), path)
    return path


def equal(one: Document, other: Document) -> bool:
    """Whether both show the same, and have the same candidates and flows."""
    assert one.rasters.keys() == other.rasters.keys()
    for name in one.rasters:
        assert np.array_equal(one.raster(name), other.raster(name)), name
    assert np.array_equal(one.original(), other.original())
    assert len(one.lines) == len(other.lines)
    assert all(a.equals(b) for a, b in zip(one.lines, other.lines, strict=True))
    assert [flow.offsets.tolist() for flow in one.flows] == [flow.offsets.tolist() for flow in other.flows]
    steps = [find_step(each) for each in (one, other)]
    assert (steps[0] is None) == (steps[1] is None)
    if steps[0] is not None and steps[1] is not None:
        mine, its = (step.filled for step in steps)
        assert mine.index == its.index
        assert [each.seed for each in mine.candidates] == [each.seed for each in its.candidates]
        assert np.array_equal(mine.hole.whole(), its.hole.whole())
        for a, b in zip(mine.candidates, its.candidates, strict=True):
            for layers in zip(a.layers().values(), b.layers().values(), strict=True):
                assert all(np.array_equal(x.pixels(), y.pixels()) for x, y in zip(*layers, strict=True))
    return True


def test_everything_comes_back_and_is_written_the_same_again(qtbot, session, tmp_path) -> None:
    work(qtbot, session)
    first = save(session.document, tmp_path / "one.ora")
    again = read_project(first, Document)
    assert equal(session.document, again)
    assert not again.modified
    second = save(again, tmp_path / "two.ora")
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as two:
        assert one.namelist() == two.namelist()
        assert all(one.read(name) == two.read(name) for name in one.namelist())


def test_undo_after_opening_goes_back_to_the_photo_and_redo_to_all_of_it(qtbot, session, tmp_path) -> None:
    work(qtbot, session)
    document = read_project(save(session.document, tmp_path / "one.ora"), Document)
    document.undo()
    assert not document.lines
    assert (document.raster(PHOTO)[B.slices] == 14).all()
    document.undo()
    assert np.array_equal(document.raster(PHOTO)[B.slices], session.document.original()[B.slices])
    assert (document.raster(HOLE)[B.slices] == 255).all()
    while document.can_undo:
        document.undo()
    assert np.array_equal(document.raster(PHOTO), document.original())
    assert not any(document.raster(name).any() for name in NAMES if name != PHOTO)
    while document.can_redo:
        document.redo()
    assert equal(session.document, document)


def test_an_opened_project_goes_on_like_any_document(qtbot, session, tmp_path, filler) -> None:
    work(qtbot, session)
    path = save(session.document, tmp_path / "one.ora")
    with qtbot.waitSignal(session.opened):
        session.open(path)
    assert session.fills.candidate_count == 2
    with qtbot.waitSignal(session.fills.filled):
        session.fills.start()  # the hole that was drawn
    last = filler.requests[-1]
    assert last.hole[200:230, 100:160].all()
    session.document.undo()
    session.document.undo()
    with qtbot.waitSignal(session.fills.filled):
        session.fills.another()  # one more of the hole that was filled before it was saved
    again = filler.requests[-1]
    assert np.array_equal(again.pixels[B.slices], session.document.original()[B.slices])
    assert session.fills.candidate_count == 3


def test_a_part_whose_source_was_moved_comes_back(qtbot, session, tmp_path, filler) -> None:
    fill(qtbot, session, A, 3)
    inner = Box(30, 40, 50, 70)
    part = np.ones((inner.height, inner.width), np.bool_)
    with qtbot.waitSignal(session.fills.filled):
        session.fills.steer(inner, part, part, (60, -20))
    document = read_project(save(session.document, tmp_path / "one.ora"), Document)
    assert equal(session.document, document)
    steps = [find_step(each) for each in (session.document, document)]
    assert steps[0] is not None
    assert steps[1] is not None
    assert steps[1].filled.offset == steps[0].filled.offset == (60, -20)
    assert np.array_equal(steps[1].filled.steered.whole(), steps[0].filled.steered.whole())
    document.undo()
    assert (document.raster(PHOTO)[A.slices] == filler.grey(3)).all()
    assert not document.raster(HOLE).any()


def deep_tiff(folder: Path, kind: type, channels: int) -> Path:
    rng = np.random.default_rng(3)
    samples = rng.random((300, 400, channels)) * (65535 if kind is np.uint16 else 1)
    path = folder / "deep.tif"
    extra = ["unassalpha"] if channels == 4 else None
    tifffile.imwrite(path, samples.astype(kind), photometric="rgb", extrasamples=extra)
    return path


def turned_jpeg(folder: Path) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6
    noise = np.random.default_rng(3).integers(0, 256, (50, 38, 3), np.uint8)
    image = Image.fromarray(noise).resize((400, 304), Image.Resampling.BICUBIC)
    image.save(folder / "turned.jpg", exif=exif, quality=80)
    return folder / "turned.jpg"


def with_opacity(folder: Path) -> Path:
    noise = np.random.default_rng(3).integers(0, 256, (300, 400, 4), np.uint8)
    Image.fromarray(noise).save(folder / "clear.png")
    return folder / "clear.png"


KINDS: dict[str, Callable[[Path], Path]] = {
    "16 bit": lambda folder: deep_tiff(folder, np.uint16, 3),
    "float": lambda folder: deep_tiff(folder, np.float32, 3),
    "16 bit with opacity": lambda folder: deep_tiff(folder, np.uint16, 4),
    "turned": turned_jpeg,
    "opacity": with_opacity,
}


@pytest.mark.parametrize("kind", KINDS)
def test_photos_of_every_kind_come_back_and_are_saved_as_their_file_was(qtbot, session, tmp_path, kind) -> None:
    source = KINDS[kind](tmp_path)
    session.document.load(open_photo(source), own=True)
    fill(qtbot, session, A, 5)
    document = read_project(save(session.document, tmp_path / "one.ora"), Document)
    assert equal(session.document, document)
    assert document.photo is not None
    assert document.photo.stored is not None
    assert document.photo.stored.read() == source.read_bytes()
    from inpaint_studio.engine.photo.encoding import save_photo

    saved = []
    for name, each in (("direct", session.document), ("project", document)):
        target = tmp_path / f"{name}{source.suffix}"
        save_photo(each.photo, target, each.raster(PHOTO), each.deep)
        saved.append(target.read_bytes())
    assert saved[0] == saved[1]


def test_a_pasted_photo_comes_back(qtbot, session, photo, tmp_path) -> None:
    fill(qtbot, session, A, 5)
    document = read_project(save(session.document, tmp_path / "one.ora"), Document)
    assert equal(session.document, document)
    assert np.array_equal(document.original(), photo)
    assert equal(document, read_project(save(document, tmp_path / "two.ora"), Document))


def test_a_killed_program_gives_back_the_project_with_what_was_done_since(qtbot, session, tmp_path) -> None:
    session.document.load(open_photo(turned_jpeg(tmp_path)), own=True)
    work(qtbot, session)
    path = save(session.document, tmp_path / "one.ora")
    kept = Kept(tmp_path / "journals")
    kept.document.adopt(read_project(path, Document))
    assert not kept.document.modified
    draw(kept.document, Box(10, 200, 20, 280))
    kept.document.undo()
    draw(kept.document, Box(30, 200, 40, 280))
    kept.kill()
    [found] = find_unsaved(kept.root)
    assert found.path == path
    brought = bring_back(found, Document).document
    assert all(np.array_equal(brought.raster(name), kept.document.raster(name)) for name in NAMES)
    assert brought.photo.path == path
    assert brought.modified
    brought.undo()
    assert not brought.modified


# What other programs see and write


def layers_in(path: Path) -> tuple[list[ElementTree.Element], dict[str, Image.Image]]:
    with zipfile.ZipFile(path) as archive:
        layers = list(ElementTree.fromstring(archive.read(STACK)).iter("layer"))
        names = [*(layer.attrib["src"] for layer in layers), MERGED, "Thumbnails/thumbnail.png"]
        return layers, {name: Image.open(io.BytesIO(archive.read(name))).convert("RGBA") for name in names}


def test_visible_layers_add_up_to_the_picture_and_all_have_names_and_places(qtbot, session, tmp_path) -> None:
    work(qtbot, session)
    path = save(session.document, tmp_path / "one.ora")
    layers, pictures = layers_in(path)
    assert [layer.attrib["name"] for layer in layers] == [
        "Hole", "Guide lines", "Edges", "Do not sample here", "Sample only here", "Labels",
        "Candidate 2", "Candidate 1", "Result", "Photo",
    ]  # fmt: skip
    flat = Image.new("RGBA", (400, 300))
    for layer in reversed(layers):
        if layer.attrib["visibility"] == "visible":
            place = int(layer.attrib["x"]), int(layer.attrib["y"])
            flat.alpha_composite(pictures[layer.attrib["src"]], place)
    assert np.array_equal(np.asarray(flat), np.asarray(pictures[MERGED]))
    assert np.array_equal(np.asarray(flat)[..., :3], session.document.raster(PHOTO))
    hole, result = layers[0], layers[-2]
    assert (hole.attrib["x"], hole.attrib["y"], hole.attrib["opacity"]) == ("100", "200", "0.5")
    assert (np.asarray(pictures[hole.attrib["src"]])[..., 3] == 128).all()
    assert (result.attrib["x"], result.attrib["y"]) == ("30", "20")
    assert pictures["Thumbnails/thumbnail.png"].size == (256, 192)
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"image/openraster"


def png(colour: tuple[int, ...], size: tuple[int, int] = (60, 40)) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", size, colour).save(file, "PNG")
    return file.getvalue()


# The two ways in which other programs lay their files out: an empty group, and compressed entries.
GIMP = """<?xml version='1.0' encoding='UTF-8'?>
<image version="0.0.3" w="60" h="40" xres="300" yres="300"><stack>
<layer name="Top" src="data/000.png" x="0" y="0" opacity="1.0" visibility="visible" composite-op="svg:src-over"/>
</stack></image>"""
KRITA = """<?xml version="1.0" encoding="UTF-8"?>
<image h="40" w="60" version="0.0.1"><stack name="root" opacity="1" x="0" y="0">
<stack name="Group 1" isolation="isolate" composite-op="svg:src-over"><layer src="data/layer0.png" name="Ebene 1"/>
</stack></stack></image>"""


@pytest.mark.parametrize("stack", [GIMP, KRITA], ids=["GIMP", "Krita"])
def test_files_of_other_programs_open_as_photos(session, qtbot, tmp_path, stack) -> None:
    path = tmp_path / "other.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr(zipfile.ZipInfo("data/"), "")
        archive.writestr("data/000.png", png((1, 2, 3, 255)), zipfile.ZIP_DEFLATED)
        archive.writestr(MERGED, png((9, 8, 7, 255)), zipfile.ZIP_DEFLATED)
        archive.writestr(STACK, stack, zipfile.ZIP_DEFLATED)
    with qtbot.waitSignal(session.opened):
        session.open(path)
    document = session.document
    assert document.size == (40, 60)
    assert (document.raster(PHOTO)[..., :3] == (9, 8, 7)).all()
    assert document.photo.path == path
    assert not document.can_undo


def test_a_snapshot_does_not_change_with_the_document(qtbot, session, tmp_path) -> None:
    work(qtbot, session)
    snapshot = take_snapshot(session.document, session.fills.filled_hole)
    expected = save(session.document, tmp_path / "before.ora")
    session.fills.show_candidate(1)
    fill(qtbot, session, A, 9)
    session.document.load(photo_from_array(np.zeros((20, 30, 3), np.uint8)))
    write_project(snapshot, tmp_path / "later.ora")
    with zipfile.ZipFile(expected) as one, zipfile.ZipFile(tmp_path / "later.ora") as two:
        assert all(one.read(name) == two.read(name) for name in one.namelist())
