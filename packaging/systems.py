"""How the launchers differ between Linux, Windows and macOS."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
NAME = "inpaint-studio"


def programs(system: str, folder: Path) -> list[dict[str, Any]]:
    """The launchers of a system (as in sys.platform), as arguments for PyInstaller's EXE; writes into `folder`.

    A program of Windows either opens a console or cannot write to one, so there is one for each.
    """
    if system == "win32":
        _load("windows/setup_files.py").write(folder)
        shared = {
            "icon": str(folder / "inpaint-studio.ico"),
            "version": str(folder / "version.txt"),
            "manifest": str(HERE / "windows" / "inpaint-studio.manifest"),
        }
        return [{"name": NAME, "console": False, **shared}, {"name": f"{NAME}-cli", "console": True, **shared}]
    if system == "darwin":
        _load("macos/bundle.py").write(folder)
        signing = {"entitlements_file": str(HERE / "macos" / "entitlements.plist")}
        return [
            {"name": NAME, "console": False, "argv_emulation": False, "icon": str(folder / f"{NAME}.icns"), **signing}
        ]
    return [{"name": NAME, "console": True}]


def bundle(version: str, folder: Path) -> dict[str, Any]:
    """The arguments of PyInstaller's BUNDLE for macOS, after `programs` wrote its icon into `folder`."""
    settings = _load("macos/bundle.py")
    return {
        "name": f"{settings.NAME}.app",
        "bundle_identifier": settings.APP_ID,
        "icon": str(folder / f"{NAME}.icns"),
        "info_plist": settings.info_plist(version),
    }


def _load(name: str) -> ModuleType:
    """Import a file of this folder's folders, which are no packages."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, HERE / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
