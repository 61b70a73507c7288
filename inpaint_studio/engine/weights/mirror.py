"""A mirror of published weights: another server that has the files, for users who cannot reach their publishers' hosts.

The address of a mirror is that of a folder in which the files lie under their own names. Where it contains ``{url}``,
that is replaced by the whole address of the file instead, as servers take it that fetch a file for others.
"""

from __future__ import annotations

import os
from dataclasses import replace
from urllib.parse import urlsplit

from inpaint_studio.engine.weights.http import is_allowed
from inpaint_studio.engine.weights.published import PublishedFile
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

VARIABLE = "INPAINT_STUDIO_MIRROR"  # of the environment; used where nothing else is chosen
_URL = "{url}"


def check(address: str) -> str:
    """Return the address of a mirror without spaces around it; "" is none. Raises InputError with a sentence."""
    address = address.strip()
    if address and not (_host(address) and address.isprintable() and " " not in address):
        raise InputError(
            tr(
                "'{address}' is no address of a mirror; write one such as https://example.org/weights.",
                address=address[:80],
            )
        )
    if address and not is_allowed(address, "https:"):
        raise InputError(tr("A mirror must be reached by https; '{address}' is not.", address=address[:80]))
    return address


def from_environment() -> str:
    """Return the mirror that the environment names, or "". Raises InputError where it is no address."""
    return check(os.environ.get(VARIABLE, ""))


def mirrored(file: PublishedFile, address: str) -> PublishedFile:
    """Return the file as the mirror at `address` has it."""
    if _URL in address:
        return replace(file, url=address.replace(_URL, file.url))
    name = urlsplit(file.url).path.rsplit("/", 1)[-1]
    return replace(file, url=f"{address.rstrip('/')}/{name}")


def _host(address: str) -> str:
    """Return the host of an address; "" where it has none or is malformed."""
    try:
        return urlsplit(address.replace(_URL, "")).hostname or ""
    except ValueError:
        return ""
