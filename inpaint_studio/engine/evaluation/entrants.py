"""What is measured side by side: models, each with options of its own where they are written behind its name.

``exemplar`` is the model with the options of the evaluation, ``exemplar:start=none,quality=fast`` the same model with
two of them changed. The whole text is its name in tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inpaint_studio.engine.fill.learned_start import find_start
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import AUTO, QUALITIES, Options, Quality
from inpaint_studio.texts import name_either, tr

_OPTIONS = ("quality", "start")


@dataclass(frozen=True)
class Entrant:
    """A model with the options that it changes; those it leaves alone are None."""

    label: str
    model: str
    quality: Quality | None = None
    start: str | None = None

    def change(self, options: Options) -> Options:
        """Return `options` with this entrant's own."""
        return replace(options, quality=self.quality or options.quality, start=self.start or options.start)

    def weights(self) -> Weights | None:
        """Return the weights that its model computes with; None where it has or needs none."""
        return None if self.model == AUTO else weights_of(model_library().get(self.model))


def parse_entrant(label: str) -> Entrant:
    """Read ``MODEL`` or ``MODEL:option=value,...``. Raises InputError, and UnknownModel for a start that is none."""
    model, colon, text = label.partition(":")
    found: dict[str, str] = {}
    for part in text.split(",") if colon else []:
        option, equals, value = part.partition("=")
        if option not in _OPTIONS or option in found or not equals or not value:
            raise InputError(
                tr(
                    "'{label}' is no model with options; write for example {model}:start=none, with "
                    "{names}, each once.",
                    label=label,
                    model=model or "exemplar",
                    names=name_either(list(_OPTIONS)),
                )
            )
        found[option] = value
    quality = next((each for each in QUALITIES if each == found.get("quality")), None)
    if quality is None and "quality" in found:
        raise InputError(
            tr(
                "'{label}': there is no quality '{found}'; choose {names}.",
                label=label,
                found=found["quality"],
                names=name_either(QUALITIES),
            )
        )
    start = found.get("start")
    if start is not None:
        find_start(model_library(), start)
    return Entrant(label, model, quality, start)


def list_used_weights(entrant: Entrant, options: Options, all_sets: list[Weights]) -> list[Weights]:
    """Return every set of weights that the fills of `entrant` may depend on; `auto` may choose any of `all_sets`."""
    if entrant.model == AUTO:
        return all_sets
    library = model_library()
    used = [entrant.weights()]
    if "start" in library.get(entrant.model).traits.heeds:
        start = find_start(library, entrant.change(options).start)
        used.append(None if start is None else weights_of(start))
    return [weights for weights in used if weights is not None]
