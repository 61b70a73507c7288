"""A network's weights: the installed sets, and the forms in which authors published them.

Imports torch only when tensors are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import are_classes
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from torch import Tensor

Config: TypeAlias = dict[str, Any]  # how a network is built: plain JSON values
Shapes: TypeAlias = Mapping[str, tuple[int, ...]]
Tensors: TypeAlias = "dict[str, Tensor]"

PROGRAM_SUFFIX = ".onnx"  # of a set that is a whole network, computed by ONNX Runtime

# What may be done with published weights. "research": they have no statement of their own, and were trained on photos
# that are for research only. "unclear": nothing is known.
Licence = Literal["free", "research", "non-commercial", "unclear", "unlicensed"]


def format_classes(classes: Sequence[LabelClass]) -> str:
    """Return classes as the text of the fact "classes": JSON, [[name, [red, green, blue]], ...]."""
    return json.dumps([[name, list(colour)] for name, colour in classes], ensure_ascii=False)


def parse_classes(text: str) -> tuple[LabelClass, ...]:
    """Return the classes that `format_classes` wrote. Raises ValueError for other text."""
    try:
        found = tuple(LabelClass(name, (red, green, blue)) for name, (red, green, blue) in json.loads(text))
    except (TypeError, RecursionError) as error:
        raise ValueError("not a list of classes") from error
    if not are_classes(found):
        raise ValueError("not a list of classes")
    return found


@dataclass(frozen=True)
class CheckpointPart:
    """The part of a published set that is in one file: one state dictionary, under any prefix.

    `configure` reads from the shapes (prefix removed) how the network is built, and raises KeyError, IndexError or
    ValueError if they cannot be this part. `expected` returns every key and shape that such a network must have.
    """

    name: str
    configure: Callable[[Shapes], Config]
    expected: Callable[[Config], dict[str, tuple[int, ...]]]
    optional: str = ""  # regular expression of further keys that may exist, and are not read


@dataclass(frozen=True)
class DiscriminatorPart:
    """A discriminator that authors publish with their weights; only a further training needs it.

    It is one state dictionary, in the file of the weights or in one of its own. `recognise` gets the shapes below one
    prefix and returns the key of the first layer there, or "" where it is not there. `translate` returns the tensors as
    the training has them, from those of the file and the set's configuration; it raises ValueError with a few words
    where they do not fit.
    """

    name: str  # of the network in the training's recipe
    recognise: Callable[[Shapes], str]
    translate: Callable[[Tensors, Config], Tensors]
    root: str = ""  # how its prefix ends, where several discriminators have the same keys
    # How the name of its file comes from that of the weights in the same folder: a regular expression and what replaces
    # what it finds.
    file: tuple[str, str] | None = None


@dataclass(frozen=True)
class Dialect:
    """One form in which a system's weights were published: its key names, layouts and conventions.

    `translate` gets the tensors of each part by the part's name (their keys, prefix removed) and the joined
    configuration, and gives the tensors under this program's own keys.
    """

    name: str  # as on the command line: lower case, words joined by "-"
    title: str  # where such files come from, for the user
    parts: tuple[CheckpointPart, ...]
    translate: Callable[[Mapping[str, Tensors], Config], Tensors]
    licence: Licence = "unclear"
    terms: str = ""  # the licence in a few words
    settings: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  # config values that can be chosen at import
    discriminators: tuple[DiscriminatorPart, ...] = ()  # that may be with the weights


@dataclass(frozen=True)
class Weights:
    """A set of weights on disk: safetensors under this program's own keys, or an ONNX program that holds them."""

    name: str  # as on the command line
    system: str  # the name of the model it belongs to
    path: Path
    config: Config
    licence: Licence = "unclear"
    terms: str = ""
    origin: Literal["shipped", "imported", "trained"] = "imported"
    facts: Mapping[str, str] = field(default_factory=dict)  # everything else in its metadata

    @property
    def is_program(self) -> bool:
        """Whether the file is the whole network as a program for ONNX Runtime, which needs no torch."""
        return self.path.suffix == PROGRAM_SUFFIX

    @property
    def trained_at(self) -> int | None:
        """Px per side of the largest images it was trained on; None where its metadata does not say so."""
        text = self.facts.get("trained_at", "")
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else None

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The classes of its label maps; empty where its metadata has none.

        Raises ValueError where the fact "classes" is not what `format_classes` writes.
        """
        text = self.facts.get("classes", "")
        return parse_classes(text) if text else ()

    def read(self) -> Tensors:
        """Read all tensors; those that the file keeps in half precision, as shipped ones, become single precision.

        Raises WeightsError if the file cannot be read.
        """
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from inpaint_studio.errors import WeightsError

        try:
            tensors: Tensors = load_file(self.path)
        except (OSError, SafetensorError) as error:
            reason = getattr(error, "strerror", None) or tr("it is damaged")
            remedy = tr("install the program again") if self.origin == "shipped" else tr("import them again")
            raise WeightsError(
                tr(
                    "The weights '{name}' cannot be read: {reason}; {remedy}.",
                    name=self.name,
                    reason=reason,
                    remedy=remedy,
                )
            ) from error
        return {key: value.float() if value.dtype is torch.float16 else value for key, value in tensors.items()}
