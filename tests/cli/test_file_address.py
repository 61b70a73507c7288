"""Photos that the desktop names by their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from inpaint_studio.cli import main
from inpaint_studio.cli.file_address import local_path
from inpaint_studio.errors import InputError


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("bird.jpg", "bird.jpg"),
        ("/a b/bird%20x.jpg", "/a b/bird%20x.jpg"),
        ("file:///a%20b/b%C3%BC%23?.jpg", "/a b/bü#?.jpg"),
        ("FILE://localhost/bird.jpg", "/bird.jpg"),
        ("file:///a#b.jpg", "/a#b.jpg"),
        ("file:bird.jpg", "file:bird.jpg"),  # a strange name, but no address
    ],
)
def test_paths_and_addresses_of_files(text: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert local_path(text) == Path(path)


def test_names_that_are_no_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert bytes(local_path("file:///b%FCrd.jpg")) == b"/b\xfcrd.jpg"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("C:\\bird.jpg", "C:\\bird.jpg"),
        ("file:///C:/a%20b/bird.jpg", "C:/a b/bird.jpg"),
        ("file://server/photos/bird.jpg", "//server/photos/bird.jpg"),
    ],
)
def test_addresses_on_windows(text: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert str(local_path(text)) == str(Path(path))


@pytest.mark.parametrize(
    "text", ["https://a.org/bird.jpg", "file://server/bird.jpg", "file://", "file:///a%00b", "xy://["]
)
def test_other_addresses_are_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(InputError, match="is no file on this machine"):
        local_path(text)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """What the window would have been opened on."""
    photos: list[Path | None] = []
    monkeypatch.setattr("inpaint_studio.ui.app.run", lambda photo: photos.append(photo) or 0)
    return photos


def test_the_window_opens_the_file_of_an_address(opened: list[Path | None], tmp_path: Path) -> None:
    photo = tmp_path / "a bird.jpg"
    photo.touch()
    assert main([photo.as_uri()]) == 0
    assert opened == [photo]


@pytest.mark.parametrize("name", ["fill", "doctor", "-bird.jpg", "--version"])
def test_a_photo_called_as_a_command(
    name: str, opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).touch()
    assert main(["--", name]) == 0
    assert main([f"./{name}"]) == 0
    assert opened == [Path(name), Path(f"./{name}")]


def test_nothing_but_two_hyphens_opens_the_window(opened: list[Path | None]) -> None:
    assert main(["--"]) == 0
    assert opened == [None]
