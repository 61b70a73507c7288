"""The folder of weights: sets are found again, damaged files are reported, several programs can share it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from inpaint_studio import atomic
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import WeightsError

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "weights"


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def save(name: str = "mine", fill: float = 1.0, **more):
    tensors = {"conv.weight": torch.full((2, 3), fill), "count": torch.zeros((), dtype=torch.int64)}
    return store.save(tensors, name=name, system="tiny", config={"width": 2, "kinds": ["a", None]}, **more)


def test_what_is_saved_is_listed_and_read(folder):
    assert store.sets() == []
    saved = save(licence="non-commercial", terms="CC", origin="trained", facts={"dialect": "plain", "named": "yes"})
    assert store.sets() == [saved]
    assert (saved.name, saved.system, saved.path) == ("mine", "tiny", folder / "mine.safetensors")
    assert saved.config == {"width": 2, "kinds": ["a", None]}
    assert (saved.licence, saved.terms, saved.origin) == ("non-commercial", "CC", "trained")
    assert (saved.facts["dialect"], saved.facts["parameters"]) == ("plain", "7")
    torch.testing.assert_close(saved.read()["conv.weight"], torch.ones(2, 3))
    assert store.problems() == []
    assert store.find("mine") == saved


def test_tensors_may_be_views_of_one_memory():
    whole = torch.arange(12.0).reshape(3, 4)
    saved = store.save({"a": whole, "b": whole.T, "c": whole[1:, :2]}, name="views", system="tiny", config={})
    read = saved.read()
    for key, expected in {"a": whole, "b": whole.T, "c": whole[1:, :2]}.items():
        torch.testing.assert_close(read[key], expected)


def test_the_newest_is_last_and_shipped_ones_are_first(tmp_path, monkeypatch):
    shipped = tmp_path / "resources" / "weights"
    monkeypatch.setattr(store, "shipped_folder", lambda: shipped)
    save("first")
    save("second")
    save("zero", home=shipped)
    assert [(w.name, w.origin) for w in store.sets()] == [
        ("zero", "shipped"), ("first", "imported"), ("second", "imported")
    ]  # fmt: skip
    with pytest.raises(WeightsError, match="come with the program"):
        store.remove("zero")


def test_the_name_of_a_shipped_set_is_not_for_others(tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(shipped))
    save("ours", origin="shipped", file=shipped / "ours.safetensors")
    save("mine")
    for replace in (False, True):
        with pytest.raises(store.NameTaken, match="'ours' come with the program; give another name"):
            save("ours", replace=replace)
    with pytest.raises(store.NameTaken, match="'ours' come with the program"):
        store.rename("mine", "ours")
    with pytest.raises(WeightsError, match="'ours' come with the program and stay"):
        store.remove("ours")
    assert [(w.name, w.origin) for w in store.sets()] == [("ours", "shipped"), ("mine", "imported")]


def test_a_set_that_had_the_name_before_it_shipped_stays_and_can_be_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(tmp_path / "shipped"))
    save("ours", fill=2.0)
    save("ours", origin="shipped", file=tmp_path / "shipped" / "ours.safetensors")
    assert store.find("ours").origin == "imported"
    save("ours", fill=3.0, replace=True)
    assert float(store.find("ours").read()["conv.weight"][0, 0]) == 3.0


def test_the_main_shipped_set_is_the_last_of_them(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(tmp_path))
    for name, main in (("a", "yes"), ("b", "no"), ("c", "no")):
        save(name, origin="shipped", file=tmp_path / f"{name}.safetensors", facts={store.MAIN: main})
    assert [weights.name for weights in store.sets()] == ["b", "c", "a"]


def test_a_damaged_shipped_file_is_a_sentence_about_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(tmp_path))
    ours = save("ours", origin="shipped", file=tmp_path / "ours.safetensors")
    whole = ours.path.read_bytes()
    ours.path.write_bytes(whole[:-4])
    remedy = "install the program again"
    assert store.problems() == [f"ours.safetensors, which comes with the program, is damaged; {remedy}."]
    assert store.sets() == []
    with pytest.raises(WeightsError, match=f"it is damaged; {remedy}"):
        ours.read()


def test_a_copy_of_a_shipped_file_elsewhere_counts_as_imported(tmp_path, folder):
    ours = save("ours", origin="shipped", file=tmp_path / "ours.safetensors")
    assert ours.origin == "shipped"
    folder.mkdir(parents=True)
    ours.path.rename(folder / "theirs.safetensors")
    assert [(w.name, w.origin) for w in store.sets()] == [("theirs", "imported")]


def test_half_precision_on_the_disk_is_single_precision_in_memory():
    halves = {"a": torch.full((2, 2), 0.5, dtype=torch.float16), "count": torch.zeros((), dtype=torch.int64)}
    read = store.save(halves, name="half", system="tiny", config={}).read()
    assert {key: value.dtype for key, value in read.items()} == {"a": torch.float32, "count": torch.int64}
    assert read["a"].tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize(
    "name", ["", "Mine", "a b", "../up", "a/b", "-a", "a-", "a--b", "x" * 41, "auto", "telea", "ä"]
)
def test_names_that_cannot_be_used(name, folder):
    with pytest.raises(WeightsError, match=r"cannot be a name of weights|is the name of a model"):
        save(name)
    assert not folder.exists()


def test_an_existing_name_is_overwritten_only_with_replace():
    save(fill=1)
    with pytest.raises(WeightsError, match="already"):
        save(fill=2)
    assert store.find("mine").read()["conv.weight"][0, 0] == 1
    save(fill=2, replace=True)
    assert store.find("mine").read()["conv.weight"][0, 0] == 2


def test_removing_and_renaming(folder):
    loaded = save().read()  # mapped, as a running program has it
    save("other")
    with pytest.raises(WeightsError, match="already"):
        store.rename("mine", "other")
    assert store.rename("mine", "yours").name == "yours"
    store.remove("yours")
    assert [weights.name for weights in store.sets()] == ["other"]
    assert loaded["conv.weight"].sum() == 6
    with pytest.raises(WeightsError, match="no weights called 'yours'; there are other"):
        store.remove("yours")
    assert left(folder) == ["other.safetensors"]


def _damage(path: Path) -> dict[str, bytes]:
    """Make damaged and foreign versions of a file, by name."""
    whole = path.read_bytes()
    length = int.from_bytes(whole[:8], "little")
    header, body = json.loads(whole[8 : 8 + length]), whole[8 + length :]

    def with_header(head: object) -> bytes:
        text = head if isinstance(head, bytes) else json.dumps(head).encode()
        return len(text).to_bytes(8, "little") + text + body

    def with_metadata(**changes: object) -> bytes:
        return with_header(header | {"__metadata__": header["__metadata__"] | changes})

    return {
        "empty": b"",
        "short": whole[:5],
        "cut": whole[:-4],
        "longer": whole + b"0000",
        "endless": (2**63).to_bytes(8, "little") + whole[8:],
        "no-json": with_header(b"{" * 400),
        "deep": with_header(b"[" * 100_000),
        "list": with_header([1, 2]),
        "binary": with_header(b"\xff\xfe{}"),
        "offsets": with_header(header | {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}),
        "no-entry": with_header(header | {"x": 7}),
        "no-config": with_header(header | {"__metadata__": {"inpaint_studio": "1"}}),
        "bad-config": with_metadata(config="{"),
        "config-list": with_metadata(config="[]"),
        "bad-licence": with_metadata(licence="mine"),
        "bad-origin": with_metadata(origin="stolen"),
        "not-text": with_metadata(terms=7),
        "foreign": with_header({key: value for key, value in header.items() if key != "__metadata__"}),
        "newer": with_metadata(inpaint_studio="2"),
        "much-newer": with_metadata(inpaint_studio="9" * 5000),
        "no-version": with_metadata(inpaint_studio="one"),
    }


def test_bad_files_are_reported_and_skipped(folder):
    good = save()
    bad = _damage(good.path)
    for name, content in bad.items():
        (folder / f"{name}.safetensors").write_bytes(content)
    (folder / "UPPER case.safetensors").write_bytes(good.path.read_bytes())
    (folder / "folder.safetensors").mkdir()
    (folder / "notes.txt").write_text("mine")
    assert store.sets() == [good]
    problems = store.problems()
    assert len(problems) == len(bad) + 1
    assert all(line.count("\n") == 0 and ".safetensors" in line and line.endswith(".") for line in problems)
    by_name = {line.partition(".")[0]: line for line in problems}
    assert "newer" in by_name["newer"]
    assert "another program" in by_name["foreign"]
    assert "damaged" in by_name["cut"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")
def test_modes_and_pipes(folder):
    saved = save()
    assert not stat.S_IMODE(saved.path.stat().st_mode) & stat.S_IWOTH
    assert stat.S_IMODE(saved.path.stat().st_mode) & stat.S_IRUSR
    os.mkfifo(folder / "pipe.safetensors")
    assert store.sets() == [saved]


def test_old_unfinished_files_are_deleted_and_new_ones_kept(folder):
    save()
    old, new = folder / ".dead.part", folder / ".alive.part"
    for path in (old, new):
        path.touch()
    os.utime(old, (1e9, 1e9))
    save("other")
    assert not old.exists()
    assert new.exists()


def test_a_failed_save_leaves_nothing(folder, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(store.NotSaved, match="the disk is full"):
        save()
    assert left(folder) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_folder_that_cannot_be_written(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    try:
        with pytest.raises(WeightsError, match="not writable"):
            save()
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_of_two_who_save_one_name_at_once_one_fails(folder, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    barrier, results = threading.Barrier(2), []
    inner = atomic.rename

    def both_ready(source, target):
        barrier.wait(timeout=30)
        with nullcontext() if links else lock:
            inner(source, target)

    lock = threading.Lock()
    monkeypatch.setattr(atomic, "rename", both_ready)

    def one(number: int) -> None:
        try:
            results.append(save(fill=number))
        except WeightsError as error:
            results.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(each, store.NameTaken) for each in results) == [False, True]
    assert left(folder) == ["mine.safetensors"]
    assert load_file(folder / "mine.safetensors")["conv.weight"].unique().numel() == 1


def test_stamp_follows_every_change(folder):
    stamps = [store.stamp()]
    save()
    stamps.append(store.stamp())
    save(fill=2, replace=True)
    os.utime(folder / "mine.safetensors", ns=(1, 1))
    stamps.append(store.stamp())
    store.remove("mine")
    assert len(set(stamps)) == 3
    assert store.stamp() == stamps[0]


def test_listing_needs_no_torch():
    save()
    code = "import sys; from inpaint_studio.engine.weights import store\n"
    code += "print(store.sets()[0].name, 'torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["mine", "False"]
