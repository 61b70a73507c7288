"""Published files with small generators and discriminators, written from our modules as the authors' code writes them.

The names and layouts are those of their code, module by module in the order in which it builds them; nothing here uses
the tables of the importer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from inpaint_studio.models.base import deepfill_keys
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.registry import registry
from tests.engine.weights import writers
from tests.training.golden_losses import fill
from training.recipe import Recipe, change_settings
from training.recipes import recipe_for

SMALL = {"critic_width": "4", "size": "64"}
MMAGIC_V2 = {"width": 4, "planes": True, "decoder": 4, "gated_output": True, **deepfill_keys.MMAGIC}
Modules = Mapping[str, nn.Module]


def system_of(name: str) -> System:
    model = registry().get(name)
    assert isinstance(model, NetworkModel)
    return model.system


def make_recipe(name: str, config: Mapping[str, object]) -> Recipe:
    """A recipe for fine-tuning with narrow discriminators, filled by the rule; singular vectors are exact."""
    kind = recipe_for(name)
    known = kind.Settings.__dataclass_fields__
    settings = change_settings(kind.Settings(), {key: value for key, value in SMALL.items() if key in known})
    recipe = kind(system_of(name).build(dict(config)), settings, None, True)
    for module in recipe.discriminators().values():
        fill(module)
        for layer in module.modules():
            if hasattr(layer, "parametrizations"):
                left, _, right = torch.linalg.svd(
                    layer.parametrizations.weight.original.flatten(1), full_matrices=False
                )
                layer.parametrizations.weight[0]._u.copy_(left[:, 0])
                layer.parametrizations.weight[0]._v.copy_(right[0])
            elif isinstance(layer, nn.BatchNorm2d) and layer.num_batches_tracked is not None:
                layer.num_batches_tracked.fill_(7)
    return recipe


def generator(name: str, dialect: str, config: Mapping[str, object]) -> dict[str, dict[str, Tensor]]:
    """The generator's tensors by part, under the keys that the dialect expects; what they hold does not matter here."""
    system = system_of(name)
    parts = next(each for each in system.dialects if each.name == dialect).parts
    random = torch.Generator().manual_seed(3)
    whole = system.table.complete(dict(config))
    return {
        part.name: {
            key: 0.1 * torch.rand(shape, generator=random) + 0.01 for key, shape in part.expected(whole).items()
        }
        for part in parts
    }


def convolutions(module: nn.Module) -> list[nn.Conv2d]:
    return [layer for layer in module.modules() if isinstance(layer, nn.Conv2d)]


def norms(module: nn.Module) -> list[nn.Module]:
    return [layer for layer in module.modules() if isinstance(layer, (nn.BatchNorm2d, nn.InstanceNorm2d))]


def spectral(layer: nn.Conv2d, *fields: str) -> dict[str, Tensor]:
    """What PyTorch's older spectral norm keeps of a layer: those of weight_orig, weight_u and weight_v in `fields`."""
    kept = layer.parametrizations.weight  # type: ignore[union-attr]
    values = {"weight_orig": kept.original, "weight_u": kept[0]._u, "weight_v": kept[0]._v}
    made = {field: values[field].detach().clone() for field in fields}
    return made | ({} if layer.bias is None else {"bias": layer.bias.detach().clone()})


ALL = ("weight_orig", "weight_u", "weight_v")


def named(
    names: list[str], layers: list[nn.Module], read: Callable[[nn.Module], Mapping[str, Tensor]]
) -> dict[str, Tensor]:
    return {
        f"{name}.{field}": value
        for name, layer in zip(names, layers, strict=True)
        for field, value in read(layer).items()
    }


def plain(layer: nn.Module) -> dict[str, Tensor]:
    return {key: value.clone() for key, value in layer.state_dict().items()}


