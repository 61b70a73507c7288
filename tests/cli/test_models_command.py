"""``inpaint-studio models``: import, download, export and remove weights."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from inpaint_studio.cli import main
from inpaint_studio.engine import model_library
from inpaint_studio.engine.weights import catalogue, importer, store
from inpaint_studio.engine.weights.published import PublishedFile, PublishedWeights
from inpaint_studio.models.base.registry import Registry, registry
from tests.engine.weights import tiny
from tests.engine.weights.server import dropped, serving, stalled, whole
from tests.engine.weights.test_catalogue import pickled
from tests.engine.weights.test_detect import halves, network
from tests.models import weighted

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A folder of weights of its own, and a registry with a tiny network in it."""
    known = Registry({**registry().models, "tiny": tiny.model()})
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(model_library, "registry", lambda: known)
    monkeypatch.setattr(importer, "registry", lambda: known)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def file(home) -> Path:
    torch.save(network(), home / "net.pth")
    return Path("net.pth")


def run(capsys, *arguments: object, code: int = 0) -> str:
    assert main([str(argument) for argument in ("models", *arguments)]) == code
    out, err = capsys.readouterr()
    if code:
        assert out == ""
        assert err.startswith("inpaint-studio: ")
        assert err.count("\n") == 1
        return str(err)
    assert err == ""
    return str(out)


def facts(capsys, *arguments: object) -> dict[str, object]:
    found = json.loads(run(capsys, *arguments, "--json"))
    assert isinstance(found, dict)
    return found


def publish(monkeypatch, *entries: PublishedWeights) -> None:
    monkeypatch.setattr(catalogue, "entries", lambda: entries)


def entry(name: str, *files: PublishedFile, licence="unlicensed") -> PublishedWeights:
    return PublishedWeights("tiny", name, f"Some {name}", "plain", licence, "no licence", files)


def test_import_list_info_remove(capsys, file):
    text = run(capsys, "import", file)
    assert "Imported 'tiny-plain': 323 parameters for Tiny." in text
    assert "Note: These weights are for non-commercial use only (CC BY-NC 4.0)." in text
    assert "--model tiny-plain" in text

    listed = {model["name"]: model for model in facts(capsys, "list")["models"]}
    assert (listed["tiny"]["weights"], listed["tiny"]["weights_licence"]) == ("imported", "non-commercial")
    assert (listed["telea"]["weights"], listed["telea"]["needs_weights"]) == ("none", False)
    row = next(line for line in run(capsys, "list").splitlines() if line.startswith("tiny "))
    assert "imported (non-commercial)" in row

    found = facts(capsys, "info", "tiny")
    assert (found["parameters"], found["set"], found["links"]) == (595, "tiny-plain", {"Code": "https://example.org"})
    assert found["sets"][0]["config"] == {"width": 5, "boost": False}
    assert found["imports"][0]["settings"] == {"boost": [False, True]}
    text = run(capsys, "info", "tiny")
    for text_part in (
        "tiny-plain: imported (non-commercial), in use",
        "--set boost=false|true",
        "for non-commercial use only",
    ):
        assert text_part in text
    assert run(capsys, "info", "tiny-plain").startswith("Tiny · tiny-plain (tiny-plain): ")

    assert run(capsys, "delete", "tiny-plain") == "Deleted the weights 'tiny-plain'.\n"
    assert "no weights called 'tiny-plain'" in run(capsys, "remove", "tiny-plain", code=2)
    assert facts(capsys, "info", "tiny")["sets"] == []
    assert "none yet" in run(capsys, "info", "tiny")


def test_import_as_json_and_again(capsys, file):
    found = facts(capsys, "import", file, "--name", "mine", "--set", "boost=true")
    assert (found["name"], found["system"], found["already"], found["licence"]) == (
        "mine",
        "tiny",
        False,
        "non-commercial",
    )
    assert found["config"] == {"width": 5, "boost": True}
    assert facts(capsys, "import", file, "--name", "mine", "--set", "boost=true")["already"] is True
    assert "These weights are here already, as 'mine'." in run(
        capsys, "import", file, "--name", "mine", "--set", "boost=true"
    )
    models = [model["name"] for model in facts(capsys, "list")["models"]]
    assert models[models.index("tiny") + 1] == "mine"


