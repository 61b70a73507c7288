"""Networks with a block of choice in their slot: built, drawn with, trained, saved, exported; what they attend to."""

from __future__ import annotations

import pytest
import torch

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.exporter import export
from inpaint_studio.errors import WeightsError
from inpaint_studio.layers.attention.block import Attended
from inpaint_studio.layers.attention.names import NAMES
from inpaint_studio.layers.attention.registry import BLOCKS
from inpaint_studio.models import deepfill_v1, deepfill_v2, lama
from inpaint_studio.models.base.interface import SURROUNDINGS
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.networks import NetworkOutput
from inpaint_studio.models.networks.attended import as_output
from tests.models.network_checks import (
    ask,
    heeds_no_hole_content,
    holds_in_16_bits,
    made,
    picture,
    state_of,
    survives_tracing,
)

SYSTEMS = {system.traits.name: system for system in (deepfill_v1.SYSTEM, deepfill_v2.SYSTEM, lama.SYSTEM)}
SIDES = {"deepfill-v1": (64, 72), "deepfill-v2": (64, 72), "lama": (56, 64)}  # lama's features are 7 x 8
REPLACING = ("contextual", "shift", "appearance-flow", "stn")  # in the second stage of DeepFill
PLAIN = {"deepfill-v1": "contextual", "deepfill-v2": "contextual", "lama": "none"}
EVERY = [(name, block) for name, block in SYSTEMS.items() for block in BLOCKS]
# Both DeepFills have the slot from the same class; what it does is tested with one of them.
EACH = [(name, block) for name in ("deepfill-v1", "lama") for block in BLOCKS if PLAIN[name] != block]
PLACES = [(name, block) for name, block in EACH if NAMES[block].places]


def config_of(name: str, block: str) -> dict[str, object]:
    return SYSTEMS[name].small | {"attention": block}


def ready(name: str, block: str, gamma: float = 0.7):
    """The network with random weights, whose block is not shut off by a factor near 0."""
    network = made(SYSTEMS[name], config_of(name, block), optimised=False)
    if network.slot is not None and network.slot.gamma is not None:
        network.slot.gamma.fill_(gamma)
    if block == "stn":  # near the identity, so that it does not only sample beyond the border
        network.slot.block.fc2.weight.mul_(0.1)
        network.slot.block.fc2.bias.copy_(torch.tensor([0.9, 0.1, 0.1, 0.1, 0.9, -0.1]))
    network.optimise()
    return network


def test_the_names_are_those_of_the_blocks():
    assert list(NAMES) == list(BLOCKS)
    for name, traits in NAMES.items():
        assert traits.places == ("offsets" in BLOCKS[name].shows) == BLOCKS[name].reads_donors
        assert traits.units == bool({"channels", "memory"} & BLOCKS[name].shows)


@pytest.mark.parametrize(("name", "block"), EVERY)
def test_the_option_names_every_block(name, block):
    system = SYSTEMS[name]
    assert system.table.parse({"attention": block}) == {"attention": block}
    with torch.device("meta"):
        network = system.build(system.table.complete(config_of(name, block)))
    assert (network.slot is not None) == (block != PLAIN[name])
    assert ("slot.gamma" in network.state_dict()) == (block not in REPLACING or name == "lama")


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_paper_has_its_own_attention_and_older_sets_have_that(name):
    system = SYSTEMS[name]
    assert system.paper["attention"] == PLAIN[name]
    older = {key: value for key, value in system.small.items() if key != "attention"}
    assert system.table.restore(older) == system.small
    assert system.settle(system.traits, system.paper) == system.traits


@pytest.mark.parametrize(("name", "block"), EACH)
def test_a_new_block_changes_nothing_where_it_is_added(name, block):
    if name != "lama" and block in REPLACING:
        return
    torch.manual_seed(1)
    network = SYSTEMS[name].build(config_of(name, block)).eval()
    without = SYSTEMS[name].build(config_of(name, "none")).eval()
    without.load_state_dict({k: v for k, v in network.state_dict().items() if not k.startswith("slot.")})
    image, hole = picture(*SIDES[name])
    assert torch.equal(ask(network, image, hole).output, ask(without, image, hole).output)


