from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio import __version__
from inpaint_studio.cli import main
from inpaint_studio.engine.model_library import ModelLibrary
from inpaint_studio.errors import NoWeights
from inpaint_studio.models.base.registry import registry
from tests import synthetic

ROOT = Path(__file__).parents[2]
VERBS = ("list", "info", "import", "get", "export", "delete")
PROGRAM = [sys.executable, "-m", "inpaint_studio"]


def test_version_and_help(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"inpaint-studio {__version__}\n"
    for command in ([], ["fill"], ["models"], ["doctor"], *(["models", verb] for verb in VERBS)):
        assert main([*command, "--help"]) == 0
        text = capsys.readouterr().out
        assert text.startswith("usage: inpaint-studio")
        assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["paint", "a.png"], "There is no command 'paint'"),
        (["gone.png"], "no file gone.png"),
        (["models"], "COMMAND"),
        (["models", "delete"], "delete"),
        (["models", "info"], "MODEL"),
        (["models", "info", "tela"], "telea"),
        (["--colour"], "COMMAND"),
        (["doctor", "now"], "now"),
        (["fill", "a.png", "-o", "b.png", "--nope"], "--nope; see 'inpaint-studio fill --help'"),
        (["models", "list", "--nope"], "--nope; see 'inpaint-studio models list --help'"),
    ],
)
def test_wrong_arguments_are_one_line(capsys, arguments, reason):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("inpaint-studio: ")
    assert err.count("\n") == 1
    assert reason in err


@pytest.mark.parametrize(("more", "text"), [([], "It is torn. Try --other."), (["--events"], "It is torn.")])
def test_hints_about_options_are_left_out_for_a_window(capsys, monkeypatch, more, text):
    def fail(_options):
        raise NoWeights("It is torn.", "Try --other.")

    monkeypatch.setattr("inpaint_studio.cli.train.train", fail)
    assert main(["train", "net", "--photos", "x", *more]) == 2
    assert capsys.readouterr().err == f"inpaint-studio: {text}\n"


