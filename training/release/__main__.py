"""``python -m training.release NAME``: train a shipped set by its plan, measure it, and put it into the program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inpaint_studio import native_threads
from inpaint_studio.errors import InputError, StudioError
from training.release.plan import plan_names

_ABOUT = """\
Train the weights NAME, which ship with the program, by the stages in training/release/NAME.toml; then measure them and
write them into resources/weights. The same command goes on where it stopped, and with further stages where those before
are done. Where the folder of the run is gone, it goes on from the weights that ship now.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (None: the process's own); return the exit status."""
    native_threads.set_defaults()
    options = _parser().parse_args(argv)
    try:
        from training.release.make import MakeOptions, make

        make(MakeOptions(**vars(options)), lambda text: print(text, flush=True))
    except StudioError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    except KeyboardInterrupt:
        print("cancelled; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.release", description=_ABOUT)
    parser.add_argument("name", metavar="NAME", help=f"which weights: {', '.join(plan_names())}")
    parser.add_argument("--photos", metavar="DIR", type=Path, help="folder of photos with an index.csv of licences")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="folder of the run, to go on from it")
    parser.add_argument("--minutes", metavar="M", type=float, help="stop after so many minutes, to go on another time")
    parser.add_argument("--stages", choices=("processor", "cuda"), help="which stages (default: by this machine)")
    parser.add_argument("--scratch", action="store_true", help="do not go on from the weights that ship now")
    parser.add_argument("--export-only", action="store_true", help="train nothing; write what the run has so far")
    parser.add_argument("--from", dest="file", metavar="FILE", type=Path, help="with --export-only: write these")
    parser.add_argument("--done", metavar="N", type=int, help="with --from: how many stages they had (default: all)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
