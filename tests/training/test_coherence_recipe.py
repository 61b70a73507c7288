"""The recipe of the coherence priors: what it shows of the true classes, and what its losses judge."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from inpaint_studio.layers.label_planes import to_planes
from tests.training.test_recipes import losses_of, make_batch, small_recipe
from training.data.batch import Batch
from training.losses.texture import SIDE, texture_coherence
from training.recipe import Recipe
from training.recipes.coherence import show_painted

LABELS = torch.tensor([[[[1.0, 2, 3, 0]]]])
HOLE = torch.tensor([[[[1.0, 1, 0, 0]]]])


def shown(step: int, share: float = 0.5) -> list[float]:
    return show_painted(LABELS, HOLE, step, share)[0, 0, 0].tolist()


def test_true_classes_are_shown_in_a_share_of_the_steps():
    assert [any(shown(step)) for step in range(10)] == [True] * 5 + [False] * 5
    assert not any(any(shown(step, 0.0)) for step in range(40))
    assert all(any(shown(step, 1.0)) for step in range(10))


def test_all_of_them_or_some_in_the_hole_or_everywhere():
    assert shown(0) == [1, 2, 0, 0]
    assert (shown(10), shown(11)) == ([0, 2, 0, 0], [1, 0, 0, 0])
    assert shown(20) == [1, 2, 3, 0]
    assert (shown(30), shown(31)) == ([0, 2, 0, 0], [1, 0, 3, 0])


def labelled(recipe: Recipe) -> Batch:
    """Photos with a map: class 1 above, 2 below, and in the second one the right part not known."""
    batch = make_batch("coherence", recipe)
    labels = torch.ones_like(batch.hole)
    labels[..., 32:, :] = 2
    labels[1, ..., 40:] = 0
    return Batch(batch.image, batch.hole, {"labels": labels})


def test_the_classes_are_learned_where_they_are_known():
    recipe = small_recipe("coherence")
    batch = labelled(recipe)
    assert losses_of(recipe, batch, "all")["labels"] > 0
    bare = Batch(batch.image, batch.hole)
    assert losses_of(recipe, bare, "all")["labels"] == 0
    assert losses_of(recipe, bare, "all")["reconstruction"] > 0


def test_two_halves_of_a_labelled_batch_are_the_whole():
    recipe = small_recipe("coherence")
    batch = labelled(recipe)
    for update in recipe.updates("all", 2):
        whole = torch.stack(list(update.losses(batch).values())).sum()
        halves = [torch.stack(list(update.losses(part).values())).sum() for part in batch.parts(2)]
        assert float(sum(halves)) / 2 == pytest.approx(float(whole.detach()), rel=2e-3)


class Watching(torch.nn.Module):
    """A critic that remembers what it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def forward(self, pair: Tensor) -> Tensor:
        self.seen.append(pair.detach())
        return pair.mean((1, 2, 3))


def test_the_critic_judges_pairs():
    recipe = small_recipe("coherence")
    batch = labelled(recipe)
    batch.guides["labels"][1] = 0  # an image without a map
    recipe.modules["critic"] = critic = Watching()
    critic_update, generator_update = recipe.updates("all", 0)
    critic_update.losses(batch)
    real, made, swapped = critic.seen
    image, truth = 2 * batch.image - 1, to_planes(batch.guides["labels"], 3)
    assert torch.equal(real, torch.cat([image, truth], 1))
    outside = (batch.hole == 0).expand(-1, 6, -1, -1)
    assert torch.equal(made[outside], real[outside])
    assert not torch.equal(made, real)
    assert torch.equal(swapped[0, :3], image[0])
    assert not (swapped[0, 3:] * truth[0]).any()
    assert swapped[0, 3:].sum() == 64 * 64
    assert torch.equal(swapped[1], made[1])
    assert not made[1, 3:].any()
    generator_update.losses(batch)
    assert torch.equal(critic.seen[-1], made)


def stripes(side: int, across: bool) -> Tensor:
    wave = torch.sin(torch.arange(side) * 1.3)
    plane = wave[None].expand(side, -1) if across else wave[:, None].expand(-1, side)
    return plane.expand(1, 3, -1, -1).contiguous()


def test_texture_of_the_own_class_is_sought():
    """The left half has upright stripes, the right one level ones; a hole in the left half is drawn with either."""
    side = 24
    real, level = stripes(side, True), stripes(side, False)
    real[..., 12:] = level[..., 12:]
    hole = torch.zeros(1, 1, side, side)
    hole[..., 9:15, 3:8] = 1
    labels = torch.ones(1, 1, side, side)
    labels[..., 12:] = 2
    same, other = (torch.where(hole > 0, texture, real) for texture in (stripes(side, True), level))
    assert texture_coherence(same, real, hole, labels) < 0.01
    assert texture_coherence(other, real, hole, labels) > 0.3
    # Of unknown classes, and of one that lies in the hole alone, every patch counts.
    for anything in (torch.zeros_like(labels), torch.where(hole > 0, 3.0, labels)):
        assert texture_coherence(other, real, hole, anything) < texture_coherence(other, real, hole, labels)


def test_texture_teaches_the_drawn_image_alone_and_ignores_shades():
    noise = torch.Generator().manual_seed(0)
    drawn, real = (torch.rand(2, 3, 16, 16, generator=noise) for _ in range(2))
    hole, labels = torch.zeros(2, 1, 16, 16), torch.ones(2, 1, 16, 16)
    hole[..., 4:9, 4:9] = 1
    drawn.requires_grad_(), real.requires_grad_()
    loss = texture_coherence(drawn, real, hole, labels)
    loss.backward()
    assert drawn.grad is not None
    assert drawn.grad.any()
    assert real.grad is None
    assert texture_coherence(drawn + 0.3, real, hole, labels).item() == pytest.approx(loss.item(), abs=1e-5)
    assert texture_coherence(drawn, real, torch.zeros_like(hole), labels).item() == 0


def test_large_images_are_reduced():
    """As if they had been reduced before."""
    noise = torch.Generator().manual_seed(0)
    drawn, real = (torch.rand(1, 3, SIDE, SIDE, generator=noise).repeat_interleave(2, 2) for _ in range(2))
    drawn, real = drawn.repeat_interleave(2, 3), real.repeat_interleave(2, 3)
    hole = torch.zeros(1, 1, 2 * SIDE, 2 * SIDE)
    hole[..., 10:40, 10:40] = 1
    small = [plane[..., ::2, ::2] for plane in (drawn, real, hole, torch.ones_like(hole))]
    large = texture_coherence(drawn, real, hole, torch.ones_like(hole))
    assert large.item() == pytest.approx(texture_coherence(*small).item(), abs=1e-4)