def edge_connect(
    folder: Path, critics: Modules, fields: tuple[str, ...] = ALL, dialect: str = "official"
) -> list[Path]:
    parts = generator("edge-connect", dialect, {"width": 4, "blocks": 2})
    files = []
    for model, part, critic in (("EdgeModel", "edge", "edge critic"), ("InpaintingModel", "inpaint", "critic")):
        torch.save({"iteration": 9, "generator": parts[part]}, folder / f"{model}_gen.pth")
        names = [f"conv{number}.0" for number in (1, 2, 3, 4, 5)]
        layers = convolutions(critics[critic])
        held = named(names, layers, lambda layer: spectral(layer, *fields))
        held |= named(["features.0"], layers[:1], lambda layer: spectral(layer, *fields))
        torch.save({"discriminator": held}, folder / f"{model}_dis.pth")
        files.append(folder / f"{model}_gen.pth")
    return files


def edge_connect_old(folder: Path, critics: Modules) -> list[Path]:
    """As PyTorch 0.4.1 saves it, without the right singular vectors."""
    return edge_connect(folder, critics, ("weight_orig", "weight_u"), "official-0.4")


def shift_net(folder: Path, critics: Modules, flip: bool = False) -> list[Path]:
    name = "flip" if flip else "plain"
    parts = generator("shift-net", name, {"width": 4, "flip": flip, "quirks": flip, "mask_channel": True})
    critic = critics["critic"]
    held = named(
        ["model.0", "model.2", "model.5", "model.8", "model.11"],
        convolutions(critic),
        lambda layer: spectral(layer, *ALL),
    )
    held |= named(["model.3", "model.6", "model.9"], norms(critic), plain)
    torch.save(parts["network"], folder / "30_net_G.pth")
    torch.save(held, folder / "30_net_D.pth")
    return [folder / "30_net_G.pth"]


def shift_net_flip(folder: Path, critics: Modules) -> list[Path]:
    return shift_net(folder, critics, True)


def context_encoder(folder: Path, critics: Modules) -> list[Path]:
    parts = generator("context-encoder", "port", {"width": 4, "bottleneck": 16, "bias": False})
    critic = critics["critic"]
    held = named(["main.0", "main.2", "main.5", "main.8", "main.11"], convolutions(critic), plain)
    held |= named(["main.3", "main.6", "main.9"], norms(critic), plain)
    torch.save({"epoch": 4, "state_dict": parts["network"]}, folder / "netG_streetview.pth")
    torch.save({"epoch": 4, "state_dict": held}, folder / "netlocalD.pth")
    return [folder / "netG_streetview.pth"]


def lama(folder: Path, critics: Modules) -> list[Path]:
    parts = generator("lama", "official", {"width": 4, "blocks": 2, "halvings": 3, "global": 24})
    layers, after = convolutions(critics["critic"]), norms(critics["critic"])
    held = named([f"model{number}.0" for number in range(6)], layers, plain)
    held |= named([f"model{number}.1" for number in (1, 2, 3, 4)], after, plain)
    for number in (1, 2, 3, 4):  # theirs have a bias before the norm too, which moves its mean
        bias = torch.linspace(-0.3, 0.5, len(layers[number].weight))
        held[f"model{number}.0.bias"] = bias
        held[f"model{number}.1.running_mean"] = held[f"model{number}.1.running_mean"] + bias
    whole = {f"generator.{key}": value for key, value in parts["network"].items()}
    whole |= {f"discriminator.{key}": value for key, value in held.items()}
    return [writers.lightning(folder / "best.ckpt", whole)]


def deepfill_v2_port(folder: Path, critics: Modules, dialect: str = "nipponjo") -> list[Path]:
    """As their own layer keeps it: the weight and a column of the left singular vector."""
    parts = generator("deepfill-v2", dialect, {"width": 4})
    held: dict[str, Tensor] = {}
    for number, layer in enumerate(convolutions(critics["critic"]), 1):
        values = spectral(layer, *ALL)
        held[f"conv{number}.conv_sn.weight"] = values["weight_orig"]
        held[f"conv{number}.conv_sn.weight_u"] = values["weight_u"][:, None]
        held[f"conv{number}.conv_sn.bias"] = values["bias"]
    torch.save({"G": parts["network"], "D": held, "n_iter": 1}, folder / "states.pth")
    return [folder / "states.pth"]


def deepfill_v2_port_new(folder: Path, critics: Modules) -> list[Path]:
    """As PyTorch's newer spectral norm saves it."""
    parts = generator("deepfill-v2", "nipponjo-tf", {"width": 4})
    held = named([f"conv{number}.conv_sn" for number in range(1, 7)], convolutions(critics["critic"]), plain)
    torch.save({"G": parts["network"], "D": held, "n_iter": 1}, folder / "states.pth")
    return [folder / "states.pth"]


