"""What holds for every attention block: any size, the same twice, true gradients, and the cost that it states."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from inpaint_studio.errors import InputError
from inpaint_studio.layers.attention.registry import BLOCKS, build_block
from tests.layers import randn
from tests.layers.attention import make_hole, randomise

NAMES = list(BLOCKS)
SIZES = [(8, 6), (7, 9), (1, 5), (5, 1), (1, 1)]


class Largest(TorchDispatchMode):
    """Remembers the number of values of the largest storage that an operation made."""

    def __init__(self, *known):
        super().__init__()
        self.known = {tensor.untyped_storage().data_ptr() for tensor in known}
        self.values = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor) and tensor.untyped_storage().data_ptr() not in self.known:
                self.values = max(self.values, tensor.untyped_storage().nbytes() // tensor.element_size())
        return made


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_and_what_is_shown(name, size):
    block = randomise(build_block(name, 6))
    features, hole = randn(2, 6, *size), make_hole(*size)
    for inside in (None, hole, torch.ones_like(hole)):
        made, seen = block(features, inside), block.look(features, inside)
        assert made.shape == features.shape
        assert made.isfinite().all()
        shown = {
            "offsets": seen.offsets is not None,
            "places": seen.weight is not None and seen.offsets is None,
            "channels": seen.units is not None and seen.units.shape == (2, 6),
            "memory": seen.units is not None and seen.units.shape != (2, 6),
        }
        assert {kind for kind, there in shown.items() if there} == block.shows
        for part in (seen.offsets, seen.weight, seen.units):
            assert part is None or part.isfinite().all()
            assert part is None or not part.requires_grad
        if seen.offsets is not None:
            assert seen.offsets.shape[:2] == (2, 2)
        if seen.weight is not None:
            grid = seen.weight.shape[1:]
            assert seen.weight.shape[0] == 2
            assert all(whole in (small, 2 * small, 2 * small - 1) for whole, small in zip(size, grid, strict=True))
            assert seen.offsets is None or seen.offsets.shape[2:] == grid


FREE = ("stn", "appearance-flow")  # may sample beyond the border


@pytest.mark.parametrize("name", [n for n, block in BLOCKS.items() if "offsets" in block.shows and n not in FREE])
def test_offsets_lead_to_places_of_the_plane(name):
    block = randomise(build_block(name, 6))
    offsets = block.look(randn(2, 6, 8, 6), make_hole(8, 6)).offsets
    step = 8 // offsets.shape[2]
    own = step * torch.stack(torch.meshgrid(*(torch.arange(s) for s in offsets.shape[2:]), indexing="ij"))
    there = own + offsets
    assert (there >= 0).all()
    assert (there[:, 0] < 8).all()
    assert (there[:, 1] < 6).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_twice_and_in_a_batch(name):
    block = randomise(build_block(name, 6))
    features, hole = randn(2, 6, 7, 9), make_hole(7, 9)
    holes = torch.cat([hole, hole.flip(2).roll(1, 3)])
    made = block(features, holes)
    assert torch.equal(made, block(features, holes))
    torch.testing.assert_close(made[1:], block(features[1:], holes[1:]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name):
    block = randomise(build_block(name, 3)).double()
    features, hole = randn(1, 3, 3, 4, seed=5).double().requires_grad_(), make_hole(3, 4)
    parameters = list(block.parameters())

    def run(x, *_):
        return block(x, hole)

    assert torch.autograd.gradcheck(run, (features, *parameters), fast_mode=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("channels", "height", "width"), [(40, 5, 8), (3, 9, 6), (64, 2, 2)])
def test_the_cost_is_what_is_counted(name, channels, height, width):
    block = randomise(build_block(name, channels))
    features, hole = randn(1, channels, height, width), torch.ones(1, 1, height, width)
    cost = type(block).cost(channels, height, width)
    with torch.no_grad():
        with FlopCounterMode(display=False) as flops:
            block(features, hole)
        with Largest(features, hole, *block.parameters()) as largest:
            block(features, hole)
    assert cost.macs == flops.get_total_flops() // 2
    assert cost.values == largest.values


@pytest.mark.parametrize("name", NAMES)
def test_steps_of_little_memory_give_the_same(name):
    block, features, hole = randomise(build_block(name, 6)), randn(2, 6, 7, 9), make_hole(7, 9)
    donors = hole.roll(2, 2)
    with torch.no_grad():
        made, seen = block(features, hole, donors=donors), block.look(features, hole, donors=donors)
        steps, again = (run(features, hole, donors=donors, memory=4096) for run in (block, block.look))
    torch.testing.assert_close(steps, made, atol=1e-5, rtol=1e-5)
    for whole, part in zip(seen, again, strict=True):
        assert (whole is None) == (part is None)
        assert whole is None or torch.allclose(whole, part, atol=1e-5)


# In these, values of excluded places still decide how the others are compared, or how the plane moves.
COMPARING = ("contextual", "swap", "stn")


def ready_to_copy(name):
    """The block with random parameters, which passes on what it copies, and nothing else, where it does more."""
    block = randomise(build_block(name, 6), 0.2)
    with torch.no_grad():
        if name == "danet":
            block.beta.zero_()
        if name == "stn":  # near the identity, so that it does not only sample beyond the border
            block.fc2.weight.zero_()
            block.fc2.bias.copy_(torch.tensor([0.9, 0.0, -0.1, 0.0, 0.9, 0.3]))
        if name == "swap":
            block.merge.weight.zero_()
            block.merge.bias.zero_()
            block.merge.weight[:, 6:, 1, 1] = torch.eye(6)
    return block


@pytest.mark.parametrize("name", [name for name in NAMES if BLOCKS[name].reads_donors])
def test_what_is_excluded_has_no_part_in_other_places(name):
    """Beyond the reach of the block's own convolutions; where all is excluded, nothing is taken from anywhere."""
    block, features, hole = ready_to_copy(name), randn(1, 6, 12, 10), make_hole(12, 10)
    donors = torch.zeros(1, 1, 12, 10)
    donors[..., 9:, :4] = 1
    far = functional.max_pool2d(donors, 3, 1, 1)[0, 0] == 0
    if name in COMPARING:
        features[:, 0] = 9 * donors[:, 0]
        assert not block(features, hole, donors=donors)[0, 0].any()
        assert block(features, hole)[0, 0][far].any()
    else:
        other = features + 3 * donors * randn(1, 6, 12, 10, seed=7)
        made, changed = (block(each, hole, donors=donors)[..., far] for each in (features, other))
        torch.testing.assert_close(made, changed, atol=1e-5, rtol=0)
        assert not torch.allclose(block(features, hole)[..., far], block(other, hole)[..., far], atol=1e-4)
    everywhere = torch.ones_like(donors)
    assert block(features, hole, donors=everywhere).isfinite().all()
    seen = block.look(features, hole, donors=everywhere)
    inside = functional.adaptive_max_pool2d(hole, seen.weight.shape[1:])[:, 0] > 0
    assert not seen.weight[inside].any()