@pytest.mark.parametrize(("name", "block"), EACH)
def test_it_draws_with_the_block_the_same_twice(name, block):
    image, hole = picture(*SIDES[name])
    network = ready(name, block)
    found = ask(network, image, hole)
    assert torch.equal(found.output, ask(network, image, hole).output)
    assert torch.isfinite(found.output).all()
    with torch.no_grad():
        for parameter in network.slot.parameters():
            parameter.mul_(-0.5)
    if list(network.slot.parameters()):
        assert not torch.equal(found.output, ask(network, image, hole).output)
    heeds_no_hole_content(network, *SIDES[name])


@pytest.mark.parametrize(("name", "block"), EACH)
def test_what_is_drawn_in_steps_and_in_part_is_that_of_the_whole(name, block):
    image, hole = picture(*SIDES[name])
    hole[:] = 0
    hole[..., 8:20, 10:24] = 1
    network = ready(name, block)
    whole, part = ask(network, image, hole), ask(network, image, hole, whole=False, memory=1 << 13)
    near = torch.nn.functional.max_pool2d(hole, 2 * SURROUNDINGS + 1, 1, SURROUNDINGS).expand_as(image) > 0
    assert (whole.output - part.output)[near].abs().max() < 1e-4
    if whole.sources is not None:
        assert torch.equal(whole.sources, part.sources)


@pytest.mark.parametrize(("name", "block"), [(name, block) for name, block in EACH if BLOCKS[block].reads_hole])
def test_the_training_and_the_program_draw_the_same(name, block):
    """The hole reaches the block in both."""
    network = ready(name, block)
    image, hole = picture(*SIDES[name])
    with torch.no_grad():
        drawn = network(image, hole) if name == "lama" else (network(2 * image - 1, hole).fine + 1) / 2
    assert (drawn - ask(network, image, hole).output).abs().max() < 1e-4


@pytest.mark.parametrize(("name", "block"), EACH)
def test_gradients_reach_the_block(name, block):
    """In a batch, from a factor of 0 on; with it the block learns in the second step."""
    torch.manual_seed(1)
    network = SYSTEMS[name].build(config_of(name, block))
    slot, (image, hole) = network.slot, picture(*SIDES[name])
    own = list(slot.block.parameters())
    for gamma in (None,) if slot.gamma is None else (0.0, 0.5):
        if gamma is not None:
            slot.gamma.data.fill_(gamma)
        network.zero_grad()
        drawn = network(image.repeat(2, 1, 1, 1), hole.repeat(2, 1, 1, 1))
        drawn = drawn if isinstance(drawn, torch.Tensor) else drawn.fine
        (drawn * torch.rand(drawn.shape, generator=torch.Generator().manual_seed(2))).sum().backward()
        assert slot.gamma is None or (torch.isfinite(slot.gamma.grad) and slot.gamma.grad != 0)
        assert all(each.grad is not None and torch.isfinite(each.grad).all() for each in own)
        assert not own or any(each.grad.any() for each in own) == (gamma != 0)


@pytest.mark.parametrize(("name", "block"), EACH)
def test_16_bits_stay_near(name, block):
    holds_in_16_bits(SYSTEMS[name], config_of(name, block), *SIDES[name], tolerance=0.15)


@pytest.mark.parametrize(("name", "block"), [("deepfill-v1", "danet"), ("lama", "self"), ("lama", "contextual")])
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
def test_it_can_be_recorded(name, block):
    """The blocks themselves are recorded in `tests/layers/attention`."""
    network = ready(name, block)
    assert network.export_obstacle == ""
    survives_tracing(network, 64, 64)


@pytest.mark.parametrize("name", SYSTEMS)
def test_one_that_cannot_be_recorded_has_a_sentence_about_it(name, tmp_path):
    config = config_of(name, "csa")
    weights = store.save(
        state_of(SYSTEMS[name], config), name="csa", system=name, config=config, licence="free", facts={}, home=tmp_path
    )
    model = NetworkModel(SYSTEMS[name]).with_weights(weights)
    with pytest.raises(
        WeightsError, match="cannot be exported to TorchScript: it makes the places of the hole one aft"
    ):
        export(model, tmp_path / "net.pt", Ticket())
    assert export(model, tmp_path / "net.safetensors", Ticket()).any_size