def deepfill_v2_mmagic(folder: Path, critics: Modules) -> list[Path]:
    """Its discriminator is given blue, green, red and the hole."""
    parts = generator("deepfill-v2", "mmagic", MMAGIC_V2)
    held = named([f"conv{number}.conv" for number in range(1, 7)], convolutions(critics["critic"]), old_spectral)
    first = held["conv1.conv.weight_orig"]
    held["conv1.conv.weight_orig"] = first[:, [2, 1, 0, 3]].contiguous()
    right = held["conv1.conv.weight_v"].view(first[0].shape)
    held["conv1.conv.weight_v"] = right[[2, 1, 0, 3]].flatten()
    whole = {f"generator.{key}": value for key, value in parts["network"].items()}
    whole |= {f"disc.{key}": value for key, value in held.items()}
    torch.save({"meta": {}, "state_dict": whole}, folder / "published.pth", _use_new_zipfile_serialization=False)
    return [folder / "published.pth"]


def old_spectral(layer: nn.Module) -> dict[str, Tensor]:
    assert isinstance(layer, nn.Conv2d)
    return spectral(layer, *ALL)


def kernel(weight: Tensor) -> np.ndarray:
    """Height, width, in, out; of the image's colours blue first."""
    if weight.shape[1] in (3, 4, 5):
        weight = torch.cat([weight[:, [2, 1, 0]], weight[:, 3:]], 1)
    return np.ascontiguousarray(weight.detach().numpy().transpose(2, 3, 1, 0))


def deepfill_v2(folder: Path, critics: Modules, sketch: bool = False) -> list[Path]:
    parts = generator("deepfill-v2", "official", {"width": 4, "sketch": sketch})
    arrays = {key: value.numpy() for key, value in parts["network"].items()}
    for number, layer in enumerate(convolutions(critics["critic"]), 1):
        values, root = spectral(layer, *ALL), f"discriminator/sn_patch_gan/conv{number}"
        weight = values["weight_orig"]
        arrays[f"{root}/kernel"] = kernel(weight) if number == 1 else weight.numpy().transpose(2, 3, 1, 0).copy()
        arrays[f"{root}/bias"] = values["bias"].numpy()
        arrays[f"{root}/kernel_sn/u"] = values["weight_u"][None].numpy()
        arrays[f"{root}/kernel/Adam"] = np.ones_like(arrays[f"{root}/kernel"])
    return [writers.write_bundle(folder / "release", arrays).parent]


def deepfill_v2_sketch(folder: Path, critics: Modules) -> list[Path]:
    return deepfill_v2(folder, critics, True)


def deepfill_v1(folder: Path, critics: Modules) -> list[Path]:
    parts = generator("deepfill-v1", "official", {"width": 4})
    arrays = {key: value.numpy() for key, value in parts["network"].items()}
    for part in ("global", "local"):
        critic = critics[f"{part} critic"]
        for number, layer in enumerate(convolutions(critic), 1):
            root, weight = f"discriminator/discriminator_{part}/conv{number}", layer.weight.detach()
            arrays[f"{root}/kernel"] = kernel(weight) if number == 1 else weight.numpy().transpose(2, 3, 1, 0).copy()
            arrays[f"{root}/bias"] = layer.bias.detach().numpy()
        # The rows of their dense layer follow a map of height, width, channels.
        channels, side = len(convolutions(critic)[-1].weight), {"global": 4, "local": 2}[part]
        dense = np.empty((side * side * channels, 1), np.float32)
        ours = critic.linear.weight.detach().numpy()[0]  # type: ignore[union-attr, index]
        for y in range(side):
            for x in range(side):
                for channel in range(channels):
                    dense[(y * side + x) * channels + channel, 0] = ours[(channel * side + y) * side + x]
        arrays[f"discriminator/dout_{part}_fc/kernel"] = dense
        arrays[f"discriminator/dout_{part}_fc/bias"] = critic.linear.bias.detach().numpy()  # type: ignore[union-attr]
    return [writers.write_bundle(folder / "release", arrays).parent]


