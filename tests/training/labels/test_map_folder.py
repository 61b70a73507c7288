"""Folders of label maps: which photo a map belongs to, the classes of all maps, and bad input in one sentence each."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.class_colours import class_colours
from tests.training.labels.scenes import scene, write_maps, write_scenes
from training.labels.class_list import read_class_list
from training.labels.map_folder import find_maps, match_maps


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Four photos in ``photos``, and a map of each in ``maps``."""
    write_scenes(tmp_path / "photos", 4)
    write_maps(tmp_path / "maps", 4)
    return tmp_path


def find(home: Path, maps: str = "maps"):
    photos = sorted((home / "photos").rglob("*.png"))
    return find_maps(home / maps, photos, home / "photos")


def names(home: Path) -> list[str]:
    return [each.name for each in find(home).classes]


def test_maps_are_found_by_the_names_of_the_photos(home):
    found = find(home)
    assert {photo.name: path.name for photo, path in found.maps.items()} == {f"{n}.png": f"{n}.png" for n in range(4)}
    assert [each.name for each in found.classes] == ["class 1", "class 2"]
    assert tuple(each.colour for each in found.classes) == class_colours(2)
    assert not found.named
    assert found.note == ""


def test_the_same_subfolder_comes_first_and_a_name_that_is_there_twice_is_no_match():
    photos = [Path("p/a/1.jpg"), Path("p/b/1.jpg"), Path("p/2.jpg"), Path("p/c/3.jpg"), Path("p/4.jpg")]
    maps = [Path("m/a/1.png"), Path("m/x/2.labels.png"), Path("m/x/3.png"), Path("m/y/3.png"), Path("m/4.png")]
    found = match_maps(photos, Path("p"), maps, Path("m"))
    assert found == {photos[0]: maps[0], photos[2]: maps[1], photos[4]: maps[4]}


def test_photos_without_a_map_are_left_out_in_a_sentence(home):
    (home / "maps" / "2.png").unlink()
    found = find(home)
    assert len(found.maps) == 3
    assert found.note == "1 photo has no label map and is left out."


def test_names_come_from_the_list_of_classes(home):
    (home / "maps" / "classes.toml").write_text('names = ["sky", "grass"]\ncolours = ["#78aae6", [1, 2, 3]]\n')
    assert find(home).classes == (("sky", (120, 170, 230)), ("grass", (1, 2, 3)))
    assert find(home).named


def test_names_come_from_the_maps_else(home):
    write_maps(home / "maps", 4, ("sky", "grass"))
    found = find(home)
    assert found.classes == (("sky", (0, 90, 200)), ("grass", (40, 90, 200)))
    assert found.named
    write_maps(home / "maps", 2, ("Grass", "stone"))  # two of the four have another palette
    assert names(home) == ["Grass", "stone", "sky"]
    Image.fromarray(scene(96, 120, 3)[1]).save(home / "maps" / "3.png")  # one without names: numbers count
    assert not find(home).named


def test_colours_come_from_the_palette_of_maps_without_names(home):
    for path in (home / "maps").iterdir():
        image = Image.open(path)
        image.putpalette([0, 0, 0, 9, 8, 7, 6, 5, 4])
        image.save(path)
    assert find(home).classes == (("class 1", (9, 8, 7)), ("class 2", (6, 5, 4)))


def test_maps_that_cannot_be_used_are_left_out_in_a_sentence_each(home):
    Image.new("L", (60, 48)).save(home / "maps" / "0.png")
    (home / "maps" / "1.png").write_bytes(b"no image")
    Image.fromarray(scene(96, 120)[0]).save(home / "maps" / "2.png")
    found = find(home)
    assert [photo.name for photo in found.maps] == ["3.png"]
    assert found.note.startswith("3 label maps are left out: 0.png: The label map is 60 x 48 pixels and the photo 120")
    assert "1.png" in found.note
    assert "2.png is coloured" in found.note


def test_a_turned_photo_has_the_size_that_it_is_shown_in(home):
    exif = Image.Exif()
    exif[274] = 6
    (home / "photos" / "0.png").unlink()
    Image.fromarray(np.ascontiguousarray(np.rot90(scene(96, 120, 0)[0]))).save(home / "photos" / "0.jpg", exif=exif)
    photos = [home / "photos" / "0.jpg"]
    assert list(find_maps(home / "maps", photos, home / "photos").maps) == photos


