from __future__ import annotations

import csv

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.kept_figures import (
    Conditions,
    KeptFigures,
    MeasuredFill,
    digest_case,
    digest_files,
)
from inpaint_studio.errors import InputError

HERE = Conditions("telea", "0123456789ab", "0", "", "best auto", "1.0")
FIGURES = {"psnr": 21.1234567890123, "ssim": 0.5, "seconds": 0.25, "tv_ratio": float("inf")}


def test_what_was_added_is_found_by_another_program(tmp_path):
    file = tmp_path / "kept.csv"
    one = KeptFigures(file)
    assert one.find(HERE) is None
    one.add(HERE, "a photo, with\na comma", MeasuredFill(FIGURES, 1.5))
    one.add(HERE._replace(seed="1"), "other", MeasuredFill({"psnr": 20.0}, 1.0))
    other = KeptFigures(file)
    assert other.find(HERE) == one.find(HERE) == MeasuredFill(FIGURES, 1.5)
    assert other.all() == one.all()
    assert len(other.all()) == 2
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["photo"] for row in rows] == ["a photo, with a comma", "other"]
    assert (rows[0]["psnr"], rows[1]["ssim"]) == ("21.1234567890123", "")


@pytest.mark.parametrize("field", Conditions._fields)
def test_other_conditions_are_another_fill(tmp_path, field):
    kept = KeptFigures(tmp_path / "kept.csv")
    kept.add(HERE, "photo", MeasuredFill(FIGURES, 1.0))
    assert kept.find(HERE._replace(**{field: "another"})) is None


def test_a_line_that_was_cut_off_is_passed_over_and_ended(tmp_path):
    file = tmp_path / "kept.csv"
    KeptFigures(file).add(HERE, "photo", MeasuredFill(FIGURES, 1.0))
    whole = file.read_text()
    file.write_text(whole + whole.splitlines()[1][:40])
    again = KeptFigures(file)
    assert set(again.all()) == {HERE}
    again.add(HERE._replace(seed="1"), "photo", MeasuredFill(FIGURES, 1.0))
    again.add(HERE._replace(seed="2"), "photo", MeasuredFill(FIGURES, 1.0))
    assert {each.seed for each in KeptFigures(file).all()} == {"0", "1", "2"}


def test_a_line_that_was_cut_off_within_quotes_hides_no_other(tmp_path):
    file, quoted = tmp_path / "kept.csv", HERE._replace(model="exemplar:quality=fast,start=none")
    KeptFigures(file).add(quoted, "photo", MeasuredFill(FIGURES, 1.0))
    whole = file.read_text()
    file.write_text(whole + whole.splitlines()[1][:20])
    again = KeptFigures(file)
    again.add(HERE, "photo", MeasuredFill(FIGURES, 1.0))
    again.add(HERE._replace(seed="1"), "photo", MeasuredFill(FIGURES, 1.0))
    assert set(KeptFigures(file).all()) == {quoted, HERE, HERE._replace(seed="1")}


@pytest.mark.parametrize("cell", ["", "no number", "nan", "0x1"])
def test_lines_without_numbers_are_passed_over(tmp_path, cell):
    file = tmp_path / "kept.csv"
    KeptFigures(file).add(HERE, "photo", MeasuredFill(FIGURES, 1.25))
    file.write_text(file.read_text().replace(",1.250", f",{cell}"))
    assert not KeptFigures(file).all()


def test_other_files_are_refused_and_stay(tmp_path):
    file = tmp_path / "other.csv"
    for content in (b"photo,mask\na,b\n", b"\xff\xfe\x00"):
        file.write_bytes(content)
        with pytest.raises(InputError, match=r"other\.csv .*choose another file"):
            KeptFigures(file)
        assert file.read_bytes() == content


def test_a_folder_that_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"The figures were not kept in kept\.csv"):
        KeptFigures(tmp_path / "missing" / "kept.csv").add(HERE, "photo", MeasuredFill(FIGURES, 1.0))


def test_digests_differ_between_photos_holes_and_files(tmp_path):
    photo, hole = np.zeros((4, 6, 3), np.uint8), np.zeros((4, 6), np.bool_)
    other_photo, other_hole = photo.copy(), hole.copy()
    other_photo[3, 5, 2], other_hole[0, 0] = 1, True
    found = {
        digest_case(photo, hole),
        digest_case(other_photo, hole),
        digest_case(photo, other_hole),
        digest_case(photo.reshape(6, 4, 3), hole.reshape(6, 4)),
    }
    assert len(found) == 4
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    assert digest_files([one, other]) == digest_files([other, one]) != digest_files([one])
    assert digest_files([]) == ""
    with pytest.raises(InputError, match="missing cannot be read"):
        digest_files([tmp_path / "missing"])
