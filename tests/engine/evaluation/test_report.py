from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.evaluation import report as reports
from inpaint_studio.engine.evaluation.columns import FIGURES
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.evaluation.kernel_distance import KernelDistance
from inpaint_studio.engine.evaluation.report import ReportSource, ReportWriter, check
from inpaint_studio.engine.evaluation.results import Comparison, LeftOut
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import Weights
from tests import synthetic

SIZE = (90, 500)
TRUTH, FILL = synthetic.photo(*SIZE), synthetic.photo(*SIZE, seed=1)
HOLE = np.zeros(SIZE, bool)
HOLE[20:60, 30:450] = True
SOURCE = ReportSource("1.2.3", "inpaint-studio evaluate --photos '<p>'", "2025-01-01 12:00 UTC")
EVIL = '"><script>alert(1)&.jpg'
FIELDS = {
    "model", "group", "kind", "n", *FIGURES, "intervals", "better_than", "between_seeds", "kid_spread", "differences",
}  # fmt: skip
VOID = {"meta", "img", "link", "br"}


class Page(HTMLParser):
    """Parses a page into tags and text; fails where its tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag, attribute):
        return [attributes.get(attribute) for name, attributes in self.tags if name == tag]


def make_comparison(count: int, models=("first", "<b>second</b>")) -> Comparison:
    """Figures of which the first model's are better in PSNR and worse in sharpness; the last case is the hardest."""
    found = Comparison(list(models), [Case(Path(f"/home/me/{EVIL}"), Path("m.png"), "<i>", "g&g")] * count)
    for place, model in enumerate(found.models):
        found.measured[model] = {
            number: dict.fromkeys(FIGURES, 0.5) | {"psnr": 30.0 - number - place, "sharpness": 0.5 + place / 4}
            for number in range(count)
        }
    found.shares = dict.fromkeys(range(count), 0.05)
    found.notes = ["A <note>."]
    found.left_out = [LeftOut(Case(Path("/home/me/gone.jpg"), Path("gone.png")), "first", "It is <gone>.")]
    return found


def write_report(folder: Path, comparison: Comparison) -> Page:
    with ReportWriter(folder, len(comparison.cases)) as report:
        for model in range(len(comparison.models)):
            for number in comparison.compared:
                report.add_fill(number, model, TRUTH, HOLE, FILL)
        report.finish(comparison, SOURCE)
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_a_report(tmp_path):
    folder = tmp_path / "report"
    page = write_report(folder, make_comparison(2))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]
    assert sorted(path.name for path in folder.iterdir()) == ["figures.json", "index.html", "pictures"]
    for text in (EVIL, "<b>second</b>", "<note>", "It is <gone>.", "gone.jpg with gone.png by first", "g&g", *SOURCE):
        assert text in page.text
    assert "/home" not in page.text
    assert not {"script", "link", "iframe", "i"} & {tag for tag, _ in page.tags}
    assert all("http" not in str(value) for _, attributes in page.tags for value in attributes.values())
    rows = json.loads((folder / "figures.json").read_text())
    assert rows[0].items() >= ({"model": "first", "n": 2} | dict.fromkeys(FIGURES, 0.5) | {
        "psnr": 29.5, "fid": None, "kid": None,
    }).items()  # fmt: skip
    assert set(rows[0]) == FIELDS


def test_its_images(tmp_path):
    page = write_report(tmp_path / "report", make_comparison(1))
    shown, opened = page.all("img", "src"), page.all("a", "href")
    assert [name.rpartition("-small")[0] + ".webp" for name in shown] == opened
    assert [Path(name).stem for name in opened] == ["0001-hole", "0001-1", "0001-2", "0001-truth"]
    assert set(page.all("img", "loading")) == {"lazy"}
    assert page.all("img", "alt")[0].startswith(EVIL)
    files = {f"pictures/{path.name}" for path in (tmp_path / "report" / "pictures").iterdir()}
    assert files == {*shown, *opened}
    for name, width, height in zip(shown, page.all("img", "width"), page.all("img", "height"), strict=True):
        with Image.open(tmp_path / "report" / name) as small:
            assert small.size == (int(width), int(height))
            assert max(small.size) == 360
    with Image.open(tmp_path / "report" / opened[0]) as hole, Image.open(tmp_path / "report" / opened[3]) as truth:
        assert hole.size == truth.size == (500, 90)
        apart = np.abs(np.asarray(hole.convert("RGB"), int) - np.asarray(truth.convert("RGB"), int)).mean(axis=2)
    assert apart[HOLE].mean() > 50
    assert apart[:15].mean() < 5


def test_the_best_is_marked_by_more_than_a_colour(tmp_path):
    write_report(tmp_path / "report", make_comparison(2))
    text = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    first, second = re.findall(r"<tr>.*?</tr>", text.partition("<tbody>")[2])[:2]
    assert '29.50<span class="star">★' in first
    assert '0.750<span class="star">★' in second
    assert '0.500<span class="star">★' not in first.partition("29.50")[0]
    write_report(tmp_path / "alone", make_comparison(2, ["only"]))
    assert "★" not in (tmp_path / "alone" / "index.html").read_text(encoding="utf-8")


