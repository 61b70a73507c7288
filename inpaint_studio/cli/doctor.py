"""``inpaint-studio doctor``: what this machine has and lacks."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from inpaint_studio.cli.console import print_table
from inpaint_studio.engine.machine.doctor import examine
from inpaint_studio.json_text import to_json
from inpaint_studio.texts import mark, tr

_PROGRAMS = {
    "source": mark("a checkout of the sources"),
    "wheel": mark("installed by pip"),
    "cpu": mark("packed, for the processor"),
    "cuda": mark("packed, for NVIDIA cards and the processor"),
    "lite": mark("packed, without PyTorch: no training"),
}


def doctor(options: Namespace) -> int:
    """Run ``inpaint-studio doctor``; return the exit status."""
    facts = examine()
    if options.json:
        print(to_json(facts))
    else:
        print_table(describe(facts))
    return 0


def describe(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Turn the facts of `examine` into pairs of a name and a text, for the terminal."""
    memory, cache, window = facts["memory"], facts["cache"], facts["window"]
    rows = [
        (tr("Inpaint Studio"), facts["version"]),
        (tr("Program"), tr(_PROGRAMS[facts["program"]])),
        (tr("Python"), facts["python"]),
        (tr("System"), facts["system"]),
        (
            tr("Processor"),
            tr("{n} cores, {memory:.1f} GiB of memory", facts["cores"], memory=memory / 2**30)
            if memory
            else tr("{n} cores", facts["cores"]),
        ),
        *((name, text or tr("not installed")) for name, text in facts["packages"].items()),
        *_torch_rows(facts["torch"]),
        (tr("Device"), f"{facts['device']['name']}: {facts['device']['reason']}"),
        (tr("Precision"), facts["device"]["precision"] or tr("torch is not installed")),
        (tr("Allocator"), facts["allocator"]),
        (tr("Cache"), _cache_text(cache)),
        (tr("Logs"), facts["logs"]["folder"]),
        *([(tr("Last fault"), facts["logs"]["newest_report"])] if facts["logs"]["newest_report"] else []),
    ]
    if window["missing"]:
        rows.append((tr("Window"), tr("lacks {names}", names=", ".join(window["missing"]))))
        rows.append(("", window["remedy"] or tr("install these libraries with your system's package manager")))
    else:
        rows.append(
            (
                tr("Window"),
                tr("Qt finds all of its system libraries") if window["qt"] else tr("PySide6 is not installed"),
            )
        )
    rows.append((tr("Models"), ", ".join(facts["models"])))
    available = [f"{name} ({origin})" for name, origin in facts["weights"].items() if origin]
    missing = [name for name, origin in facts["weights"].items() if not origin]
    rows.append(
        (tr("Weights"), ", ".join(available) or tr("none yet: 'inpaint-studio models info MODEL' says how to get them"))
    )
    rows += [("", tr("none for {names}", names=", ".join(missing)))] if available and missing else []
    rows += [(tr("Broken"), f"{name}: {reason}") for name, reason in facts["broken"].items()]
    return rows


def _torch_rows(facts: dict[str, Any] | None) -> list[tuple[str, str]]:
    if facts is None:
        return []
    build = facts["build"].replace("cuda", "CUDA").replace("rocm", "ROCm").replace("cpu", "CPU")
    size = facts["bytes"]
    text = build if size is None else tr("{build}, {size:.1f} GB on the disk", build=build, size=size / 1e9)
    rows = [(tr("PyTorch"), text)]
    return rows + ([("", facts["advice"])] if facts["advice"] else [])


def _cache_text(cache: dict[str, Any]) -> str:
    if cache["kernels"]:
        return tr("not needed: everything is compiled for this processor ({kind})", kind=cache["kernels"])
    if not cache["writable"]:
        return tr("no folder can be written; the first fill of every start compiles for some seconds")
    return f"{cache['folder']} ({'warm' if cache['warm'] else 'empty: the first fill compiles for some seconds'})"
