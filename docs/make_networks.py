"""Writes docs/networks.md from the tables of all networks: ``python docs/make_networks.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "networks.md"

_HEAD = """\
# How each network can be built

This page is generated from the tables of the networks by `python docs/make_networks.py`. Do not edit it.

A training from nothing takes these choices, `--config NAME=VALUE` for each:

    inpaint-studio train deepfill-v2 --from scratch --config sketch=true --photos DIR

The window has them under *More* where a model starts from nothing. What is not chosen is as in the paper.
"""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def text() -> str:
    """The whole page."""
    from inpaint_studio import models
    from inpaint_studio.models.base.network_model import NetworkModel
    from inpaint_studio.models.base.registry import registry

    lines = [_HEAD]
    shipped = f"{models.__name__}."
    for name, model in sorted(registry().models.items()):
        if not isinstance(model, NetworkModel) or not model.system.build.__module__.startswith(shipped):
            continue
        lines += [f"## {model.system.traits.title} (`{name}`)", ""]
        lines += [_row("name", "in the paper", "values", "what it is"), "|---|---|---|---|"]
        for option in model.system.table.trained:
            lines.append(_row(f"`{option.name}`", f"`{option.format(option.default)}`", option.values, option.meaning))
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    FILE.write_text(text(), encoding="utf-8")
    print(f"Wrote {FILE.relative_to(ROOT)}")
