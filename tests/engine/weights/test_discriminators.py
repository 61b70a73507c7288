"""The discriminators beside a set: they follow it everywhere, are never another set's, and may be missing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.engine.weights.discriminators import MissingDiscriminators
from inpaint_studio.engine.weights.exporter import export
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.session.weights_manager import WeightsAccess
from tests.engine.weights import tiny
from tests.engine.weights.test_detect import network

ROOT = Path(__file__).parents[3]
MODULES = {"global critic": {"0.weight": torch.ones(2, 3), "0.steps": torch.tensor(7)}, "critic": {"a": torch.zeros(1)}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "weights"


def trained(name: str = "mine", file: Path | None = None, **how: bool) -> Weights:
    """A set with discriminators."""
    mark = discriminators.new_mark()
    saved = store.save(
        network(2),
        name=name,
        system="tiny",
        config={"width": 2, "boost": False},
        licence="non-commercial",
        terms="CC",
        origin="trained",
        facts={discriminators.FACT: mark, "base": "old", "steps": "9", "phase": "joint"},
        file=file,
        **how,
    )
    discriminators.save(MODULES, saved.path, mark)
    return saved


def import_one(path: Path, *more: Path, name: str | None = None) -> tuple[Weights, tuple[str, ...]]:
    result = import_files([path, *more], name, among=[tiny.SYSTEM])
    return result.weights, result.notes


def check(weights: Weights) -> None:
    """Its discriminators are there with all their values."""
    found = discriminators.read(weights)
    assert {name: list(found[name]) for name in found} == {name: sorted(MODULES[name]) for name in sorted(MODULES)}
    for name, tensors in MODULES.items():
        for key, value in tensors.items():
            assert torch.equal(found[name][key], value)


def test_they_are_beside_the_set_and_no_set_themselves(folder):
    saved = trained()
    check(saved)
    assert store.sets() == [saved]
    assert store.problems() == []
    assert sorted(path.name for path in folder.iterdir()) == ["mine.discriminators", "mine.safetensors"]
    whole = sum(path.stat().st_size for path in folder.iterdir())
    assert [stored.size for stored in WeightsAccess().list_sets()[0]] == [whole]


def test_they_are_renamed_and_removed_with_the_set(folder):
    trained()
    (folder / "new.discriminators").write_bytes(b"left by a program that was killed")
    check(store.rename("mine", "new"))
    assert sorted(path.name for path in folder.iterdir()) == ["new.discriminators", "new.safetensors"]
    store.remove("new")
    assert list(folder.iterdir()) == []


def test_they_are_exported_and_imported_with_the_set_and_its_record(tmp_path):
    saved = trained()
    out = tmp_path / "out.safetensors"
    (note,) = export(tiny.model().with_weights(saved), out, Ticket()).notes
    assert "out.discriminators" in note
    store.remove("mine")
    imported, notes = import_one(out, out.with_suffix(".discriminators"))
    check(imported)
    assert not [text for text in notes if "iscriminators" in text]
    assert (imported.name, imported.origin, imported.licence, imported.terms) == (
        "mine", "trained", "non-commercial", "CC"
    )  # fmt: skip
    assert [imported.facts[fact] for fact in ("base", "steps", "phase")] == ["old", "9", "joint"]


def test_without_their_file_a_set_is_imported_with_a_note(tmp_path):
    saved = trained(file=tmp_path / "last.safetensors")
    discriminators.beside(saved.path).unlink()
    imported, notes = import_one(saved.path)
    assert imported.name == "mine"
    assert "discriminators were not imported (they are not beside it)" in " ".join(notes)
    with pytest.raises(MissingDiscriminators, match="not beside it"):
        discriminators.read(imported)


def test_alone_they_are_refused_in_a_sentence(tmp_path):
    trained(file=tmp_path / "last.safetensors")
    with pytest.raises(WeightsError, match=r"import its last\.safetensors instead"):
        import_one(tmp_path / "last.discriminators")


def test_those_of_another_set_of_that_name_are_never_used():
    first = trained()
    kept = discriminators.beside(first.path).read_bytes()
    again = trained(replace=True)
    check(again)
    discriminators.beside(first.path).write_bytes(kept)
    with pytest.raises(MissingDiscriminators):
        discriminators.read(again)
    plain = store.save(network(2), name="mine", system="tiny", config={}, replace=True)
    assert discriminators.read(plain) == {}
    assert not discriminators.beside(plain.path).exists()


def cut_short(path: Path, mark: str) -> None:
    save_file({"critic/a": torch.ones(99)}, path, {"belongs_to": mark})
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize(
    "damage",
    [
        cut_short,
        lambda path, mark: save_file({"a": torch.ones(2)}, path, {"belongs_to": mark}),
        lambda path, mark: save_file({"critic/a": torch.tensor([float("nan")])}, path, {"belongs_to": mark}),
        lambda path, _: save_file({"critic/a": torch.ones(2)}, path),
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(b"\xff" * 99),
        lambda path, _: path.write_bytes((8).to_bytes(8, "little") + b"[[[[[[[["),
        lambda path, _: path.write_bytes((40).to_bytes(8, "little") + b'{"__metadata__": {"belongs_to": 3}}     '),
        lambda path, _: os.mkfifo(path) if hasattr(os, "mkfifo") else None,
        lambda path, _: path.mkdir(),
    ],
)
def test_a_hostile_file_is_a_sentence(damage):
    saved = trained()
    path = discriminators.beside(saved.path)
    path.unlink()
    damage(path, saved.facts[discriminators.FACT])
    with pytest.raises(MissingDiscriminators, match="The discriminators of 'mine' are"):
        discriminators.read(saved)
    assert discriminators.copy(saved, path.with_name("copy.safetensors")) in (True, False)
    assert store.sets() == [saved]


def test_with_a_full_disk_the_old_ones_stay(monkeypatch):
    saved = trained()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(OSError, match="No space"):
        discriminators.save({"critic": {"a": torch.ones(5)}}, saved.path, "other")
    check(saved)
    assert sorted(path.name for path in saved.path.parent.iterdir()) == ["mine.discriminators", "mine.safetensors"]


def test_killed_while_they_are_written_the_old_ones_stay():
    saved = trained()
    program = (
        "import os, signal, torch, safetensors.torch as st\n"
        "from pathlib import Path\n"
        "from inpaint_studio.engine.weights import discriminators\n"
        "write = st.save_file\n"
        "def killed(*given):\n"
        "    write(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "st.save_file = killed\n"
        f"discriminators.save({{'critic': {{'a': torch.ones(5)}}}}, Path({str(saved.path)!r}), 'other')\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode != 0
    check(saved)
    assert store.sets() == [saved]