def spoil(home: Path, kind: str) -> None:
    """Make the folder of maps one that cannot be used."""
    maps = home / "maps"
    listed = maps / "classes.toml"
    if kind == "gone":
        maps.rename(home / "elsewhere")
    elif kind in ("empty", "other names"):
        for path in list(maps.iterdir()):
            path.unlink() if kind == "empty" else path.rename(maps / f"x{path.name}")
    elif kind in ("other size", "nothing known", "many"):
        for path in maps.iterdir():
            size = (60, 48) if kind == "other size" else (120, 96)
            Image.new("L", size, {"nothing known": 0, "many": 9}.get(kind, 1)).save(path)
        listed.write_text('names = ["sky", "grass"]') if kind == "many" else None
    else:
        listed.write_bytes(LISTS[kind])


LISTS = {
    "broken": b"names = [",
    "no text": b"\xff\xfe",
    "without names": b"colours = ['#112233']",
    "no list": b"names = 3",
    "empty list": b"names = []",
    "empty name": b"names = ['sky', ' ']",
    "number": b"names = ['sky', 3]",
    "twice": b"names = ['sky', 'Sky']",
    "few colours": b"names = ['sky', 'grass']\ncolours = ['#112233']",
    "no colour": b"names = ['sky']\ncolours = ['blue']",
    "too many": str.encode("names = " + repr([f"class {n}" for n in range(256)])),
}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("gone", "There is no folder {maps}; choose the folder that holds the label maps."),
        ("empty", "There is no label map in {maps}; label maps are PNG files with the names of the photos."),
        ("other names", "None of the 4 label maps in {maps} has the name of a photo, such as 0.png."),
        ("other size", "There is no usable label map in {maps}. 0.png: The label map is 60 x 48 pixels"),
        ("nothing known", "The label maps in {maps} show no class: all of their pixels are 0."),
        ("many", "0.png has class 9, and {maps}/classes.toml names 2."),
        ("broken", "{maps}/classes.toml is no TOML file that can be used: "),
        ("no text", "{maps}/classes.toml is no TOML file that can be used: "),
        ("without names", "{maps}/classes.toml has no names of classes; write names = "),
        ("no list", "{maps}/classes.toml has no names of classes; write names = "),
        ("empty list", "{maps}/classes.toml has no names of classes; write names = "),
        ("empty name", "{maps}/classes.toml has a name of a class that is no text of 1 to 40 characters"),
        ("number", "{maps}/classes.toml has a name of a class that is no text of 1 to 40 characters"),
        ("twice", "{maps}/classes.toml names the class 'Sky' twice"),
        ("few colours", "{maps}/classes.toml has 2 names and needs as many colours"),
        ("no colour", "{maps}/classes.toml has a colour that is not one: blue; write '#78aae6' or [120, 170, 230]."),
        ("too many", "{maps}/classes.toml names 256 classes; a label map has at most 255."),
    ],
)
def test_bad_folders_are_refused_in_a_sentence(home, kind, sentence):
    spoil(home, kind)
    with pytest.raises(InputError, match=f"^{re.escape(sentence.format(maps=home / 'maps'))}"):
        find(home)


def test_maps_among_the_photos_are_marked(home):
    write_maps(home / "photos" / "m", 4)
    for path in (home / "photos" / "m").iterdir():
        path.rename(home / "photos" / f"{path.stem}.labels.png")
    photos = [home / "photos" / f"{number}.png" for number in range(4)]
    found = find_maps(home / "photos", photos, home / "photos")
    assert found.maps == {photo: photo.with_name(f"{photo.stem}.labels.png") for photo in photos}


def test_photos_in_the_folder_of_maps_are_no_maps(home):
    """A folder may hold the maps and the photos, in folders of their own."""
    found = find(home, ".")
    assert {photo.name: path.parent.name for photo, path in found.maps.items()} == {
        f"{n}.png": "maps" for n in range(4)
    }


def test_maps_that_are_not_marked_among_the_photos_are_explained(home):
    with pytest.raises(InputError, match=r"among the photos they are called NAME\.labels\.png\.$"):
        find(home, "photos")


def test_a_folder_without_a_list_has_no_names(home):
    assert read_class_list(home / "maps") == ()
    (home / "maps" / "classes.toml").mkdir()
    with pytest.raises(InputError, match=r"classes\.toml cannot be read"):
        read_class_list(home / "maps")
