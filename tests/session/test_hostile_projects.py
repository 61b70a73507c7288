"""Whatever a file claims to be a project: it is opened, or refused in a line, and nothing else happens."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli.program import run
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.errors import PhotoError
from inpaint_studio.session.candidates import Candidate, apply_fill, find_step
from inpaint_studio.session.document import Document
from inpaint_studio.session.holes import find_hole
from inpaint_studio.session.kept_flow import KeptFlow
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.project.reading import read_project
from inpaint_studio.session.project.writing import ARRAYS, MERGED, SOURCE, STACK, STATE
from inpaint_studio.session.raster import LABELS
from tests.session.test_project import draw, png, save


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The entries of a small project with a fill and marks."""
    folder = tmp_path_factory.mktemp("good")
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8)).save(folder / "photo.png")
    document = Document()
    document.load(open_photo(folder / "photo.png"), own=True)
    draw(document, Box(5, 6, 12, 20))
    hole = find_hole(document)
    assert hole is not None
    flow = empty_flow(hole.box, document.size)
    patches = [Patch(np.full((tile.height, tile.width, 3), 9, np.uint8)) for tile in hole.tiles]
    apply_fill(document, hole, Candidate(patches, KeptFlow(flow), 1, "exemplar", [], [], [], hole.hole))
    draw(document, Box(15, 6, 22, 20))
    draw(document, Box(15, 26, 22, 30), LABELS, 4)
    document.add_line([(3, 4), (20, 25)])
    with zipfile.ZipFile(save(document, folder / "good.ora")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def refuse(path: Path, words: str) -> None:
    with pytest.raises(PhotoError, match=words) as caught:
        read_project(path, Document)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(path.name) or str(path) in text


DAMAGED = "is no project, or is damaged"


def test_the_good_one_opens(good, tmp_path) -> None:
    document = read_project(pack(tmp_path / "good.ora", good), Document)
    assert document.size == (30, 40)
    assert find_step(document) is not None


def stack_with(**changes: str) -> bytes:
    attributes = {"w": "40", "h": "30"} | changes
    return f'<image w="{attributes["w"]}" h="{attributes["h"]}"><stack/></image>'.encode()


ENTITIES = '<?xml version="1.0" encoding="{}"?><!DOCTYPE image [<!ENTITY a "aaaa">]><image w="40" h="30">&a;</image>'
ENTRIES: dict[str, tuple[dict[str, bytes | None], str]] = {
    "place above": ({"../evil": b""}, "names places outside"),
    "place inside": ({"data/../../evil": b""}, "names places outside"),
    "absolute": ({"/etc/evil": b""}, "names places outside"),
    "of Windows": ({"c:evil": b""}, "names places outside"),
    "entities": ({STACK: ENTITIES.format("utf-8").encode()}, "declares XML entities"),
    "entities in UTF-16": ({STACK: ENTITIES.format("utf-16").encode("utf-16")}, "declares XML entities"),
    "another root": ({STACK: b"<svg w='40' h='30'/>"}, DAMAGED),
    "cut XML": ({STACK: b"<image w='40' h='30'>"}, DAMAGED),
    "no size": ({STACK: b"<image/>"}, DAMAGED),
    "size in words": ({STACK: stack_with(w="many")}, DAMAGED),
    "size below 0": ({STACK: stack_with(w="-40", h="-30")}, "claims to be"),
    "huge": ({STACK: stack_with(w="100000", h="100000")}, "claims to be 100000 x 100000 pixels"),
    "another size": ({STACK: stack_with(w="41")}, DAMAGED),
    "another kind": ({"mimetype": b"application/zip"}, DAMAGED),
    "no kind": ({"mimetype": None}, DAMAGED),
    "no layers": ({STACK: None}, DAMAGED),
    "no picture": ({MERGED: None}, DAMAGED),
    "no arrays": ({ARRAYS: None}, DAMAGED),
    "short arrays": ({ARRAYS: b""}, DAMAGED),
    "another picture": ({MERGED: png((1, 2, 3, 255), (20, 30))}, DAMAGED),
    "no PNG": ({MERGED: b"no picture at all"}, DAMAGED),
    "no photo": ({SOURCE: b"no photo at all"}, "holds a photo that cannot be opened: photo"),
    "photo of another size": ({SOURCE: png((1, 2, 3, 255), (20, 30))}, DAMAGED),
    "no JSON": ({STATE: b"{"}, DAMAGED),
    "a list": ({STATE: b"[]"}, DAMAGED),
    "deep JSON": ({STATE: b"[" * 200_000}, DAMAGED),
    "a later version": ({STATE: b'{"format": "inpaint-studio-project", "version": 99}'}, "later version"),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_hostile_entries_are_refused_in_a_line(good, tmp_path, case) -> None:
    changes, words = ENTRIES[case]
    entries = {name: content for name, content in (good | changes).items() if content is not None}
    refuse(pack(tmp_path / "bad.ora", entries), words)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.ora"]


def test_archives_that_are_none_are_refused(good, tmp_path) -> None:
    path = pack(tmp_path / "bad.ora", good)
    whole = path.read_bytes()
    for content in (b"", b"PK", b"no archive" * 100, whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        refuse(path, DAMAGED)
    path.unlink()
    refuse(path, "There is no file")
    path.mkdir()
    refuse(path, "cannot be read: is a directory")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_the_same_name_are_refused(good, tmp_path) -> None:
    path = pack(tmp_path / "bad.ora", good)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(STATE, "{}")
    refuse(path, DAMAGED)


def test_many_entries_are_refused(good, tmp_path) -> None:
    refuse(pack(tmp_path / "bad.ora", good | {f"data/{n}.png": b"" for n in range(5000)}), DAMAGED)


def test_a_password_is_refused(good, tmp_path) -> None:
    path = pack(tmp_path / "bad.ora", good)
    content = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of each entry, in both its heads
        place = content.find(sign)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(sign, place + 4)
    path.write_bytes(content)
    refuse(path, DAMAGED)


def test_zip_bombs_are_refused_before_they_are_unpacked(good, tmp_path) -> None:
    bomb = bytes(65 << 20)
    for name in (ARRAYS, MERGED, STATE, STACK):
        path = pack(tmp_path / "bad.ora", good | {name: bomb}, zipfile.ZIP_DEFLATED)
        assert path.stat().st_size < 1 << 20
        refuse(path, "claims to be far larger")


def test_an_entry_that_is_larger_than_it_claims_is_refused(good, tmp_path) -> None:
    path = pack(tmp_path / "bad.ora", good | {ARRAYS: good[ARRAYS] + bytes(10 << 20)}, zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo(ARRAYS).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(real, len(good[ARRAYS]).to_bytes(4, "little")))
    refuse(path, DAMAGED)


def read(path: Path) -> str:
    """Return the sentence about a file that is refused; "" where it is opened."""
    try:
        document = read_project(path, Document)
    except PhotoError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return str(error)
    assert min(document.size) > 0
    return ""


def changed(state: Any, rng: np.random.Generator) -> Any:
    """Return a copy of the JSON with one of its values, at a random place, replaced by something else."""
    copy = json.loads(json.dumps(state))
    values = (None, -1, 0, 1, 1 << 40, 0.5, float("nan"), "text", [], {}, [1], {"a": 1}, True)
    node = copy
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = keys[int(rng.integers(len(keys)))]
        if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.2:
            node[key] = values[int(rng.integers(len(values)))]
            return copy
        node = node[key]


def test_any_state_gives_a_document_or_a_sentence(good, tmp_path) -> None:
    rng, state, refused = np.random.default_rng(7), json.loads(good[STATE]), 0
    for _ in range(140):
        path = pack(tmp_path / "bad.ora", good | {STATE: json.dumps(changed(state, rng)).encode()})
        refused += bool(read(path))
    assert refused > 70


def test_whatever_byte_is_damaged_it_is_a_document_or_a_sentence(good, tmp_path) -> None:
    rng, path = np.random.default_rng(8), tmp_path / "bad.ora"
    whole = pack(path, good).read_bytes()
    for _ in range(200):
        content = bytearray(whole)
        for place in rng.integers(0, len(whole), int(rng.integers(1, 4))):
            content[place] = int(rng.integers(256))
        path.write_bytes(content)
        read(path)


def test_the_command_line_names_the_way(tmp_path, good, capsys) -> None:
    path = pack(tmp_path / "work.ora", good)
    assert run(["fill", str(path), "--mask", str(path), "-o", str(tmp_path / "out.png")]) != 0
    assert "work.ora is a project: open it in the window" in capsys.readouterr().err
