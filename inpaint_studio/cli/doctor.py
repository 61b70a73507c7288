"""``inpaint-studio doctor``: what this machine has and lacks."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from inpaint_studio.cli.console import print_table
from inpaint_studio.engine.machine.doctor import examine
from inpaint_studio.json_text import to_json


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
        ("Inpaint Studio", facts["version"]),
        ("Python", facts["python"]),
        ("System", facts["system"]),
        ("Processor", f"{facts['cores']} cores" + (f", {memory / 2**30:.1f} GiB of memory" if memory else "")),
        *((name, text or "not installed") for name, text in facts["packages"].items()),
        ("Device", f"{facts['device']['name']}: {facts['device']['reason']}"),
        ("Precision", facts["device"]["precision"] or "torch is not installed"),
        ("Allocator", facts["allocator"]),
        ("Cache", _cache_text(cache)),
    ]
    if window["missing"]:
        rows.append(("Window", f"lacks {', '.join(window['missing'])}"))
        rows.append(("", window["remedy"] or "install these libraries with your system's package manager"))
    else:
        rows.append(("Window", "Qt finds all of its system libraries" if window["qt"] else "PySide6 is not installed"))
    rows.append(("Models", ", ".join(facts["models"])))
    available = [f"{name} ({origin})" for name, origin in facts["weights"].items() if origin]
    missing = [name for name, origin in facts["weights"].items() if not origin]
    rows.append(
        ("Weights", ", ".join(available) or "none yet: 'inpaint-studio models info MODEL' says how to get them")
    )
    rows += [("", f"none for {', '.join(missing)}")] if available and missing else []
    rows += [("Broken", f"{name}: {reason}") for name, reason in facts["broken"].items()]
    return rows


def _cache_text(cache: dict[str, Any]) -> str:
    if not cache["writable"]:
        return "no folder can be written; the first fill of every start compiles for some seconds"
    return f"{cache['folder']} ({'warm' if cache['warm'] else 'empty: the first fill compiles for some seconds'})"
