"""The journal: what is done in a document comes back from the disk, whatever happened to the program."""

from __future__ import annotations

import errno
import io
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.flow.ranked import RankedPart
from inpaint_studio.engine.flow.weighed import WeighedPart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Units
from inpaint_studio.session import spill
from inpaint_studio.session.document import Document
from inpaint_studio.session.journal import records, writer
from inpaint_studio.session.journal.folder import JOURNAL, JournalFolder, list_folders
from inpaint_studio.session.journal.recorder import Recorder
from inpaint_studio.session.journal.recovery import BroughtBack, bring_back, delete_unsaved, find_unsaved
from inpaint_studio.session.raster import DEEP, HOLE, PHOTO
from inpaint_studio.session.rebasing import beneath
from inpaint_studio.session.spill import SpillFile
from tests.session.test_document import HEIGHT, WIDTH, do, made, moves, same, state_of


class Immediately:
    """Runs tasks at once, in place of a queue with threads."""

    def run(self, task: Callable[[], Any], done: Any = None, failed: Any = None, **_: Any) -> None:
        del failed
        result = task()
        if done is not None:
            done(result)


class Kept:
    """A document whose journal lies in `root`."""

    def __init__(self, root: Path, document: Document | None = None) -> None:
        self.root, self.document = root, document or Document()
        self.recorder = Recorder(self.document, Immediately(), lambda: root)  # type: ignore[arg-type]
        self.troubles: list[str] = []
        self.recorder.failed.connect(self.troubles.append)

    def kill(self) -> None:
        """End as a killed program does: all that is left is on the disk, and nothing is held."""
        self.recorder._leave(delete=False)
        self.recorder._closed = True

    def bring_back(self) -> BroughtBack:
        [work] = find_unsaved(self.root)
        return bring_back(work, Document)

    def go_on(self) -> Kept:
        """Bring the work back as a window does, which keeps its journal on."""
        again, brought = Kept(self.root), self.bring_back()
        again.recorder.go_on_with(brought.writer, brought.stacks)
        again.document.adopt(brought.document)
        return again

    @property
    def file(self) -> Path:
        [folder] = list_folders(self.root)
        return folder / JOURNAL


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    kept = Kept(tmp_path / "journals")
    kept.document.load(made().photo)  # type: ignore[arg-type]
    return kept


def stroke(document: Document, value: int, raster: str = HOLE, left: int = 0) -> None:
    do(document, ("stroke", raster, [Box(2, left, 9, left + 40)], value))


def walk(document: Document) -> list[Any]:
    """The states of the document through all of its history, from the present one to the oldest and the newest."""
    states = [state_of(document)]
    while document.can_undo:
        document.undo()
        states.append(state_of(document))
    while document.can_redo:
        document.redo()
        states.append(state_of(document))
    return states


@settings(deadline=None, max_examples=60)
@given(moves, moves)
def test_work_comes_back_with_its_history_and_goes_on(tmp_path_factory: Any, first: Any, second: Any) -> None:
    kept = Kept(tmp_path_factory.mktemp("journals"))
    kept.document.load(made().photo)  # type: ignore[arg-type]
    for actions in (first, second):
        for action in actions:
            do(kept.document, action)
        modified = kept.document.modified
        kept.kill()
        if not modified:
            assert not find_unsaved(kept.root)
            assert not list_folders(kept.root)
            return
        again = kept.go_on()
        assert same(state_of(kept.document), state_of(again.document))
        assert again.document.modified
        one, other = walk(kept.document), walk(again.document)
        assert len(one) == len(other)
        assert all(same(*pair) for pair in zip(one, other, strict=True))
        kept = again
    kept.recorder.discard()
    assert not list_folders(kept.root)