@pytest.mark.parametrize(("name", "block"), EVERY)
def test_what_it_attends_to_is_as_its_traits_state(name, block):
    system = SYSTEMS[name]
    traits = system.settle(system.traits, config_of(name, block))
    image, hole = picture(*SIDES[name])
    found = ask(ready(name, block), image, hole)
    assert (found.sources is not None) == ("attention" in traits.provides) == ("donors" in traits.accepts)
    assert (traits.origin == "attention") == ("attention" in traits.provides)
    assert (found.units is not None) == ("units" in traits.provides) == (found.unit_kind is not None)
    assert (found.places is not None) == ("places" in BLOCKS[block].shows)
    if found.sources is not None:
        for axis, side in enumerate(image.shape[-2:]):
            cells = found.sources.shape[1 + axis]
            assert side % cells == 0
            own = torch.arange(cells).view((-1, 1) if axis == 0 else (1, -1)) * (side // cells)
            there = own + found.sources[axis]
            assert (there >= 0).all()
            assert (there <= side - side // cells).all()
    if found.weight is not None:
        assert found.weight.shape == found.sources.shape[1:]
        assert ((found.weight >= 0) & (found.weight <= 1)).all()
    if found.units is not None:
        assert found.units.ndim == 1
        assert found.unit_kind == ("memory" if block == "external" else "channels")


@pytest.mark.parametrize(("name", "block"), PLACES)
def test_the_sources_lie_outside_of_what_is_excluded(name, block):
    """Where a block samples at any position, what is excluded counts as 0 and has no weight instead."""
    image, hole = picture(*SIDES[name])
    donors = torch.ones_like(hole)
    donors[..., :24, :] = 0
    network = ready(name, block)
    found = ask(network, image, hole, donors=donors)
    assert not torch.equal(found.output, ask(network, image, hole).output)
    place = image.shape[2] // found.sources.shape[1]
    inside = torch.nn.functional.max_pool2d(hole, place)[0, 0] > 0
    for row, column in inside.nonzero().tolist():
        down, right = found.sources[:, row, column].tolist()
        y, x = row * place + down, column * place + right
        excluded = bool(donors[0, 0, y : y + place, x : x + place].all())
        assert not (excluded and found.weight[row, column] > 0.01) or block in ("stn", "appearance-flow")
    nothing = ask(network, image, hole, donors=torch.ones_like(hole))
    assert not nothing.weight[inside].any()
    assert torch.isfinite(nothing.output).all()


def test_offsets_become_px_within_the_image():
    image = torch.zeros(1, 3, 32, 40)
    offsets = torch.zeros(1, 2, 4, 5)
    offsets[0, 0, 0, 0], offsets[0, 1, 0, 0], offsets[0, 0, 3, 4] = 1.25, 3.0, 9.0
    found = as_output(NetworkOutput(image), Attended(offsets), "appearance-flow", 8)
    assert found.sources[:, 0, 0].tolist() == [10, 24]
    assert found.sources[:, 3, 4].tolist() == [0, 0]  # beyond the border: the last place there
    assert found.weight is None


def test_cells_of_several_places_are_repeated_where_the_last_ones_are_cut():
    image = torch.zeros(1, 3, 24, 40)  # 3 x 5 places, so 2 x 3 cells
    offsets = torch.zeros(1, 2, 2, 3, dtype=torch.int64)
    offsets[0, :, 0, 0], offsets[0, :, 1, 2] = torch.tensor([2, 4]), torch.tensor([-2, -4])
    weight = torch.arange(6.0).view(1, 2, 3) / 6
    found = as_output(NetworkOutput(image), Attended(offsets, weight), "contextual", 8)
    assert found.sources.shape == (2, 3, 5)
    assert found.sources[:, 0, 0].tolist() == [16, 32]
    assert found.sources[:, 0, 1].tolist() == [16, 24]  # the cell that it comes from is cut, too
    assert found.sources[:, 2, 4].tolist() == [-16, -32]
    assert found.weight[2].tolist() == pytest.approx([3 / 6, 3 / 6, 4 / 6, 4 / 6, 5 / 6])
