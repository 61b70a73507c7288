"""Writes what Linux desktops read about a program below ``share/``: entry, metainfo, MIME types, icons, manual page.

The .deb and the AppImage are made with it. ``python desktop_files.py SHARE [PROGRAM]`` writes it for a look.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import file_types  # noqa: E402
import icons  # noqa: E402
import manual_page  # noqa: E402
import releases  # noqa: E402

APP_ID = "io.github.inpaint_studio.InpaintStudio"
SCREENSHOTS = "INPAINT_STUDIO_SCREENSHOTS"  # the address of a folder with resources/screenshots, once it is published
_PICTURES = (
    ("hole-1280x800.jpg", "A hole brushed over a bird", "用画笔在鸟上涂出的洞"),
    ("flow-1280x800.jpg", "The flow: where every filled pixel came from", "流图：每个填补像素的来源"),
)


def today() -> str:
    """Return the date of this build; SOURCE_DATE_EPOCH sets it, so that a build can be repeated bit for bit."""
    return time.strftime("%Y-%m-%d", time.gmtime(float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))


def desktop_entry(without: set[str]) -> str:
    """Return the desktop entry, without the formats that this build cannot open."""
    text = (HERE / f"{APP_ID}.desktop").read_text(encoding="utf-8")
    types = "".join(f"{mime};" for mime in file_types.mime_types(without))
    return re.sub(r"^MimeType=.*$", f"MimeType={types}", text, flags=re.MULTILINE)


def metainfo(without: set[str]) -> bytes:
    """Return the AppStream metainfo with the releases, the MIME types and, where published, the screenshots."""
    root = ET.fromstring((HERE / f"{APP_ID}.metainfo.xml").read_bytes())
    provides = root.find("provides")
    assert provides is not None
    for mime in file_types.mime_types(without):
        ET.SubElement(provides, "mediatype").text = mime
    address = os.environ.get(SCREENSHOTS, "").rstrip("/")
    if address:
        _add_screenshots(root, address)
    _add_releases(root)
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add_screenshots(root: ET.Element, address: str) -> None:
    shots = ET.SubElement(root, "screenshots")
    for number, (name, caption, chinese) in enumerate(_PICTURES):
        shot = ET.SubElement(shots, "screenshot", {"type": "default"} if number == 0 else {})
        ET.SubElement(shot, "caption").text = caption
        ET.SubElement(shot, "caption", {"xml:lang": "zh_CN"}).text = chinese
        ET.SubElement(shot, "image").text = f"{address}/{name}"


def _add_releases(root: ET.Element) -> None:
    """List the releases; a version without a date is one under development, of today."""
    listed = ET.SubElement(root, "releases")
    found = releases.releases()
    present = releases.version()
    if present not in {each.version for each in found}:
        found.insert(0, releases.Release(present, "", ()))
    for each in found:
        kind = "stable" if each.date else "development"
        if each.date or each.version == present:
            entry = ET.SubElement(listed, "release", version=each.version, type=kind, date=each.date or today())
            if each.changes and each.date:
                points = ET.SubElement(ET.SubElement(entry, "description"), "ul")
                for change in each.changes:
                    ET.SubElement(points, "li").text = change


def write(share: Path, program: Path | None = None) -> None:
    """Write all files below `share`, for the build in the folder `program` (None: one with every decoder)."""
    without = file_types.missing_decoders(program) if program is not None else set()
    files = {
        f"applications/{APP_ID}.desktop": desktop_entry(without).encode(),
        f"metainfo/{APP_ID}.metainfo.xml": metainfo(without),
        f"man/man1/{icons.NAME}.1.gz": gzip.compress(manual_page.text().encode(), 9, mtime=0),
    }
    if "RAW" not in without:
        files[f"mime/packages/{APP_ID}.xml"] = (HERE / f"{APP_ID}.xml").read_bytes()
    for name, content in files.items():
        file = share / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    icons.write_hicolor(share, APP_ID)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
