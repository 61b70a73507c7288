"""What a fine-tuning needs is known before it starts, and is what its recipe wants."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from inpaint_studio.models.base.interface import Traits
from inpaint_studio.session.training import needs
from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.ui.training.loss_words import MEANINGS, explain
from tests.session.fake_library import weights
from training import recipes
from training.losses.vgg import VGG_FILES
from training.recipe import needs_features


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in which torch.hub keeps its files."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return tmp_path / "hub" / "checkpoints"


def model(system: str, record: str | None = None, own: bool = True) -> ModelInfo:
    """A model of that system, with weights whose training is recorded so."""
    made = weights(f"{system}-own", system) if own else None
    if made is not None and record is not None:
        made = replace(made, facts={"recipe": record})
    return ModelInfo(Traits(system, system, "Learns.", trainable=True), made, not own)


def test_the_table_is_that_of_the_recipes() -> None:
    kinds = {system: recipes.recipe_for(system) for system in recipes.systems()}
    expected = {
        system: needs.Features(kind.wants_features, needs_features(kind, kind.Settings()))
        for system, kind in kinds.items()
        if kind.wants_features is not None
    }
    assert expected == needs.FEATURES
    assert {name: file.name for name, file in VGG_FILES.items()} == needs.FILES


def test_the_losses_of_the_weights_decide(home: Path) -> None:
    file = home / "vgg19-dcbb9e9d.pth"
    assert needs.missing_features(model("lama"), False) == file
    assert needs.missing_features(model("lama", own=False), True) == file
    without, with_ = (json.dumps({"perceptual": value}) for value in (0.0, 0.1))
    assert needs.missing_features(model("lama", without), False) is None
    assert needs.missing_features(model("lama", without), True) == file  # it begins from nothing
    assert needs.missing_features(model("deepfill-v1"), False) is None
    assert needs.missing_features(model("deepfill-v1", with_), False) == home / "vgg16-397923af.pth"
    assert needs.missing_features(model("deepfill-v2"), False) is None
    assert needs.missing_features(model("lama", "{torn"), False) == file
    file.parent.mkdir(parents=True)
    file.touch()
    assert needs.missing_features(model("lama"), False) is None


def test_the_folder_is_that_of_torch(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    assert needs._cache() == home == Path(torch.hub.get_dir()) / "checkpoints"
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert needs._cache() == home / "torch" / "hub" / "checkpoints" == Path(torch.hub.get_dir()) / "checkpoints"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert needs._cache() == Path(torch.hub.get_dir()) / "checkpoints"


def test_every_loss_of_the_recipes_is_explained_in_words() -> None:
    names = {name for path in Path(recipes.__file__).parent.glob("*.py") for name in losses_of(path)}
    assert {"reconstruction", "adversarial", "total variation", "edge feature matching"} <= names
    assert names == set(MEANINGS)
    assert explain("feature_matching").startswith("feature matching: how far")
    assert explain("own loss") == "own loss"


def losses_of(path: Path) -> set[str]:
    """The names of the losses that a recipe reports: keys of the dicts that its methods of losses return."""
    found: set[str] = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef) and "dict[str, Tensor]" in ast.unparse(
            function.returns or ast.Name("")
        ):
            for node in ast.walk(function):
                if isinstance(node, ast.Dict):
                    found |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                    found |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
    return found
