"""``python -m tests.bench NAME ...`` runs one benchmark; ``--help`` behind the name lists its options."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name[0] != "_")
    if not argv or argv[0] not in names:
        print(f"usage: python -m tests.bench {{{','.join(names)}}} [options]", file=sys.stderr)
        return 2
    chosen = importlib.import_module(f"tests.bench.{argv[0]}")
    return int(chosen.main(argv[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
