"""Where every number of every recipe comes from: one table. A setting without a row, or another default, fails.

A source is a section or an equation of the paper, or a file and a key of the authors' code.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from training.recipe import Recipe
from training.recipes import recipe_for, systems

Rows = dict[str, tuple[Any, str]]

_V1 = "JiahuiYu/generative_inpainting v1.0.0"
_V2 = "JiahuiYu/generative_inpainting v2.0.0"
_EC = "knazeri/edge-connect, config.yml.example"
_SHIFT = "Zhaoyi-Yan/Shift-Net_pytorch, options"
_LAMA = "advimman/lama, configs/training/lama-fourier.yaml"
_MIGAN = "Picsart-AI-Research/MI-GAN, configs/experiment/migan_places256.yaml"
_CE = "pathak22/context-encoder, train.lua"
_AOT = "researchmm/AOT-GAN-for-Inpainting, src/utils/option.py"
_OURS = "no paper has it; this value leaves it out"
# Of systems whose paper has such a loss, but whose formulas and code are not public.
_READING = "no source says it; a reading of ours"
READINGS = {"coherence", "espa"}
NEUTRAL = {("known", 1.0), ("squared", 0.0), ("edges", 0.0)}

TABLE: dict[str, Rows] = {
    "aot-gan": {
        "batch": (8, f"{_AOT}: batch_size"),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "reconstruction": (1.0, f"section 3.4; {_AOT}: rec_loss"),
        "adversarial": (0.01, f"section 3.4; {_AOT}: adv_weight"),
        "perceptual": (0.1, f"section 3.4; {_AOT}: rec_loss"),
        "style": (250.0, f"section 3.4; {_AOT}: rec_loss"),
        "rate": (0.0001, f"{_AOT}: lrg and lrd"),
        "beta1": (0.5, f"{_AOT}: beta1"),
        "beta2": (0.999, f"{_AOT}: beta2"),
        "critic_width": (64, "researchmm/AOT-GAN-for-Inpainting, src/model/aotgan.py: Discriminator"),
    },
    "coherence": {
        "batch": (16, _READING),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "reconstruction": (1.0, _READING),
        "coarse": (1.0, _READING),
        "labels": (0.2, _READING),
        "adversarial": (0.1, _READING),
        "texture": (0.1, _READING),
        "painted": (0.5, _READING),
        "rate": (0.0001, _READING),
        "beta1": (0.5, _READING),
        "beta2": (0.9, _READING),
        "critic_width": (64, _READING),
    },
    "context-encoder": {
        "batch": (64, f"{_CE}: batchSize"),
        "reconstruction": (0.999, f"section 3.2 and 4; {_CE}: wtl2=0.999 of the README"),
        "adversarial": (0.001, f"{_CE}: 1 - wtl2"),
        "overlap": (10.0, f"section 3.2; {_CE}: overlapL2Weight"),
        "rate": (0.002, f"section 4: ten times the discriminator's; {_CE}: opt.lr*10"),
        "critic_rate": (0.0002, f"{_CE}: lr"),
        "beta1": (0.5, f"{_CE}: beta1"),
        "critic_width": (64, f"{_CE}: ndf"),
    },
    "deepfill-v1": {
        "batch": (16, f"{_V1}, inpaint.yml: BATCH_SIZE"),
        "squared": (0.0, _OURS),
        "gan": ("wasserstein", f"{_V1}, inpaint.yml: GAN 'wgan_gp'; section 4.2 for the others"),
        "hole": (1.2, f"{_V1}, inpaint.yml: L1_LOSS_ALPHA"),
        "coarse": (1.2, f"{_V1}, inpaint.yml: COARSE_L1_ALPHA"),
        "known": (1.2, f"{_V1}, inpaint.yml: AE_LOSS_ALPHA"),
        "refinement_l1": (True, "section 4.2, the ablation; with it in the full model"),
        "adversarial": (0.001, f"{_V1}, inpaint.yml: GAN_LOSS_ALPHA"),
        "penalty": (10.0, f"eq. 5; {_V1}, inpaint.yml: WGAN_GP_LAMBDA"),
        "discount": (0.9, f"section 3.3; {_V1}, inpaint.yml: SPATIAL_DISCOUNTING_GAMMA"),
        "discount_from": ("box", f"{_V1}, inpaint_ops.py: spatial_discounting_mask"),
        "perceptual": (0.0, "section 4.2: left out of the full model"),
        "style": (0.0, "section 4.2: left out of the full model"),
        "total_variation": (0.0, "section 4.2: left out of the full model"),
        "critic_steps": (5, f"{_V1}, train.py: max_iters of the discriminator's trainer"),
        "fine_tuning_critic_steps": (5, f"{_V1}, train.py: the same after MODEL_RESTORE"),
        "rate": (0.0001, f"{_V1}, train.py: lr"),
        "beta1": (0.5, f"{_V1}, train.py: AdamOptimizer"),
        "beta2": (0.9, f"{_V1}, train.py: AdamOptimizer"),
        "critic_width": (64, f"{_V1}, inpaint_model.py: cnum of both critics"),
        "size": (256, f"{_V1}, inpaint.yml: IMG_SHAPES"),
    },
    "deepfill-v2": {
        "batch": (16, f"{_V2}, inpaint.yml: batch_size"),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "reconstruction": (1.0, f"section 3.3; {_V2}, inpaint.yml: l1_loss_alpha"),
        "coarse": (1.0, f"{_V2}, inpaint_model.py: ae_loss of x1, l1_loss_alpha"),
        "adversarial": (1.0, f"section 3.3; {_V2}, inpaint.yml: gan_loss_alpha"),
        "rate": (0.0001, f"{_V2}, train.py: lr"),
        "beta1": (0.5, f"{_V2}, train.py: AdamOptimizer"),
        "beta2": (0.999, f"{_V2}, train.py: AdamOptimizer"),
        "critic_width": (64, f"{_V2}, inpaint_model.py: cnum of build_sn_patch_gan_discriminator"),
    },
    "edge-connect": {
        "batch": (8, f"section 4.2; {_EC}: BATCH_SIZE"),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "edges": (0.0, _OURS),
        "edge_adversarial": (1.0, "eq. 2: lambda_adv,1"),
        "feature_matching": (10.0, f"eq. 2: lambda_FM; {_EC}: FM_LOSS_WEIGHT"),
        "reconstruction": (1.0, f"eq. 9: lambda_l1; {_EC}: L1_LOSS_WEIGHT"),
        "adversarial": (0.1, f"eq. 9: lambda_adv,2; {_EC}: INPAINT_ADV_LOSS_WEIGHT"),
        "perceptual": (0.1, f"eq. 9: lambda_p; {_EC}: CONTENT_LOSS_WEIGHT"),
        "style": (250.0, f"eq. 9: lambda_s; {_EC}: STYLE_LOSS_WEIGHT"),
        "rate": (0.0001, f"section 4.2; {_EC}: LR"),
        "plateau_rate": (0.00001, "section 4.2: lowered when the losses of G1 stay"),
        "joint_rate": (0.000001, "section 4.2: both without D1"),
        "critic_share": (0.1, f"section 4.2; {_EC}: D2G_LR"),
        "beta2": (0.9, f"section 4.2; {_EC}: BETA2"),
        "critic_width": (64, "knazeri/edge-connect, src/networks.py: Discriminator"),
    },
    "espa": {
        "batch": (8, _READING),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "coarse": (1.0, _READING),
        "reconstruction": (1.0, _READING),
        "labels": (0.1, _READING),
        "predicted": (0.3, _READING),
        "painted": (0.1, _READING),
        "adversarial": (0.1, _READING),
        "perceptual": (0.1, _READING),
        "style": (250.0, _READING),
        "rate": (0.0001, _READING),
        "critic_share": (0.1, _READING),
        "beta1": (0.0, _READING),
        "beta2": (0.9, _READING),
        "critic_width": (64, "GooDrYu/Interactive-Image-Inpainting, networks.py: the discriminator"),
    },
    "glcic": {
        "batch": (96, "section 4"),
        "adversarial": (0.0004, "section 4: alpha of eq. 4"),
        "reconstruction": (1.0, "eq. 2 and 4"),
        "views": ("both", "section 3.3; figure 2 compares with one of them"),
        "non_saturating": (False, "eq. 4 and 5 and algorithm 1: log(1 - D)"),
        "rate": (1.0, "section 4: ADADELTA, which has no rate"),
        "critic_rate": (1.0, "section 4: ADADELTA, which has no rate"),
        "critic_width": (64, "table 2"),
        "size": (256, "section 4"),
    },
    "lama": {
        "batch": (30, "section 4: batch size"),
        "squared": (0.0, _OURS),
        "known": (10.0, f"{_LAMA}: l1.weight_known"),
        "hole": (0.0, f"{_LAMA}: l1.weight_missing"),
        "adversarial": (10.0, f"eq. 8: kappa; {_LAMA}: adversarial.weight"),
        "perceptual": (
            0.3,
            "advimman/lama, ablv2_work_no_segmpl_vgg.yaml: 0.03, times 10 images summed",
        ),
        "feature_matching": (100.0, f"eq. 8: beta; {_LAMA}: feature_matching.weight"),
        "r1": (0.001, f"eq. 8: gamma; {_LAMA}: adversarial.gp_coef"),
        "rate": (0.001, "section 3; advimman/lama, configs/training/optimizers/default_optimizers.yaml"),
        "critic_rate": (0.0001, "section 3; advimman/lama, configs/training/optimizers/default_optimizers.yaml"),
        "critic_width": (64, "advimman/lama, configs/training/discriminator/pix2pixhd_nlayer.yaml: ndf"),
    },
    "mi-gan": {
        "batch": (32, f"{_MIGAN}: batch_size"),
        "squared": (0.0, _OURS),
        "reconstruction": (2.0, f"{_MIGAN}: image_level_kd_kwargs.weight, of the distillation"),
        "adversarial": (1.0, "Picsart-AI-Research/MI-GAN, lib/experiments/loss.py: loss_Gmain"),
        "r1": (10.0, f"{_MIGAN}: loss_kwargs.r1_gamma"),
        "r1_every": (16, f"{_MIGAN}: d_reg_interval"),
        "regularise_every": (4, f"{_MIGAN}: g_reg_interval"),
        "rate": (0.001, f"{_MIGAN}: g_opt_kwargs.lr and d_opt_kwargs.lr"),
        "beta1": (0.0, f"{_MIGAN}: g_opt_kwargs.betas"),
        "beta2": (0.99, f"{_MIGAN}: g_opt_kwargs.betas"),
        "critic_base": (32768, "Picsart-AI-Research/MI-GAN, configs/model/migan.yaml: migan_d256.ch_base"),
        "critic_most": (512, "Picsart-AI-Research/MI-GAN, configs/model/migan.yaml: migan_d256.ch_max"),
    },
    "partial-conv": {
        "batch": (6, "section 4.2"),
        "squared": (0.0, _OURS),
        "valid": (1.0, "eq. 7"),
        "hole": (6.0, "eq. 7"),
        "perceptual": (0.05, "eq. 7"),
        "style": (120.0, "eq. 7"),
        "total_variation": (0.1, "eq. 7"),
        "rate": (0.0002, "section 4.2"),
        "later_rate": (0.00005, "section 4.2: with the encoder's norms frozen"),
    },
    "shift-net": {
        "batch": (1, f"{_SHIFT}/base_options.py: batchSize"),
        "known": (1.0, _OURS),
        "squared": (0.0, _OURS),
        "reconstruction": (100.0, f"eq. 9, times 100; {_SHIFT}/base_options.py: lambda_A"),
        "guidance": (1.0, f"eq. 9: 0.01, times 100; {_SHIFT}/base_options.py: strength"),
        "adversarial": (0.2, f"eq. 9: 0.002, times 100; {_SHIFT}/base_options.py: gan_weight"),
        "masked": (0.0, f"not in eq. 9; 400 in {_SHIFT}/base_options.py: mask_weight_G"),
        "discount": (0.9, "Zhaoyi-Yan/Shift-Net_pytorch, models/modules/losses.py: Discounted_L1"),
        "perceptual": (0.0, f"not in eq. 9; 1 in {_SHIFT}/base_options.py: content_weight"),
        "style": (0.0, f"not in eq. 9; 10 in {_SHIFT}/base_options.py: style_weight"),
        "total_variation": (0.0, f"not in eq. 9; {_SHIFT}/base_options.py: tv_weight"),
        "rate": (0.0002, f"{_SHIFT}/train_options.py: lr"),
        "beta1": (0.5, f"{_SHIFT}/train_options.py: beta1"),
        "critic_width": (64, f"{_SHIFT}/base_options.py: ndf"),
    },
}


def numbers(recipe: type[Recipe]) -> dict[str, Any]:
    """Every default of the recipe, with its batch."""
    settings = recipe.Settings()
    return {"batch": recipe.batch} | {field.name: getattr(settings, field.name) for field in fields(settings)}


def test_every_recipe_has_its_part_of_the_table():
    assert sorted(TABLE) == sorted(systems())


@pytest.mark.parametrize("name", systems())
def test_every_number_of_a_recipe_has_its_row_with_its_value(name):
    found, rows = numbers(recipe_for(name)), TABLE[name]
    assert set(found) == set(rows)
    assert {key: value for key, (value, _) in rows.items()} == found
    assert {key: type(value) for key, (value, _) in rows.items()} == {key: type(value) for key, value in found.items()}


@pytest.mark.parametrize("name", systems())
def test_every_row_names_its_source(name):
    for key, (value, source) in TABLE[name].items():
        if source == _OURS:
            assert (key, value) in NEUTRAL
            continue
        if source == _READING:
            assert name in READINGS
            continue
        named = any(word in source for word in ("section", "eq.", "table", ".py", ".yml", ".yaml", ".lua", "config"))
        assert named, f"{name}.{key}: {source}"
