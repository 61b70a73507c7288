"""Writes what a Windows build and its setup program need into ``build/windows``.

These are the icon, the version resource for PyInstaller (``version=`` of EXE), and the rows of the setup program that
offer this program for each kind of file. ``python packaging/windows/setup_files.py [FOLDER [PROGRAM]]``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

import file_types  # noqa: E402
import icons  # noqa: E402
import releases  # noqa: E402

FOLDER = ROOT / "build" / "windows"
_VERSION = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags={flags}, OS=0x40004, fileType=1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "The Inpaint Studio authors"),
      StringStruct("FileDescription", "Inpaint Studio"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "inpaint-studio"),
      StringStruct("LegalCopyright", "MIT License"),
      StringStruct("OriginalFilename", "inpaint-studio.exe"),
      StringStruct("ProductName", "Inpaint Studio"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_resource(version: str) -> str:
    """Return the version resource in the form that PyInstaller reads."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)(.*)", version)
    if found is None:
        raise SystemExit(f"The version {version} is not of the form 1.2.3.")
    numbers = (*map(int, found.groups()[:3]), 0)
    return _VERSION.format(numbers=numbers, flags="0x2" if found[4] else "0x0", version=version)


def registry_rows(without: Iterable[str] = ()) -> str:
    """Return the rows of the section [Registry]: the program is one of those that "Open with" lists for a suffix."""
    from inpaint_studio.engine.photo.formats import FORMATS, suffixes
    from inpaint_studio.session.project import SUFFIX

    missing = set(without)
    rows = [(suffix, "Picture") for suffix in suffixes(each for each in FORMATS if each.name not in missing)]
    lines = []
    for suffix, kind in [*rows, (SUFFIX, "Project")]:
        lines.append(
            f'Root: HKA; Subkey: "Software\\Classes\\{suffix}\\OpenWithProgids"; ValueType: none; '
            f'ValueName: "InpaintStudio.{kind}"; Flags: uninsdeletevalue uninsdeletekeyifempty'
        )
        lines.append(
            'Root: HKA; Subkey: "Software\\Classes\\Applications\\inpaint-studio.exe\\SupportedTypes"; '
            f'ValueType: string; ValueName: "{suffix}"; ValueData: ""'
        )
        lines.append(
            'Root: HKA; Subkey: "Software\\InpaintStudio\\Capabilities\\FileAssociations"; '
            f'ValueType: string; ValueName: "{suffix}"; ValueData: "InpaintStudio.{kind}"'
        )
    return "\r\n".join(lines) + "\r\n"


def write(folder: Path = FOLDER, program: Path | None = None) -> None:
    """Write all files, for the build in the folder `program` (None: one with every decoder)."""
    folder.mkdir(parents=True, exist_ok=True)
    icons.write_ico(folder / "inpaint-studio.ico")
    (folder / "version.txt").write_text(version_resource(releases.version()), encoding="utf-8")
    without = file_types.missing_decoders(program) if program is not None else set()
    (folder / "file-types.iss").write_text(registry_rows(without), encoding="utf-8", newline="")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:3]))
