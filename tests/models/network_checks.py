"""What the tests of single networks share: small ones with random weights, a picture, and claims about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from inpaint_studio.models.base.network_model import System, load_network
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput
from tests.models.weighted import randomised

Plain = Callable[[dict[str, Tensor], dict[str, Any], Tensor, Tensor], Tensor]


def state_of(system: System, config: dict[str, Any]) -> dict[str, Tensor]:
    with torch.device("meta"):
        network = system.build(system.table.complete(config))
    return randomised(network)


def made(system: System, config: dict[str, Any], *, optimised: bool = True) -> Inpainter:
    """The network of that configuration with random weights, as the program loads it."""
    network = load_network(system, system.table.complete(config), state_of(system, config), "random")
    if optimised:
        network.optimise()
    return network


def picture(height: int, width: int) -> tuple[Tensor, Tensor]:
    """A smooth picture and a hole in its middle."""
    noise = torch.rand(1, 3, 6, 7, generator=torch.Generator().manual_seed(5))
    image = torch.nn.functional.interpolate(noise, (height, width), mode="bicubic").clamp(0, 1)
    hole = torch.zeros(1, 1, height, width)
    hole[..., height * 5 // 16 : height * 5 // 8, width * 5 // 16 : width * 11 // 16] = 1
    return image, hole


def ask(network: Inpainter, image: Tensor, hole: Tensor, **hints: Any) -> NetworkOutput:
    with torch.inference_mode():
        return network.fill(image, hole, Hints(**hints), lambda _fraction: None)


def draws_as_plain(
    system: System, config: dict[str, Any], plain: Plain, height: int, width: int, near: float = 2e-5
) -> None:
    """The network as loaded answers what the straightforward formulation does, within `near` of its span."""
    image, hole = picture(height, width)
    with torch.inference_mode():
        expected = plain(state_of(system, config), system.table.complete(config), image, hole)
    found = ask(made(system, config), image, hole).output
    span = max(1.0, float(expected.abs().max()))
    torch.testing.assert_close(found, expected, atol=near * span, rtol=0)
    assert float(expected.std()) > 1e-3  # a flat answer would equal anything


def heeds_no_hole_content(network: Inpainter, height: int, width: int) -> None:
    image, hole = picture(height, width)
    other = torch.where(hole > 0, torch.rand(image.shape, generator=torch.Generator().manual_seed(9)), image)
    assert torch.equal(ask(network, image, hole).output, ask(network, other, hole).output)


def reports_its_way(network: Inpainter, height: int, width: int) -> None:
    reported: list[float] = []
    image, hole = picture(height, width)
    with torch.inference_mode():
        network.fill(image, hole, Hints(), reported.append)
    assert 6 <= len(reported) <= 24
    assert reported == sorted(reported)
    assert reported[0] == 0
    assert reported[-1] == 1


def learns_everywhere(system: System, config: dict[str, Any], height: int, width: int) -> None:
    """Every parameter has a part in what is drawn, and a training step does not write over what it still needs."""
    network = made(system, config, optimised=False)
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    image, hole = picture(height, width)
    output = network.fill(image, hole, Hints(), lambda _fraction: None).output
    (output * torch.rand(output.shape, generator=torch.Generator().manual_seed(2))).sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().max() > 0, name


def holds_in_16_bits(system: System, config: dict[str, Any], height: int, width: int, tolerance: float) -> None:
    """Half precision answers in float32, and nearly the same on average."""
    image, hole = picture(height, width)
    full = ask(made(system, config), image, hole).output
    half = ask(made(system, config).to(torch.bfloat16), image, hole).output
    assert half.dtype == torch.float32
    assert float((half - full).abs().mean() / full.std()) < tolerance


def survives_tracing(network: Inpainter, height: int, width: int) -> None:
    """What is recorded on one picture answers for another."""

    class Filling(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, image: Tensor, hole: Tensor) -> Tensor:
            return self.network.fill(image, hole, Hints(), lambda _fraction: None).output

    image, hole = picture(height, width)
    with torch.inference_mode():
        recorded = torch.jit.trace(Filling(), (image, hole), check_trace=False)
        other = image.flip(2, 3)
        elsewhere = torch.roll(hole, (2, -3), (2, 3))
        found = recorded(other, elsewhere)
    torch.testing.assert_close(found, ask(network, other, elsewhere).output, atol=1e-5, rtol=1e-5)
