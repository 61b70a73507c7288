"""The keys that the user has chosen for actions, as the settings keep them: JSON in one text, by the ids of actions."""

from __future__ import annotations

import json

from inpaint_studio.texts import tr

_MOST, _LONGEST = 500, 64  # actions, and characters of an id or a key: far more than there are

OwnKeys = dict[str, tuple[str, ...]]  # by the id of an action; without any key where the tuple is empty


def read(text: str) -> OwnKeys:
    """Read what `write` has written; empty for any other text."""
    return _parse(text) or {}


def check(text: str) -> str:
    """Return why a text is not one that `write` has written, in a sentence; "" where it is."""
    return "" if not text or _parse(text) is not None else tr("It does not list keys by the names of actions.")


def write(keys: OwnKeys) -> str:
    """Make the text for the settings; keys are as QKeySequence's portable text has them."""
    return json.dumps({name: list(chosen) for name, chosen in sorted(keys.items())}) if keys else ""


def _parse(text: str) -> OwnKeys | None:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or len(found) > _MOST:
        return None
    for name, keys in found.items():
        if not isinstance(keys, list) or len(keys) > _MOST or len(name) > _LONGEST:
            return None
        if not all(isinstance(key, str) and len(key) <= _LONGEST for key in keys):
            return None
    return {name: tuple(keys) for name, keys in found.items()}