def test_the_file_is_opened_again_with_all_that_it_held(tmp_path: Path) -> None:
    path = tmp_path / "a photo.jpg"
    exif = Image.Exif()
    exif[0x010E] = "A description"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 300, 3), np.uint8)).save(path, exif=exif)
    kept = Kept(tmp_path / "journals")
    kept.document.load(open_photo(path), own=True)
    before = kept.document.raster(PHOTO).copy()
    kept.document.apply("Paint", PHOTO, Box(0, 0, 5, 5), np.zeros((5, 5, 3), np.uint8))
    path.unlink()  # the journal has its own copy
    kept.kill()
    [work] = find_unsaved(kept.root)
    assert work.path == path
    again = kept.go_on().document
    assert again.photo is not None
    assert again.photo.path == path
    assert same(state_of(again), state_of(kept.document))
    again.undo()
    assert np.array_equal(again.raster(PHOTO), before)
    assert not again.modified
    assert again.photo.meta.exif  # what saving needs


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_the_samples_of_deep_photos_come_back(tmp_path: Path, dtype: Any) -> None:
    path, rng = tmp_path / "deep.tif", np.random.default_rng(7)
    samples = rng.random((40, 300, 3)) * (1 if dtype == np.float32 else 65535)
    tifffile.imwrite(path, samples.astype(dtype), photometric="rgb")
    kept = Kept(tmp_path / "journals")
    kept.document.load(open_photo(path), own=True)
    document, box = kept.document, Box(4, 5, 30, 280)
    before = document.raster(DEEP).copy()
    assert before.dtype == dtype
    with document.group("Fill"):
        for raster in (PHOTO, DEEP):
            document.apply("Fill", raster, box, document.raster(raster)[box.slices][::-1].copy())
    after = document.raster(DEEP).copy()
    kept.kill()
    again = kept.go_on().document
    assert np.array_equal(again.raster(DEEP), after)
    assert again.raster(DEEP).dtype == dtype
    again.undo()
    assert np.array_equal(again.raster(DEEP), before)


def test_only_work_that_was_not_saved_is_offered(kept: Kept) -> None:
    assert not list_folders(kept.root)  # nothing was done yet
    stroke(kept.document, 255)
    kept.document.mark_saved()
    stroke(kept.document, 100)
    kept.kill()
    again = kept.go_on()
    assert again.document.modified
    again.document.undo()
    assert not again.document.modified  # as it was saved
    again.kill()
    assert not find_unsaved(kept.root)
    assert not list_folders(kept.root)


def test_a_saved_document_and_a_closed_one_leave_nothing(kept: Kept) -> None:
    stroke(kept.document, 255)
    assert len(list_folders(kept.root)) == 1
    kept.document.load(photo_from_array(np.zeros((8, 8, 3), np.uint8)))
    assert not list_folders(kept.root)
    kept.document.apply("Paint", HOLE, Box(0, 0, 2, 2), np.full((2, 2), 9, np.uint8))
    kept.document.mark_saved()
    kept.recorder.close()
    assert not list(kept.root.iterdir())


def test_another_window_finds_nothing_of_a_running_one(kept: Kept) -> None:
    stroke(kept.document, 255)
    assert not find_unsaved(kept.root)
    [folder] = list_folders(kept.root)
    assert JournalFolder.take(folder) is None
    kept.kill()
    [work] = find_unsaved(kept.root)
    brought = bring_back(work, Document)  # another window was faster
    for attempt in (lambda: bring_back(work, Document), lambda: delete_unsaved(work)):
        with pytest.raises(InputError, match="Another window"):
            attempt()
    assert not find_unsaved(kept.root)
    brought.writer.close(delete=False)
    delete_unsaved(work)
    assert not list(kept.root.iterdir())


def test_steps_that_change_places_are_written_together(kept: Kept) -> None:
    document = kept.document
    stroke(document, 200)
    top = document.history.top
    assert top is not None
    before = kept.file.read_bytes()
    with beneath(document, [top]):
        document.apply("Fill", PHOTO, Box(0, 0, 5, 5), np.zeros((5, 5, 3), np.uint8))
        assert kept.file.read_bytes() == before  # killed here, the stroke would be lost
    kept.kill()
    assert same(state_of(kept.go_on().document), state_of(document))


