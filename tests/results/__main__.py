"""``python -m tests.results [--pairs DIR]`` writes docs/results and the short table of the README.

Without ``--pairs`` only the page of pictures is written: it is made from the sample photos. The pairs are a folder with
a table ``pairs.csv`` of photo, mask, kind and group, as ``inpaint-studio evaluate --pairs`` takes it. What was measured
is kept in a file, so the command may be stopped and continues where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inpaint_studio.models.base.interface import Options
from tests.results import pages, pictures
from tests.results.conditions import write_conditions
from tests.results.entrants import list_models
from tests.results.figures import Table
from tests.results.scenes import PAIRS, SCENES, Scene


def main(argv: Sequence[str] | None = None, scenes: Sequence[Scene] = SCENES) -> int:
    """Run the command line; 0 when all is written."""
    options = _parser().parse_args(argv)
    models = list(dict.fromkeys(options.models or list_models()))
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.pairs is not None:
        options.keep.parent.mkdir(parents=True, exist_ok=True)
        table = Table(options.pairs, models, options.keep, options.every, options.threads)
        print(f"{table.count} of {table.total} pairs, {len(models)} models; kept in {options.keep}", file=sys.stderr)
        notes = table.measure(options.folder / pages.TABLE)
        pairs = f"{table.count} of {table.total} pairs" if table.count < table.total else f"All {table.total} pairs"
        write_conditions(options.folder / pages.CONDITIONS, table.command(), pairs, models, notes)
        pages.write_pages(options.folder, options.readme)
    if not options.no_pictures:
        sheets = [pictures.make_sheet(scene, models, Options(threads=options.threads)) for scene in scenes]
        pictures.write_sheets(sheets, options.folder)
        pictures.write_pairs(sheets, PAIRS, options.folder)
        (options.folder / pages.PICTURES).write_text(pages.pictures_page(), encoding="utf-8")
    print(f"Written: {options.folder}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.results", description=__doc__)
    parser.add_argument("--pairs", metavar="DIR", type=Path, help="measure these pairs: a folder with pairs.csv")
    parser.add_argument("--every", metavar="N", type=_count, default=1, help="measure one pair in N, spread at random")
    parser.add_argument(
        "--model", metavar="NAME", dest="models", action="append", help="instead of every filler and shipped set"
    )
    parser.add_argument("--no-pictures", action="store_true", help="leave the page of pictures as it is")
    parser.add_argument("--threads", metavar="N", type=_count, help="default: all cores but one")
    parser.add_argument(
        "--keep", metavar="FILE", type=Path, default=pages.ROOT / "out" / "results" / "figures.csv", help="kept figures"
    )
    parser.add_argument("--folder", metavar="DIR", type=Path, default=pages.FOLDER, help="default: docs/results")
    parser.add_argument("--readme", metavar="FILE", type=Path, default=pages.ROOT / "README.md", help="with the marks")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1 on")
    return number


if __name__ == "__main__":
    sys.exit(main())