def test_import_of_two_files(capsys, home):
    for name, half in zip("ab", halves(), strict=True):
        torch.save(half, home / name)
    assert "is only the conv1.pth part" in run(capsys, "import", "a", code=2)
    assert facts(capsys, "import", "b", "a")["dialect"] == "pair"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["import"], "FILE"),
        (["import", "gone.pth"], "There is no file gone.pth"),
        (["import", "net.pth", "--name", "Not good"], "cannot be a name of weights"),
        (["import", "net.pth", "--name", "tiny"], "is the name of a model"),
        (["import", "net.pth", "--set", "boost"], "'boost' is no setting"),
        (["import", "net.pth", "--set", "blur=1"], "has no setting 'blur'"),
        (["get", "telea"], "Telea needs no weights"),
        (["get", "tyny"], "tiny"),
        (["get", "tiny"], "No published weights are known for 'tiny'"),
        (["get", "lama", "--entry", "x"], "There is no entry 'x' for lama"),
        (["export", "tiny"], "-o"),
        (["export", "tiny", "-o", "x.h5"], "use .safetensors, .pt, .onnx"),
        (["export", "tiny", "-o", "x.pt"], "Tiny has no weights to export"),
        (["export", "telea", "-o", "x.pt"], "needs no weights"),
        (["export", "tiny", "-o", "gone/x.pt"], "does not exist"),
        (["export", "tiny", "-o", "x.pt", "--size", "-5"], "not a whole number"),
        (["delete", "tiny"], "no weights called 'tiny'"),
    ],
)
@pytest.mark.usefixtures("file")
def test_wrong_input(capsys, monkeypatch, arguments, reason):
    if arguments[:2] == ["import", "net.pth"] and "tiny" in arguments:
        monkeypatch.setattr("inpaint_studio.models.base.registry.registry", importer.registry)
    assert reason in run(capsys, *arguments, code=2)


def test_files_that_are_no_weights_are_listed(capsys, home):
    folder = home / "data" / "weights"
    folder.mkdir(parents=True)
    (folder / "bad.safetensors").write_bytes(b"bad")
    assert "Note: bad.safetensors is damaged" in run(capsys, "list")
    assert len(facts(capsys, "list")["problems"]) == 1


def test_get(capsys, monkeypatch):
    content = pickled(network())
    with serving(dropped(content, 100), whole(content)) as server:
        monkeypatch.setattr("inpaint_studio.engine.weights.download._PAUSE", 0)
        publish(
            monkeypatch,
            entry("faces", PublishedFile("net.pth", f"{server.address}/net.pth")),
            entry("cats", PublishedFile("c", "http://c")),
        )
        text = run(capsys, "get", "tiny")
        assert text.startswith(
            "Getting 'faces': Some faces. There are also --entry cats.\nThese weights were published"
        )
        assert "Note: net.pth: sha256 " in text
        assert "Note: These weights were published without a licence (no licence)" in text
        assert facts(capsys, "get", "tiny", "--entry", "faces")["already"] is True
    assert store.find("tiny-plain").licence == "unlicensed"


def test_get_prints_size_and_licence_first_and_uses_the_mirror(capsys, monkeypatch):
    content = pickled(network())
    file = PublishedFile("net.pth", "https://gone.invalid/net.pth", about="1 kB", md5=hashlib.md5(content).hexdigest())
    publish(monkeypatch, entry("faces", file, licence="research"))
    with serving(whole(content)) as server:
        text = run(capsys, "get", "tiny", "--mirror", server.address)
        assert text.startswith("Getting 'faces': Some faces, 1 kB.\nThese weights learned from photos for research ")
        monkeypatch.setenv("INPAINT_STUDIO_MIRROR", server.address)
        assert facts(capsys, "get", "tiny", "--name", "again")["name"] == "again"
        assert len(server.requests) == 2
    assert "no address of a mirror" in run(capsys, "get", "tiny", "--mirror", "there", code=2)