def test_flows_come_back(kept: Kept) -> None:
    rng, box = np.random.default_rng(5), Box(3, 10, 13, 30)
    units = Units("channels", rng.random(7, np.float32))
    flow = Flow(
        box,
        rng.integers(-3, 3, (2, 10, 20), np.int16),
        rng.random((10, 20), np.float32).astype(np.float16),
        hole := rng.random((10, 20)) > 0.5,
        (HEIGHT, WIDTH),
        "attention",
        (RankedPart(box, hole, (1.5, 2.0), (4.0, 4.0), rng.integers(0, 9, (2, 2, 3, 6)), rng.random((2, 3, 6))),),
        (WeighedPart(box, units), WeighedPart(box, None, rng.integers(0, 256, (4, 5), np.uint8))),
        rng.integers(0, 3, (10, 20), np.uint8),
    )  # fmt: skip
    for left in (0, 60):
        with kept.document.group("Fill"):
            stroke(kept.document, 90, left=left)
            kept.document.set_flow(flow)
    size = kept.file.stat().st_size
    stroke(kept.document, 90, left=120)
    assert kept.file.stat().st_size - size < 1000  # the flow is written once
    kept.kill()
    document = kept.go_on().document
    assert len(document.flows) == 2
    found = document.flow
    assert found is not None
    assert (found.box, found.label, found.shape) == (flow.box, flow.label, flow.shape)
    for name in ("offsets", "weight", "hole", "kinds"):
        one, other = getattr(found, name), getattr(flow, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    [ranked], [with_units, with_places] = found.ranked, found.weighed
    assert (ranked.corner, ranked.cell) == ((1.5, 2.0), (4.0, 4.0))
    assert np.array_equal(ranked.weights, flow.ranked[0].weights)
    assert with_units.units is not None
    assert np.array_equal(with_units.units.weights, units.weights)
    assert np.array_equal(with_places.places, flow.weighed[1].places)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 1), st.integers(-1, 255))
def test_a_damaged_journal_counts_up_to_the_damage(tmp_path_factory: Any, share: float, value: int) -> None:
    kept = Kept(tmp_path_factory.mktemp("journals"))
    kept.document.load(made().photo)  # type: ignore[arg-type]
    states = []
    for number in range(4):
        stroke(kept.document, 50 * number + 50)
        states.append(state_of(kept.document))
    kept.kill()
    data = bytearray(kept.file.read_bytes())
    place = int(share * (len(data) - 1))
    if value < 0:
        del data[place:]
    else:
        data[place] = value
    kept.file.write_bytes(data)
    for work in find_unsaved(kept.root):
        try:
            document = bring_back(work, Document).document
        except InputError:
            continue
        found = state_of(document)
        assert any(same(found, state) for state in states)
        first = next(n for n, state in enumerate(states) if same(found, state))
        assert len(document.history) == first + 1


