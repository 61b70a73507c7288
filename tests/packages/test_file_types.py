"""What desktops are told about the kinds of files is what the program's table of formats says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inpaint_studio.engine.photo.formats import FORMATS, suffixes
from inpaint_studio.session.project import SUFFIX
from inpaint_studio.session.project.writing import MIME_TYPE
from tests.packages.conftest import PACKAGING

GLOBS = Path("/usr/share/mime/globs2")
ENTRY = PACKAGING / "linux" / "io.github.inpaint_studio.InpaintStudio.desktop"
BY_CONTENT = {".jfif"}  # a suffix that desktops do not know: they look into the file
OWN = {".srw": "image/x-samsung-srw", ".iiq": "image/x-phaseone-iiq", ".3fr": "image/x-hasselblad-3fr"}


def test_each_format_has_its_row() -> None:
    import file_types

    assert set(file_types.TYPES) == {each.name for each in FORMATS} | {file_types.PROJECT}
    assert file_types.TYPES[file_types.PROJECT].mime_types == (MIME_TYPE,)
    assert {name for name, row in file_types.TYPES.items() if row.decoder} == {e.name for e in FORMATS if e.extra}


def test_the_desktop_entry_lists_all_of_them() -> None:
    import file_types

    line = re.search(r"^MimeType=(.*)$", ENTRY.read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    assert line[1] == "".join(f"{mime};" for mime in file_types.mime_types())


@pytest.mark.skipif(not GLOBS.is_file(), reason="needs shared-mime-info")
def test_desktops_know_each_suffix_by_a_listed_type() -> None:
    import file_types

    known: dict[str, set[str]] = {suffix: {mime} for suffix, mime in OWN.items()}
    for line in GLOBS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            _weight, mime, pattern = line.split(":")[:3]
            known.setdefault(pattern.removeprefix("*"), set()).add(mime)
    listed = set(file_types.mime_types())
    assert not {
        suffix
        for suffix in [*suffixes(FORMATS), SUFFIX]
        if suffix not in BY_CONTENT and not known.get(suffix, set()) & listed
    }


def test_a_build_offers_only_what_it_can_open(tmp_path: Path) -> None:
    import file_types

    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / "_pi_heif.cpython-311-x86_64-linux-gnu.so").touch()
    missing = file_types.missing_decoders(tmp_path)
    assert missing == {"JXL", "RAW"}
    types = file_types.mime_types(missing)
    assert "image/heif" in types
    assert "image/png" in types
    assert not {"image/jxl", "image/x-adobe-dng"} & set(types)