def test_intervals_marks_and_differences_are_on_the_page(tmp_path):
    comparison = make_comparison(12)
    comparison.by_seed = {
        model: {number: [figures, figures | {"psnr": figures["psnr"] + 1}] for number, figures in own.items()}
        for model, own in comparison.measured.items()
    }
    comparison.kid = {model: [KernelDistance(np.full(12, 0.01), 0.002)] for model in comparison.models}
    page = write_report(tmp_path / "report", comparison)
    text = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    first, second = re.findall(r"<tr>.*?</tr>", text.partition("<tbody>")[2], re.DOTALL)[:2]
    assert '24.50<span class="star">★<b> b</b></span><small>' in first, "better in PSNR, and not by luck"
    assert '0.750<span class="star">★<b> a</b></span>' in second
    assert re.search(r"<small>2\d\.\d\d–2\d\.\d\d</small><small>seeds ± 0\.707</small>", first)
    assert "± 0.00200" in first
    assert "Differences between models" in page.text
    difference = text.partition("Differences between models")[2].partition("</table>")[0]
    assert '+1.00<span class="star"><b>a</b></span><small>+1.00 to +1.00</small>' in difference
    rows = json.loads((tmp_path / "report" / "figures.json").read_text())
    assert rows[0]["better_than"] == {"psnr": ["<b>second</b>"]}
    assert rows[0]["differences"]["<b>second</b>"]["psnr"]["mean"] == 1
    assert rows[1]["differences"]["first"]["psnr"]["interval"] == [-1, -1]
    alone = write_report(tmp_path / "alone", make_comparison(12, ["only"])).text
    assert "Differences" not in alone
    assert "letters" not in alone


def test_papers_stand_beside_imported_weights(tmp_path):
    comparison = make_comparison(3, ["glcic"])
    assert "Papers and here" not in write_report(tmp_path / "without", comparison).text
    comparison.weights = {"glcic": Weights("w", "glcic", Path("w"), {}, facts={"title": "<Places2>"})}
    page = write_report(tmp_path / "report", comparison)
    for expected in ("Papers and here", "other photos", "Global&Local", "23.15", "open-mmlab/mmediting", "<Places2>"):
        assert expected in page.text


def test_of_many_photos_the_hardest_and_the_easiest_are_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "SHOWN", 2)
    page = write_report(tmp_path / "report", make_comparison(9, ["only"]))
    shown = [int(Path(name).name[:4]) for name in page.all("a", "href") if "truth" in name]
    assert shown == [9, 8, 1, 2]
    assert "Hardest photos" in page.text
    assert "Easiest photos" in page.text
    assert {path.name[:4] for path in (tmp_path / "report" / "pictures").iterdir()} == {"0001", "0002", "0008", "0009"}
    monkeypatch.setattr(reports, "CANDIDATES", 3)
    shown = [
        name
        for name in write_report(tmp_path / "few", make_comparison(9, ["only"])).all("a", "href")
        if "truth" in name
    ]
    assert [Path(name).name[:4] for name in shown] == ["0007", "0004", "0001"]


def test_a_report_replaces_only_a_report(tmp_path):
    folder = tmp_path / "report"
    write_report(folder, make_comparison(2))
    write_report(folder, make_comparison(1))
    assert not list((folder / "pictures").glob("0002*"))
    (tmp_path / "empty").mkdir()
    write_report(tmp_path / "empty", make_comparison(1))

    (folder / "diary.txt").write_text("mine")
    for wrong, text in ((folder, "other files"), (tmp_path / "no" / "where", "does not exist")):
        with pytest.raises(InputError, match=text):
            check(wrong)
    (folder / "diary.txt").unlink()
    (folder / "pictures" / "holiday.webp").write_text("mine")
    with pytest.raises(InputError, match="other files"):
        check(folder)
    (folder / "pictures" / "holiday.webp").unlink()
    check(folder)
    (folder / "index.html").write_text("<p>my page</p>")
    with pytest.raises(InputError, match="other files"):
        check(folder)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        check(tmp_path / "file")


def test_a_run_that_ends_early_leaves_what_was_there(tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_report(folder, make_comparison(1))
    before = (folder / "index.html").read_bytes()
    with ReportWriter(folder, 1) as report:  # never finished
        report.add_fill(0, 0, TRUTH, HOLE, FILL)

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    for place in ("pathlib.Path.write_text", "PIL.Image.Image.save", "pathlib.Path.mkdir"):
        with monkeypatch.context() as patch:
            patch.setattr(place, full)
            with pytest.raises(InputError, match="disk is full"):
                write_report(folder, make_comparison(2))
    real = Path.rename

    def refuse(path, target):
        if path.suffix == ".part":
            raise PermissionError(13, "Permission denied")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InputError, match="not writable"):
        write_report(folder, make_comparison(2))
    assert (folder / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_files_that_appear_in_the_folder_during_the_run_stay(tmp_path):
    folder = tmp_path / "report"
    with ReportWriter(folder, 1) as report:
        report.add_fill(0, 0, TRUTH, HOLE, FILL)
        folder.mkdir()
        (folder / "diary.txt").write_text("mine")
        with pytest.raises(InputError, match="other files"):
            report.finish(make_comparison(1, ["only"]), SOURCE)
    assert (folder / "diary.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_name_of_undecodable_bytes(tmp_path):
    comparison = make_comparison(1, ["only"])
    comparison.cases = [Case(Path("/home/me/a\udcff.jpg"), Path("m.png"), "kind", "group")]
    page = write_report(tmp_path / "report", comparison)
    assert r"a\xff.jpg" in page.text
