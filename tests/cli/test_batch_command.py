"""The command `batch`: what it prints, its exit status, and that real workers do the work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inpaint_studio.cli import batch as command
from inpaint_studio.cli import main
from inpaint_studio.errors import StudioError
from tests.engine.batch.scene import BOX, HerePool, pixels, ramp, write_mask, write_photo

_ARGUMENTS = ("in", "-o", "out", "--model", "telea")


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        write_photo(Path(f"in/{name}.png"))
        write_mask(Path(f"in/{name}_mask.png"))
    return tmp_path


@pytest.fixture
def quick(monkeypatch) -> None:
    """Fill in this process, without workers."""
    monkeypatch.setattr(command, "ProcessPool", lambda how, _workers: HerePool(how))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["batch", *arguments])
    return code, *capsys.readouterr()


@pytest.mark.usefixtures("here")
def test_real_workers_fill_and_a_second_run_skips(capsys):
    Path("in/bad.jpg").write_bytes(b"\xff\xd8\xff")
    code, out, err = run(capsys, *_ARGUMENTS, "--workers", "2")
    assert code == 1
    rows = [line.split() for line in out.splitlines()]
    assert [row[:2] for row in rows[:4]] == [
        ["photo", "result"],
        ["in/a.png", "filled"],
        ["in/b.png", "filled"],
        ["in/bad.jpg", "failed"],
    ]
    assert rows[4][:4] == ["2", "filled,", "1", "failed"]
    lines = err.splitlines()
    assert [line.split(" photos")[0] for line in lines] == ["1 of 3", "2 of 3", "3 of 3"]
    assert sum("in/bad.jpg: failed: bad.jpg is" in line for line in lines) == 1
    assert (pixels(Path("out/a.png")) != ramp())[BOX].any()
    Path("in/bad.jpg").unlink()
    code, out, _ = run(capsys, *_ARGUMENTS, "--resume")
    assert (code, "0 filled, 2 skipped, as they were done" in out) == (0, True)


@pytest.mark.usefixtures("here", "quick")
def test_the_report_as_json(capsys):
    write_photo(Path("in/c.png"))
    code, out, _ = run(capsys, *_ARGUMENTS, "--json")
    report = json.loads(out)
    assert (code, report["failed"], out.count("\n")) == (1, 1, 1)
    assert [(row["photo"], row["mask"], row["status"]) for row in report["photos"]] == [
        ("in/a.png", "in/a_mask.png", "filled"),
        ("in/b.png", "in/b_mask.png", "filled"),
        ("in/c.png", None, "failed"),
    ]
    assert report["photos"][2]["reason"] == "There is no mask for c.png."
    assert report["photos"][0]["made"].startswith("telea")


@pytest.mark.usefixtures("here", "quick")
def test_a_dry_run_writes_nothing(capsys):
    write_photo(Path("in/c.png"))
    code, out, err = run(capsys, *_ARGUMENTS, "--dry-run")
    assert (code, err) == (1, "")
    assert [line.split() for line in out.splitlines()][1:] == [
        ["in/a.png", "in/a_mask.png", "out/a.png"],
        ["in/b.png", "in/b_mask.png", "out/b.png"],
        ["in/c.png", "There", "is", "no", "mask", "for", "c.png."],
    ]
    assert not Path("out").exists()
    code, out, _ = run(capsys, *_ARGUMENTS, "--dry-run", "--suggest", "text", "--json")
    assert (code, [row["reason"] for row in json.loads(out)["photos"]]) == (0, ["", "", ""])


@pytest.mark.usefixtures("here", "quick")
def test_wrong_options_are_refused_before_anything_is_filled(capsys):
    for arguments, words in (
        (("--model", "gone"), "gone"),
        (("--device", "toaster"), "toaster"),
        (("--masks", "nowhere"), "There is no folder or mask nowhere"),
        (("--workers", "0"), "'0' is not a whole number from 1 to 1024"),
        (("--suggest", "cats"), "cats"),
    ):
        code, out, err = run(capsys, *_ARGUMENTS, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err
    assert not Path("out").exists()


@pytest.mark.usefixtures("here")
def test_ctrl_c_keeps_what_is_done_and_names_how_to_go_on(capsys, monkeypatch):
    class Stopped(HerePool):
        def run(self, jobs):
            steps = super().run(jobs)
            for _ in range(2):
                yield next(steps)
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "ProcessPool", lambda how, _workers: Stopped(how))
    code, out, err = run(capsys, *_ARGUMENTS)
    assert code == 130
    assert [line.split()[1] for line in out.splitlines()[1:3]] == ["filled", "not"]
    assert "--resume" in err


@pytest.mark.usefixtures("here")
def test_a_batch_that_breaks_off_still_lists_what_is_done(capsys, monkeypatch):
    class Broken(HerePool):
        def run(self, jobs):
            steps = super().run(jobs)
            for _ in range(2):
                yield next(steps)
            raise StudioError("The workers are gone.")

    monkeypatch.setattr(command, "ProcessPool", lambda how, _workers: Broken(how))
    code, out, err = run(capsys, *_ARGUMENTS)
    assert code == 1
    assert [line.split()[1] for line in out.splitlines()[1:3]] == ["filled", "not"]
    assert err.endswith("inpaint-studio: The workers are gone.\n")


def test_the_workers_share_the_cores():
    from inpaint_studio.engine.batch import pool

    assert pool.share_cores(1000) == 1
    assert pool.share_cores(1) >= 1
