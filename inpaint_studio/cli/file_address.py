"""Files that are named by an address: desktops and browsers give ``file:///home/ada/a%20bird.jpg``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)  # of two letters and more: one is a drive of Windows
_THIS_MACHINE = ("", "localhost")


def local_path(text: str) -> Path:
    """Return the path that `text` names: a path as it is, or the one in a ``file:`` address.

    Raises InputError for every other address, as no photo is read from a network.
    """
    if not _SCHEME.match(text):
        return Path(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _not_local(text) from None
    windows = sys.platform == "win32"
    if parts.scheme.lower() != "file" or (parts.netloc.lower() not in _THIS_MACHINE and not windows):
        raise _not_local(text)
    # "?" and "#" are letters of a name where they are not coded, as some programs write addresses.
    name = unquote(re.sub(r"^file://[^/]*", "", text, flags=re.IGNORECASE), errors="surrogateescape")
    if not name or "\0" in name:
        raise _not_local(text)
    if not windows:
        return Path(name)
    if parts.netloc.lower() not in _THIS_MACHINE:
        return Path(f"//{parts.netloc}{name}")  # a folder that is shared in the network
    return Path(name.lstrip("/") if re.match(r"/[a-z]:", name, re.IGNORECASE) else name)


def _not_local(text: str) -> InputError:
    return InputError(tr("'{address}' is no file on this machine; save it here first.", address=text))
