"""The catalogue of published weights, and the way from an entry to a set."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import catalogue, download, importer, store, unpack
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.errors import Cancelled, InputError, WeightsError
from tests.engine.weights import tiny
from tests.engine.weights.server import serving, whole
from tests.engine.weights.test_detect import halves, network

SYSTEMS = {system.traits.name: system for system in importer.systems()}
ENTRIES = catalogue.entries()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.system}:{entry.id}")
def test_every_entry_has_a_known_system_and_dialect(entry):
    dialects = {dialect.name: dialect for dialect in SYSTEMS[entry.system].dialects}
    assert entry.dialect in dialects
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id)
    assert entry.title
    assert entry.terms
    assert 1 <= len(entry.files) <= len(dialects[entry.dialect].parts)
    for file in entry.files:
        assert re.match(r"https?://", file.url or file.page)
        assert file.url or not (file.md5 or file.sha256 or file.member)
        assert re.fullmatch(r"([0-9a-f]{32})?", file.md5)
        assert re.fullmatch(r"([0-9a-f]{64})?", file.sha256)


def test_every_system_has_an_entry_and_no_id_twice():
    assert {entry.system for entry in ENTRIES} == set(SYSTEMS)
    assert len({(entry.system, entry.id) for entry in ENTRIES}) == len(ENTRIES)


def test_choosing():
    assert catalogue.choose("lama", None).direct
    assert catalogue.choose("lama", "anime").id == "anime"
    with pytest.raises(InputError, match="There is no entry 'x' for lama; there are torchscript"):
        catalogue.choose("lama", "x")
    with pytest.raises(InputError, match="No published weights are known for 'theirs'"):
        catalogue.choose("theirs", None)


def test_the_command_to_import():
    entry = catalogue.choose("edge-connect", None)
    assert not entry.direct
    assert entry.command == "inpaint-studio models import EdgeModel_gen.pth InpaintingModel_gen.pth"
    assert len(entry.pages) == 1
    with pytest.raises(WeightsError, match="can only be downloaded by hand"):
        catalogue.get(entry, Ticket())


# Download and import


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(importer, "systems", lambda: [tiny.SYSTEM])
    return tmp_path / "data"


def pickled(tensors: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(tensors, buffer)
    return buffer.getvalue()


def entry(*files: PublishedFile) -> PublishedWeights:
    return PublishedWeights("tiny", "some", "Some faces", "plain", "free", "MIT", files)


def left(home: Path) -> list[str]:
    folder = home / "downloads"
    return sorted(path.name.partition("-")[2] for path in folder.iterdir()) if folder.exists() else []


def test_a_published_file_becomes_a_set(home):
    content, reports = pickled(network()), []
    with serving(whole(content)) as server:
        got = entry(PublishedFile("net.pth", f"{server.address}/net.pth"))
        imported = catalogue.get(got, Ticket(lambda fraction, _: reports.append(fraction)))
        assert catalogue.get(got, Ticket()).already
    weights = imported.weights
    assert (weights.name, weights.licence, weights.terms) == ("tiny-plain", "free", "MIT")
    assert json.loads(weights.facts["sources"]) == ["net.pth"]
    assert (weights.facts["title"], weights.facts["urls"]) == ("Some faces", got.files[0].url)
    assert imported.notes == (f"net.pth: sha256 {hashlib.sha256(content).hexdigest()}",)
    assert reports == sorted(reports)
    assert reports[-1] == 1
    assert left(home) == []


def test_two_files_become_one_set(home):
    first, second = (pickled(half) for half in halves())
    with serving(whole(first), whole(second)) as server:
        pair = entry(
            PublishedFile("a.pth", f"{server.address}/a.pth"), PublishedFile("b.pth", f"{server.address}/b.pth")
        )
        assert catalogue.get(pair, Ticket(), "mine").weights.facts["dialect"] == "pair"
    assert store.find("mine").facts["named"] == "yes"
    assert left(home) == []


def packed(kind: str, **members: bytes) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "/"), content)
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz") as tape:
            for name, content in members.items():
                about = tarfile.TarInfo(name.replace("__", "/"))
                about.size = len(content)
                tape.addfile(about, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_file_in_an_archive(home, kind):
    content = packed(kind, readme=b"hello", big__models__best=pickled(network()), other=b"x")
    with serving(whole(content)) as server:
        file = PublishedFile("best.ckpt", f"{server.address}/all.{kind}", member="models/best")
        assert json.loads(catalogue.get(entry(file), Ticket()).weights.facts["sources"]) == ["best.ckpt"]
        assert left(home) == []
        (home / "downloads" / "unpack-dead").mkdir()
        os.utime(home / "downloads" / "unpack-dead", (1e9, 1e9))
        with pytest.raises(WeightsError, match="does not hold models/worst"):
            catalogue.get(entry(replace(file, member="models/worst")), Ticket())
        assert left(home) == []


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + b"nonsense" * 50, b"\x1f\x8b\x08\x00nonsense", b"plain text", packed("tar.gz", a=b"x" * 99)[:60]],
)
def test_damaged_archives(home, content):
    with (
        serving(whole(content)) as server,
        pytest.raises(WeightsError, match=r"not an archive that can be read|does not hold"),
    ):
        catalogue.get(entry(PublishedFile("best.ckpt", f"{server.address}/all.zip", member="best")), Ticket())
    assert left(home) == []


def test_an_archive_that_unpacks_to_too_much(home, monkeypatch):
    monkeypatch.setattr(unpack, "MAX_BYTES", 1 << 20)
    with (
        serving(whole(packed("zip", best=bytes(9 << 20)))) as server,
        pytest.raises(WeightsError, match="larger than any weights"),
    ):
        catalogue.get(entry(PublishedFile("best", f"{server.address}/all.zip", member="best")), Ticket())
    assert left(home) == []


def test_files_that_are_not_weights_are_deleted(home):
    with (
        serving(whole(pickled({"x": torch.ones(3)}))) as server,
        pytest.raises(WeightsError, match="belongs to no system"),
    ):
        catalogue.get(entry(PublishedFile("net.pth", f"{server.address}/net.pth")), Ticket())
    assert left(home) == []


def test_a_full_disk_or_a_cancelled_import_does_not_lose_the_download(home, monkeypatch):
    content = pickled(network())
    fine = store.save

    def full(*_, **__):
        raise store.NotSaved("The disk is full.")

    with serving(whole(content)) as server:
        got = entry(PublishedFile("net.pth", f"{server.address}/net.pth"))
        monkeypatch.setattr(store, "save", full)
        with pytest.raises(WeightsError, match="full"):
            catalogue.get(got, Ticket())
        assert left(home) == ["net.pth.part", "net.pth.part.json"]
        ticket = Ticket(lambda fraction, _: ticket.cancel() if fraction > 0.85 else None)
        with pytest.raises(Cancelled):
            catalogue.get(got, ticket)
        assert left(home) == ["net.pth.part", "net.pth.part.json"]
        monkeypatch.setattr(store, "save", fine)
        assert catalogue.get(got, Ticket()).weights.name == "tiny-plain"
        assert server.requests[-1]["Range"] == f"bytes={len(content)}-"
    assert left(home) == []


def test_the_second_of_two_files_fails_and_the_first_is_kept(home, monkeypatch):
    monkeypatch.setattr(download, "_PAUSE", 0)
    with serving(whole(pickled(halves()[0])), lambda handler: handler.respond(404, Content_Length=0)) as server:
        pair = entry(
            PublishedFile("a.pth", f"{server.address}/a.pth"), PublishedFile("b.pth", f"{server.address}/b.pth")
        )
        with pytest.raises(WeightsError, match=r"b\.pth is no longer"):
            catalogue.get(pair, Ticket())
    assert left(home) == ["a.pth.part", "a.pth.part.json"]
