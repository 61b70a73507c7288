"""MobileSAM on the command line and in the session: imported, listed beside the models, used, and removed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from inpaint_studio.engine.segment import find, store
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.task_queue import TaskQueue
from inpaint_studio.session.weights_manager import WeightsManager
from tests.engine.segment import tiny_onnx

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two files and a photo of a red square, in which the commands run."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(find, "_loaded", None)
    monkeypatch.chdir(tmp_path)
    Path("one.onnx").write_bytes(tiny_onnx.encoder())
    Path("two.onnx").write_bytes(tiny_onnx.decoder())
    photo = np.full((200, 300, 3), 60, np.uint8)
    photo[80:120, 100:160] = (230, 30, 30)
    Image.fromarray(photo).save("photo.png")
    return tmp_path


def run(capsys, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    out, err = capsys.readouterr()
    return str(err if code else out)


def test_it_is_imported_used_and_removed(capsys) -> None:
    names = json.loads(run(capsys, "models", "list", "--json"))
    assert names["segmenter"] is None
    assert "MobileSAM" in run(capsys, "models", "import", "one.onnx", "two.onnx")
    listed = json.loads(run(capsys, "models", "list", "--json"))
    assert listed["segmenter"] == "mobile-sam"
    assert [each["name"] for each in listed["models"]] == [each["name"] for each in names["models"]]
    assert "Objects are found by MobileSAM" in run(capsys, "models", "list")
    fill = ("fill", "photo.png", "-o", "out.png", "--model", "telea", "--object", "90,70,80,60", "--grow", "3")
    run(capsys, *fill)
    with Image.open("out.png") as out:
        assert np.asarray(out)[80:120, 100:160, 0].max() < 90
    assert find._loaded is not None  # it was MobileSAM that found the square
    run(capsys, "models", "delete", "mobile-sam")
    assert "MobileSAM" not in run(capsys, "models", "list")
    assert "was not imported" in run(capsys, "models", "remove", "mobile-sam", code=2)


def test_half_of_it_is_refused(capsys) -> None:
    assert "give the file of the decoder too" in run(capsys, "models", "import", "one.onnx", code=2)
    assert store.find() is None


def test_an_import_in_json_names_its_tool(capsys) -> None:
    reports = json.loads(run(capsys, "models", "import", "one.onnx", "two.onnx", "--json"))
    assert reports["name"] == "mobile-sam"
    assert "Object tool" in reports["notes"][0]


def test_the_window_s_import_reports_it_and_lists_no_weights(qtbot) -> None:
    io = TaskQueue("io")
    manager = WeightsManager(io)
    reports: list[Status] = []
    arrived: list[object] = []
    manager.status.connect(reports.append)
    manager.arrived.connect(arrived.append)
    with qtbot.waitSignal(manager.status):
        manager.import_files([Path("one.onnx"), Path("two.onnx")])
    assert "Object tool" in str(reports[-1])
    assert store.find() is not None
    assert not arrived
    assert not manager.jobs
    manager.close()
    io.stop()
