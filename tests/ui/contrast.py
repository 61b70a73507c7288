"""How well two colours are told apart, as WCAG 2.2 measures it (relative luminance and contrast ratio)."""

from __future__ import annotations

READABLE = 4.5  # of text against its ground (1.4.3)
SEEN = 3.0  # of a sign, or of what marks a state, against its ground (1.4.11)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0..1, of a colour written as #rrggbb."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1..21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
