from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio import __version__, paths
from inpaint_studio.cli.doctor import describe
from inpaint_studio.engine.machine import doctor, qt_libraries
from inpaint_studio.engine.machine.devices import check_name, choose_precision, resolve
from inpaint_studio.engine.machine.hardware import machine_memory, peak_memory, usable_cores
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import PRECISIONS
from inpaint_studio.models.base.network_model import half_type
from tests.models.weighted import install


@pytest.mark.parametrize("name", ["auto", "cpu", "cuda", "cuda:3", "mps"])
def test_names_of_devices(name):
    check_name(name)


@pytest.mark.parametrize("name", ["", "gpu", "cuda:", "cuda:x", "CPU", "cpu:0", "cuda:0 "])
def test_names_that_are_no_device(name):
    with pytest.raises(InputError, match="auto, cpu"):
        check_name(name)


def test_models_without_weights_compute_on_the_processor():
    assert resolve("auto", network=False).name == "cpu"
    assert not resolve("auto", network=False).notes
    device = resolve("cuda", network=False)
    assert device.name == "cpu"
    assert device.notes


def test_a_device_that_is_not_there():
    with pytest.raises(InputError, match="not available"):
        resolve("cuda:99", network=True)


def test_memory_is_in_bytes():
    assert 20 << 20 < peak_memory() < 1 << 40
    assert machine_memory() is None or machine_memory() > peak_memory()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes keep all cores")
def test_the_cores_that_a_scheduler_leaves_are_counted():
    before = os.sched_getaffinity(0)
    assert usable_cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_facts_and_rows_of_the_doctor():
    facts = json.loads(json.dumps(doctor.examine()))
    assert facts["version"] == __version__
    assert facts["packages"]["numpy"]
    assert "exemplar" in facts["models"]
    assert facts["device"]["name"]
    assert facts["device"]["reason"]
    rows = dict(describe(facts))
    assert rows["Inpaint Studio"] == __version__
    assert "exemplar" in rows["Models"]
    assert facts["device"]["precision"] in PRECISIONS[1:]
    assert rows["Precision"] == facts["device"]["precision"]
    assert rows["Allocator"] == facts["allocator"] != ""
    assert "exemplar" not in facts["weights"]
    assert rows["Weights"].startswith("none yet")


def test_the_doctor_lists_the_available_weights():
    name, *others = doctor.examine()["weights"]
    install(paths.data_dir(), name)
    facts = doctor.examine()
    assert facts["weights"] == {name: "imported", **dict.fromkeys(others)}
    rows = describe(facts)
    assert ("Weights", f"{name} (imported)") in rows
    assert not others or ("", f"none for {', '.join(others)}") in rows


def test_the_precision_of_a_device(monkeypatch):
    import torch

    assert choose_precision("mps") == "float32"
    assert half_type("mps") == "float16"
    assert half_type("cpu") == "bfloat16"
    for supported, fast, small in ((True, "bfloat16", "bfloat16"), (False, "float32", "float16")):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda supported=supported: supported)
        assert (choose_precision("cuda:0"), half_type("cuda:0")) == (fast, small)


def test_missing_libraries_are_named_with_their_packages(tmp_path, monkeypatch):
    plugin = tmp_path / "plugins" / "platforms" / "libqxcb.so"
    plugin.parent.mkdir(parents=True)
    plugin.touch()
    done = "\tlibxcb-cursor.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tlibodd.so.1 => not found\n"
    monkeypatch.setattr(qt_libraries, "_xcb_plugin", lambda: plugin)
    monkeypatch.setattr(qt_libraries.shutil, "which", lambda _name: "ldd")
    monkeypatch.setattr(
        qt_libraries.subprocess, "run", lambda *run, **_: subprocess.CompletedProcess(run, 0, stdout=done, stderr="")
    )
    missing = qt_libraries.find_missing_libraries()
    assert missing == ["libxcb-cursor.so.0", "libodd.so.1"]
    assert qt_libraries.suggest_command(missing) == "sudo apt-get install libxcb-cursor0"
    facts = {
        **doctor.examine(),
        "window": {"qt": True, "missing": missing, "remedy": qt_libraries.suggest_command(missing)},
    }
    assert ("", "sudo apt-get install libxcb-cursor0") in describe(facts)


def test_opencv_leaves_qt_alone():
    code = "from inpaint_studio.opencv import cv2, os; print(sorted(n for n in os.environ if n.startswith('QT_QPA_')))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    for variables, expected in (({}, []), ({"QT_QPA_FONTDIR": "/mine"}, ["QT_QPA_FONTDIR"])):
        run = [sys.executable, "-c", code]
        done = subprocess.run(
            run, capture_output=True, text=True, check=True, env=environment | variables, cwd=Path(__file__).parents[3]
        )
        assert done.stdout.strip() == str(expected)


def test_opencv_without_windows_is_named_as_it_is(monkeypatch):
    def version(name):
        if name == "opencv-python":
            raise doctor.PackageNotFoundError(name)
        return "5.0" if name == "opencv-python-headless" else "1.0"

    monkeypatch.setattr(doctor, "version", version)
    packages = doctor.examine()["packages"]
    assert packages["opencv-python-headless"] == "5.0"
    assert "opencv-python" not in packages
    assert next(iter(packages)) == "numpy"
