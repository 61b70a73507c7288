"""Downloads from servers that drop connections, stall, send wrong data and redirect."""

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
from tests.engine.weights.server import Server, dropped, respond_with, serving, stalled, whole

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


def refuse(server: Server, folder: Path, **stated: object) -> str:
    with pytest.raises(WeightsError) as caught:
        get(server, folder, **stated)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def left(folder: Path) -> list[str]:
    """The names in the folder, without the part that differs by address."""
    return sorted(path.name.partition("-")[2] for path in folder.iterdir())


PARTS = ["net.pth.part", "net.pth.part.json"]


def test_a_file_arrives(folder):
    reports: list[tuple[float, str]] = []
    with serving(whole(CONTENT)) as server:
        downloaded = get(server, folder, Ticket(lambda *report: reports.append(report)), md5=MD5, size=len(CONTENT))
    assert downloaded.path.read_bytes() == CONTENT
    assert downloaded.sha256 == SHA256
    assert [fraction for fraction, _ in reports] == sorted(fraction for fraction, _ in reports)
    assert reports[-1][0] == 1
    assert any("of 1.0 MB" in note for _, note in reports)
    downloaded.discard()
    assert left(folder) == []


def test_behind_a_proxy_it_connects_to_the_proxy(folder, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with serving(whole(CONTENT)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        published = PublishedFile("net.pth", "http://weights.invalid/some/net.pth", md5=MD5)
        assert fetch(published, folder, Ticket(), timeout=0.3, pause=0).sha256 == SHA256
        assert proxy.requests[0]["path"] == published.url
        assert proxy.requests[0]["Host"] == "weights.invalid"


def test_a_dropped_connection_is_continued(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 300_000), whole(CONTENT)) as server:
        assert get(server, folder, sha256=SHA256).path.read_bytes() == CONTENT
        ranges = [request.get("Range") for request in server.requests]
        assert ranges == [None, "bytes=300000-", "bytes=600000-"]
        assert server.requests[1]["If-Range"] == '"one"'


def test_what_has_arrived_is_kept_for_the_next_time(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 0)) as server:
        text = refuse(server, folder)
        assert "0.3 MB of 1.0 MB are kept; the same command goes on from there" in text
        assert left(folder) == PARTS
        server.answers = [whole(CONTENT)]
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.requests[-1]["Range"] == "bytes=300000-"


def test_a_server_that_stalls(folder):
    with serving(stalled(CONTENT, 1000), stalled(CONTENT, 0)) as server:
        assert "does not answer any more. 1000 bytes of 1.0 MB are kept" in refuse(server, folder)
        assert left(folder) == PARTS


def test_a_server_that_stalls_before_its_first_byte(folder):
    with serving(lambda handler: handler.server.over.wait(30)) as server:
        assert "does not answer any more. Nothing has arrived" in refuse(server, folder)
        assert left(folder) == []


def test_a_server_that_sends_a_little_at_a_time(folder):
    with serving(dropped(CONTENT, 1000)) as server:
        assert "5000 bytes of 1.0 MB are kept" in refuse(server, folder)
        assert len(server.requests) == 5


def test_a_file_that_changed_on_the_server(folder):
    new = CONTENT[::-1]
    with serving(dropped(CONTENT, 300_000), whole(new, '"two"')) as server:
        assert get(server, folder).path.read_bytes() == new


