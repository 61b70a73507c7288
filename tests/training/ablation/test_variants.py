"""The names of variants, and what each changes."""

from __future__ import annotations

import pytest

from inpaint_studio.errors import InputError
from tests.training.test_recipes import system
from training.ablation.variants import AblationVariant, loss_settings, make_variants
from training.recipe import change_settings
from training.recipes import recipe_for, systems


def variants(
    losses: tuple[str, ...], chosen: dict[str, str] | None = None, name: str = "deepfill-v1"
) -> tuple[AblationVariant, ...]:
    return make_variants(system(name), recipe_for(name), (), losses, chosen or {})


def test_none_leaves_only_the_reconstruction() -> None:
    for name in ("deepfill-v1", "deepfill-v2", "lama"):
        kind = recipe_for(name)
        settings = change_settings(kind.Settings(), loss_settings(kind, "none", {}))
        assert settings.adversarial == 0
        assert not any(getattr(settings, loss, 0) for loss in ("perceptual", "style", "total_variation"))
        assert getattr(settings, "hole", 1) > 0  # something teaches the hole


@pytest.mark.parametrize(
    ("name", "gan"),
    [("wgan-gp", "wasserstein"), ("vanilla", "vanilla"), ("lsgan", "least squares"), ("hinge", "hinge")],
)
def test_a_critic_is_switched_on_by_its_name(name: str, gan: str) -> None:
    kind = recipe_for("deepfill-v1")
    settings = change_settings(kind.Settings(), loss_settings(kind, name, {}))
    assert (settings.gan, settings.adversarial) == (gan, 0.001)
    assert settings.perceptual == settings.style == settings.total_variation == 0


def test_losses_are_added() -> None:
    kind = recipe_for("deepfill-v1")
    settings = change_settings(kind.Settings(), loss_settings(kind, "hinge + tv", {}))
    assert (settings.gan, settings.adversarial, settings.total_variation) == ("hinge", 0.001, 0.1)


def test_a_weight_of_the_user_counts_where_the_loss_is_on() -> None:
    without, with_it = variants(("none", "hinge"), {"adversarial": "0.5"})
    assert dict(without.settings)["adversarial"] == "0"
    assert dict(with_it.settings)["adversarial"] == "0.5"


def test_every_loss_of_every_recipe_has_settings_that_exist() -> None:
    for name in systems():
        kind = recipe_for(name)
        assert kind.critics <= set(kind.loss_parts)
        for part in kind.loss_parts:
            change_settings(kind.Settings(), loss_settings(kind, part, {}))


@pytest.mark.parametrize(
    ("losses", "name", "sentence"),
    [
        (("none", "wgan"), "deepfill-v1", "There is no loss 'wgan' for deepfill-v1; there are none, wgan-gp"),
        (("none", "none+hinge"), "deepfill-v1", "There is no loss 'none'"),
        (("none", "hinge+lsgan"), "deepfill-v1", "two critics, hinge and lsgan"),
        (("none", "hinge"), "glcic", "cannot be chosen one by one"),
        (("none", "none"), "deepfill-v1", "Name two variants or more"),
    ],
)
def test_wrong_names_are_one_sentence(losses: tuple[str, ...], name: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        variants(losses, name=name)
    assert sentence in str(error.value)


def test_blocks_and_losses_are_multiplied() -> None:
    found = make_variants(system("deepfill-v1"), recipe_for("deepfill-v1"), ("none", "se"), ("none", "tv"), {})
    assert [each.name for each in found] == ["none, none", "none, tv", "se, none", "se, tv"]
    assert found[3].config() == ("attention=se",)
    assert dict(found[3].settings)["total_variation"] == "0.1"
    assert found[3].slug == "se_tv"


def test_an_unknown_block_is_one_sentence() -> None:
    with pytest.raises(InputError, match="'attention' cannot be 'magic'; it must be contextual, none, self"):
        make_variants(system("deepfill-v1"), recipe_for("deepfill-v1"), ("none", "magic"), (), {})


def test_a_network_without_a_place_for_attention_is_refused() -> None:
    with pytest.raises(InputError, match="no place for another attention block"):
        make_variants(system("glcic"), recipe_for("glcic"), ("none", "self"), (), {})
