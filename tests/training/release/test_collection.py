"""The photos of a shipped set: chosen by their classes, credited, and never on both sides of the division."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inpaint_studio.errors import InputError
from training.data.photos import open_folder
from training.release import credits
from training.release.collection import CreditedPhoto, choose, describe, link, read_photos


def photo(name: str, kind: str = "scene", path: str = "", licence: str = "CC0-1.0", credit: str = "") -> CreditedPhoto:
    return CreditedPhoto(Path(f"/photos/{name}.jpg"), kind, licence, "land/scapes", path or f"{name}.jpg", credit)


def test_the_other_classes_have_their_share_in_equal_parts():
    scenes = [photo(f"s{number}") for number in range(30)]
    food = [photo(f"f{number}", "food") for number in range(50)]
    cloth = [photo(f"c{number}", "cloth") for number in range(3)]
    chosen = choose([*scenes, *food, *cloth], ["scene"], 0.25)
    kinds = [each.kind for each in chosen]
    assert (kinds.count("scene"), kinds.count("food"), kinds.count("cloth")) == (30, 7, 3)
    assert chosen == choose([*reversed([*scenes, *food, *cloth])], ["scene"], 0.25)
    assert choose([*scenes, *food], ["scene"], 0) == sorted(scenes, key=lambda each: each.file)
    assert len(choose([*scenes, *food], [], 0)) == 80
    assert len(choose([*scenes, *food], ["scene"], 1)) == 80
    with pytest.raises(InputError, match="None of the photos is of the class sea"):
        choose(scenes, ["sea"], 0.5)


def test_no_crop_of_a_held_out_photo_is_trained_on(nothing_made, tmp_path):
    found = read_photos(nothing_made.photos)
    same = [CreditedPhoto(each.file, "scene", "CC0-1.0", "one", "same.jpg", "") for each in found[:5]]
    used = link([*same, *found[5:]], tmp_path / "links")
    source = open_folder(tmp_path / "links")
    names = {path.name for path in source.parts.held_out}
    origins = {each.origin for each in used if each.file.name in names}
    assert origins
    trained = [each for each in used if each.file.name not in names]
    assert not origins & {each.origin for each in trained}
    assert len(trained) == source.training_count


@pytest.mark.parametrize("held", ["0.png", "1.png"])
def test_photos_with_the_origin_of_a_held_out_one_are_left_out(held, nothing_made, tmp_path, monkeypatch):
    from training.data.photos import Split

    def keep_back(paths, _folder):
        return Split([path for path in paths if path.name != held], [path for path in paths if path.name == held])

    monkeypatch.setattr("training.release.collection.split", keep_back)
    used = {each.file.name for each in link(read_photos(nothing_made.photos), tmp_path / "links")}
    assert held in used
    assert ("7.png" in used) == (held != "0.png")  # 7 is a crop of 0
    assert {path.name for path in (tmp_path / "links").iterdir()} == used


def test_links_follow_the_chosen_photos(nothing_made, tmp_path):
    found = read_photos(nothing_made.photos)
    link(found, tmp_path / "links")
    (tmp_path / "links" / "old.png").write_bytes(b"old")
    used = link(found[:3], tmp_path / "links")
    assert {path.name for path in (tmp_path / "links").iterdir()} == {each.file.name for each in used}
    for each in used:
        assert (tmp_path / "links" / each.file.name).read_bytes() == each.file.read_bytes()


@pytest.mark.parametrize("inside", [".", "train"])
def test_the_folder_of_the_photos_is_never_taken_for_the_links(inside, nothing_made):
    """Else the photos that were not chosen would be removed from it."""
    found = read_photos(nothing_made.photos)
    files = sorted(nothing_made.photos.rglob("*"))
    with pytest.raises(InputError, match="holds the photos themselves"):
        link(found[:3], nothing_made.photos / inside)
    assert sorted(nothing_made.photos.rglob("*")) == files


def test_a_folder_with_an_index_is_never_taken_for_the_links(nothing_made, tmp_path):
    shutil.copytree(nothing_made.photos / "train", tmp_path / "others")
    files = sorted((tmp_path / "others").iterdir())
    with pytest.raises(InputError, match="holds the photos themselves"):
        link(read_photos(nothing_made.photos), tmp_path / "others")
    assert sorted((tmp_path / "others").iterdir()) == files


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,class\na.png,scene\n", "has no column 'licence'"),
        ("file,class,licence,source,path,attribution\na.png,scene,,s,p,a\n", "without a name or without a licence"),
        ("", "has no column 'file'"),
        ("file,class,licence,source,path,attribution\na.png\n", "without a name or without a licence"),
    ],
)
def test_a_wrong_index_is_a_sentence(text, sentence, nothing_made):
    index = nothing_made.photos / "train" / "index.csv"
    index.write_text(text)
    with pytest.raises(InputError, match=sentence):
        read_photos(nothing_made.photos)


def test_the_card_counts_classes_and_licences():
    photos = [photo("a"), photo("b"), photo("c", "food", licence="CC-BY-4.0")]
    assert describe(photos) == "3 photos (2 scene, 1 food), under these licences: 2 CC0-1.0, 1 CC-BY-4.0."


def test_credits_keep_the_lists_of_other_sets_and_drop_those_of_none(tmp_path):
    one, two = [photo("a")], [photo("b", licence="CC-BY-4.0", credit="By <b>Ann</b> [x](y)")]
    marks = [credits.mark_of(each) for each in (one, two)]
    credits.write(tmp_path, one, {"first": marks[0]})
    credits.write(tmp_path, two, {"first": marks[0], "second": marks[1], "third": marks[1]})
    text = (tmp_path / "CREDITS.md").read_text()
    assert f"## List {marks[0]}: photos of first\n\n- land/scapes: 1 photo, CC0-1.0\n" in text
    assert f"## List {marks[1]}: photos of second, third\n" in text
    assert "  - By bAnn/b x(y)\n" in text
    credits.write(tmp_path, two, {"second": marks[1]})
    assert "CC0-1.0" not in (tmp_path / "CREDITS.md").read_text()


def test_credits_keep_the_lists_of_other_sets_where_a_letter_is_damaged(tmp_path):
    one, two = [photo("a")], [photo("b")]
    marks = [credits.mark_of(each) for each in (one, [*one, *two])]
    credits.write(tmp_path, one, {"first": marks[0]})
    file = tmp_path / "CREDITS.md"
    file.write_bytes(file.read_bytes().replace(b"Thanks", b"Th\xe4nks"))
    credits.write(tmp_path, [*one, *two], {"first": marks[0], "second": marks[1]})
    assert all(f"## List {mark}" in file.read_text(encoding="utf-8") for mark in marks)
