"""``inpaint-studio ablate`` as it is typed."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from inpaint_studio.cli import main
from tests.cli.test_interrupts import start
from tests.training.ablation.conftest import make_base

TINY = [
    "--batch", "2", "--workers", "0", "--config", "width=2", "--config", "diffused=true", "--set", "critic_width=1",
]  # fmt: skip


def command(home: Path, *more: str) -> list[str]:
    return ["ablate", "--photos", str(home / "photos"), *TINY, *more]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--loss", "none,hinge"), "Say how long each training is, with --steps or --minutes."),
        (("--steps", "2"), "Name two variants or more to compare"),
        (("--steps", "2", "--loss", "none"), "Name two variants or more to compare"),
        (("--steps", "0", "--loss", "none,hinge"), "--steps must be 1 or more."),
        (("--steps", "2", "--loss", "none,,hinge"), "'none,,hinge' has an empty name in it"),
        (("--steps", "2", "--loss", "none,hinge", "--seeds", "0,x"), "'x' is not a whole number"),
        (("--steps", "2", "--loss", "none,hinge", "--resume"), "name it with --report"),
        (("--steps", "2", "--loss", "none,hinge", "--model", "exemplar"), "is not a network that can be trained"),
        (("--steps", "2", "--attention", "none,self", "--model", "glcic"), "no place for another attention block"),
        (("--steps", "2", "--loss", "none,hinge", "--report", "/nowhere/at/all"), "does not exist"),
    ],
)
def test_wrong_options_are_one_sentence(home, capsys, more, message):
    assert main(command(home, *more)) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_folder_without_photos_is_one_sentence(home, capsys):
    (home / "empty").mkdir()
    arguments = ["ablate", "--photos", str(home / "empty"), "--loss", "none,hinge", "--steps", "2"]
    assert main([*arguments, "--report", str(home / "report")]) == 2
    assert "There is no usable photo" in capsys.readouterr().err
    assert not (home / "report").exists()


def test_without_a_report_the_figures_are_printed_and_nothing_is_kept(home, capsys):
    before = sorted(path for path in home.rglob("*") if "cache" not in path.parts)
    assert main(command(home, "--loss", "none,hinge", "--steps", "1", "--seeds", "0", "--json")) == 0
    output = capsys.readouterr()
    rows = json.loads(output.out)
    assert [row["variant"] for row in rows] == ["none", "hinge"]
    assert rows[0]["figures"]["psnr"]["mean"] > 5
    assert "2 of 2: hinge, seed 0" in output.err
    assert sorted(path for path in home.rglob("*") if "cache" not in path.parts) == before


def test_a_report_can_be_gone_on_with(small_run, tmp_path, capsys, monkeypatch):
    """All its trainings are known, so the page is made again and nothing is trained."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INPAINT_STUDIO_CACHE", str(tmp_path / "cache"))
    report = tmp_path / "report"
    shutil.copytree(small_run.folder, report)
    (report / "index.html").unlink()
    arguments = ["ablate", "--photos", str(small_run.home / "photos"), "--loss", "none,hinge,tv", "--seeds", "0"]
    base = make_base(small_run.home)
    arguments += ["--steps", "2", "--batch", "2", "--workers", "0", "--report", str(report)]
    arguments += [part for text in base.config for part in ("--config", text)]
    arguments += [part for text in base.settings for part in ("--set", text)]
    assert main(arguments) == 2
    assert "go on with --resume" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
    output = capsys.readouterr()
    assert "3 of 3: tv, seed 0 (known)" in output.err
    assert "Report:" in output.out
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "--loss none,hinge,tv" in page
    assert str(tmp_path) not in page
    assert {path.name for path in report.iterdir()} == {
        "README.md", "branch.png", "figures.csv", "figures.json", "index.html", "pictures",
    }  # fmt: skip
    assert main([*arguments, "--resume", "--clip", "1"]) == 2
    assert "another value of 'clip' (none, now 1.0)" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("keeps", [False, True])
def test_ctrl_c_stops_and_leaves_only_what_can_be_gone_on_with(home, keeps):
    report = home / "report"
    more = ["--loss", "none,hinge", "--steps", "100000", *(["--report", str(report)] if keeps else [])]
    (home / "tmp").mkdir()
    code = ["-c", f"import sys, tempfile; tempfile.tempdir = {str(home / 'tmp')!r}\n"
            f"from training.ablation import measure\nmeasure.CROPS = 2\n"
            f"from inpaint_studio.cli import main\nsys.exit(main({command(home, *more)!r}))"]  # fmt: skip
    with start(code, home) as process:
        assert process.stderr is not None
        assert "1 of 4: none, seed 0" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert error.endswith("inpaint-studio: cancelled\n")
    assert "Traceback" not in error
    assert not list((home / "tmp").iterdir())
    assert ("--resume goes on" in error) == (keeps and report.exists())
    if report.exists():
        assert not list(report.glob("*.part"))
        assert not (report / "index.html").exists()
