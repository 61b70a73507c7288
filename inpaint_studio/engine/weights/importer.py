"""Import published files as a weights set: read them, detect their system, translate, check and save."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inpaint_studio import build_info
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights import discriminators, input_files, licences, metadata, program_importer, store
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import PROGRAM_SUFFIX, Config, Dialect, Licence, Tensors, Weights
from inpaint_studio.models.base.interface import TicketLike
from inpaint_studio.models.base.network_config import ConfigError
from inpaint_studio.models.base.network_model import NetworkModel, System, load_network
from inpaint_studio.models.base.registry import registry
from inpaint_studio.texts import mark, name_either, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.find_discriminators import FoundDiscriminators

_NEEDS_TORCH = mark(
    "{name} is for the full build of Inpaint Studio: import it there, export it as ONNX, and import that file here."
)
_FOREIGN_PROGRAM = mark(
    "{name} is no network that this version of Inpaint Studio exported; export it again in the full build."
)
# What translating or building raises for tensors and configurations that do not fit together.
_MISFIT = (LookupError, ValueError, ArithmeticError, RuntimeError, TypeError, AttributeError)


class ImportResult(NamedTuple):
    """The result of an import: the set, whether it existed before, and sentences for the user."""

    weights: Weights
    already: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """What the publisher states about the files; it is preferred to the defaults of their dialect."""

    licence: Licence | None = None
    terms: str = ""
    facts: Mapping[str, str] | None = None


class _Content(NamedTuple):
    """The content of the files after detection, before translation."""

    system: System
    config: Config
    facts: dict[str, str]
    licence: Licence
    terms: str
    origin: metadata.Origin
    base: str  # the beginning of the set's name where none was chosen
    translate: Callable[[], Tensors]
    unused: tuple[str, ...] = ()
    found: FoundDiscriminators | None = None  # None: it is a set of this program, with its own beside it


def systems() -> list[System]:
    """List the systems of the registry that weights can be imported for."""
    return [model.system for model in registry().models.values() if isinstance(model, NetworkModel)]


def import_files(
    paths: Sequence[Path],
    name: str | None = None,
    settings: Mapping[str, str] | None = None,
    ticket: TicketLike | None = None,
    provenance: Provenance | None = None,
    among: Iterable[System] | None = None,
) -> ImportResult:
    """Import the published files that together are one set, as `name` or one made from the system and the dialect.

    `settings` choose among the values that the dialect leaves open. Nothing happens where the same files were imported
    with the same settings under that name before. Discriminators that were published with them are kept beside the set.
    A set that this program wrote is copied, with its record and the discriminators beside it. `among` are the systems
    to look for (default: all). Raises WeightsError with a sentence, then nothing has changed, and whatever
    `ticket.report` raises.
    """
    report = ticket.report if ticket is not None else _ignore
    if name is not None:
        store.check_name(name)
    known = list(systems() if among is None else among)
    paths = _without_discriminators(paths)
    checksums = input_files.checksums(paths, report)
    facts = {"sources": json.dumps([path.name for path in paths]), "sha256": json.dumps(checksums)}
    if len(paths) == 1 and program_importer.is_program(paths[0]):
        return _import_program(paths[0], name, known, facts, report)
    if not build_info.has_torch():
        is_onnx = paths[0].suffix == PROGRAM_SUFFIX
        raise WeightsError(tr(_FOREIGN_PROGRAM if is_onnx else _NEEDS_TORCH, name=paths[0].name))
    content = _read_content(paths, known, settings or {}, provenance or Provenance(), report)
    content.facts.update(facts)
    if name is not None:
        content.facts["named"] = "yes"
    same = _find_same(content, name)
    if same is not None:
        return _report_existing(same)
    report(0.6, tr("Translating {title}", title=content.system.traits.title))
    tensors = _translate(content)
    report(0.8, tr("Saving the weights"))
    if content.found is not None and content.found.modules:
        content.facts[discriminators.FACT] = discriminators.new_mark()
    result = _save(content, tensors, name)
    if not result.already:
        result = result._replace(notes=(*result.notes, *_keep_discriminators(content, paths[0], result.weights)))
    report(1.0, "")
    return result


def _import_program(
    path: Path, name: str | None, known: list[System], facts: Mapping[str, str], report: input_files.ReportProgress
) -> ImportResult:
    """Import a network that was exported to ONNX. Raises WeightsError."""
    weights, already = program_importer.import_program(path, name, known, facts, report)
    report(1.0, "")
    if already:
        return _report_existing(weights)
    notes = () if weights.licence == "free" else (licences.sentence(weights.licence, weights.terms),)
    return ImportResult(weights, False, notes)


def _ignore(_fraction: float, _note: str = "") -> None:
    """Take the progress of an import without a ticket."""


def _without_discriminators(paths: Sequence[Path]) -> list[Path]:
    """Leave out the discriminators of sets that are imported too. Raises WeightsError where their set is not."""
    found = [path for path in paths if path.suffix != discriminators.SUFFIX]
    for path in paths:
        if path.suffix == discriminators.SUFFIX and path not in map(discriminators.beside, found):
            name = path.with_suffix(metadata.SUFFIX).name
            raise WeightsError(
                tr(
                    "{name} holds the discriminators of a set; import its {name_2} instead.",
                    name=path.name,
                    name_2=name,
                )
            )
    return found


def _keep_discriminators(content: _Content, path: Path, weights: Weights) -> tuple[str, ...]:
    """Keep the discriminators beside the imported `weights`; gives sentences about them.

    They are those that were found, or those that lie beside the set of this program in the file `path`.
    """
    notes = () if content.found is None else content.found.notes
    mark = content.facts.get(discriminators.FACT)
    if mark is None:
        return notes
    try:
        if content.found is not None:
            discriminators.save(content.found.modules, weights.path, mark)
            return notes
        if discriminators.copy(replace(weights, path=path), weights.path):
            return ()
        reason = tr("they are not beside it")
    except OSError as error:
        reason = explain_write_error(error)
    return (
        tr("Its discriminators were not imported ({reason}); a further training begins with new ones.", reason=reason),
    )


# Detection


def _read_content(
    paths: Sequence[Path],
    known: list[System],
    settings: Mapping[str, str],
    provenance: Provenance,
    report: input_files.ReportProgress,
) -> _Content:
    if len(paths) == 1 and paths[0].is_file() and metadata.is_ours(paths[0]):
        return _read_own(paths[0], known, settings, report)
    from inpaint_studio.engine.weights import find_discriminators
    from inpaint_studio.engine.weights.detect import detect

    files = input_files.read(paths, report)
    detection = detect(files, known)
    dialect = detection.dialect
    config = detection.config | _choose_settings(dialect, settings)
    found = find_discriminators.find(files, detection, paths, config)
    has_licence = provenance.licence is not None
    return _Content(
        system=detection.system,
        config=config,
        facts={"dialect": dialect.name, "named": "no", **(provenance.facts or {})},
        licence=provenance.licence or dialect.licence,
        terms=provenance.terms if has_licence else dialect.terms,
        origin="imported",
        base=re.sub(r"[^a-z0-9-]", "-", f"{detection.system.traits.name}-{dialect.name}".lower()),
        translate=lambda: dialect.translate(detection.parts, config),
        unused=tuple(name for name in detection.unused if name not in found.files),
        found=found,
    )


def _read_own(
    path: Path, known: list[System], settings: Mapping[str, str], report: input_files.ReportProgress
) -> _Content:
    """Read a set that this program wrote, on this machine or another one. Raises WeightsError."""
    header = metadata.read_header(path, name="set")
    system = next((system for system in known if system.traits.name == header.system), None)
    if system is None:
        raise WeightsError(
            tr("{name} is for the model '{system}', which is not here.", name=path.name, system=header.system)
        )
    try:
        config = system.table.restore(header.config)
    except ConfigError as error:
        raise WeightsError(
            tr("{name} is damaged, or from another version of the program: {error}", name=path.name, error=error)
        ) from error
    if settings:
        raise WeightsError(
            tr("{name} was imported before, with its settings; there are none left to choose.", name=path.name)
        )
    facts = dict(header.facts)
    base = facts.get("name", "")
    try:
        store.check_name(base)
    except WeightsError:
        base = system.traits.name + "-again"
    tensors = input_files.read([path], report)[path.name]
    return _Content(system, config, facts, header.licence, header.terms, header.origin, base, lambda: tensors)


def _choose_settings(dialect: Dialect, settings: Mapping[str, str]) -> Config:
    """Turn settings into configuration values. Raises WeightsError for one that the dialect does not have."""
    config: Config = {}
    for key, text in settings.items():
        if key not in dialect.settings:
            known = (
                tr("there are {names}", names=", ".join(dialect.settings)) if dialect.settings else tr("it has none")
            )
            raise WeightsError(
                tr("{title} has no setting '{key}'; {known}.", title=dialect.title, key=key, known=known)
            )
        allowed = {str(value).lower(): value for value in dialect.settings[key]}
        if text.lower() not in allowed:
            raise WeightsError(
                tr(
                    "The setting '{key}' cannot be '{text}'; use {names}.",
                    key=key,
                    text=text,
                    names=name_either(list(allowed)),
                )
            )
        config[key] = allowed[text.lower()]
    return config


def _find_same(content: _Content, name: str | None) -> Weights | None:
    """Find the set that the same files gave before, with the same settings, under that name or under any."""
    config, checksums = json.loads(json.dumps(content.config)), sorted(json.loads(content.facts["sha256"]))
    system = content.system.traits.name
    for weights in store.sets():
        if weights.system != system or name not in (None, weights.name) or weights.config != config:
            continue
        if sorted(_parse_list(weights.facts.get("sha256", ""))) == checksums:
            return weights
    return None


def _parse_list(text: str) -> list[str]:
    """Parse a list from a set's facts; empty where it is not one."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return []
    return [str(each) for each in parsed] if isinstance(parsed, list) else []


