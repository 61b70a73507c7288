"""What is special of GLCIC's recipe: where its discriminator looks, and what each phase computes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from inpaint_studio.errors import InputError
from tests.training.test_recipes import make_batch, make_trainer, small_recipe
from training.data.batch import Batch
from training.discriminators import crop_around_hole


class Looks(nn.Module):
    """A discriminator that keeps what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, image: torch.Tensor, local: torch.Tensor) -> torch.Tensor:
        self.seen.append((image, local))
        return self.scale * image.mean((1, 2, 3))[:, None]


def test_of_a_true_image_the_discriminator_sees_any_place_and_of_a_completed_one_the_hole():
    recipe = small_recipe("glcic")
    looks = recipe.modules["critic"] = Looks()
    batch = make_batch("glcic", recipe, 4)
    ramp = torch.arange(64.0).view(1, 1, 1, 64).expand(4, 3, 64, 64) / 64
    batch = Batch(ramp, batch.hole)
    places = set()
    for seed in range(8):
        torch.manual_seed(seed)
        looks.seen.clear()
        recipe.updates("joint", 0)[0].losses(Batch(batch.image, batch.hole))
        (fake, near), (real, anywhere) = looks.seen
        assert torch.equal(real, batch.image)
        assert torch.equal(near, crop_around_hole(fake, batch.hole, 32))
        assert anywhere.shape == near.shape
        places |= {round(64 * one[0, 0, 0].item()) for one in anywhere}
    assert len(places) > 10
    assert min(places) >= 0
    assert max(places) <= 32


@pytest.mark.parametrize("views", ["both", "global", "local"])
def test_it_trains_with_either_view(views, tmp_path):
    recipe = small_recipe("glcic", views=views)
    recipe.phases = recipe.phases[-1:]
    assert make_trainer(recipe, make_batch("glcic", recipe), tmp_path, 2).run() == "done"


def test_an_unknown_view_is_refused():
    with pytest.raises(InputError, match="no view 'none'; there are both, global, local"):
        small_recipe("glcic", views="none")


@pytest.mark.parametrize(("phase", "graph"), [("completion", True), ("critic", False), ("joint", True)])
def test_the_discriminators_own_phase_builds_no_graph_of_the_generator(phase, graph):
    recipe = small_recipe("glcic")
    built: list[bool] = []
    recipe.modules["generator"].register_forward_hook(lambda _, __, drawn: built.append(drawn.requires_grad))
    batch = make_batch("glcic", recipe)
    for update in recipe.updates(phase, 0):
        update.losses(batch)
    assert built == [graph]


def test_the_completion_network_may_learn_more_from_a_discriminator_that_is_sure():
    found = {}
    for name in ("false", "true"):
        recipe = small_recipe("glcic", non_saturating=name)
        sure = recipe.modules["critic"] = Looks()
        sure.scale.data.fill_(-30.0)  # far below 0: not a true image
        batch = make_batch("glcic", recipe)
        loss = recipe.updates("joint", 0)[1].losses(batch)["adversarial"]
        gradient = torch.autograd.grad(loss, list(recipe.modules["generator"].parameters()), allow_unused=True)
        found[name] = sum(each.abs().sum().item() for each in gradient if each is not None)
    assert found["true"] > 100 * found["false"]
