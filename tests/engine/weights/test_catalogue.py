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
from inpaint_studio.engine.weights import catalogue, download, importer, mirror, store, unpack
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.errors import Cancelled, InputError, WeightsError
from tests.engine.weights import tiny
from tests.engine.weights.server import dropped, serving, whole
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
    assert entry.licence == dialects[entry.dialect].licence or entry.dialect == "official"
    assert 1 <= len(entry.files) <= len(dialects[entry.dialect].parts)
    for file in entry.files:
        assert re.match(r"https?://", file.url or file.page)
        assert file.url or not (file.md5 or file.sha256 or file.sha256_start or file.member)
        assert re.fullmatch(r"([0-9a-f]{8})?", file.sha256_start)
        assert file.sha256_start in file.name
        assert re.fullmatch(r"([0-9a-f]{32})?", file.md5)
        assert re.fullmatch(r"([0-9a-f]{64})?", file.sha256)


def test_every_published_system_has_an_entry_and_no_id_twice():
    published = {name for name, system in SYSTEMS.items() if system.dialects} - {"espa"}  # its authors gave code alone
    assert {entry.system for entry in ENTRIES} == published
    assert len({(entry.system, entry.id) for entry in ENTRIES}) == len(ENTRIES)


def test_mmagics_entries_can_be_fetched_and_are_the_default():
    """These nine can be downloaded by the program."""
    found = [entry for entry in ENTRIES if entry.dialect == "mmagic"]
    names = ("deepfill-v1", "deepfill-v2", "glcic", "partial-conv")
    assert sorted(entry.system for entry in found) == sorted((*2 * names, "aot-gan"))
    for entry in found:
        assert entry.direct
        assert entry.licence == "research"
        assert all(text in entry.terms for text in ("Apache-2.0 repository", "no statement", "which is for research"))
        (file,) = entry.files
        assert file.url.startswith("https://download.openmmlab.com/")
        assert file.sha256_start == file.name.removesuffix(".pth")[-8:]
    for name in (*names, "aot-gan"):
        assert catalogue.choose(name, None).dialect == "mmagic"


def test_what_is_offered_begins_with_what_is_recommended():
    offered = catalogue.offered()
    assert [(entry.system, entry.amount) for entry in offered[:2]] == [("mi-gan", "28 MB"), ("lama", "206 MB")]
    assert all(entry.licence == "free" for entry in offered[:2])
    assert all(entry.direct for entry in offered)
    assert len(offered) == len([entry for entry in ENTRIES if entry.direct])


def test_choosing():
    assert catalogue.choose("lama", None).direct
    assert catalogue.choose("lama", "anime").id == "anime"
    with pytest.raises(InputError, match="There is no entry 'x' for lama; there are torchscript"):
        catalogue.choose("lama", "x")
    with pytest.raises(InputError, match="No published weights are known for 'theirs'"):
        catalogue.choose("theirs", None)


def test_the_command_to_import():
    entry = catalogue.choose("edge-connect", None)
    assert entry.amount == ""
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


def test_the_beginning_of_a_checksum(home):
    content = pickled(network())
    start = hashlib.sha256(content).hexdigest()[:8]
    with serving(whole(content)) as server:
        right = PublishedFile("net.pth", f"{server.address}/net.pth", sha256_start=start)
        wrong = replace(right, sha256_start="01234567")
        with pytest.raises(WeightsError, match=f"its sha256 begins with {start}, not 01234567"):
            catalogue.get(entry(wrong), Ticket())
        assert left(home) == []
        assert catalogue.get(entry(right), Ticket()).notes == ()


def test_a_mirror_comes_first():
    content = pickled(network())
    file = PublishedFile("net.pth", "https://gone.invalid/some/net.pth", md5=hashlib.md5(content).hexdigest())
    for form in ("{}/all/", "{}/all", "{}/all/{{url}}"):
        with serving(whole(content)) as server:
            got = catalogue.get(entry(file), Ticket(), "mine", form.format(server.address))
            path = server.requests[0]["path"]
        assert path == ("/all/https://gone.invalid/some/net.pth" if "url" in form else "/all/net.pth")
        assert server.address in got.weights.facts["urls"]
        assert got.notes == ()
        store.remove("mine")


