"""Recipes of third parties: found by their entry point, refused in a sentence where they are malformed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.plugins import RECIPES, recipe_names
from tests.models.plugins import plugins
from training.recipes import recipe_for, systems

__all__ = ["plugins"]

RECIPE = """
from dataclasses import dataclass
from training.recipe import Recipe

@dataclass(frozen=True)
class Settings:
    rate: float = 0.001

class Own(Recipe):
    system = "mean"
    Settings = Settings

    def optimisers(self):
        return {}

    def updates(self, phase, step):
        return []

    def complete(self, generator, batch):
        return batch.image
"""
MALFORMED = {
    "import": ("import gone_for_good", "gone_for_good"),
    "exit": ("raise SystemExit(4)", "SystemExit: 4"),
    "no such name": ("del Own", "AttributeError"),
    "a number": ("Own = 4", "subclass"),
    "a function": ("def Own(): pass", "subclass"),
    "another class": ("class Own: system = 'mean'", "subclass"),
    "another system": ("Own.system = 'lama'", "system must be 'mean'"),
    "no system": ("del Own.system", "system must be"),
    "no size": ("Own.size = None", "size"),
    "huge batch": ("Own.batch = 10**9", "batch"),
    "no phases": ("Own.phases = ()", "phases"),
    "phases of texts": ("Own.phases = ('all',)", "phases"),
    "another mixture": ("Own.mixture = {}", "mixture"),
    "unknown sketches": ("Own.wants_sketch = 'crayon'", "wants_sketch"),
    "unknown features": ("Own.wants_features = 'vgg11'", "wants_features"),
    "settings of another type": ("Own.Settings = dict", "dataclass"),
    "settings without defaults": ("@dataclass\nclass Bare:\n    rate: float\nOwn.Settings = Bare", "TypeError"),
    "no updates": ("del Own.updates", "updates"),
    "no optimisers": ("del Own.optimisers", "optimisers"),
}


def test_a_recipe_of_another_package_is_found(plugins):
    plugins.install(RECIPE, "mean", RECIPES, "Own")
    assert "mean" in recipe_names()
    assert recipe_for("mean").system == "mean"
    assert recipe_names() >= set(systems())


@pytest.mark.parametrize(("code", "reason"), MALFORMED.values(), ids=MALFORMED)
def test_the_error_for_a_malformed_recipe_is_a_sentence(plugins, code, reason):
    plugins.install(f"{RECIPE}\n{code}", "mean", RECIPES, "Own")
    with pytest.raises(InputError) as caught:
        recipe_for("mean")
    message = str(caught.value)
    assert reason in message
    assert "\n" not in message
    assert message.endswith("report this to its authors.")


def test_no_recipe_of_another_package_replaces_one_of_this_program(plugins):
    plugins.install(f"{RECIPE}\nOwn.system = 'lama'", "lama", RECIPES, "Own")
    assert recipe_for("lama").__module__ == "training.recipes.lama"


def test_the_names_of_recipes_are_found_without_torch():
    code = (
        "import sys\nfrom inpaint_studio.models.base.plugins import recipe_names\n"
        "assert 'lama' in recipe_names()\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_registry_is_found_without_torch(plugins):
    plugins.install(RECIPE.replace("from training.recipe", "raise SystemExit\nfrom training.recipe"), "mean", RECIPES)
    code = (
        f"import sys\nsys.path.insert(0, {str(plugins.folder)!r})\n"
        "from inpaint_studio.models.base.registry import registry\n"
        "assert registry().models['lama'].traits.trainable\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
