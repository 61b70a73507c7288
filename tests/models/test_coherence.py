"""Coherence priors: a network like any other, whose attention obeys classes and donors, and that predicts labels."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from inpaint_studio.layers.label_planes import to_planes
from inpaint_studio.models.coherence import SYSTEM
from inpaint_studio.models.networks.coherence import CELL, Coherence
from tests.models import network_checks as check
from tests.reference import coherence as plain

SMALL = SYSTEM.small
SIDES = 64, 80


def small(**settings: Any) -> Coherence:
    network = check.made(SYSTEM, SMALL | settings)
    assert isinstance(network, Coherence)
    return network


def halves(hole: torch.Tensor) -> torch.Tensor:
    """A painted map: class 1 in the left half, 3 in the right one."""
    painted = torch.ones_like(hole)
    painted[..., hole.shape[3] // 2 :] = 3
    return painted


@pytest.mark.parametrize("size", [(64, 80), (32, 32), (112, 48)], ids=str)
def test_draws_as_the_plain_formulation(size):
    check.draws_as_plain(SYSTEM, SMALL, plain.coherence, *size)


def test_wide_layers_draw_as_the_plain_formulation():
    """Where convolutions are computed another way."""
    check.draws_as_plain(SYSTEM, {"width": 20, "blocks": 1}, plain.coherence, 96, 64)


def test_a_network_like_any_other():
    network = small()
    check.heeds_no_hole_content(network, *SIDES)
    check.reports_its_way(network, *SIDES)
    check.survives_tracing(network, *SIDES)
    check.learns_everywhere(SYSTEM, SMALL, *SIDES)
    check.holds_in_16_bits(SYSTEM, SMALL, *SIDES, 0.1)


def test_the_number_of_parameters_is_that_of_the_network():
    with torch.device("meta"):
        network = SYSTEM.build(SYSTEM.paper)
    assert sum(parameter.numel() for parameter in network.parameters()) == SYSTEM.parameters


def test_every_scale_has_both_heads():
    network = check.made(SYSTEM, SMALL, optimised=False)
    image, hole = check.picture(*SIDES)
    with torch.no_grad():
        made = network(2 * image - 1, hole)
    sizes = [(64 >> halvings, 80 >> halvings) for halvings in (4, 3, 2, 1, 0)]
    assert [tuple(each.shape[2:]) for each in made.images] == sizes
    assert [tuple(each.shape[1:]) for each in made.scores] == [(3, *size) for size in sizes]
    assert made.image is made.images[-1]
    assert all(each.abs().max() <= 1 for each in made.images)


def test_the_faster_form_draws_the_same():
    image, hole = check.picture(*SIDES)
    for settings in ({}, {"diffused": True}):
        plain = check.made(SYSTEM, SMALL | settings, optimised=False)
        expected, found = (check.ask(each, image, hole).output for each in (plain, small(**settings)))
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_sources_are_known_and_may_be_drawn_from():
    image, hole = check.picture(*SIDES)
    donors = torch.zeros_like(hole)
    donors[..., :33] = 1
    answer = check.ask(small(), image, hole, donors=donors)
    assert answer.sources.shape == (2, 16, 20)
    assert answer.weight.shape == (16, 20)
    touched = torch.nn.functional.max_pool2d(hole, CELL)[0, 0] > 0
    assert touched.sum() > 20
    for row, column in touched.nonzero().tolist():
        there = (torch.tensor([row, column]) + answer.sources[:, row, column] // CELL).tolist()
        assert not touched[there[0], there[1]]
        assert there[1] >= 9  # columns of cells that no donor touches
    assert not answer.sources[:, ~touched].any()
    assert not answer.weight[~touched].any()
    assert 0 <= answer.weight.min() <= answer.weight.max() <= 1
    assert not torch.equal(answer.output, check.ask(small(), image, hole).output)


def test_painted_classes_win_in_the_attention():
    """Wherever the hole was painted with a class, it draws from that class."""
    image, hole = check.picture(*SIDES)
    answer = check.ask(small(), image, hole, labels=halves(hole))
    cells = halves(hole)[0, 0, ::CELL, ::CELL]
    for row, column in (torch.nn.functional.max_pool2d(hole, CELL)[0, 0] > 0).nonzero().tolist():
        there = torch.tensor([row, column]) + answer.sources[:, row, column] // CELL
        assert cells[tuple(there)] == cells[row, column]


def test_painted_classes_win_in_the_labels_and_change_the_image():
    image, hole = check.picture(*SIDES)
    painted = 2 * hole
    painted[..., :10, :10] = 3
    plain, guided = check.ask(small(), image, hole), check.ask(small(), image, hole, labels=painted)
    assert torch.equal(guided.labels[painted > 0], painted[painted > 0])
    assert guided.labels.shape == hole.shape
    assert set(plain.labels.unique().tolist()) <= {1, 2, 3}
    assert (guided.output - plain.output)[hole.expand_as(image) > 0].abs().max() > 1e-3


def test_nothing_painted_is_as_no_map():
    image, hole = check.picture(*SIDES)
    plain = check.ask(small(), image, hole)
    for painted in (torch.zeros_like(hole), torch.full_like(hole, 200)):  # the latter: a class that it does not know
        answer = check.ask(small(), image, hole, labels=painted)
        assert torch.equal(answer.output, plain.output)
        assert torch.equal(answer.labels, plain.labels)


def test_labels_alone_are_those_of_the_fill():
    image, hole = check.picture(*SIDES)
    expected = check.ask(small(), image, hole)
    answer = check.ask(small(), image, hole, only="labels")
    assert torch.equal(answer.output, image)
    assert torch.equal(answer.labels, expected.labels)
    assert answer.sources is None


def test_the_prediction_as_painted_labels_is_kept():
    image, hole = check.picture(*SIDES)
    predicted = check.ask(small(), image, hole).labels
    assert torch.equal(check.ask(small(), image, hole, labels=predicted).labels, predicted)


def test_the_strongest_sources_are_listed_on_request():
    image, hole = check.picture(*SIDES)
    plain, listed = check.ask(small(), image, hole), check.ask(small(), image, hole, ranked=4)
    assert plain.ranked is None
    assert torch.equal(listed.output, plain.output)
    offsets, weights = (part[0] for part in listed.ranked)
    assert offsets.shape == (4, 2, 16, 20)
    assert weights.shape == (4, 16, 20)
    assert torch.equal(offsets[0], plain.sources)
    torch.testing.assert_close(weights[0], plain.weight)
    assert (weights[1:] <= weights[:-1]).all()
    assert weights[1].max() > 0
    touched = torch.nn.functional.max_pool2d(hole, CELL)[0, 0] > 0
    for row, column in touched.nonzero().tolist():
        for there in (torch.tensor([row, column]) + offsets[:, :, row, column] // CELL).tolist():
            assert not touched[there[0], there[1]]


def test_less_memory_gives_the_same():
    image, hole = check.picture(*SIDES)
    expected, found = check.ask(small(), image, hole), check.ask(small(), image, hole, memory=20_000)
    torch.testing.assert_close(found.output, expected.output, atol=1e-5, rtol=0)
    assert torch.equal(found.sources, expected.sources)


@pytest.mark.parametrize("covered", [0.0, 1.0], ids=["no hole", "all hole"])
def test_without_anything_known_or_unknown_it_still_answers(covered):
    image, hole = check.picture(*SIDES)
    for donors in (None, torch.ones_like(hole)):
        answer = check.ask(small(), image, torch.full_like(hole, covered), donors=donors)
        assert torch.isfinite(answer.output).all()
        assert not answer.sources.any()
        assert not answer.weight.any()


def test_the_smallest_image():
    image, hole = check.picture(32, 32)
    assert torch.isfinite(check.ask(small(), image, hole).output).all()


def test_painted_planes_enter_the_network():
    """The first layer sees them: with its weights for the planes at 0, only the attention and the guides change."""
    network = check.made(SYSTEM, SMALL, optimised=False)
    image, hole = check.picture(*SIDES)
    painted = 2 * hole
    joined = torch.cat([image * (1 - hole), hole, to_planes(painted, 3)], 1)
    with torch.no_grad():
        with_planes = network.enter(joined)
        joined[:, 4:] = 0
        assert not torch.equal(with_planes, network.enter(joined))