@pytest.mark.parametrize("answer", [lambda handler: handler.respond(404, Content_Length=0), whole(b"another file")])
def test_a_mirror_without_the_file_is_left_for_the_publisher(home, answer):
    content = pickled(network())
    with serving(answer) as mirror, serving(whole(content)) as server:
        file = PublishedFile("net.pth", f"{server.address}/net.pth", md5=hashlib.md5(content).hexdigest())
        got = catalogue.get(entry(file), Ticket(), mirror=mirror.address)
    assert mirror.requests
    assert got.weights.facts["urls"] == file.url
    assert got.notes[0].startswith("The mirror was of no use for net.pth, so its publisher was asked: ")
    assert left(home) == []


def test_where_neither_helps_both_reasons_are_reported():
    """Who sets a mirror cannot reach the publisher, so its reason alone would be no news."""
    gone = [lambda handler: handler.respond(404, Content_Length=0)]
    with serving(*gone) as mirror, serving(*gone) as server:
        file = PublishedFile("net.pth", f"{server.address}/net.pth")
        with pytest.raises(WeightsError) as caught:
            catalogue.get(entry(file), Ticket(), mirror=mirror.address)
        assert str(caught.value) == (
            f"The mirror was of no use for net.pth: net.pth is no longer at {mirror.address}/net.pth. "
            f"Nor was its publisher: net.pth is no longer at {file.url}."
        )


@pytest.mark.parametrize(
    "address", ["mirror", "https://", "ftp://a.org/x", "https://a b.org", "http://a.org", "https://[x"]
)
def test_no_address_of_a_mirror(address, monkeypatch):
    with pytest.raises(InputError, match="mirror"):
        mirror.check(address)
    monkeypatch.setenv(mirror.VARIABLE, address)
    with pytest.raises(InputError, match="mirror"):
        mirror.from_environment()


def test_addresses_of_mirrors(monkeypatch):
    monkeypatch.delenv(mirror.VARIABLE, raising=False)
    assert mirror.from_environment() == ""
    monkeypatch.setenv(mirror.VARIABLE, " https://a.org/{url} ")
    assert mirror.from_environment() == "https://a.org/{url}"
    assert mirror.check("http://127.0.0.1:80/x") == "http://127.0.0.1:80/x"


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
    ids=["zip", "gzip", "text", "cut off"],  # the names of tests may not hold the time that gzip writes
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


def test_a_download_that_stopped_is_found_and_discarded(home, monkeypatch):
    """By another run of the program, from the publisher and from the mirror."""
    content = pickled(network())
    with serving(dropped(content, 100), dropped(content, 0)) as server:
        stopped = entry(PublishedFile("net.pth", f"{server.address}/net.pth"))
        other = replace(stopped, id="other", files=(PublishedFile("o.pth", f"{server.address}/o.pth"),))
        by_hand = replace(stopped, id="page", files=(PublishedFile("p.pth", page="https://a.org"),))
        monkeypatch.setattr(catalogue, "entries", lambda: (by_hand, other, stopped))
        monkeypatch.setattr(download, "_PAUSE", 0)
        assert catalogue.unfinished() == []
        with pytest.raises(WeightsError, match="are kept"):
            catalogue.get(stopped, Ticket())
        assert catalogue.unfinished() == [catalogue.Unfinished(stopped, 100)]
        catalogue.discard(other)
        assert catalogue.unfinished() == [catalogue.Unfinished(stopped, 100)]
        catalogue.discard(stopped)
        assert catalogue.unfinished() == []
        assert left(home) == []
        server.answers = [dropped(content, 60), dropped(content, 0)]
        with pytest.raises(WeightsError, match="ended early"):
            catalogue.get(other, Ticket(), mirror=f"{server.address}/all")
        assert catalogue.unfinished() == []
        assert catalogue.unfinished(f"{server.address}/all") == [catalogue.Unfinished(other, 60)]


def test_the_second_of_two_files_fails_and_the_first_is_kept(home, monkeypatch):
    monkeypatch.setattr(download, "_PAUSE", 0)
    with serving(whole(pickled(halves()[0])), lambda handler: handler.respond(404, Content_Length=0)) as server:
        pair = entry(
            PublishedFile("a.pth", f"{server.address}/a.pth"), PublishedFile("b.pth", f"{server.address}/b.pth")
        )
        with pytest.raises(WeightsError, match=r"b\.pth is no longer"):
            catalogue.get(pair, Ticket())
    assert left(home) == ["a.pth.part", "a.pth.part.json"]
