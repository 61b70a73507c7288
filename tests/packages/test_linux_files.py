"""The files of Linux desktops: entry, metainfo, MIME types, icons, manual page."""

from __future__ import annotations

import configparser
import gzip
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from inpaint_studio.cli.parser import COMMANDS
from inpaint_studio.ui.desktop import APP_ID
from tests.packages.conftest import PACKAGING

SIDES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All files, as a package installs them."""
    import desktop_files

    folder = tmp_path_factory.mktemp("share")
    desktop_files.write(folder)
    return folder


@pytest.fixture(scope="module")
def entry(share: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=True)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(share / "applications" / f"{APP_ID}.desktop", encoding="utf-8")
    return parsed


def check(*command: str | Path) -> None:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stdout + done.stderr


def test_the_entry_is_valid(share: Path) -> None:
    check("desktop-file-validate", share / "applications" / f"{APP_ID}.desktop")


def test_the_metainfo_is_valid(share: Path) -> None:
    check("appstreamcli", "validate", "--no-net", share / "metainfo" / f"{APP_ID}.metainfo.xml")


def test_the_metainfo_with_pictures_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import desktop_files

    monkeypatch.setenv(desktop_files.SCREENSHOTS, "https://a.org/pictures/")
    file = tmp_path / f"{APP_ID}.metainfo.xml"
    file.write_bytes(desktop_files.metainfo(set()))
    addresses = [image.text or "" for image in ET.parse(file).iter("image")]
    assert addresses
    shots = PACKAGING.parent / "resources" / "screenshots"
    assert all((shots / address.removeprefix("https://a.org/pictures/")).is_file() for address in addresses)
    check("appstreamcli", "validate", "--no-net", file)


def test_the_mime_types_are_valid(share: Path, tmp_path: Path) -> None:
    shutil.copytree(share / "mime", tmp_path / "mime")
    check("update-mime-database", tmp_path / "mime")
    assert ":*.srw\n" in (tmp_path / "mime" / "globs2").read_text(encoding="utf-8")


def test_all_files_have_the_name_that_the_windows_have(share: Path, entry: configparser.ConfigParser) -> None:
    metainfo = ET.parse(share / "metainfo" / f"{APP_ID}.metainfo.xml")
    assert metainfo.findtext("id") == APP_ID
    assert metainfo.findtext("launchable") == f"{APP_ID}.desktop"
    main = entry["Desktop Entry"]
    assert main["Icon"] == APP_ID
    assert main["StartupWMClass"] == main["TryExec"] == "inpaint-studio"
    assert main["Exec"] == "inpaint-studio %f"  # the window opens one photo


def test_all_words_have_a_chinese_form(share: Path, entry: configparser.ConfigParser) -> None:
    for section in entry.sections():
        for key in {"Name", "GenericName", "Comment", "Keywords"} & set(entry[section]):
            assert entry[section].get(f"{key}[zh_CN]"), (section, key)
    root = ET.parse(share / "metainfo" / f"{APP_ID}.metainfo.xml").getroot()
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    for tag in ("name", "summary", "p"):
        both = [each.get(language) for each in root.iter(tag)]
        assert both.count("zh_CN") == both.count(None) > 0


def test_every_action_has_its_section(entry: configparser.ConfigParser) -> None:
    actions = [name for name in entry["Desktop Entry"]["Actions"].split(";") if name]
    assert {f"Desktop Action {name}" for name in actions} == set(entry.sections()) - {"Desktop Entry"}


@pytest.mark.parametrize("side", SIDES)
def test_icons_have_their_size_and_a_crisp_rim(side: int, share: Path) -> None:
    icon = Image.open(share / "icons" / "hicolor" / f"{side}x{side}" / "apps" / f"{APP_ID}.png").convert("RGBA")
    assert icon.size == (side, side)
    margin = max(1, side // 16)
    row = [icon.getpixel((x, side // 2))[3] for x in range(side)]  # type: ignore[index]
    assert row == [0] * margin + [255] * (side - 2 * margin) + [0] * margin


def test_the_manual_page_names_each_command(share: Path) -> None:
    page = gzip.decompress((share / "man" / "man1" / "inpaint-studio.1.gz").read_bytes()).decode()
    assert re.findall(r"^\.B (\w+)$", page, re.MULTILINE) == list(COMMANDS)


def test_the_manual_page_has_no_faults(tmp_path: Path) -> None:
    import manual_page

    file = tmp_path / "inpaint-studio.1"
    file.write_text(manual_page.text(), encoding="utf-8")
    if shutil.which("groff") is None:
        pytest.skip("needs groff")
    done = subprocess.run(["groff", "-man", "-ww", "-z", str(file)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
