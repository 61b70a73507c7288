"""Fetching from servers that drop, stall, lie and point elsewhere."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path

import pytest

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import download, http
from inpaint_studio.engine.weights.download import fetch
from inpaint_studio.engine.weights.published import PublishedFile
from inpaint_studio.errors import Cancelled, WeightsError
from inpaint_studio.file_lock import try_lock
from tests.engine.weights.server import Server, dropped, said, serving, stalled, whole

CONTENT = bytes(range(256)) * 4000  # 1 MB
MD5 = hashlib.md5(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "downloads"


def file(server: Server, **stated: object) -> PublishedFile:
    return PublishedFile("net.pth", f"{server.address}/some/net.pth", **stated)  # type: ignore[arg-type]


def get(server: Server, folder: Path, ticket: Ticket | None = None, **stated: object) -> download.DownloadedFile:
    return fetch(file(server, **stated), folder, ticket or Ticket(), timeout=0.3, pause=0)


def refused(server: Server, folder: Path, **stated: object) -> str:
    with pytest.raises(WeightsError) as caught:
        get(server, folder, **stated)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def left(folder: Path) -> list[str]:
    """What lies in the folder, without the part that differs by address."""
    return sorted(path.name.partition("-")[2] for path in folder.iterdir())


PARTS = ["net.pth.part", "net.pth.part.json"]


def test_a_file_arrives(folder):
    shown: list[tuple[float, str]] = []
    with serving(whole(CONTENT)) as server:
        fetched = get(server, folder, Ticket(lambda *what: shown.append(what)), md5=MD5, size=len(CONTENT))
    assert fetched.path.read_bytes() == CONTENT
    assert fetched.sha256 == SHA256
    assert [fraction for fraction, _ in shown] == sorted(fraction for fraction, _ in shown)
    assert shown[-1][0] == 1
    assert any("of 1.0 MB" in note for _, note in shown)
    fetched.discard()
    assert left(folder) == []


def test_a_dropped_connection_is_taken_up_again(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 300_000), whole(CONTENT)) as server:
        assert get(server, folder, sha256=SHA256).path.read_bytes() == CONTENT
        ranges = [asked.get("Range") for asked in server.asked]
        assert ranges == [None, "bytes=300000-", "bytes=600000-"]
        assert server.asked[1]["If-Range"] == '"one"'


def test_what_arrived_is_kept_for_the_next_time(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 0)) as server:
        text = refused(server, folder)
        assert "0.3 MB of 1.0 MB are kept; the same command goes on from there" in text
        assert left(folder) == PARTS
        server.answers = [whole(CONTENT)]
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.asked[-1]["Range"] == "bytes=300000-"


def test_a_server_that_falls_silent(folder):
    with serving(stalled(CONTENT, 1000), stalled(CONTENT, 0)) as server:
        assert "does not answer any more. 1000 bytes of 1.0 MB are kept" in refused(server, folder)
        assert left(folder) == PARTS


def test_a_server_that_falls_silent_before_it_says_anything(folder):
    with serving(lambda handler: handler.server.over.wait(30)) as server:
        assert "does not answer any more. Nothing has arrived" in refused(server, folder)
        assert left(folder) == []


def test_a_server_that_never_sends_more_than_a_little(folder):
    with serving(dropped(CONTENT, 1000)) as server:
        assert "5000 bytes of 1.0 MB are kept" in refused(server, folder)
        assert len(server.asked) == 5


def test_the_file_changed_meanwhile(folder):
    new = CONTENT[::-1]
    with serving(dropped(CONTENT, 300_000), whole(new, '"two"')) as server:
        assert get(server, folder).path.read_bytes() == new


def test_a_server_without_ranges(folder):
    with serving(dropped(CONTENT, 300_000), whole(CONTENT, ranges=False)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT


@pytest.mark.parametrize("span", ["bytes 5-9/10", "bytes 0-1/2", "nonsense", ""])
def test_a_server_that_sends_another_range(folder, span):
    with serving(dropped(CONTENT, 300_000), said(206, b"x" * 50, Content_Range=span), whole(CONTENT)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.asked[-1]


def test_a_part_without_anything_to_tell_it_by_is_not_continued(folder):
    with serving(dropped(CONTENT, 300_000, etag='W/"weak"'), whole(CONTENT)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.asked[-1]


def test_a_stated_checksum_is_enough_to_continue(folder):
    with serving(dropped(CONTENT, 300_000, etag=""), whole(CONTENT)) as server:
        assert get(server, folder, md5=MD5).path.read_bytes() == CONTENT
        assert server.asked[-1]["Range"] == "bytes=300000-"


def test_a_damaged_sidecar_is_no_harm(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 0)) as server:
        refused(server, folder)
        next(folder.glob("*.json")).write_bytes(b'{"url": [')
        server.answers = [whole(CONTENT)]
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.asked[-1]


def test_a_part_that_is_whole_already(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.asked[-1]["Range"] == f"bytes={len(CONTENT)}-"


def test_a_file_of_a_program_that_ended_before_it_imported(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder)
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.asked[-1]["Range"] == f"bytes={len(CONTENT)}-"


def test_a_part_that_is_longer_than_the_file(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        server.answers = [whole(CONTENT[:5000])]
        assert get(server, folder).path.read_bytes() == CONTENT[:5000]


def test_it_says_longer_than_it_is(folder):
    def longer(handler):
        handler.say(200, Content_Length=len(CONTENT) + 500)
        handler.wfile.write(CONTENT)
        handler.hang_up()

    with serving(longer) as server:
        assert "ended early" in refused(server, folder)
        assert left(folder) == PARTS


def test_it_says_shorter_than_it_is(folder):
    with serving(said(200, CONTENT, Content_Length=5000)) as server:
        assert "not the published file" in refused(server, folder, md5=MD5)
        assert left(folder) == []
        assert "5000 bytes, published with 1024000" in refused(server, folder, size=len(CONTENT))
        assert left(folder) == []


@pytest.mark.parametrize("stated", [{"md5": MD5}, {"sha256": SHA256}], ids=["md5", "sha256"])
def test_wrong_bytes_are_thrown_away(folder, stated):
    with serving(whole(CONTENT[::-1])) as server:
        text = refused(server, folder, **stated)
        assert "not the published file" in text
        assert next(iter(stated.values())) in text
        assert left(folder) == []


def test_a_wrong_beginning_is_found_out(folder):
    with serving(dropped(CONTENT[::-1], 300_000, etag='"one"'), whole(CONTENT)) as server:
        assert "not the published file" in refused(server, folder, md5=MD5)
        assert left(folder) == []
        assert get(server, folder, md5=MD5).path.read_bytes() == CONTENT


def test_more_than_anything_can_hold(folder, monkeypatch):
    with serving(said(200, Content_Length=1 << 50)) as server:
        assert "sends more than" in refused(server, folder)
        assert left(folder) == []
    monkeypatch.setattr(download, "LARGEST", 1000)

    def endless(handler):
        handler.say(200, Transfer_Encoding="chunked")
        for _ in range(100):
            handler.wfile.write(b"100\r\n" + b"x" * 256 + b"\r\n")

    with serving(endless) as server:
        assert "sends more than" in refused(server, folder)
        assert left(folder) == []


def test_no_room_on_the_disk(folder, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with serving(whole(CONTENT)) as server:
        assert "no room for net.pth on the disk (1.0 MB)" in refused(server, folder)


@pytest.mark.parametrize(
    "answer",
    [
        said(200, b"anything", Content_Type="text/html; charset=utf-8"),
        said(200, b"  <!DOCTYPE html><title>Sign in</title>", Content_Type="application/octet-stream"),
        said(200, b"<html>", Content_Type="application/octet-stream"),
    ],
)
def test_a_web_page_instead(folder, answer):
    with serving(answer) as server:
        assert "answered with a web page" in refused(server, folder)
        assert left(folder) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (404, "is no longer at http://"),
        (410, "is no longer at http://"),
        (401, "does not give net.pth to everybody (401)"),
        (403, "does not give net.pth to everybody (403)"),
        (416, "does not send net.pth (416"),
        (429, "cannot send net.pth now (429)"),
        (500, "cannot send net.pth now (500)"),
        (503, "cannot send net.pth now (503)"),
        (400, "does not send net.pth (400"),
        (204, "does not send net.pth (204)"),
        (304, "does not send net.pth (304"),
    ],
)
def test_refusals(folder, code, words):
    with serving(said(code)) as server:
        assert words in refused(server, folder)
        assert left(folder) == []


def test_a_refusal_midway_keeps_what_arrived(folder):
    with serving(dropped(CONTENT, 300_000), said(503)) as server:
        assert "0.3 MB" in refused(server, folder)
        assert left(folder) == PARTS


def test_redirections(folder):
    def elsewhere(handler):
        good = whole(CONTENT) if handler.path == "/there" else said(302, Location="/there")
        good(handler)

    with serving(elsewhere) as server:
        assert get(server, folder).path.read_bytes() == CONTENT


def test_redirections_in_a_circle(folder):
    with serving(said(301, Location="/some/net.pth")) as server:
        assert "leads in a circle" in refused(server, folder)
    with serving(lambda handler: said(307, Location=f"{handler.path}x")(handler)) as server:
        assert "leads in a circle" in refused(server, folder)
        assert len(server.asked) < 12


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//", "http://[bad/", "javascript:1"])
def test_redirections_to_odd_places(folder, place):
    with serving(said(302, Location=place)) as server:
        assert "leads " in refused(server, folder)
        assert left(folder) == []


@pytest.mark.parametrize(
    ("to", "before", "allowed"),
    [
        ("https://b.org/x", "https://a.org", True),
        ("http://b.org/x", "https://a.org", False),
        ("http://b.org/x", "http://a.org", True),
        ("http://127.0.0.1:80/x", "https://a.org", True),
        ("http://[::1]/x", "https://a.org", True),
        ("http://localhost/x", "https://a.org", True),
        ("http://localhost.b.org/x", "https://a.org", False),
        ("file:///x", "http://a.org", False),
    ],
)
def test_where_redirections_may_lead(to, before, allowed):
    assert http.allowed(to, before) == allowed


def test_addresses_that_are_none(folder):
    for address in ("file:///etc/passwd", "ftp://a.org/x", "nonsense"):
        with pytest.raises(WeightsError, match="no address"):
            fetch(PublishedFile("x", address), folder, Ticket())


def test_nobody_there(folder):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
        with pytest.raises(WeightsError, match=r"127\.0\.0\.1 cannot be reached: connection refused"):
            fetch(PublishedFile("x", address), folder, Ticket(), timeout=5, pause=0)


def test_no_such_host(folder, monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(WeightsError, match="cannot be reached: name or service not known"):
        fetch(PublishedFile("x", "https://gone.example.org/x"), folder, Ticket(), pause=0)


def test_nonsense_instead_of_http(folder):
    with serving(lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n") and handler.hang_up()) as server:
        assert "cannot be reached" in refused(server, folder)


def test_cancelling_keeps_what_arrived(folder):
    ticket = Ticket(lambda fraction, _: ticket.cancel() if fraction > 0.2 else None)
    with serving(whole(CONTENT)) as server:
        with pytest.raises(Cancelled):
            get(server, folder, ticket)
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" in server.asked[-1]


def test_two_programs_do_not_write_one_file(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        part = next(folder.glob("*.part"))
        with try_lock(part.with_name(f"{part.name.removesuffix('.part')}.lock")) as ours:
            assert ours
            assert "Another program is fetching net.pth" in refused(server, folder)
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
