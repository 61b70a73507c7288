"""The folders of the program's files. Only this module looks for ``resources/``, in its three possible places."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from platformdirs import PlatformDirs

from inpaint_studio.errors import StartFault
from inpaint_studio.texts import tr

_DIRS = PlatformDirs("inpaint-studio", appauthor=False)


@cache
def resources() -> Path:
    """The folder of icons, sample photos and templates: of a frozen program, an installed wheel, or a checkout."""
    here = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    places = [Path(bundle) / "resources"] if bundle else [here / "resources", here.parent / "resources"]
    for place in places:
        if place.is_dir():
            return place
    raise StartFault(tr("The program is damaged: its part {name} is missing. Install it again.", name="resources"))


def config_dir() -> Path:
    """The folder of the settings file (not created here)."""
    return Path(_DIRS.user_config_path)


def data_dir() -> Path:
    """The folder of imported weights and of small pictures of recent photos (not created here).

    The environment variable INPAINT_STUDIO_DATA names another place.
    """
    chosen = os.environ.get("INPAINT_STUDIO_DATA")
    return Path(chosen) if chosen else Path(_DIRS.user_data_path)


def state_dir() -> Path:
    """The folder of work that is not saved yet (not created here).

    The environment variable INPAINT_STUDIO_STATE names another place.
    """
    chosen = os.environ.get("INPAINT_STUDIO_STATE")
    return Path(chosen) if chosen else Path(_DIRS.user_state_path)


def cache_dir() -> Path | None:
    """A writable folder for files that can be made again; None where there is no such folder.

    The environment variable INPAINT_STUDIO_CACHE names another place.
    """
    chosen = os.environ.get("INPAINT_STUDIO_CACHE")
    return _writable(Path(chosen) if chosen else Path(_DIRS.user_cache_path))


def writable_state(name: str) -> Path | None:
    """A writable folder of that name for logs and reports: in the state folder, else in that of temporary files.

    None where neither can be written.
    """
    found = _writable(state_dir() / name)
    if found is not None:
        return found
    import tempfile  # here, as it takes 30 ms of the start of the window

    user = os.getuid() if hasattr(os, "getuid") else ""
    spare = Path(tempfile.gettempdir()) / f"inpaint-studio-{user}"
    with suppress(OSError):
        spare.mkdir(mode=0o700, exist_ok=True)
        if not spare.is_symlink() and (not user or spare.stat().st_uid == user):  # not another user's
            return _writable(spare / name)
    return None


def _writable(folder: Path) -> Path | None:
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return None
    return folder
