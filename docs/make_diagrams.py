"""Draws the diagrams of docs/architecture.md as SVG: ``python docs/make_diagrams.py``.

The tower is read from the table in tests/test_architecture.py, so the drawing cannot disagree with what is enforced.
"""

from __future__ import annotations

import ast
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"

FLOORS = {  # name: (what it does, what it is built on), from the top to the ground
    "cli": ("the command line", "argparse, rich"),
    "ui": ("draws the document, turns gestures into commands", "Qt widgets"),
    "session": ("the document, its undo, its jobs, its settings", "Qt without widgets"),
    "testing": ("the conformance test for models of plug-ins", "numpy, pytest"),
    "engine": ("a photo, a hole and a model in, a filled photo out", "numpy, OpenCV, safetensors"),
    "models": ("every system that can fill a hole, and the registry", "torch"),
    "layers": ("building blocks of networks; attention", "torch, numba"),
    "exemplar": ("the kernels of the exemplar filler", "numba"),
    "protocol": ("what training and session exchange", "standard library"),
    "ground": ("errors, paths, atomic writes, threads ...", "standard library"),
}
LIFE = (  # who, what: the life of a fill, in order
    ("ui", "Stroke on the canvas", "a tool stamps the brush into the hole raster"),
    ("session", "One command of the history", "Document records the pixels before and after"),
    ("session", "Enter: a request", "pixels, hole, guides, model, seed; it waits for those made before"),
    ("session", "Fill thread", "FillWorker gets one request at a time"),
    ("engine", "Regions", "parts of the hole, each in a padded box; networks get overlapping ones merged"),
    ("models", "The model fills a region", "at the scale it was trained at; reports through a ticket"),
    ("engine", "Back to full resolution", "detail from the photo, tone matched, pasted inside the hole only"),
    ("engine", "Flow", "the source of every filled pixel, and whether it was copied, blended or drawn"),
    ("session", "One command again", "pixels, cleared hole and flow are one step of undo"),
    ("ui", "Canvas and candidates", "the changed blocks are drawn again; a thumbnail is added"),
)
COLOURS = {
    "cli": "#8a8f98",
    "ui": "#4c8dff",
    "session": "#2fa88c",
    "testing": "#8a8f98",
    "engine": "#c9862b",
    "models": "#b4559e",
    "layers": "#8d63c9",
    "exemplar": "#8d63c9",
    "training": "#c65b4b",
    "protocol": "#8a8f98",
    "ground": "#8a8f98",
}
_STYLE = (
    "<style>text{font-family:system-ui,sans-serif;fill:#e8e8e8}"
    ".name{font-size:17px;font-weight:600}.text{font-size:13px}.small{font-size:12px;fill:#a8a8a8}"
    ".number{font-size:13px;font-weight:600;text-anchor:middle}</style>"
)


def below() -> dict[str, set[str]]:
    """Which floors each floor may import, from the table of the architecture test."""
    tree = ast.parse((ROOT / "tests" / "test_architecture.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BELOW":
            text = ast.unparse(node.value).replace("set()", "None")
            return {name: floors or set() for name, floors in ast.literal_eval(text).items()}
    raise LookupError("tests/test_architecture.py has no table BELOW")


def _svg(width: int, height: int, parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    ground = f'<rect width="{width}" height="{height}" rx="10" fill="#1f1f1f"/>'
    return "\n".join([head, _STYLE, ground, *parts, "</svg>"]) + "\n"


def _box(x: int, y: int, width: int, height: int, floor: str) -> str:
    colour = COLOURS[floor]
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="#2b2b2b" stroke="#3c3c3c"/>'
        f'<rect x="{x}" y="{y}" width="6" height="{height}" rx="3" fill="{colour}"/>'
    )


def _text(x: int, y: int, kind: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(text)}</text>'


def tower() -> str:
    """One bar for each floor; training stands beside them, next to the floors it may import."""
    allowed = below()
    missing = set(allowed) - set(FLOORS) - {"training"}
    if missing:
        raise LookupError(f"docs/make_diagrams.py does not draw {', '.join(sorted(missing))}")
    height, left, width = 58, 24, 560
    parts = []
    places = {}
    for index, (name, (text, built_on)) in enumerate(FLOORS.items()):
        y = 24 + index * (height + 10)
        places[name] = y
        parts += [_box(left, y, width, height, name), _text(left + 22, y + 25, "name", name)]
        parts += [_text(left + 22, y + 45, "text", text), _text(left + width - 190, y + 25, "small", built_on)]
    beside = [places[name] for name in allowed["training"] if name in places]
    top, bottom = min(beside), max(beside) + height
    x = left + width + 24
    parts += [_box(x, top, 210, bottom - top, "training"), _text(x + 22, top + 27, "name", "training")]
    for index, line in enumerate(("photos and models in,", "better weights out;", "always its own process")):
        parts.append(_text(x + 22, top + 50 + 20 * index, "text", line))
    parts.append(_text(x + 22, top + 118, "small", "torch, Lightning Fabric"))
    end = 24 + len(FLOORS) * (height + 10)
    parts.append(_text(left, end + 14, "small", "A floor imports only floors below it. training imports: "))
    names = ", ".join(name for name in FLOORS if name in allowed["training"])
    parts.append(_text(left, end + 34, "small", f"{names} and the ground floor."))
    return _svg(x + 210 + 24, end + 54, parts)


def life_of_a_fill() -> str:
    """The steps of a fill from top to bottom, in the colour of the floor that does them."""
    height, left, width = 52, 24, 640
    parts = []
    for index, (floor, name, text) in enumerate(LIFE):
        y = 24 + index * (height + 18)
        if index:
            middle = left + 40
            parts.append(f'<path d="M{middle} {y - 16}v10m-5 -5l5 6l5 -6" fill="none" stroke="#8a8a8a"/>')
        parts += [_box(left, y, width, height, floor), _text(left + 40, y + 32, "number", str(index + 1))]
        parts += [_text(left + 68, y + 22, "name", name), _text(left + 68, y + 41, "text", text)]
        parts.append(_text(left + width - 70, y + 22, "small", floor))
    return _svg(left * 2 + width, 24 + len(LIFE) * (height + 18) + 6, parts)


def images() -> dict[Path, str]:
    """Every diagram: its file and its text."""
    return {IMAGES / "tower.svg": tower(), IMAGES / "life-of-a-fill.svg": life_of_a_fill()}


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    for file, text in images().items():
        file.write_text(text, encoding="utf-8")
        print(f"Wrote {file.relative_to(ROOT)}")
