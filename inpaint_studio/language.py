"""The language of the program: which ones there are, which one is meant, and its sentences.

The command line and the window both call `start` before they word anything. The settings file is read here without
Qt; `session.settings` holds the row of the same name.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inpaint_studio import paths, qm_file, texts

SYSTEM = "system"  # the setting that follows the system
ENGLISH, CHINESE = "en", "zh_CN"
NAMES = {ENGLISH: "English", CHINESE: "简体中文"}  # each in its own language
VARIABLE = "INPAINT_STUDIO_LANGUAGE"  # set in the environment, it goes before the setting

# Which form of the plural stands for a number, by language: Qt's order of forms.
_FORMS: dict[str, Callable[[int], int]] = {ENGLISH: lambda n: 0 if n == 1 else 1, CHINESE: lambda _: 0}

_present = ENGLISH


def start(chosen: str | None = None) -> str:
    """Word everything in the chosen language from now on, and return its name in `NAMES`.

    `chosen` is a value of the setting; None: the environment variable `VARIABLE`, else the settings file.
    """
    global _present
    chosen = chosen or os.environ.get(VARIABLE) or setting()
    _present = chosen if chosen in NAMES else of_system()
    texts.use(_lookup(_present))
    os.environ[VARIABLE] = _present  # for processes that this one starts, as those of training
    return _present


def present() -> str:
    """Return the language that is used now."""
    return _present


def of_system() -> str:
    """Return the language of the system, where the program has it; else English."""
    by_platform = {"win32": _of_windows, "darwin": _of_macos}
    for name in by_platform.get(sys.platform, _of_environment)():
        name = name.replace("-", "_").split(".")[0].split("@")[0]
        language = name.split("_")[0].lower()
        if language == "zh":
            # Those who read traditional characters are better served with English.
            return ENGLISH if any(part in name for part in ("Hant", "TW", "HK", "MO")) else CHINESE
        if language in NAMES or name in ("C", "POSIX"):
            return ENGLISH
    return ENGLISH


def _of_environment() -> list[str]:
    """The names of locales in the environment, the most important first (gettext's order: LANGUAGE, LC_ALL, ...)."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "C")
    if locale in ("C", "POSIX"):
        return [locale]
    return [*filter(None, os.environ.get("LANGUAGE", "").split(":")), locale]


def _of_windows() -> list[str]:
    """The name of the language in which Windows shows its own windows."""
    import ctypes
    import locale

    system: Any = getattr(ctypes, "windll", None)
    number = int(system.kernel32.GetUserDefaultUILanguage()) if system is not None else 0
    return [locale.windows_locale.get(number, "C")]


def _of_macos() -> list[str]:
    """The list of languages in the settings of macOS: a property list such as ``("zh-Hans-CN", "en-GB")``."""
    import re
    import subprocess

    try:
        read = subprocess.run(["defaults", "read", "-g", "AppleLanguages"], capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return re.findall(r"[A-Za-z][\w-]+", read.stdout)


def setting(file: Path | None = None) -> str:
    """Return the setting in `file` (None: the user's); `SYSTEM` where there is none that can be read."""
    try:
        found = tomllib.loads((file or paths.config_dir() / "settings.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return SYSTEM
    return str(found.get("language", SYSTEM))


def _lookup(language: str) -> texts.Lookup | None:
    """Return how the sentences of a language are looked up; None where its catalogue cannot be read."""
    try:
        catalogue = qm_file.read(paths.resources() / "translations" / f"{language}.qm")
    except (OSError, ValueError):
        return None
    form = _FORMS[language]

    def look_up(text: str, n: int | None) -> str:
        forms = catalogue.get(text)
        if forms is None:
            return text
        return forms[form(n) if n is not None and len(forms) > 1 else 0] or text

    return look_up