def test_the_window_opens_on_a_photo_or_on_nothing(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("inpaint_studio.ui.app.run", lambda photo: opened.append(photo) or 0)
    photo = tmp_path / "photo.png"
    photo.touch()
    assert main([]) == 0
    assert main([str(photo)]) == 0
    assert opened == [None, photo]


def test_models_are_listed(capsys, monkeypatch):
    known = ModelLibrary(registry().models, {"theirs": "ImportError: No module named 'gone'"})
    monkeypatch.setattr("inpaint_studio.cli.models.model_library", lambda: known)
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {entry["name"] for entry in listed["models"]} == set(known.models)
    for entry in listed["models"]:
        keys = {
            "name",
            "title",
            "year",
            "weights",
            "needs_weights",
            "obstacle",
            "weights_licence",
            "licence",
            "listens",
            "gives",
        }
        assert set(entry) == keys
        assert entry["weights"] == "none"
    assert listed["problems"] == []
    assert listed["broken"] == [{"name": "theirs", "reason": "ImportError: No module named 'gone'"}]

    assert main(["models", "list"]) == 0
    text = capsys.readouterr().out
    for name, model in known.models.items():
        assert name in text
        assert model.traits.summary in text
    assert "theirs is broken: ImportError" in text


@pytest.mark.parametrize("name", sorted(registry().models))
def test_the_facts_of_one_model(capsys, name):
    traits = registry().models[name].traits
    assert main(["models", "info", name]) == 0
    assert capsys.readouterr().out.startswith(f"{traits.title} ({name}): {traits.summary}")
    assert main(["models", "info", name, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["name"], facts["summary"], facts["paper"]) == (name, traits.summary, traits.paper)


def test_the_doctor(capsys):
    assert main(["doctor", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["version"] == __version__
    assert {"writable", "warm", "folder", "kernels"} == set(facts["cache"])
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    for name in ("Python", "numpy", "opencv-python", "numba", "torch", "Cache", "Window", "Models"):
        assert name in text


def test_the_quick_commands_import_nothing_slow():
    """Neither torch nor numba for diffusion; nothing but the arguments for --version."""
    slow = {"torch", "numba", "cv2", "numpy", "PIL", "PySide6", "rich"}

    def slow_modules(arguments: list[str]) -> list[str]:
        code = f"import sys; from inpaint_studio.cli import main; code = main({arguments})\n"
        code += f"print(code, *sorted({slow} & set(sys.modules)))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        return run.stdout.splitlines()[-1].split()

    assert slow_modules(["--version"]) == ["0"]
    assert slow_modules(["models", "list"]) == ["0", "cv2", "numpy"]


@pytest.fixture
def scene(tmp_path):
    Image.fromarray(synthetic.photo(60, 80)).save(tmp_path / "photo.png")
    Image.fromarray(synthetic.disc(60, 80, 2).astype(np.uint8) * 255).save(tmp_path / "mask.png")
    return tmp_path


def program(scene, *arguments: str, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=scene, env=environment, capture_output=True, text=True, timeout=120, **more
    )


def test_the_program_itself(scene):
    done = program(scene, "fill", "photo.png", "--mask", "mask.png", "-o", "out.png", "--json", check=True)
    assert json.loads(done.stdout)["output"] == "out.png"
    assert done.stderr == ""
    wrong = program(scene, "fill", "gone.png", "-o", "out.png", check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "inpaint-studio: There is no file gone.png; check the name.\n"


def test_messages_of_native_decoders_are_not_shown(scene, data):
    """libtiff prints to stderr by itself, but only our one line may be there."""
    for name in ("crash-338516db.tif", "16bit.MM.cropped.tif", "g4-multi.tiff"):
        done = program(scene, "fill", str(data / "hostile" / name), "--mask", "mask.png", "-o", "o.png", check=False)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("inpaint-studio: ")


CLOSED = {  # how a caller closes a stream: exit status, start of stdout, and stderr
    ">&-": (0, "", ""),
    "2>&-": (0, "out.png (telea", ""),
    "<&- >&- 2>&-": (0, "", ""),
    "| true": (0, "", ""),
}


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("closed", CLOSED)
def test_streams_that_the_caller_closed(scene, closed):
    """No fault, and no message is written into the image file."""
    command = f'"{sys.executable}" -m inpaint_studio fill photo.png --mask mask.png -o out.png --model telea {closed}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], cwd=scene, env=environment, capture_output=True, text=True, timeout=60)
    code, out, err = CLOSED[closed]
    assert (done.returncode, done.stderr) == (code, err)
    assert done.stdout.startswith(out)
    assert bool(done.stdout) == bool(out)
    with Image.open(scene / "out.png") as image:
        assert image.size == (80, 60)


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
def test_errors_are_not_written_to_stdout_when_stderr_is_closed(scene):
    command = f'"{sys.executable}" -m inpaint_studio fill gone.png -o out.png 2>&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], cwd=scene, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("arguments", [["fill", "photo.png", "--mask", "mask.png", "-o", "o.png"], ["models", "list"]])
def test_an_answer_that_cannot_be_written(scene, arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    more = ["--model", "telea"] if arguments[0] == "fill" else []
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments, *more],
            cwd=scene, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "inpaint-studio: The answer could not be written: no space left on device.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
@pytest.mark.parametrize("encoding", ["ascii:strict", "utf-8:strict"])
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_names_that_the_terminal_cannot_show(scene, encoding, more):
    photo, output = os.fsencode(scene) + b"/a b\n\xff.png", os.fsencode(scene) + "/\u00f6".encode() + b"\xfe.png"
    os.rename(os.fsencode(scene / "photo.png"), photo)  # noqa: PTH104 - a path object shows no bytes
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"}
    command = [*PROGRAM, "fill", photo, "--mask", "mask.png", "-o", output, "--model", "telea", *more]
    done = subprocess.run(command, cwd=scene, env=environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert os.path.exists(output)  # noqa: PTH110
    if more:
        written = json.loads(done.stdout.decode("utf-8"))["output"]
        assert written.encode("utf-8") == output.replace(b"\xfe", rb"\xfe")


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal_nothing_stays_behind(scene, number):
    before = sorted(scene.iterdir())
    code = (
        "import os, sys, inpaint_studio.cli.fill as filling\n"
        "def run(request, ticket):\n"
        "    print('filling', flush=True)\n"
        # A signal that another thread gets reaches Python 3.11 only once the main thread lets others run, as fills do.
        "    while True:\n        ticket.report(0.5)\n        os.sched_yield()\n"
        "filling.run = run\n"
        "from inpaint_studio.cli import main\n"
        "sys.exit(main(['fill', 'photo.png', '--mask', 'mask.png', '-o', 'out.png', '--model', 'telea']))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=scene,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "filling\n"
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()  # or a failed test would wait for it without end
    assert (process.returncode, err) == (130, "inpaint-studio: cancelled\n")
    assert sorted(scene.iterdir()) == before


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_a_bar_on_a_terminal(scene):
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"}
    command = [*PROGRAM, "fill", "photo.png", "--mask", "mask.png", "-o", "out.png", "--json"]
    with subprocess.Popen(command, cwd=scene, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        out, shown = process.communicate(timeout=120)[0], b""
        try:
            while part := os.read(leader, 4096):
                shown += part
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(leader)
    assert process.returncode == 0
    assert json.loads(out)["output"] == "out.png"
    assert b"100%" in shown
