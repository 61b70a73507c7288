"""The table of photo formats: the only list of them, and enough to add one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo import decoding, formats
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.folder import survey
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.errors import PhotoError
from tests import synthetic

ROOT = Path(__file__).parents[2]
_TOKEN = re.compile(r"[A-Za-z0-9]+")


def count_by_suffix(texts: list[str]) -> int:
    """Count the formats that `texts` name by a suffix, with or without the dot."""
    tokens = {token for text in texts for token in _TOKEN.findall(text)}
    return sum(any(suffix[1:] in tokens for suffix in each.suffixes) for each in formats.FORMATS)


def count_by_title(text: str) -> int:
    """Count the formats that a sentence names by their titles."""
    tokens = set(_TOKEN.findall(text))
    return sum(each.title in tokens for each in formats.FORMATS)


def docstrings(tree: ast.AST) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            found.add(body[0].value)
    return found


def lists_of_formats(source: str) -> list[int]:
    """Return the lines of `source` where a string or a collection of strings names three formats or more."""
    tree = ast.parse(source)
    skipped = docstrings(tree)
    lines = set()
    for node in ast.walk(tree):
        texts: list[str] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            texts = [node.value]
        elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if count_by_suffix(texts) >= 3 or (isinstance(node, ast.Constant) and count_by_title("".join(texts)) >= 3):
            lines.add(node.lineno)
    return sorted(lines)


def test_there_is_no_second_list_of_formats():
    sources = [*(ROOT / "inpaint_studio").rglob("*.py"), *(ROOT / "training").rglob("*.py")]
    table = ROOT / "inpaint_studio" / "engine" / "photo" / "formats.py"
    found = {str(path): lists_of_formats(path.read_text("utf-8")) for path in sources if path != table}
    assert not {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize(
    "source",
    [
        'KINDS = {".jpg", ".png", ".webp"}',
        'KINDS = ("jpg", "png", "gif")',
        'FILTER = "Photos (*.png *.jpg *.tif)"',
        'WRITERS = {".png": 1, ".tiff": 2, ".jpg": 3}',
        'print(f"{name} is no photo; use PNG, JPEG or WebP.")',
        'raise ValueError("use .png, .jpg or .bmp")',
    ],
)
def test_a_second_list_would_be_found(source):
    assert lists_of_formats(source) == [1]


def test_names_and_suffixes_are_unique():
    names = [each.name for each in formats.FORMATS]
    every = formats.suffixes(formats.FORMATS)
    assert len(set(names)) == len(names)
    assert len(set(every)) == len(every)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in every)
    assert all(each.suffixes for each in formats.FORMATS)


def test_the_table_is_light():
    code = (
        "import sys; import inpaint_studio.engine.photo.formats; "
        "print(sorted({'PIL', 'numpy', 'cv2', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("each", formats.writable_formats(), ids=lambda each: each.name)
def test_every_writable_format_is_saved_and_opened_again(tmp_path, each):
    pixels = synthetic.photo(20, 30)
    for suffix in each.suffixes:
        path = tmp_path / f"a{suffix.upper()}"
        save_photo(photo_from_array(pixels), path)
        with Image.open(path) as image:
            assert image.format == each.name
        assert np.abs(open_photo(path).pixels.astype(int) - pixels).mean() < 8
        assert formats.format_of(path) is each


@pytest.mark.parametrize("each", formats.writable_formats(), ids=lambda each: each.name)
def test_alpha_is_as_in_the_table(tmp_path, each):
    pixels = synthetic.photo(20, 30, 4)
    pixels[:5, :, 3] = 0
    path = tmp_path / f"a{each.suffixes[0]}"
    if each.alpha:
        save_photo(photo_from_array(pixels), path)
        np.testing.assert_array_equal(open_photo(path).pixels[..., 3], pixels[..., 3])
    else:
        with pytest.raises(PhotoError, match=f"{each.title} cannot hold"):
            save_photo(photo_from_array(pixels), path)


def test_every_format_of_the_table_is_opened(tmp_path):
    pixels = synthetic.photo(20, 30)
    for each in (each for each in formats.FORMATS if not each.extra):  # those are in test_extra_formats.py
        path = tmp_path / f"a{each.suffixes[0]}"
        Image.fromarray(pixels).save(path, each.name)
        assert open_photo(path).size == (20, 30), each.name
        unnamed = path.rename(tmp_path / "without-suffix")
        assert decoding.is_image(unnamed) == each.detectable, each.name


def test_a_row_is_all_that_a_new_format_needs(tmp_path, monkeypatch):
    """AVIF becomes a format that is written, and a format of its own joins the table."""
    avif = replace(formats.format_named("AVIF"), writable=True, options={"quality": 90})
    sgi = formats.PhotoFormat("SGI", "SGI", (".rgb",), "SgiImagePlugin", writable=True, metadata=frozenset())
    others = [each for each in formats.FORMATS if each.name != "AVIF"]
    monkeypatch.setattr(formats, "FORMATS", (*others, avif, sgi))
    pixels = synthetic.photo(80, 90)
    source = tmp_path / "source.png"
    Image.fromarray(pixels).save(source, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    photo = open_photo(source)
    assert save_photo(photo, tmp_path / "a.avif") == ()
    assert open_photo(tmp_path / "a.avif").meta.exif
    assert "SGI cannot hold the photo's camera data" in save_photo(photo, tmp_path / "a.rgb")[0]
    np.testing.assert_array_equal(open_photo(tmp_path / "a.rgb").pixels, pixels)
    assert [path.name for path in survey(tmp_path).photos] == ["a.avif", "a.rgb", "source.png"]
    with pytest.raises(PhotoError, match=r"\.avif or \.rgb"):
        save_photo(photo, tmp_path / "a.xyz")


def test_the_readme_names_every_format_that_is_written():
    readme = (ROOT / "README.md").read_text("utf-8")
    sentence = readme[readme.index("Photos are read and written") :][:300]
    assert all(each.title in sentence for each in formats.writable_formats())