def test_a_server_without_ranges(folder):
    with serving(dropped(CONTENT, 300_000), whole(CONTENT, ranges=False)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT


@pytest.mark.parametrize("span", ["bytes 5-9/10", "bytes 0-1/2", "nonsense", ""])
def test_a_server_that_sends_another_range(folder, span):
    with serving(dropped(CONTENT, 300_000), respond_with(206, b"x" * 50, Content_Range=span), whole(CONTENT)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.requests[-1]


def test_a_part_without_a_strong_validator_is_not_continued(folder):
    with serving(dropped(CONTENT, 300_000, etag='W/"weak"'), whole(CONTENT)) as server:
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.requests[-1]


def test_a_stated_checksum_is_enough_to_continue(folder):
    with serving(dropped(CONTENT, 300_000, etag=""), whole(CONTENT)) as server:
        assert get(server, folder, md5=MD5).path.read_bytes() == CONTENT
        assert server.requests[-1]["Range"] == "bytes=300000-"


def test_a_damaged_sidecar_starts_the_download_again(folder):
    with serving(dropped(CONTENT, 300_000), dropped(CONTENT, 0)) as server:
        refuse(server, folder)
        next(folder.glob("*.json")).write_bytes(b'{"url": [')
        server.answers = [whole(CONTENT)]
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" not in server.requests[-1]


def test_a_part_that_is_already_complete(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.requests[-1]["Range"] == f"bytes={len(CONTENT)}-"


def test_a_download_that_is_stopped_before_its_first_byte_leaves_nothing(folder, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(download._Download, "_copy", stop)
    with serving(whole(CONTENT)) as server:
        with pytest.raises(KeyboardInterrupt):
            get(server, folder)
        assert left(folder) == PARTS  # an empty part is continued at byte 0
    monkeypatch.setattr(download._Download, "_write_sidecar", lambda self, _: (self.sidecar.touch(), stop()))
    for path in folder.iterdir():
        path.unlink()
    with serving(whole(CONTENT)) as server:
        with pytest.raises(KeyboardInterrupt):
            get(server, folder)
        assert left(folder) == []


def test_a_file_of_a_program_that_ended_before_it_imported(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder)
        assert get(server, folder).path.read_bytes() == CONTENT
        assert server.requests[-1]["Range"] == f"bytes={len(CONTENT)}-"


def test_a_part_that_is_longer_than_the_file(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        server.answers = [whole(CONTENT[:5000])]
        assert get(server, folder).path.read_bytes() == CONTENT[:5000]


def test_a_stated_length_that_is_too_long(folder):
    def longer(handler):
        handler.respond(200, Content_Length=len(CONTENT) + 500)
        handler.wfile.write(CONTENT)
        handler.hang_up()

    with serving(longer) as server:
        assert "ended early" in refuse(server, folder)
        assert left(folder) == PARTS


def test_a_stated_length_that_is_too_short(folder):
    with serving(respond_with(200, CONTENT, Content_Length=5000)) as server:
        assert "not the published one" in refuse(server, folder, md5=MD5)
        assert left(folder) == []
        assert "5000 bytes, published with 1024000" in refuse(server, folder, size=len(CONTENT))
        assert left(folder) == []


@pytest.mark.parametrize("stated", [{"md5": MD5}, {"sha256": SHA256}], ids=["md5", "sha256"])
def test_wrong_bytes_are_deleted(folder, stated):
    with serving(whole(CONTENT[::-1])) as server:
        text = refuse(server, folder, **stated)
        assert "not the published one" in text
        assert next(iter(stated.values())) in text
        assert left(folder) == []


def test_a_wrong_beginning_is_detected(folder):
    with serving(dropped(CONTENT[::-1], 300_000, etag='"one"'), whole(CONTENT)) as server:
        assert "not the published one" in refuse(server, folder, md5=MD5)
        assert left(folder) == []
        assert get(server, folder, md5=MD5).path.read_bytes() == CONTENT


def test_more_bytes_than_allowed(folder, monkeypatch):
    with serving(respond_with(200, Content_Length=1 << 50)) as server:
        assert "sends more than" in refuse(server, folder)
        assert left(folder) == []
    monkeypatch.setattr(download, "MAX_BYTES", 1000)

    def endless(handler):
        handler.respond(200, Transfer_Encoding="chunked")
        for _ in range(100):
            handler.wfile.write(b"100\r\n" + b"x" * 256 + b"\r\n")

    with serving(endless) as server:
        assert "sends more than" in refuse(server, folder)
        assert left(folder) == []


def test_no_room_on_the_disk(folder, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with serving(whole(CONTENT)) as server:
        assert "no room for net.pth on the disk (1.0 MB)" in refuse(server, folder)


@pytest.mark.parametrize(
    "answer",
    [
        respond_with(200, b"anything", Content_Type="text/html; charset=utf-8"),
        respond_with(200, b"  <!DOCTYPE html><title>Sign in</title>", Content_Type="application/octet-stream"),
        respond_with(200, b"<html>", Content_Type="application/octet-stream"),
    ],
)
def test_a_web_page_instead(folder, answer):
    with serving(answer) as server:
        assert "answered with a web page" in refuse(server, folder)
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
    with serving(respond_with(code)) as server:
        assert words in refuse(server, folder)
        assert left(folder) == []


def test_a_refusal_midway_keeps_what_has_arrived(folder):
    with serving(dropped(CONTENT, 300_000), respond_with(503)) as server:
        assert "0.3 MB" in refuse(server, folder)
        assert left(folder) == PARTS


def test_redirections(folder):
    def redirect_once(handler):
        good = whole(CONTENT) if handler.path == "/there" else respond_with(302, Location="/there")
        good(handler)

    with serving(redirect_once) as server:
        assert get(server, folder).path.read_bytes() == CONTENT


def test_redirections_in_a_circle(folder):
    with serving(respond_with(301, Location="/some/net.pth")) as server:
        assert "leads in a circle" in refuse(server, folder)
    with serving(lambda handler: respond_with(307, Location=f"{handler.path}x")(handler)) as server:
        assert "leads in a circle" in refuse(server, folder)
        assert len(server.requests) < 12


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//", "http://[bad/", "javascript:1"])
def test_redirections_to_other_schemes_and_malformed_addresses(folder, place):
    with serving(respond_with(302, Location=place)) as server:
        assert "leads " in refuse(server, folder)
        assert left(folder) == []


@pytest.mark.parametrize(
    ("target", "before", "allowed"),
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
def test_where_redirections_may_lead(target, before, allowed):
    assert http.is_allowed(target, before) == allowed


def test_addresses_that_are_not_allowed(folder):
    for address in ("file:///etc/passwd", "ftp://a.org/x", "nonsense"):
        with pytest.raises(WeightsError, match="Nothing is downloaded from the address"):
            fetch(PublishedFile("x", address), folder, Ticket())


def test_a_port_without_a_server(folder):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
        with pytest.raises(WeightsError, match=r"127\.0\.0\.1 cannot be reached: connection refused"):
            fetch(PublishedFile("x", address), folder, Ticket(), timeout=5, pause=0)


def test_no_such_host(folder, monkeypatch):
    def find_no_host(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_no_host)
    with pytest.raises(WeightsError, match="cannot be reached: name or service not known"):
        fetch(PublishedFile("x", "https://gone.example.org/x"), folder, Ticket(), pause=0)


def test_nonsense_instead_of_http(folder):
    with serving(lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n") and handler.hang_up()) as server:
        assert "cannot be reached" in refuse(server, folder)


def test_cancelling_keeps_what_has_arrived(folder):
    ticket = Ticket(lambda fraction, _: ticket.cancel() if fraction > 0.2 else None)
    with serving(whole(CONTENT)) as server:
        with pytest.raises(Cancelled):
            get(server, folder, ticket)
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
        assert "Range" in server.requests[-1]


def test_two_programs_do_not_write_one_file(folder):
    with serving(whole(CONTENT)) as server:
        get(server, folder).keep()
        part = next(folder.glob("*.part"))
        with try_lock(part.with_name(f"{part.name.removesuffix('.part')}.lock")) as is_held:
            assert is_held
            assert "Another program is fetching net.pth" in refuse(server, folder)
        assert left(folder) == PARTS
        assert get(server, folder).path.read_bytes() == CONTENT