def deepfill_v1_port(folder: Path, critics: Modules) -> list[Path]:
    """Both in one file; the port's local one would be narrower than ours, but any that fits is taken."""
    parts = generator("deepfill-v1", "daa233", {"width": 4})
    both = {}
    for part in ("global", "local"):
        critic = critics[f"{part} critic"]
        held = named([f"dis_conv_module.conv{number}.conv" for number in range(1, 5)], convolutions(critic), plain)
        held |= {f"linear.{key}": value for key, value in plain(critic.linear).items()}  # type: ignore[arg-type]
        both[f"{part}D"] = held
    torch.save(parts["network"], folder / "gen_00430000.pt")
    torch.save(both, folder / "dis_00430000.pt")
    return [folder / "gen_00430000.pt"]


def aot_gan(folder: Path, critics: Modules) -> list[Path]:
    parts = generator("aot-gan", "official", {"width": 4, "blocks": 2, "rates": [1, 2, 4, 8]})
    held = sm_patch_gan(critics["critic"], [f"conv.{number}" for number in (0, 2, 4, 6, 8)])
    torch.save(parts["network"], folder / "G0010000.pt")
    torch.save(held, folder / "D0010000.pt")
    return [folder / "G0010000.pt"]


def aot_gan_mmagic(folder: Path, critics: Modules) -> list[Path]:
    parts = generator("aot-gan", "mmagic", {"width": 4, "blocks": 2, "rates": [1, 2, 4, 8]})
    held = sm_patch_gan(critics["critic"], [*(f"model.{number}.conv" for number in range(4)), "model.4"])
    whole = {f"generator.{key}": value for key, value in parts["network"].items()}
    whole |= {f"disc.{key}": value for key, value in held.items()}
    torch.save({"meta": {}, "state_dict": whole}, folder / "published.pth", _use_new_zipfile_serialization=False)
    return [folder / "published.pth"]


def sm_patch_gan(critic: nn.Module, names: list[str]) -> dict[str, Tensor]:
    """All layers normalised but the last one, which has a bias."""
    layers = convolutions(critic)
    held = named(names[:-1], layers[:-1], lambda layer: spectral(layer, "weight_orig", "weight_u", "weight_v"))
    return held | named(names[-1:], layers[-1:], plain)


class Case(NamedTuple):
    """A published form: the system, its writer, and what differs in the network's configuration."""

    system: str
    write: Callable[[Path, Modules], list[Path]]
    config: Mapping[str, object] = {}


_SYMMETRIC = {"padding": "symmetric"}
CASES = {
    "edge-connect": Case("edge-connect", edge_connect),
    "edge-connect-0.4": Case("edge-connect", edge_connect_old),
    "shift-net": Case("shift-net", shift_net),
    "shift-net-flip": Case("shift-net", shift_net_flip),
    "context-encoder": Case("context-encoder", context_encoder),
    "lama": Case("lama", lama),
    "aot-gan": Case("aot-gan", aot_gan),
    "aot-gan-mmagic": Case("aot-gan", aot_gan_mmagic),
    "deepfill-v2-pt": Case("deepfill-v2", deepfill_v2_port, _SYMMETRIC),
    "deepfill-v2-tf": Case("deepfill-v2", deepfill_v2_port_new),
    "deepfill-v2-mmagic": Case("deepfill-v2", deepfill_v2_mmagic, MMAGIC_V2),
    "deepfill-v2": Case("deepfill-v2", deepfill_v2),
    "deepfill-v2-sketch": Case("deepfill-v2", deepfill_v2_sketch, {"sketch": True}),
    "deepfill-v1": Case("deepfill-v1", deepfill_v1),
    "deepfill-v1-port": Case("deepfill-v1", deepfill_v1_port, _SYMMETRIC),
}


def write(name: str, folder: Path) -> tuple[list[Path], Recipe]:
    """Write the files of a case; returns those to import, and the recipe whose discriminators they hold."""
    case = CASES[name]
    recipe = make_recipe(case.system, {**system_of(case.system).small, **case.config})
    folder.mkdir(exist_ok=True)
    return case.write(folder, recipe.discriminators()), recipe
