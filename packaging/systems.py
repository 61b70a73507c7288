"""How the launchers differ between Linux, Windows and macOS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NAME = "inpaint-studio"
IDENTIFIER = "io.github.inpaint_studio.InpaintStudio"


def programs(system: str, folder: Path) -> list[dict[str, Any]]:
    """The launchers of a system (as in sys.platform), as arguments for PyInstaller's EXE.

    A program of Windows either opens a console or cannot write to one, so there is one for each.
    """
    if system == "win32":
        shared = _existing(icon=folder / "windows" / "inpaint-studio.ico", version=folder / "windows" / "version.txt")
        return [{"name": NAME, "console": False, **shared}, {"name": f"{NAME}-cli", "console": True, **shared}]
    if system == "darwin":
        icon = _existing(icon=folder / "macos" / "inpaint-studio.icns")
        signing = _existing(entitlements_file=folder / "macos" / "entitlements.plist")
        return [{"name": NAME, "console": False, "argv_emulation": False, **icon, **signing}]
    return [{"name": NAME, "console": True}]


def bundle(folder: Path, version: str) -> dict[str, Any]:
    """The arguments of PyInstaller's BUNDLE for macOS."""
    types = [
        {
            "CFBundleTypeName": "Photo",
            "CFBundleTypeRole": "Editor",
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": ["public.image"],
        }
    ]
    info = {
        "CFBundleDisplayName": "Inpaint Studio",
        "CFBundleShortVersionString": version,
        "CFBundleDocumentTypes": types,
        "LSMinimumSystemVersion": "12.0",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
    }
    icon = _existing(icon=folder / "macos" / "inpaint-studio.icns")
    return {
        "name": "Inpaint Studio.app",
        "bundle_identifier": IDENTIFIER,
        "version": version,
        "info_plist": info,
        **icon,
    }


def _existing(**files: Path) -> dict[str, str]:
    return {name: str(path) for name, path in files.items() if path.exists()}
