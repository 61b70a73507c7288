"""Which photos a batch has, which masks belong to them, and where the results go."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from inpaint_studio.engine.batch.job import BatchJob
from inpaint_studio.engine.batch.plan import plan_batch
from inpaint_studio.errors import InputError
from tests.engine.batch.scene import write_mask, write_photo


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(jobs: list[BatchJob]) -> dict[str, tuple[str, str]]:
    """Photo -> its mask and its result, or its fault."""
    return {
        job.photo.as_posix(): (job.mask.as_posix() if job.mask else "", job.fault or job.output.as_posix())
        for job in jobs
    }


@pytest.mark.usefixtures("here")
def test_masks_beside_the_photos_are_paired_whatever_their_ending_and_are_no_photos():
    for name in ("in/a.jpg", "in/sub/b.PNG", "in/lonely_mask.png"):
        write_photo(Path(name))
    write_mask(Path("in/a_mask.png"))
    write_mask(Path("in/sub/b_mask.bmp"))
    write_photo(Path("in/.hidden/c.png"))
    Path("in/notes.txt").write_text("no photo")
    assert table(plan_batch(["in"], Path("out"))) == {
        "in/a.jpg": ("in/a_mask.png", "out/a.jpg"),
        "in/lonely_mask.png": ("", "There is no mask for lonely_mask.png."),
        "in/sub/b.PNG": ("in/sub/b_mask.bmp", "out/sub/b.PNG"),
    }


@pytest.mark.usefixtures("here")
def test_masks_in_a_folder_need_no_suffix_and_keep_to_their_subfolder():
    for name in ("in/a.jpg", "in/x/b.tif", "in/y/b.tif", "in/c.png"):
        write_photo(Path(name))
    for name in ("masks/a.webp", "masks/x/b_mask.png", "masks/y/b_mask.png", "masks/c.tif", "masks/c_mask.png"):
        write_mask(Path(name))
    assert table(plan_batch(["in"], Path("out"), Path("masks"))) == {
        "in/a.jpg": ("masks/a.webp", "out/a.jpg"),
        "in/c.png": ("masks/c_mask.png", "out/c.png"),
        "in/x/b.tif": ("masks/x/b_mask.png", "out/x/b.tif"),
        "in/y/b.tif": ("masks/y/b_mask.png", "out/y/b.tif"),
    }


@pytest.mark.usefixtures("here")
def test_another_suffix_and_masks_in_the_folder_of_the_photos():
    write_photo(Path("in/a.png"))
    write_mask(Path("in/a-hole.png"))
    expected = {"in/a.png": ("in/a-hole.png", "out/a.png")}
    assert table(plan_batch(["in"], Path("out"), suffix="-hole")) == expected
    assert table(plan_batch(["in"], Path("out"), Path("in"), "-hole")) == expected
    write_mask(Path("in/masks/a.png"))
    assert table(plan_batch(["in"], Path("out"), Path("in/masks"), "-hole"))["in/a.png"][0] == "in/masks/a.png"


@pytest.mark.usefixtures("here")
def test_capitals_make_no_mask_a_photo():
    write_photo(Path("in/Beach.jpg"))
    write_mask(Path("in/beach_MASK.PNG"))
    assert table(plan_batch(["in"], Path("out"))) == {"in/Beach.jpg": ("in/beach_MASK.PNG", "out/Beach.jpg")}


@pytest.mark.usefixtures("here")
def test_a_photo_without_a_mask_does_not_get_that_of_its_namesake():
    for name in ("in/x/b.tif", "in/y/b.tif", "in/x/c.tif", "in/y/c.tif"):
        write_photo(Path(name))
    for name in ("masks/x/b.png", "masks/c_mask.png"):
        write_mask(Path(name))
    assert table(plan_batch(["in"], Path("out"), Path("masks"))) == {
        "in/x/b.tif": ("masks/x/b.png", "out/x/b.tif"),
        "in/x/c.tif": ("masks/c_mask.png", "out/x/c.tif"),  # it lies in no photo's subfolder: it is for both
        "in/y/b.tif": ("", "There is no mask for b.tif."),
        "in/y/c.tif": ("masks/c_mask.png", "out/y/c.tif"),
    }


@pytest.mark.usefixtures("here")
def test_one_mask_for_all_is_no_photo():
    for name in ("in/a.png", "in/b.png"):
        write_photo(Path(name))
    write_mask(Path("in/stamp.png"))
    assert table(plan_batch(["in"], Path("out"), Path("in/stamp.png"))) == {
        "in/a.png": ("in/stamp.png", "out/a.png"),
        "in/b.png": ("in/stamp.png", "out/b.png"),
    }


@pytest.mark.usefixtures("here")
def test_two_masks_of_one_photo_are_a_fault_of_that_photo_alone():
    for name in ("in/a.png", "in/b.png"):
        write_photo(Path(name))
        write_mask(Path(name).with_name(f"{Path(name).stem}_mask.png"))
    write_mask(Path("in/a_mask.tif"))
    found = table(plan_batch(["in"], Path("out")))
    assert found["in/a.png"][1].startswith("a.png has several masks")
    assert found["in/b.png"] == ("in/b_mask.png", "out/b.png")


@pytest.mark.usefixtures("here")
def test_files_patterns_and_folders_give_each_photo_once():
    for name in ("in/a.png", "in/deep/er/b.png", "in/c.jpg"):
        write_photo(Path(name))
    named = ["in/a.png", "in/**/*.png", "in", "none/*.png", "gone.png"]
    assert table(plan_batch(named, Path("out"), suggested=True)) == {
        "in/a.png": ("", "out/a.png"),
        "in/deep/er/b.png": ("", "out/deep/er/b.png"),
        "in/c.jpg": ("", "out/c.jpg"),
        "none/*.png": ("", "No photo matches none/*.png; check it."),
        "gone.png": ("", "There is no file gone.png; check the name."),
    }


@pytest.mark.usefixtures("here")
def test_several_folders_get_a_folder_each_and_no_result_replaces_another():
    for name in ("2019/a.png", "2020/a.png", "a.png", "a.gif"):
        write_photo(Path(name))
    found = table(plan_batch(["2019", "2020", "a.png", "a.gif"], Path("out"), suggested=True))
    assert found == {
        "2019/a.png": ("", "out/2019/a.png"),
        "2020/a.png": ("", "out/2020/a.png"),
        "a.png": ("", "out/a.png"),
        "a.gif": ("", "Its result would replace that of a.png; rename one of them."),
    }


@pytest.mark.usefixtures("here")
def test_earlier_results_inside_the_folder_are_no_photos():
    write_photo(Path("in/a.png"))
    write_photo(Path("in/done/a.png"))
    assert list(table(plan_batch(["in"], Path("in/done"), suggested=True))) == ["in/a.png"]


@pytest.mark.usefixtures("here")
def test_results_never_replace_a_photo_or_a_mask():
    write_photo(Path("in/a.png"))
    write_mask(Path("masks/a.png"))
    for output in ("in", "in/../in", "masks"):
        with pytest.raises(InputError, match="would replace the file"):
            plan_batch(["in"], Path(output), Path("masks"))


@pytest.mark.usefixtures("here")
def test_a_transparent_photo_needs_no_mask():
    Image.new("RGBA", (32, 24), (9, 9, 9, 0)).save("clear.png")
    write_photo(Path("solid.png"))
    found = table(plan_batch(["clear.png", "solid.png"], Path("out")))
    assert found == {"clear.png": ("", "out/clear.png"), "solid.png": ("", "There is no mask for solid.png.")}


@pytest.mark.usefixtures("here")
def test_what_cannot_begin_at_all_is_refused():
    write_photo(Path("in/a.png"))
    Path("empty").mkdir()
    Path("file").write_text("")
    for arguments, message in (
        ((["gone"], Path("out")), "There is no file gone"),
        ((["empty"], Path("out")), "There are no photos"),
        ((["in"], Path("file")), "file is not a folder"),
        ((["in"], Path("out"), Path("gone")), "There is no folder or mask gone"),
        ((["in"], Path("out"), None, ""), "need a suffix"),
    ):
        with pytest.raises(InputError, match=message):
            plan_batch(*arguments)
