"""The variants of an ablation: what each changes in how a network is built or trained, by the names of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_model import System
from inpaint_studio.texts import tr
from training.recipe import Recipe

NONE = "none"  # the loss variant that has reconstruction alone
ATTENTION = "attention"  # the option of a network's configuration that names its block
_JOIN = "+"  # between the parts of a loss variant
_MOST = 64  # variants


@dataclass(frozen=True)
class AblationVariant:
    """One way to build and to train the network. `name` is that of the report; no two have the same one."""

    name: str
    attention: str = ""  # of the block; empty: not chosen
    loss: str = ""  # empty: those of the recipe
    settings: tuple[tuple[str, str], ...] = ()  # of the recipe, as its losses need them

    @property
    def slug(self) -> str:
        """The name as part of a file's name."""
        return self.name.replace(", ", "_")

    def config(self) -> tuple[str, ...]:
        """Return what the variant chooses of the network's configuration, each as NAME=VALUE."""
        return (f"{ATTENTION}={self.attention}",) if self.attention else ()


def make_variants(
    system: System, recipe: type[Recipe], attention: Sequence[str], losses: Sequence[str], chosen: Mapping[str, str]
) -> tuple[AblationVariant, ...]:
    """Return every block of `attention` with every loss of `losses`, in that order; an empty list changes nothing.

    `chosen` are settings that the user wrote: a weight among them counts where a variant has that loss. Raises
    InputError for a name that is not known, and where there are fewer than two variants or too many.
    """
    blocks = list(dict.fromkeys(attention))
    _check_blocks(system, blocks)
    settings = {name: loss_settings(recipe, name, chosen) for name in dict.fromkeys(losses)}
    found = [
        AblationVariant(", ".join(filter(None, (block, loss))), block, loss, tuple(settings.get(loss, {}).items()))
        for block, loss in product(blocks or [""], list(settings) or [""])
    ]
    if len(found) < 2:
        raise InputError(tr("Name two variants or more to compare, such as --attention none,self."))
    if len(found) > _MOST:
        raise InputError(tr("These are {count} variants; name at most {most}.", count=len(found), most=_MOST))
    return tuple(found)


def _check_blocks(system: System, blocks: Sequence[str]) -> None:
    option = next((each for each in system.table.trained if each.name == ATTENTION), None)
    if blocks and option is None:
        raise InputError(
            tr("{title} has no place for another attention block; choose another --model.", title=system.traits.title)
        )
    for block in blocks:
        assert option is not None
        option.parse(block)


def loss_settings(recipe: type[Recipe], name: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the recipe for a loss variant such as "none" or "hinge+tv".

    All parts that are not named have no weight. Raises InputError for a part that the recipe does not have, and for two
    critics at once.
    """
    parts = [part.strip() for part in name.split(_JOIN)]
    known = recipe.loss_parts
    if not known:
        raise InputError(
            tr("The losses of {system} cannot be chosen one by one; choose another --model.", system=recipe.system)
        )
    for part in parts:
        if part not in known and (part != NONE or len(parts) > 1):
            raise InputError(
                tr(
                    "There is no loss '{part}' for {system}; there are {names}, and sums such as {example}.",
                    part=part,
                    system=recipe.system,
                    names=", ".join([NONE, *known]),
                    example=_example(recipe),
                )
            )
    critics = [part for part in parts if part in recipe.critics]
    if len(critics) > 1:
        raise InputError(
            tr(
                "'{name}' has two critics, {critics} and {critics_2}; name one.",
                name=name,
                critics=critics[0],
                critics_2=critics[1],
            )
        )
    found = {key: str(value) for key, value in recipe.plain_losses.items()}
    for part in parts:
        for key, value in known.get(part, {}).items():
            found[key] = chosen.get(key, str(value))
    return found


def _example(recipe: type[Recipe]) -> str:
    names = list(recipe.loss_parts)
    critic = next((name for name in names if name in recipe.critics), names[0])
    other = next((name for name in names if name not in recipe.critics), names[-1])
    return f"{critic}{_JOIN}{other}"
