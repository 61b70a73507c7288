from __future__ import annotations

import csv
import errno
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main, parser
from inpaint_studio.cli.evaluate import _MIXTURE
from inpaint_studio.engine.evaluation.columns import FIGURES
from tests import synthetic
from tests.models.weighted import install
from training.data.hole_sets import SETS
from training.data.masks import KINDS, Mixture

SIZE = (64, 96)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Three photos with a mask each, in which the command runs; torch's cache is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path.parent / "no-torch"))
    Path("photos").mkdir()
    Path("masks").mkdir()
    for number, kind in enumerate(("brush", "square", "square")):
        Image.fromarray(synthetic.photo(*SIZE, seed=number)).save(f"photos/{number}.png")
        hole = synthetic.disc(*SIZE, 6 + 6 * number)
        Image.fromarray(hole.astype(np.uint8) * 255).save(f"masks/{number}_0_{kind}.png")
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["evaluate", "--photos", "photos", "--quality", "fast", "--threads", "1", *arguments])
    return code, *capsys.readouterr()


def rows(capsys, *arguments: str) -> list[dict]:
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_the_list(capsys):
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", "--model", "navier-stokes", "--json")
    assert (code, out.count("\n")) == (0, 1)
    listed = json.loads(out)
    assert [(row["model"], row["group"], row["kind"], row["n"]) for row in listed[:4]] == [
        ("telea", "all", "all", 3),
        ("navier-stokes", "all", "all", 3),
        ("telea", "all", "1-10 %", 2),
        ("navier-stokes", "all", "1-10 %", 2),
    ]
    assert {row["kind"] for row in listed} == {"all", "1-10 %", "10-20 %", "brush", "square"}
    for row in listed:
        assert set(row) - {"differences"} == {
            "model", "group", "kind", "n", *FIGURES, "intervals", "better_than", "between_seeds", "kid_spread",
        }  # fmt: skip
        assert all(row[name] is not None for name in set(FIGURES) - {"lpips", "fid", "kid"})
    assert listed[0]["intervals"]["psnr"] == [None, None], "three photos are too few for an interval"
    against = listed[0]["differences"]["navier-stokes"]["psnr"]
    assert against["mean"] == pytest.approx(listed[0]["psnr"] - listed[1]["psnr"], abs=2e-6)
    assert against["mean"] == -listed[1]["differences"]["telea"]["psnr"]["mean"]
    assert against["better"] is None, "three photos are too few to know"
    assert [set(row) & {"differences"} for row in listed[2:]] == [set()] * (len(listed) - 2)
    assert err.count("LPIPS is left out") == err.count("FID is left out") == err.count("KID is left out") == 1
    assert "alexnet-owt-7be5be79.pth" in err