def hostile(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A journal with a good photo and one step, in place of whose record stands another."""
    state = {"is": "state", "done": [0, 1], "undone": [0], "saved": 0, "path": None}
    entry = {"shape": [4, 5, 3], "type": "|u1", "packed": False, "size": 60}
    photo = records.make({"is": "photo", "path": None, "file": None, "grey": False, "pixels": entry}, [bytes(60)])
    return b"".join([records.MAGIC, *photo, *records.make(head, [body]), *records.make(state)])


def step(**part: Any) -> dict[str, Any]:
    return {"is": "step", "number": 1, "label": "Step", "parts": [part]}


def pixels(*shape: int, size: int, packed: bool = False, type_: str = "|u1") -> dict[str, Any]:
    return {"shape": list(shape), "type": type_, "packed": packed, "size": size}


BOMB = b"".join([b"\x78\x01", *[b"\x00\xff\xff\x00\x00" + bytes(65535)] * 40])

HOSTILE = {
    "unknown raster": (step(raster="../../etc", box=[0, 0, 1, 1], pixels=pixels(1, 1, size=1)), b"\1"),
    "outside": (step(raster=HOLE, box=[0, 0, 9, 1], pixels=pixels(9, 1, size=9)), bytes(9)),
    "negative": (step(raster=HOLE, box=[-1, 0, 1, 1], pixels=pixels(2, 1, size=2)), bytes(2)),
    "another size": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(1, 4, size=4)), bytes(4)),
    "another type": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=16, type_="<f4")), bytes(16)),
    "no type": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=32, type_="|O")), bytes(32)),
    "too short": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=3)), bytes(3)),
    "past the end": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=4)), bytes(3)),
    "bomb": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=len(BOMB), packed=True)), BOMB),
    "no zlib": (step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=4, packed=True)), b"abcd"),
    "a box of texts": (step(raster=HOLE, box=["0", 0, 2, 2], pixels=pixels(2, 2, size=4)), bytes(4)),
    "lines without points": (step(lines=[[1, 8, []]]), b""),
    "lines of no numbers": (step(lines=[[1, 8, [["a", "b"], ["c", "d"]]]]), b""),
    "lines too far": (step(lines=[[1, 8, [[1e300, 0], [float("inf"), 0]]]]), b""),
    "line 256": (step(lines=[[256, 8, [[0, 0], [1, 1]]]]), b""),
    "missing flow": (step(flows=[7]), b""),
    "a value that is none": (step(photo=[1]), b""),
    "no parts": ({"is": "step", "number": 1, "label": "Step", "parts": []}, b""),
    "no step": ({"is": "photo"}, b""),
    "another kind": ({"is": "surprise"}, b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_journals_are_refused_in_a_line_and_can_be_deleted(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "journals" / "0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_bytes(hostile(*HOSTILE[name]))
    [work] = find_unsaved(folder.parent)
    with pytest.raises(InputError) as caught:
        bring_back(work, Document)
    assert "\n" not in str(caught.value)
    [work] = find_unsaved(folder.parent)  # it is still there
    delete_unsaved(work)
    assert not list(folder.parent.iterdir())


def test_the_good_one_of_these_is_brought_back(tmp_path: Path) -> None:
    folder = tmp_path / "journals" / "0123456789abcdef"
    folder.mkdir(parents=True)
    good = step(raster=HOLE, box=[0, 0, 2, 2], pixels=pixels(2, 2, size=4))
    (folder / JOURNAL).write_bytes(hostile(good, b"\1\2\3\4"))
    [work] = find_unsaved(folder.parent)
    assert bring_back(work, Document).document.raster(HOLE)[:2, :2].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("name", ["../photo.png", "/etc/photo.png", "photo/../../photo.png", "other.png"])
def test_a_journal_names_no_photo_outside_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "journals" / "0123456789abcdef"
    folder.mkdir(parents=True)
    Image.new("RGB", (5, 4)).save(tmp_path / "journals" / "photo.png")
    photo = records.make({"is": "photo", "path": None, "file": name, "pixels": None})
    good = records.make(step(raster=HOLE, box=[0, 0, 1, 1], pixels=pixels(1, 1, size=1)), [b"\1"])
    state = records.make({"is": "state", "done": [0, 1], "undone": [0], "saved": 0, "path": None})
    (folder / JOURNAL).write_bytes(b"".join([records.MAGIC, *photo, *good, *state]))
    [work] = find_unsaved(folder.parent)
    with pytest.raises(InputError, match="damaged"):
        bring_back(work, Document)


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "journals" / "0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_bytes(b"inpaint-studio journal 2\nsomething else")
    assert not find_unsaved(folder.parent)
    assert (folder / JOURNAL).exists()


def test_a_full_disk_is_reported_once_and_what_is_missing_is_written_later(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    stroke(kept.document, 10)
    write_all = writer._write_all

    def full(file: Any, parts: Any) -> int:
        write_all(file, [b"".join(parts)[:20]])  # as much as there is room for
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(writer, "_write_all", full)
    for value in (20, 30):
        stroke(kept.document, value, left=100)
    kept.document.undo()
    [trouble] = kept.troubles
    assert "the disk is full" in trouble
    monkeypatch.setattr(writer, "_write_all", write_all)
    stroke(kept.document, 40, left=200)
    kept.kill()
    again = kept.go_on().document
    assert same(state_of(again), state_of(kept.document))
    assert len(again.history) == 3


def test_the_last_room_of_a_disk_is_left_to_saving(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    stroke(kept.document, 10)
    size = kept.file.stat().st_size
    monkeypatch.setattr(spill, "LEAVE_FREE", 1 << 62)
    stroke(kept.document, 20, left=100)
    assert kept.file.stat().st_size == size
    [trouble] = kept.troubles
    assert "the disk is full" in trouble


def test_the_copy_of_the_photo_leaves_the_last_room_of_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (300, 40)).save(path)
    monkeypatch.setattr(spill, "LEAVE_FREE", 1 << 62)
    photos = (open_photo(path), made().photo)
    for number, photo in enumerate(photos):
        assert photo is not None
        kept = Kept(tmp_path / f"journals {number}")
        kept.document.load(photo, own=True)
        stroke(kept.document, 10)
        assert "the disk is full" in kept.troubles[0]
        assert not list_folders(kept.root)


@pytest.mark.parametrize("error", [MemoryError(), TypeError("a fault of the program")])
def test_whatever_stops_a_record_the_next_ones_do_not_build_on_it(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    stroke(kept.document, 10)

    def fail(*_: Any) -> Any:
        raise error

    with monkeypatch.context() as failing:
        failing.setattr(writer.steps, "encode", fail)
        stroke(kept.document, 20, left=100)
    assert len(kept.troubles) == 1
    stroke(kept.document, 40, left=200)
    kept.kill()
    again = kept.go_on().document
    assert same(state_of(again), state_of(kept.document))
    assert len(again.history) == 3


def test_without_a_folder_painting_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Kept(tmp_path / "file" / "journals")
    kept.document.load(made().photo)  # type: ignore[arg-type]
    for value in (1, 2, 3):
        stroke(kept.document, value)
    assert len(kept.troubles) == 1
    assert len(kept.document.history) == 3
    kept.recorder.discard()


def test_a_history_that_drops_old_steps_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    kept = Kept(tmp_path / "journals", Document(None, 40_000, None, lambda: SpillFile(lambda: tmp_path, 30_000)))
    kept.document.load(made().photo)  # type: ignore[arg-type]
    for _ in range(8):
        kept.document.apply("Noise", PHOTO, Box(0, 0, 40, 100), rng.integers(0, 256, (40, 100, 3), np.uint8))
    assert len(kept.document.history) < 8
    kept.document.undo()
    kept.kill()
    again = kept.go_on().document
    assert same(state_of(again), state_of(kept.document))
    assert again.can_redo
    again.redo()
    kept.document.redo()
    assert same(state_of(again), state_of(kept.document))


def test_lengths_that_cannot_be_end_the_journal() -> None:
    for lengths in (struct.pack("<IQI", 1 << 31, 0, 0), struct.pack("<IQI", 2, 1 << 63, 0), b"\0" * 16, b"{}"):
        file = io.BytesIO(records.MAGIC + lengths + b"{}")
        assert not list(records.read(_with_size(file)))


def _with_size(file: io.BytesIO) -> Any:
    import tempfile

    copy = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it goes)
    shutil.copyfileobj(file, copy)
    return copy
