"""The program as a process of its own on a virtual screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.screen import Screen


def environment(screen: Screen, home: Path) -> dict[str, str]:
    """Return the environment of a program on that screen with a home folder of its own."""
    from inpaint_studio import paths

    places = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "XDG_", "WAYLAND"))}
    cache = paths.cache_dir()  # compiled kernels are shared with the other tests
    return kept | places | {"DISPLAY": screen.name, "HOME": str(home), "INPAINT_STUDIO_CACHE": str(cache or home)}


@contextmanager
def running(screen: Screen, home: Path, photo: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the program with `photo`; where it has not ended by the end of the block, kill it."""
    program = subprocess.Popen(
        [sys.executable, "-m", "inpaint_studio", str(photo)],
        env=environment(screen, home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield program
    finally:
        program.kill()