def test_get_without_a_model_offers_what_is_recommended_first(capsys):
    lines = run(capsys, "get").splitlines()
    assert lines[0] == "Recommended:"
    first, second = lines[1:3]
    assert "MI-GAN" in first
    assert "28 MB  free" in " ".join(first.split("  ")).replace("   ", "  ")
    assert first.endswith("models get mi-gan")
    assert "LaMa" in second
    assert lines[3] == "Others:"
    (mmagic,) = [line for line in lines if "--entry mmagic-celeba" in line and "deepfill-v2" in line]
    assert "data for research only" in mmagic
    listed = facts(capsys, "get")["offered"]
    assert listed[0]["command"] == "inpaint-studio models get mi-gan --entry torchscript"  # type: ignore[index]
    assert {each["class"] for each in listed} == {"free", "data for research only", "non-commercial"}  # type: ignore[attr-defined]
    assert "Write the model" in run(capsys, "get", "--entry", "x", code=2)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_an_interrupted_download_keeps_its_part(home):
    code = (
        "import sys, inpaint_studio.engine.weights.catalogue as c\n"
        "one = c.PublishedWeights('lama', 'x', 'X', 'official', 'free', '', (c.PublishedFile('x.pt', sys.argv[1]),))\n"
        "c.entries = lambda: (one,)\n"
        "from inpaint_studio.cli import main\n"
        "sys.exit(main(['models', 'get', 'lama']))\n"
    )
    with serving(stalled(bytes(1000), 300)) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", code, f"{server.address}/x.pt"],
            cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert server.silent.wait(60)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "inpaint-studio: cancelled\n")
    left = sorted(path.suffix for path in (home / "data" / "downloads").iterdir())
    assert left in ([], [".json", ".part"])


def test_get_by_hand(capsys, monkeypatch):
    page = "https://example.org/page"
    publish(monkeypatch, entry("faces", PublishedFile("a b.pth", page=page), PublishedFile("c.pth", page=page)))
    text = run(capsys, "get", "tiny")
    assert page in text
    assert "\n  inpaint-studio models import 'a b.pth' c.pth\n" in text
    assert "published without a licence" in text
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert facts(capsys, "get", "tiny", "--open")["pages"] == [page] == opened
    text = run(capsys, "info", "tiny")
    assert f"a b.pth: {page}" in text
    assert "faces: Some faces (non-commercial: no licence)" in text


def test_export(capsys, file, home):
    run(capsys, "import", file)
    assert "out.safetensors (safetensors)" in run(capsys, "export", "tiny", "-o", "out.safetensors")
    found = facts(capsys, "export", "tiny-plain", "-o", "out.pt", "--size", "32")
    assert found == {"output": "out.pt", "format": "TorchScript", "any_size": True}
    (home / "data" / "weights" / "tiny-plain.safetensors").unlink()
    assert facts(capsys, "import", "out.safetensors")["name"] == "tiny-plain"


def test_the_program_itself_with_weights_in_a_folder(home):
    weighted.install(home / "there")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "INPAINT_STUDIO_DATA": str(home / "there")}
    command = [sys.executable, "-m", "inpaint_studio", "models", "list", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    for model in json.loads(done.stdout)["models"]:
        assert model["weights"] == ("imported" if model["needs_weights"] else "none")


def save_trained(home: Path, **record: str) -> None:
    """Imported weights, saved again as a training saves them, with that record."""
    made = next(iter(store.sets()), None) or importer.import_files([home / "net.pth"]).weights
    facts = {"base": "none", "photos": "22", "steps": "1200", "generator_steps": "200", "phase_steps": "1000"}
    tensors, config = made.read(), made.config
    how = {"system": "tiny", "config": config, "licence": "free", "terms": "your own", "origin": "trained"}
    store.save(tensors, name=made.name, facts=facts | record, replace=True, **how)  # type: ignore[arg-type]


@pytest.mark.usefixtures("file")
def test_info_shows_the_training_of_own_weights(capsys, home):
    save_trained(home, phase="critic", whole="no", trained_at="64")
    assert "  1200 steps of training, from nothing, on 22 photos, stopped in its phase 'critic'\n" in run(
        capsys, "info", "tiny"
    )
    (found,) = facts(capsys, "info", "tiny")["sets"]  # type: ignore[misc]
    assert found["training"] == {  # type: ignore[index]
        "base": "none",
        "photos": "22",
        "steps": 1200,
        "generator_steps": 200,
        "phase": "critic",
        "phase_steps": 1000,
        "trained_at": 64,
        "whole": False,
    }
    save_trained(home, phase="joint", whole="yes", base="other", steps="1", photos="")
    assert "  1 step of training, from other\n" in run(capsys, "info", "tiny")


@pytest.mark.usefixtures("file")
def test_info_of_a_strange_record_does_no_harm(capsys, home):
    save_trained(home, phase="\x1b[31m" + 1000 * "x", whole="no", steps="7", generator_steps="-1")
    text = run(capsys, "info", "tiny")
    assert "  7 steps of training" in text
    assert "\x1b" not in text
    assert 200 * "x" not in text
    save_trained(home, steps=30 * "9")
    assert "of training" not in run(capsys, "info", "tiny")