def test_the_help(capsys):
    assert main(["evaluate", "--help"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_the_table_and_the_notes(capsys):
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", "--model", "navier-stokes")
    assert (code, err) == (0, "")
    for text in (
        "All photos",
        "By size of the hole",
        "By kind of hole",
        "navier-stokes",
        "PSNR",
        "* is the best",
        "Note: LPIPS",
    ):
        assert text in out
    assert "LPIPS " not in out.partition("Note:")[0]


def test_a_narrow_terminal(capsys, monkeypatch):
    from rich.console import Console

    monkeypatch.setattr("rich.console.Console", lambda **_: Console(force_terminal=True, width=70, color_system=None))
    code, out, _ = run(capsys, "--masks", "masks", "--model", "telea", "--model", "navier-stokes")
    assert code == 0
    assert "navier-stokes" in out
    assert "PSNR" in out
    parts = out.partition("By size")[2].partition("* is the best")[0]
    assert "TV" not in parts
    assert "A wider terminal shows more columns" in out
    assert "TV to truth" in out.partition("By size")[0], "the table of all photos has every figure"
    assert max(map(len, out.partition("* is the best")[0].splitlines())) <= 70
    assert "…" not in out


def test_no_line_of_the_tables_is_longer_than_100(capsys):
    for number in range(3, 6):
        Image.fromarray(synthetic.photo(*SIZE, seed=number)).save(f"photos/{number}.png")
    models = ("telea", "navier-stokes", "exemplar")
    code, out, _ = run(capsys, "--holes", "centre", "--seeds", "2", *(f"--model={name}" for name in models))
    assert code == 0
    shown = out.partition("Note:")[0]
    assert max(map(len, shown.splitlines())) <= 100
    assert "…" not in shown
    for text in (
        "a telea",
        "b navier-stokes",
        "c exemplar",
        "a minus b",
        "b minus c",
        "From seed to seed",
        "[low, high]",
    ):
        assert text in shown
    assert shown.count("All photos: 6") == 1
    assert re.search(r"PSNR, dB +\d\d\.\d\d \[\d\d\.\d\d, \d\d\.\d\d\]", shown)
    few = run(capsys, "--masks", "masks", "--model", "telea")[1]
    assert "minus" not in few
    assert "needs 5 photos or more" in few


def test_a_table_of_pairs(capsys):
    Path("pairs.csv").write_text("photo,mask,kind,group\n0.png,0_0_brush.png,a,x\n1.png,1_0_square.png,b,y\n")
    listed = rows(capsys, "--masks", "masks", "--pairs", "pairs.csv", "--model", "telea")
    assert [(row["group"], row["kind"]) for row in listed] == [
        ("all", "all"), ("all", "1-10 %"), ("all", "a"), ("all", "b"), ("x", "all"), ("y", "all"),
    ]  # fmt: skip


def test_holes_are_drawn_where_there_are_no_masks(capsys):
    def without_time(*more: str) -> list[dict]:
        found = rows(capsys, "--model", "telea", *more)
        for row in found:
            row["seconds"] = row["intervals"]["seconds"] = None
        return found

    brushes = without_time("--holes", "brush")
    assert {row["kind"] for row in brushes} >= {"all", "brush"}
    assert brushes == without_time("--holes", "brush", "--seed", "7")
    assert brushes != without_time("--holes", "rectangle")
    mixed = without_time()
    assert mixed[0]["n"] == 3
    assert mixed == without_time("--holes", "mixture")
    assert Mixture().kinds == _MIXTURE
    assert brushes != without_time("--holes", "brush", "--holes-seed", "7")
    assert {row["kind"] for row in without_time("--holes", "lama-thin-256")} >= {"all", "lama-thin-256"}
    assert tuple(SETS) == parser.HOLES
    assert set(_MIXTURE) <= set(KINDS)


def test_a_limit(capsys):
    assert rows(capsys, "--masks", "masks", "--model", "telea", "--limit", "2")[0]["n"] == 2


def test_a_network_with_weights(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    install(tmp_path / "data", "deepfill-v2")
    listed = rows(capsys, "--masks", "masks", "--model", "deepfill-v2", "--plain", "--device", "cpu", "--limit", "1")
    assert (listed[0]["model"], listed[0]["n"]) == ("deepfill-v2", 1)


def test_auto_is_the_default(capsys):
    assert rows(capsys, "--masks", "masks", "--limit", "1")[0]["model"] == "auto"


def test_unusable_files_are_left_out_and_reported(capsys):
    Path("photos/0.png").write_bytes(b"no picture")
    Image.fromarray(np.zeros(SIZE, np.uint8)).save("masks/1_1_empty.png")
    Path("masks/other.png").touch()
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", "--json")
    assert code == 0
    assert json.loads(out)[0]["n"] == 2
    assert "Note: 1 mask belongs to no photo by the name." in err
    assert "2 of 4 photos are left out" in err
    assert "Note: 0.png is not a picture" in err
    assert "1.png with 1_1_empty.png: the mask has no hole" in err


def test_a_report(capsys, folder):
    home = str(folder)
    code, out, err = run(
        capsys, "--photos", f"{home}/photos", "--masks", "masks", "--model", "telea", "--model", "navier-stokes",
        "--report", f"{home}/report",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "index.html" in out
    text = Path("report/index.html").read_text(encoding="utf-8")
    assert home not in text
    assert "inpaint-studio evaluate --model telea --model navier-stokes --photos photos --masks masks" in text
    assert "alexnet-owt-7be5be79.pth" in text
    assert len(list(Path("report/pictures").glob("*-truth.webp"))) == 3
    assert json.loads(Path("report/figures.json").read_text())[0]["n"] == 3
    assert run(capsys, "--masks", "masks", "--model", "telea", "--report", "report", "--limit", "1")[0] == 0
    assert len(list(Path("report/pictures").glob("*-truth.webp"))) == 1


WRONG = {
    "no photos": (["--photos", "gone"], "no folder gone"),
    "no masks": (["--masks", "gone"], "no folder gone"),
    "no pairs": (["--pairs", "gone.csv"], "gone.csv cannot be read"),
    "no table": (["--pairs", "photos/0.png"], "UTF-8"),
    "nothing there": (["--photos", "empty"], "no photo with a hole"),
    "nothing fits": (["--masks", "empty"], "3 photos have no mask"),
    "holes and masks": (["--holes", "brush", "--masks", "masks"], "leave out either"),
    "holes": (["--holes", "round"], "mixture"),
    "holes' seed and masks": (["--holes-seed", "1", "--masks", "masks"], "leave out either"),
    "seeds": (["--seeds", "0"], "whole number from 1"),
    "model": (["--model", "telea", "--model", "tela"], "did you mean 'telea'"),
    "weights": (["--model", "telea", "--model", "lama"], "no weights"),
    "plain": (["--plain"], "name the models"),
    "device": (["--device", "gpu"], "auto, cpu, cuda"),
    "limit": (["--limit", "0"], "whole number from 1"),
    "report is photos": (["--report", "photos"], "other files"),
    "report nowhere": (["--report", "gone/there"], "does not exist"),
    "nothing readable": (["--photos", "broken", "--model", "telea"], "No photo could be measured. a.png"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_line(folder, capsys, case):
    Path("empty").mkdir()
    Path("broken").mkdir()
    Path("broken/a.png").touch()
    arguments, reason = WRONG[case]
    before = sorted(folder.rglob("*"))
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert reason in err
    assert sorted(folder.rglob("*")) == before


def test_interrupted(folder, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("inpaint_studio.engine.evaluation.compare.fill", interrupt)
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", "--report", "report")
    assert (code, out, err) == (130, "", "inpaint-studio: cancelled\n")
    assert sorted(path.name for path in folder.iterdir()) == ["masks", "photos"]


def test_a_report_never_replaces_photos(capsys):
    shutil.copytree("photos", "report/pictures")
    code, _, err = run(capsys, "--model", "telea", "--report", "report")
    assert code == 2
    assert "other files" in err
    assert len(list(Path("report/pictures").iterdir())) == 3


def test_the_table_as_csv_and_what_is_kept(capsys):
    Path("pairs.csv").write_text(
        "photo,mask,kind,group\n"
        + "".join(f"{n}.png,{n}_0_{kind}.png,{kind},town\n" for n, kind in enumerate(("brush", "square", "square")))
    )
    how = ("--pairs", "pairs.csv", "--masks", "masks", "--keep", "kept.csv", "--csv", "table.csv")
    code, _, err = run(capsys, *how, "--model", "telea", "--limit", "2")
    assert (code, err) == (0, "")
    assert len(Path("kept.csv").read_text().splitlines()) == 3
    listed = rows(capsys, *how, "--model", "telea", "--model", "navier-stokes")
    assert len(Path("kept.csv").read_text().splitlines()) == 7
    with Path("table.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert {(row["group"], row["kind"]) for row in table} == {
        ("all", "all"), ("all", "1-10 %"), ("all", "10-20 %"), ("all", "brush"), ("all", "square"), ("town", "all"),
        ("town", "brush"), ("town", "square"),
    }  # fmt: skip
    for line, row in zip(table, listed, strict=False):
        assert (line["model"], line["kind"], line["n"]) == (row["model"], row["kind"], str(row["n"]))
        assert float(line["psnr"]) == pytest.approx(row["psnr"], abs=1e-3)
    assert set(table[0]) == {
        "model", "weights", "group", "kind", "n", "psnr", "psnr_low", "psnr_high", "ssim", "l1", "tv", "tv_ratio",
        "sharpness", "seam", "chi2", "seconds",
    }  # fmt: skip
    again = run(capsys, *how, "--model", "telea", "--model", "navier-stokes", "--json")[1]
    assert json.loads(again) == listed, "also the seconds: nothing was filled again"


def test_a_report_does_not_go_with_kept_figures(capsys):
    code, _, err = run(capsys, "--masks", "masks", "--keep", "kept.csv", "--report", "report")
    assert (code, err.count("\n")) == (2, 1)
    assert "leave out one of them" in err
    assert not Path("report").exists()


@pytest.mark.parametrize("option", ["--csv", "--keep"])
@pytest.mark.parametrize(("file", "reason"), [("missing/a.csv", "missing does not exist"), ("photos", "photos")])
def test_a_file_that_cannot_be_written_is_refused_before_any_fill(capsys, monkeypatch, option, file, reason):
    monkeypatch.setattr("inpaint_studio.engine.evaluation.compare.fill", lambda *_: pytest.fail("filled"))
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", option, file)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert reason in err


def test_figures_are_shown_where_their_table_is_not_written_at_the_end(capsys, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("inpaint_studio.engine.evaluation.figures_file.write", fail)
    code, out, err = run(capsys, "--masks", "masks", "--model", "telea", "--csv", "table.csv")
    assert code == 2
    assert "telea" in out
    assert "table.csv was not written: the disk is full" in err
