"""The commands about models on a machine where nothing but the program is installed."""

from __future__ import annotations

import json

import pytest

from inpaint_studio.cli import main
from inpaint_studio.engine.weights import store

pytestmark = pytest.mark.usefixtures("shipped_weights")


def shipped_name() -> str:
    return store.sets()[0].name


def test_the_list_shows_which_weights_ship(capsys):
    assert main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    system = store.find(shipped_name()).system
    assert any(line.startswith(f"{system} ") and "shipped (free)" in line for line in lines)
    assert main(["models", "list", "--json"]) == 0
    models = {each["name"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    assert (models[system]["weights"], models[system]["weights_licence"]) == ("shipped", "free")


def test_info_counts_the_parameters_in_use(capsys):
    """A shipped network is smaller than its paper's."""
    assert main(["models", "info", "deepfill-v2"]) == 0
    own = int(store.find("deepfill-v2-scenes").facts["parameters"])
    line = f"Parameters    {own / 1e6:.2f} million (the paper's network has 4.05 million)\n"
    assert line in capsys.readouterr().out


def test_info_shows_the_card(capsys):
    name = shipped_name()
    assert main(["models", "info", name]) == 0
    text = capsys.readouterr().out
    for part in (f"{name}: shipped (free)", "  Photos: ", "  Training: ", "  Measured: ", "  Bad at: "):
        assert part in text
    assert main(["models", "info", name, "--json"]) == 0
    found = next(each for each in json.loads(capsys.readouterr().out)["sets"] if each["name"] == name)
    assert found["card"]["held_out"]["psnr"] > 0
    assert found["card"]["title"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("delete", "come with the program and stay; weights of your own are used before them"),
        ("import", "come with the program; give another name"),
    ],
)
def test_a_shipped_set_is_neither_removed_nor_replaced(command, sentence, tmp_path, capsys):
    name = shipped_name()
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(store.find(name).path.read_bytes())
    arguments = ["import", str(copy), "--name", name] if command == "import" else [command, name]
    assert main(["models", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert store.find(name).origin == "shipped"


def test_a_damaged_one_is_a_sentence_in_the_list(tmp_path, monkeypatch, capsys):
    whole = store.find(shipped_name()).path.read_bytes()
    (tmp_path / "ours.safetensors").write_bytes(whole[:-8])
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(tmp_path))
    assert main(["models", "list"]) == 0
    assert "ours.safetensors, which comes with the program, is damaged; install the program again." in (
        capsys.readouterr().out
    )
