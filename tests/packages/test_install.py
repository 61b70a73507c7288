"""Which build of PyTorch is installed, and what is said before."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import install
import pytest


class _Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/cpu/torch/" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Index)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def plain_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Linux machine without a card, with pip as it comes."""
    monkeypatch.setattr(install.platform, "system", lambda: "Linux")
    monkeypatch.setattr(install, "has_nvidia_card", lambda: False)
    monkeypatch.setattr(install, "is_pip_configured", lambda: False)
    monkeypatch.setattr(install, "pip_settings", dict)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("plain_linux")
def test_the_cpu_build_is_taken_where_its_index_answers(index: str) -> None:
    assert install.choose("auto", f"{index}/cpu") == "cpu"
    assert install.choose("auto", f"{index}/nothing") == "default"
    assert install.choose("auto", "http://127.0.0.1:9") == "default"
    assert install.choose("auto", "no address") == "default"


@pytest.mark.usefixtures("plain_linux")
def test_a_card_another_system_and_the_user_decide_otherwise(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.choose("cuda", f"{index}/cpu") == "cuda"
    monkeypatch.setattr(install, "has_nvidia_card", lambda: True)
    assert install.choose("auto", f"{index}/cpu") == "cuda"
    assert install.choose("cpu", f"{index}/cpu") == "cpu"
    monkeypatch.setattr(install.platform, "system", lambda: "Windows")
    assert install.choose("auto", f"{index}/cpu") == "default"


def test_where_pip_is_configured_it_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example.org/simple")
    assert install.is_pip_configured()
    for name in install._OWN_INDEXES:
        monkeypatch.delenv(name, raising=False)
    for line, expected in (
        ("global.index-url='https://x'", True),
        (":env:.find-links='/x'", True),
        ("global.cert='/x'", False),
    ):
        done = subprocess.CompletedProcess([], 0, stdout=f"{line}\nglobal.timeout='60'\n")
        monkeypatch.setattr(install.subprocess, "run", lambda *_a, _done=done, **_k: _done)
        assert install.is_pip_configured() is expected


@pytest.mark.usefixtures("plain_linux")
def test_the_size_is_printed_before_pip_starts(
    index: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[tuple[list[str], str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append((command, capsys.readouterr().out))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(install.subprocess, "run", run)
    monkeypatch.setattr(install, "find_spec", lambda _name: None)
    assert install.install(".", "auto", f"{index}/cpu") == 0
    (torch, before), (rest, _) = calls
    assert before.startswith("CPU build of PyTorch: about 0.5 GB to download")
    assert torch[-4:-2] == ["--index-url", f"{index}/cpu"]
    assert [each.split(">")[0] for each in torch[-2:]] == ["torch", "torchvision"]
    assert rest[-2:] == ["--editable", "."]

    calls.clear()
    assert install.install(".[dev]", "default") == 0
    assert "PyTorch with CUDA" in calls[0][1]
    assert "does not answer" in calls[0][1]

    calls.clear()
    monkeypatch.setattr(install, "find_spec", lambda _name: object())
    assert install.install(".", "auto", f"{index}/cpu") == 0
    assert len(calls) == 1
    assert "stays as it is" in calls[0][1]

    calls.clear()  # pip was stopped between the two, which must come from one index
    monkeypatch.setattr(install, "find_spec", lambda name: object() if name == "torch" else None)
    assert install.install(".", "auto", f"{index}/cpu") == 0
    assert f"{index}/cpu" in calls[0][0]


@pytest.mark.usefixtures("plain_linux")
@pytest.mark.parametrize(("build", "other", "source"), [("cpu", "cuda 13.0", "cpu"), ("cuda", "cpu", "cu130")])
def test_a_chosen_build_replaces_another(
    build: str, other: str, source: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(install.subprocess, "run", run)
    monkeypatch.setattr(install, "find_spec", lambda _name: object())
    monkeypatch.setattr(install, "installed_build", lambda: other)
    assert install.install(".", build) == 0
    replace, complete, rest = calls
    assert {"--force-reinstall", "--no-deps"} <= set(replace)
    assert not {"--force-reinstall", "--no-deps"} & set(complete)
    for command in (replace, complete):
        assert command[command.index("--index-url") + 1].endswith(f"/{source}")
    assert rest[-2:] == ["--editable", "."]
    assert "GB to download" in capsys.readouterr().out

    calls.clear()
    monkeypatch.setattr(install, "installed_build", lambda: build)
    assert install.install(".", build) == 0
    assert len(calls) == 1
    assert "stays as it is" in capsys.readouterr().out


def test_the_index_is_looked_up_through_the_proxy_of_pip(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is asked for the whole address; this one answers 404 to that, as it knows no such path."""
    monkeypatch.setattr(install, "pip_settings", lambda: {})
    monkeypatch.delenv("PIP_PROXY", raising=False)
    assert install.answers(f"{index}/cpu")
    monkeypatch.setattr(install, "pip_settings", lambda: {"proxy": "http://127.0.0.1:9"})
    assert not install.answers(f"{index}/cpu")
    monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr(install, "pip_settings", lambda: {})
    assert not install.answers(f"{index}/cpu")


@pytest.mark.usefixtures("plain_linux")
def test_a_failed_download_ends_with_its_status(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 3))
    monkeypatch.setattr(install, "find_spec", lambda _name: None)
    assert install.install(".", "auto", f"{index}/cpu") == 3


def test_the_makefile_installs_by_it() -> None:
    makefile = (Path(install.ROOT) / "Makefile").read_text(encoding="utf-8")
    assert makefile.count("packaging/install.py --torch $(") == 3