@pytest.mark.parametrize("name", [name for name in NAMES if not BLOCKS[name].reads_donors])
def test_what_weighs_channels_or_places_reads_no_donors(name):
    block, features, hole = randomise(build_block(name, 6)), randn(1, 6, 8, 6), make_hole(8, 6)
    assert torch.equal(block(features, hole, donors=hole.flip(2)), block(features, hole))
    assert "offsets" not in block.shows


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
def test_it_can_be_recorded_for_other_holes_or_states_why_not(name):
    block, features, hole = randomise(build_block(name, 6), 0.3), randn(1, 6, 8, 10), make_hole(8, 10)
    if block.obstacle:
        assert block.obstacle[0].islower()
        assert block.obstacle[-1] != "."
        return
    other, elsewhere = randn(1, 6, 8, 10, seed=4), hole.roll((2, -3), (2, 3)) + hole.roll(3, 2)
    with torch.no_grad():
        recorded = torch.jit.trace(block, (features, hole), check_trace=False)
        torch.testing.assert_close(recorded(other, elsewhere), block(other, elsewhere), atol=1e-5, rtol=1e-5)
        larger, there = randn(1, 6, 12, 14, seed=4), make_hole(12, 14)
        torch.testing.assert_close(recorded(larger, there), block(larger, there), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_whether_the_hole_is_read(name):
    block, features = randomise(build_block(name, 6)), randn(1, 6, 8, 6)
    same = torch.equal(block(features, make_hole(8, 6)), block(features))
    assert same != block.reads_hole


@pytest.mark.parametrize("name", NAMES)
def test_a_new_block_does_something(name):
    """Where its output were 0, a factor that starts at 0 would never change."""
    assert build_block(name, 6)(randn(1, 6, 8, 6), make_hole(8, 6)).abs().max() > 1e-3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16], ids=str)
def test_16_bits(name, kind):
    """Products of such features add up to more than the greatest number of float16."""
    features, hole = 20 * randn(1, 6, 16, 12), make_hole(16, 12)
    made = randomise(build_block(name, 6), 0.1).to(kind)(features.to(kind), hole)
    assert made.dtype == kind
    assert made.isfinite().all()
    with torch.autocast("cpu", kind):
        mixed = randomise(build_block(name, 6), 0.1)(features, hole)
    assert mixed.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
def test_flat_features(name):
    """After a relu the features of a place, or of all, may be 0."""
    block = randomise(build_block(name, 6))
    features = randn(1, 6, 8, 6).relu()
    features[..., 2:7, 2:5] = 0
    for plane in (features, torch.zeros(1, 6, 8, 6)):
        plane.requires_grad_()
        made = block(plane, make_hole(8, 6))
        made.square().sum().backward()
        assert made.isfinite().all()
        assert plane.grad.isfinite().all()
        assert all(each.grad is None or each.grad.isfinite().all() for each in block.parameters())


def test_one_channel_is_enough_and_none_is_not():
    for name in NAMES:
        assert build_block(name, 1)(randn(1, 1, 4, 4), make_hole(4, 4)).shape == (1, 1, 4, 4)
        with pytest.raises(ValueError, match="channels"):
            build_block(name, 0)


def test_an_unknown_name():
    with pytest.raises(InputError, match=r"no attention block named sagan\..*self, non-local"):
        build_block("sagan", 8)


def test_each_block_is_in_the_table_once():
    assert len(set(BLOCKS.values())) == len(BLOCKS)
