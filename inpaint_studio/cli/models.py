"""``inpaint-studio models``: list the models; import, download, export and remove their weights."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from inpaint_studio.cli import model_info
from inpaint_studio.cli.console import print_notes, print_table
from inpaint_studio.engine.model_library import model_library, obstacle_of
from inpaint_studio.engine.segment import store as segmenter
from inpaint_studio.engine.weights import catalogue, licences, store
from inpaint_studio.engine.weights import mirror as mirrors
from inpaint_studio.engine.weights.published import PublishedWeights
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.texts import name_all, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.segment.importer import ImportedSegmenter
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.engine.weights.importer import ImportResult


def list_models(options: Namespace) -> int:
    """List all models, the plug-ins that could not be loaded, and the files that are no weights."""
    known, problems = model_library(), store.problems()
    if options.json:
        broken = [{"name": name, "reason": reason} for name, reason in known.broken.items()]
        models = [model_info.summarise(model) for model in known.models.values()]
        print(to_json({"models": models, "broken": broken, "problems": problems, "segmenter": _segmenter()}))
        return 0
    rows = [
        (name, str(model.traits.year or ""), model_info.weights_state(model), tr(model.traits.summary))
        for name, model in known.models.items()
    ]
    print_table([(tr("MODEL"), tr("YEAR"), tr("WEIGHTS"), tr("WHAT IT DOES")), *rows])
    if (name := _segmenter()) is not None:
        print(tr("Objects are found by {title} ({name}).", title=tr(segmenter.TITLE), name=name))
    for name, reason in known.broken.items():
        print(tr("{name} is broken: {reason}", name=name, reason=reason))
    print_notes(problems)
    return 0


def _segmenter() -> str | None:
    """Return the name of the imported network that finds objects."""
    return segmenter.NAME if segmenter.find() is not None else None


def show_info(options: Namespace) -> int:
    """Print all facts about one model and its weights. Raises UnknownModel."""
    model = model_library().get(options.name)
    if options.json:
        print(to_json(model_info.describe(model)))
        return 0
    traits = model.traits
    print(f"{traits.title} ({traits.name}): {tr(traits.summary)}")
    rows = [
        (tr("Paper"), traits.paper or "none"),
        (tr("Year"), str(traits.year or "none")),
        (tr("Licence"), traits.licence),
        (tr("Uses"), ", ".join(["hole", *sorted(traits.accepts)])),
        (tr("Returns"), ", ".join(["image", *sorted(traits.provides)])),
        (
            tr("Trained at"),
            tr("{trained_at} px", trained_at=traits.trained_at) if traits.trained_at else tr("any size"),
        ),
        (tr("Weights"), model_info.weights_state(model)),
    ]
    obstacle = obstacle_of(model)
    rows += [("", obstacle)] if obstacle else []
    print_table(rows + (model_info.network_rows(model) if isinstance(model, NetworkModel) else []))
    return 0


def import_weights(options: Namespace) -> int:
    """Import weights from files."""
    from inpaint_studio.engine.segment.importer import ImportedSegmenter, import_any
    from inpaint_studio.engine.weights.importer import import_files

    settings = dict(_parse_setting(text) for text in options.set)

    def work(ticket: Ticket) -> ImportResult | ImportedSegmenter:
        return import_any(options.files, lambda: import_files(options.files, options.name, settings, ticket), ticket)

    imported = _run_with_progress(work)
    if isinstance(imported, ImportedSegmenter):
        print(to_json({"name": segmenter.NAME, "notes": [imported.note]}) if options.json else imported.note)
        return 0
    return _print_imported(imported, options.json)


def get(options: Namespace) -> int:
    """Download published weights and import them, or print how a browser does it; without a model, what there is."""
    if options.model is None:
        return _offer(options)
    model = _get_network(options.model)
    entry = catalogue.choose(model.system.traits.name, options.entry)
    if not entry.direct:
        return _explain_download(entry, options)
    mirror = mirrors.from_environment() if options.mirror is None else mirrors.check(options.mirror)
    others = [each.id for each in catalogue.entries_for(entry.system) if each is not entry]
    if not options.json:
        sentences = [
            tr("Getting '{id}': {title}{sizes}.", id=entry.id, title=entry.title, sizes=_describe_sizes(entry))
        ]
        if options.entry is None and others:
            sentences.append(tr("There are also --entry {names}.", names=", ".join(others)))
        print(" ".join(sentences))
        print(licences.sentence(entry.licence, entry.terms))
    return _print_imported(
        _run_with_progress(lambda ticket: catalogue.get(entry, ticket, options.name, mirror)), options.json
    )


def _offer(options: Namespace) -> int:
    """Print what can be downloaded: what is recommended first, each with its size, its licence and its command."""
    if options.entry is not None or options.name is not None or options.open:
        raise InputError(tr("Write the model whose weights you want: inpaint-studio models get MODEL."))
    offered = catalogue.offered()
    if options.json:
        print(to_json({"offered": [model_info.describe_published(each) for each in offered]}))
        return 0
    titles = {name: model.traits.title for name, model in model_library().models.items()}
    rows = [
        (
            f"{titles.get(each.system, each.system)}: {each.title}",
            each.amount or tr("size not stated"),
            tr(licences.MARKS[each.licence]),
            tr("models get {system}", system=each.system)
            + ("" if each is catalogue.choose(each.system, None) else tr(" --entry {id}", id=each.id)),
        )
        for each in offered
    ]
    first = sum(1 for each in offered if each.recommended)
    print(tr("Recommended:"))
    print_table(rows[:first])
    print(tr("Others:"))
    print_table(rows[first:])
    print(tr("Some more can only be downloaded with a browser; 'inpaint-studio models info MODEL' shows all of them."))
    return 0


def _describe_sizes(entry: PublishedWeights) -> str:
    return f", {entry.amount}" if entry.amount else ""


def export(options: Namespace) -> int:
    """Write a network with its weights for other programs."""
    from inpaint_studio.engine.weights import exporter as exports

    exports.check_suffix(options.output)
    model = _get_network(options.model)
    done = _run_with_progress(lambda ticket: exports.export(model, options.output, ticket, options.size))
    if options.json:
        print(to_json({"output": str(done.path), "format": done.format, "any_size": done.any_size}))
    else:
        print(f"{done.path} ({', '.join(filter(None, (done.format, done.sizes)))})")
        _print_licence(model.weights)
    return 0


def remove(options: Namespace) -> int:
    """Delete a set of weights."""
    if options.name == segmenter.NAME:
        segmenter.remove()
    else:
        store.remove(options.name)
    print(
        to_json({"removed": options.name}) if options.json else tr("Deleted the weights '{name}'.", name=options.name)
    )
    return 0


def _run_with_progress(work: Any) -> Any:
    """Return `work(ticket)`; a bar on the terminal shows the progress."""
    from inpaint_studio.cli.console import show_progress
    from inpaint_studio.engine.ticket import Ticket

    with show_progress() as listener:
        return work(Ticket(listener))


def _get_network(name: str) -> NetworkModel:
    model = model_library().get(name)
    if not isinstance(model, NetworkModel):
        raise InputError(tr("{title} needs no weights and has none.", title=model.traits.title))
    return model


def _parse_setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise InputError(tr("'{text}' is no setting; write --set KEY=VALUE.", text=text))
    return key, value


def _print_imported(imported: ImportResult, as_json: bool) -> int:
    weights = imported.weights
    if as_json:
        print(
            to_json(model_info.describe_weights(weights) | {"already": imported.already, "notes": list(imported.notes)})
        )
        return 0
    if not imported.already:
        title = model_library().get(weights.system).traits.title
        print(
            tr(
                "Imported '{name}': {count_parameters} for {title}.",
                name=weights.name,
                count_parameters=model_info.count_parameters(weights),
                title=title,
            )
        )
    for note in imported.notes:
        print(note if imported.already else tr("Note: {note}", note=note))
    print(tr("Use it: inpaint-studio fill PHOTO --model {name} -o OUT", name=weights.name))
    return 0


def _explain_download(entry: PublishedWeights, options: Namespace) -> int:
    if options.open:
        import webbrowser

        for page in entry.pages:
            webbrowser.open(page)
    if options.json:
        print(to_json({"entry": entry.id, "pages": list(entry.pages), "then": entry.command}))
        return 0
    files = name_all([file.name for file in entry.files])
    print(tr("{title} can only be downloaded with a browser: {files}, from", title=entry.title, files=files))
    for page in entry.pages:
        print(f"  {page}")
    print(tr("and then:\n  {command}", command=entry.command))
    print(licences.sentence(entry.licence, entry.terms))
    others = [each.id for each in catalogue.entries_for(entry.system) if each is not entry]
    if others and options.entry is None:
        print(tr("There are also --entry {names}.", names=", ".join(others)))
    return 0


def _print_licence(weights: Weights | None) -> None:
    if weights is not None and weights.licence != "free":
        print(tr("Note: {sentence}", sentence=licences.sentence(weights.licence, weights.terms)))
