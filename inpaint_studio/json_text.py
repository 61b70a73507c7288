"""JSON that every parser reads: what ``--json`` and ``--events`` print.

A file's name may hold bytes that are not UTF-8. Python keeps each of them as an unpaired surrogate, which JSON cannot
carry: strict parsers refuse the whole text. Here such a byte becomes four characters, ``\\xNN`` with its two
hexadecimal digits, and any other unpaired surrogate (Windows allows them in names) becomes ``\\uNNNN``.
"""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_BYTE, _LAST_BYTE = 0xDC80, 0xDCFF  # how PEP 383 stores the bytes 0x80 to 0xFF
_BYTE_OFFSET = 0xDC00


def to_json(value: Any, indent: int | None = None) -> str:
    """Write `value` (dicts, lists, strings, numbers, None) as ASCII JSON, on one line unless `indent` is set."""
    return json.dumps(_escape_all(value), indent=indent)


def escape_undecodable(text: str) -> str:
    """Replace every unpaired surrogate: ``\\xNN`` for a byte that could not be decoded, else ``\\uNNNN``."""
    return _SURROGATE.sub(lambda match: _escape(ord(match[0])), text)


def _escape(code: int) -> str:
    return f"\\x{code - _BYTE_OFFSET:02x}" if _FIRST_BYTE <= code <= _LAST_BYTE else f"\\u{code:04x}"


def _escape_all(value: Any) -> Any:
    if isinstance(value, str):
        return escape_undecodable(value)
    if isinstance(value, dict):
        return {_escape_all(key): _escape_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escape_all(item) for item in value]
    return value