# Translation


def _translate(content: _Content) -> Tensors:
    """Translate the tensors to the program's own keys and check that they fit the network. Raises WeightsError."""
    import torch

    title = content.system.traits.title
    try:
        tensors = content.translate()
    except _MISFIT as error:
        raise WeightsError(
            tr("The file has the keys of {title}, but their values cannot be used.", title=title)
        ) from error
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise WeightsError(
                tr("{key} holds numbers that are not finite; the file is damaged or its training failed.", key=key)
            )
    try:
        load_network(content.system, content.config, dict(tensors), title)
        with torch.device("meta"):
            dtypes = {key: value.dtype for key, value in content.system.build(content.config).state_dict().items()}
    except _MISFIT as error:
        raise WeightsError(
            tr("The file has the keys of {title}, but no such network can be built.", title=title)
        ) from error
    for key, tensor in tensors.items():
        if tensor.is_floating_point() != dtypes[key].is_floating_point:
            kind = str(tensor.dtype).removeprefix("torch.")
            raise WeightsError(
                tr("{key} holds numbers of the wrong kind ({kind}); it is not imported.", key=key, kind=kind)
            )
    return tensors


def _save(content: _Content, tensors: Tensors, name: str | None) -> ImportResult:
    """Save under `name`, or under the first free name of `base`, `base`-2, `base`-3...

    Another program may use a name at the same moment; where it did so with the same files, its set is the result.
    """
    for number in count(1):
        try:
            saved = store.save(
                tensors,
                name=name or (content.base if number == 1 else f"{content.base}-{number}"),
                system=content.system.traits.name,
                config=content.config,
                licence=content.licence,
                terms=content.terms,
                origin=content.origin,
                facts=content.facts,
            )
        except store.NameTaken:
            same = _find_same(content, name)
            if same is not None:
                return _report_existing(same)
            if name is not None:
                raise
        else:
            notes = [tr("{file} was not needed.", file=file) for file in content.unused]
            if content.licence != "free":
                notes.append(licences.sentence(content.licence, content.terms))
            return ImportResult(saved, False, tuple(notes))
    raise AssertionError("unreachable")


def _report_existing(weights: Weights) -> ImportResult:
    return ImportResult(weights, True, (tr("These weights are here already, as '{name}'.", name=weights.name),))
