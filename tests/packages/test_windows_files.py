"""The files for Windows: version resource, icon, manifest, and the script of the setup program."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import setup_files
from PIL import Image

from inpaint_studio.engine.photo.formats import FORMATS, suffixes
from inpaint_studio.ui.desktop import APP_ID
from tests.packages.conftest import PACKAGING

ROOT = PACKAGING.parent
SCRIPT = PACKAGING / "windows" / "inpaint-studio.iss"
SECTIONS = {
    "Setup",
    "Languages",
    "CustomMessages",
    "Tasks",
    "InstallDelete",
    "Files",
    "Icons",
    "Registry",
    "Run",
}
PARAMETERS = {
    "Languages": {"Name", "MessagesFile"},
    "Tasks": {"Name", "Description", "GroupDescription", "Flags"},
    "InstallDelete": {"Type", "Name"},
    "Files": {"Source", "DestDir", "Flags"},
    "Icons": {"Name", "Filename", "Comment", "Tasks", "AppUserModelID"},
    "Registry": {"Root", "Subkey", "ValueType", "ValueName", "ValueData", "Flags"},
    "Run": {"Filename", "Description", "Flags"},
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    setup_files.write(tmp_path)
    return tmp_path


def parse(text: str) -> dict[str, list[str]]:
    """The lines of each section, without comments and the preprocessor's lines."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        head = re.fullmatch(r"\[(\w+)\]", line)
        if head is not None:
            assert head[1] not in found
            lines = found.setdefault(head[1], [])
        elif line and line[0] not in ";#":
            lines.append(line)
    return found


def parameters(line: str) -> dict[str, str]:
    """The parameters of one entry: ``Name: value; Name: "quoted; value"``."""
    found = re.findall(r'\s*(\w+):\s*("(?:[^"]|"")*"|[^;"]*)(?:;|$)', line)
    assert "".join(f"{name}: {value}; " for name, value in found).replace(" ", "") == line.replace(" ", "") + ";"
    return {name: value.strip('"') for name, value in found}


def test_the_script_has_known_sections_and_parameters(made: Path) -> None:
    sections = parse(SCRIPT.read_text(encoding="utf-8-sig"))
    assert set(sections) == SECTIONS
    sections["Registry"] += (made / "file-types.iss").read_text(encoding="utf-8").splitlines()
    for name, known in PARAMETERS.items():
        for line in sections[name]:
            assert set(parameters(line)) <= known, line


def test_the_files_that_the_script_names_exist(made: Path) -> None:
    text = SCRIPT.read_text(encoding="utf-8-sig")
    named = re.findall(r"\{#Root\}\\([\w.\\-]+)", text) + re.findall(
        r'^#include "\.\.\\\.\.\\(.*)"', text, re.MULTILINE
    )
    assert len(named) >= 3
    for name in {name.rstrip("\\").replace("\\", "/") for name in named} - {"dist"}:
        generated = name.startswith("build/windows/") and (made / Path(name).name).is_file()
        assert generated or (ROOT / name).is_file(), name


def test_the_script_has_each_sentence_in_both_languages() -> None:
    sections = parse(SCRIPT.read_text(encoding="utf-8-sig"))
    keys = {language: set() for language in ("en", "zh")}  # type: dict[str, set[str]]
    for line in sections["CustomMessages"]:
        language, key = line.partition("=")[0].split(".")
        keys[language].add(key)
    assert keys["en"] == keys["zh"]
    used = set(re.findall(r"\{cm:(\w+)[},]", SCRIPT.read_text(encoding="utf-8-sig")))
    assert used - keys["en"] == {"CreateDesktopIcon", "AdditionalIcons", "LaunchProgram"}  # Inno Setup's own


def test_the_windows_belong_to_the_entry_of_the_start_menu() -> None:
    assert f'#define AppId "{APP_ID}"' in SCRIPT.read_text(encoding="utf-8-sig")


def test_no_default_program_is_changed(made: Path) -> None:
    rows = [parameters(line) for line in (made / "file-types.iss").read_text(encoding="utf-8").splitlines()]
    offered = [row["Subkey"] for row in rows if row["Subkey"].startswith("Software\\Classes\\.")]
    assert offered == [f"Software\\Classes\\{suffix}\\OpenWithProgids" for suffix in [*suffixes(FORMATS), ".ora"]]


def test_a_build_without_decoders_does_not_offer_their_formats() -> None:
    rows = setup_files.registry_rows({"RAW"})
    assert ".nef" not in rows
    assert ".png" in rows


def test_the_icon_has_all_sizes(made: Path) -> None:
    icon = Image.open(made / "inpaint-studio.ico")
    assert icon.info["sizes"] == {(side, side) for side in (16, 20, 24, 32, 40, 48, 64, 128, 256)}


@pytest.mark.parametrize(
    ("version", "numbers", "flags"), [("0.2.0", (0, 2, 0, 0), 0), ("1.10.3.dev2", (1, 10, 3, 0), 2)]
)
def test_the_version_resource(version: str, numbers: tuple[int, ...], flags: int) -> None:
    made: dict[str, object] = {}

    def part(*values: object, **named: object) -> tuple[object, ...]:
        if "filevers" in named:
            made.update(named)
        if len(values) == 2:
            made[str(values[0])] = values[1]
        return values

    names = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    eval(setup_files.version_resource(version), dict.fromkeys(names, part))
    assert made["filevers"] == made["prodvers"] == numbers
    assert made["flags"] == flags
    assert made["ProductVersion"] == made["FileVersion"] == version


def test_the_manifest() -> None:
    root = ET.parse(PACKAGING / "windows" / "inpaint-studio.manifest").getroot()
    settings = {each.tag.rpartition("}")[2]: each.text for each in root.iter()}
    assert settings["longPathAware"] == "true"
    assert settings["activeCodePage"] == "UTF-8"
    assert not [name for name in settings if name.startswith("dpiAware")]  # Qt's
