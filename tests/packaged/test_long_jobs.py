"""The packed program's longer jobs: batches, trainings, exports; cancelled, without a reader, or without a home."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.screen import wait_until
from tests.exemplar.images import disc, texture
from tests.packaged.package import OTHER_USER, Package

pytestmark = pytest.mark.packaged


def _needs_torch(package: Package) -> None:
    if package.variant == "lite":
        pytest.skip("not in the build without torch")


def _write_photos(folder: Path, count: int, side: int = 160) -> None:
    folder.mkdir()
    for number in range(count):
        Image.fromarray(np.roll(texture(side, side), 9 * number, 0)).save(folder / f"{number}.png")


@pytest.fixture
def photos(home: Path) -> Path:
    """A folder of six photos, and beside it mask.png for them."""
    folder = home / "photos"
    _write_photos(folder, 6)
    Image.fromarray(disc(160, 160, 14).astype(np.uint8) * 255).save(home / "mask.png")
    return folder


def _train(photos: Path, *more: str) -> list[str]:
    size = ["--size", "64", "--batch", "2", "--set", "adversarial=0"]
    return ["train", "deepfill-v2", "--photos", str(photos), *size, *more]


def test_batch_in_two_processes(package: Package, home: Path, photos: Path) -> None:
    out = home / "filled"
    done = package.run(home, "batch", photos, "-o", out, "--masks", home / "mask.png", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in out.glob("*.png")) == [f"{number}.png" for number in range(6)]
    assert not package.processes()


def test_two_steps_of_a_training_with_two_loaders(package: Package, home: Path, photos: Path) -> None:
    _needs_torch(package)
    done = package.run(home, *_train(photos, "--steps", "2", "--workers", "2", "-o", str(home / "run")))
    assert done.returncode == 0, done.stderr
    assert "Step 2" in done.stdout + done.stderr
    assert not package.processes()
    taken = package.run(home, "models", "import", home / "run" / "last.safetensors", "--name", "mine")
    assert taken.returncode == 0, taken.stderr
    assert "mine" in package.run(home, "models", "info", "mine").stdout


@pytest.mark.parametrize("ending", ["safetensors", "pt", "onnx"])
def test_export(package: Package, home: Path, ending: str) -> None:
    _needs_torch(package)
    out = home / f"lama.{ending}"
    done = package.run(home, "models", "export", "lama", "-o", out)
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 100_000


def test_evaluate(package: Package, home: Path, photos: Path) -> None:
    _needs_torch(package)
    models = ("--model", "telea", "--model", "lama")
    done = package.run(home, "evaluate", "--photos", photos, *models, "--report", home / "report")
    assert done.returncode == 0, done.stderr
    assert "telea" in done.stdout
    assert list((home / "report").glob("*.html"))


def test_suggest(package: Package, home: Path, photos: Path) -> None:
    done = package.run(home, "suggest", photos / "0.png", "--kind", "dust", "-o", home / "found.png")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_a_training_and_what_it_started(package: Package, home: Path, photos: Path) -> None:
    _needs_torch(package)
    run = home / "run"
    with package.start(home, *_train(photos, "--workers", "2", "-o", str(run))) as program:
        events = run / "events.jsonl"
        wait_until(lambda: events.is_file() and '"progress"' in events.read_text(), "a step of the training", 240)
        program.send_signal(signal.SIGINT)
        assert program.wait(240) == 0  # it measures the last steps and ends well
        assert "Traceback" not in program.communicate()[0]
        wait_until(lambda: not package.processes(), "the end of the processes that load photos")


def test_ctrl_c_ends_a_batch(package: Package, home: Path) -> None:
    folder, out = home / "many", home / "filled"
    _write_photos(folder, 24, 480)
    Image.fromarray(disc(480, 480, 60).astype(np.uint8) * 255).save(home / "mask.png")
    with package.start(home, "batch", folder, "-o", out, "--masks", home / "mask.png", "--workers", "2") as program:
        wait_until(lambda: list(out.glob("*.png")), "the first filled photo", 240)
        program.send_signal(signal.SIGINT)
        assert program.wait(120) == 130
        wait_until(lambda: not package.processes(), "the end of the workers")
        assert "Traceback" not in program.communicate()[0]
    assert {path.name for path in out.glob(".*")} <= {".inpaint-batch.jsonl"}  # by which it can go on


def test_a_reader_that_goes_away_is_no_fault(package: Package, home: Path) -> None:
    with subprocess.Popen(
        [str(package.launcher), "models", "list"],
        env=package.environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert "Traceback" not in program.stderr.read()
        assert program.wait(60) == 0


def test_the_language_of_the_user(package: Package, home: Path) -> None:
    done = package.run(home, "fill", "nowhere.png", "-o", "out.png", LANG="zh_CN.UTF-8")
    assert done.returncode == 2
    assert any("一" <= sign <= "鿿" for sign in done.stderr)


def test_a_user_without_a_home_fills_all_the_same(package: Package) -> None:
    with tempfile.TemporaryDirectory() as folder:  # not pytest's own, which other runs close to other users
        place = Path(folder)
        photo, mask, out = (place / name for name in ("photo.png", "mask.png", "out.png"))
        Image.fromarray(texture(160, 200)).save(photo)
        Image.fromarray(disc(160, 200, 12).astype(np.uint8) * 255).save(mask)
        place.chmod(0o777)
        fill = ("fill", photo, "--mask", mask, "-o", out)
        done = package.run(Path("/nonexistent"), *fill, before=OTHER_USER)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert out.is_file()


def test_no_temporary_files_stay(package: Package, home: Path, photos: Path) -> None:
    temporary = home / "tmp"
    temporary.mkdir()
    fill = ("fill", photos / "0.png", "--mask", home / "mask.png", "-o", home / "out.png")
    done = package.run(home, *fill, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    out = home / "filled"
    batch = ("batch", photos, "-o", out, "--masks", home / "mask.png", "--workers", "2")
    assert package.run(home, *batch, TMPDIR=str(temporary)).returncode == 0
    assert not list(temporary.iterdir())
