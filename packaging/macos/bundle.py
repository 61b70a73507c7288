"""What macOS reads about the program: the settings of its bundle, for ``info_plist=`` of PyInstaller, and its icon.

``python packaging/macos/bundle.py`` writes ``build/macos/Info.plist`` and ``inpaint-studio.icns``.
"""

from __future__ import annotations

import plistlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

import file_types  # noqa: E402
import icons  # noqa: E402
import releases  # noqa: E402

FOLDER = ROOT / "build" / "macos"
APP_ID = "io.github.inpaint_studio.InpaintStudio".replace("_", "-")  # a bundle identifier has no underscores
NAME = "Inpaint Studio"
_OLDEST = "12.0"  # what Qt 6.8 and PyTorch run on


def info_plist(version: str, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the settings of the bundle, for a build that cannot open the formats in `without`."""
    projects = list(file_types.TYPES[file_types.PROJECT].uniform_types)
    pictures = file_types.uniform_types({*without, file_types.PROJECT})
    return {
        "CFBundleIdentifier": APP_ID,
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "zh-Hans"],
        "CFBundleDocumentTypes": [
            # "Alternate": the program is offered, and what opens pictures by default stays what it is.
            _documents("Picture", pictures, "Alternate"),
            _documents("Inpaint Studio project", projects, "Alternate"),
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": projects[0],
                "UTTypeDescription": "OpenRaster image",
                "UTTypeConformsTo": ["public.data", "public.image"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["ora"],
                    "public.mime-type": ["image/openraster"],
                },
            }
        ],
        "LSApplicationCategoryType": "public.app-category.photography",
        "LSMinimumSystemVersion": _OLDEST,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,  # the dark appearance is followed
        "NSHumanReadableCopyright": "MIT License, the Inpaint Studio authors",
    }


def _documents(name: str, kinds: list[str], rank: str) -> dict[str, Any]:
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Editor",
        "LSHandlerRank": rank,
        "LSItemContentTypes": kinds,
    }


def write(folder: Path = FOLDER) -> None:
    """Write the settings and the icon into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Info.plist").write_bytes(plistlib.dumps(info_plist(releases.version())))
    icons.write_icns(folder / "inpaint-studio.icns")


if __name__ == "__main__":
    write()
