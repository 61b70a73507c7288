"""How much a weights file may ask for, and the one way in which readers say that it is no good."""

from __future__ import annotations

MOST_BYTES = 4 << 30  # of all tensors of a file together
MOST_OBJECTS = 300_000  # values in all containers
MOST_TENSORS = 20_000
DEEPEST = 100  # containers inside each other
MOST_DIMS = 8
LONGEST_NAME = 1024  # signs of a tensor's whole name
_LEAST_ALLOWANCE = 64 << 20  # bytes that even a tiny file may unfold to
_MOST_FOLD = 20  # numbers of trained networks hardly shrink when packed; zeros and ones beside them do

DAMAGED = "is damaged or cut off; download it again"
TOO_MANY = "holds more entries than a weights file has; look for another one"
TOO_DEEP = "is nested too deeply for a weights file; look for another one"


class Broken(Exception):
    """A weights file that cannot be used. Its text follows the file's name: what is wrong, and what to do."""


def allowance(packed: int) -> int:
    """Into how many bytes so many bytes of a file may unfold: by inflating, or as tensors that repeat their numbers."""
    return min(MOST_BYTES, _LEAST_ALLOWANCE + _MOST_FOLD * packed)


def quoted(text: str) -> str:
    """A name out of the file as it may stand in a sentence."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:40]}...{text[-15:]}'"
