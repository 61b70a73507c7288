from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.evaluation import dataset
from inpaint_studio.errors import InputError, NoHole, PhotoError


def touch(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Path("masks").mkdir()


def pair(photos="photos", masks="masks") -> tuple[list[tuple[str, str, str]], list[str]]:
    found = dataset.pair_folders(Path(photos), Path(masks))
    return [(str(c.photo), str(c.mask), c.kind) for c in found.cases], found.notes


def test_masks_belong_to_the_photo_they_are_named_after():
    touch("photos/a.jpg", "photos/ab.png", "photos/c d.webp", "photos/.hidden.png", "photos/notes.txt")
    touch("masks/a.png", "masks/ab_0_brush_s.png", "masks/ab-left.png", "masks/c d_12_text.png", "masks/abc.png")
    pairs, notes = pair()
    assert pairs == [
        ("photos/a.jpg", "masks/a.png", ""),
        ("photos/ab.png", "masks/ab-left.png", ""),
        ("photos/ab.png", "masks/ab_0_brush_s.png", "brush_s"),
        ("photos/c d.webp", "masks/c d_12_text.png", "text"),
    ]
    assert notes == ["1 mask belongs to no photo by the name."]


def test_photos_of_the_same_name_are_distinguished_by_their_folder():
    touch("photos/x/1.jpg", "photos/y/1.jpg", "masks/y/1.png", "masks/1_0_a.png")
    pairs, notes = pair()
    assert pairs == [("photos/y/1.jpg", "masks/y/1.png", "")]
    assert notes == ["1 mask belongs to no photo by the name.", "1 photo has no mask."]


def test_masks_in_the_photos_own_folder():
    touch("photos/a.jpg", "photos/masks/a_0_x.png")
    assert pair(masks="photos/masks")[0] == [("photos/a.jpg", "photos/masks/a_0_x.png", "x")]
    with pytest.raises(InputError, match="Masks in the folder of the photos"):
        pair(masks="photos/../photos")


def read_text(text: str, masks: Path | None = None) -> dataset.Dataset:
    Path("pairs.csv").write_text(text, encoding="utf-8")
    return dataset.read_table(Path("pairs.csv"), Path("photos"), masks)


def test_a_table():
    touch("masks/b.png")
    text = "\ufeffmask,photo,kind,extra,group\nm/a.png,a.jpg,rect,9,scene\nb.png,b.jpg,all, ,\n,c.jpg,,,\nshort\n"
    found = read_text(text, Path("masks"))
    assert [(str(c.photo), str(c.mask), c.kind, c.group) for c in found.cases] == [
        ("photos/a.jpg", "photos/m/a.png", "rect", "scene"),
        ("photos/b.jpg", "masks/b.png", "", ""),
    ]
    assert found.notes == ["2 rows name no photo or no mask."]
    assert read_text("photo,mask,kind\na,b,x\x07\u202e\n").cases[0].kind == "x"


def test_files_that_are_not_tables():
    with pytest.raises(InputError, match="no column 'mask'"):
        read_text("photo,file\na,b\n")
    with pytest.raises(InputError, match="no column 'photo'"):
        read_text("")
    with pytest.raises(InputError, match="cannot be read"):
        dataset.read_table(Path("gone.csv"), Path("photos"), None)
    Path("bytes.csv").write_bytes(b"photo,mask\n\xff\xfe\x00,\x80\n")
    with pytest.raises(InputError, match="UTF-8"):
        dataset.read_table(Path("bytes.csv"), Path("photos"), None)
    with pytest.raises(InputError, match="no folder gone"):
        dataset.find_photos(Path("gone"))


def test_a_sample_of_the_cases():
    every = [dataset.Case(Path(f"{number:03}"), Path("m")) for number in range(100)]
    few, more = dataset.sample_cases(every, 10), dataset.sample_cases(every, 30)
    assert (len(few), len(more)) == (10, 30)
    assert set(few) < set(more)
    assert few == sorted(few, key=lambda case: case.photo)
    assert dataset.sample_cases(every, None) == dataset.sample_cases(every, 100) == every


def test_opening_a_case():
    Image.fromarray(np.full((6, 9, 4), 7, np.uint8)).save("photos/a.png")
    for name, shape, value in (("good", (6, 9), 255), ("black", (6, 9), 0), ("small", (3, 3), 255)):
        Image.fromarray(np.full(shape, value, np.uint8)).save(f"masks/{name}.png")
    photo = Path("photos/a.png")
    pixels, hole = dataset.Case(photo, Path("masks/good.png")).open()
    assert (pixels.shape, hole.all()) == ((6, 9, 3), True)
    with pytest.raises(NoHole):
        dataset.Case(photo, Path("masks/black.png")).open()
    with pytest.raises(InputError, match="one size"):
        dataset.Case(photo, Path("masks/small.png")).open()
    with pytest.raises(PhotoError, match="no file"):
        dataset.Case(Path("photos/gone.png"), Path("masks/good.png")).open()
    drawn = dataset.Case(photo, lambda height, width: np.eye(height, width, dtype=bool))
    assert drawn.open()[1].sum() == 6
    assert (drawn.name, dataset.Case(photo, Path("masks/good.png")).name) == ("a.png", "a.png with good.png")
