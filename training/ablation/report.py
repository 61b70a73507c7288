"""The report of an ablation: one page that needs nothing from elsewhere, the same as Markdown, sheets, and a CSV file.

All are made from the ledger and the small pictures in the ablation's folder; templates are in ``resources/report``.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inpaint_studio import atomic, paths
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import escape_undecodable
from inpaint_studio.texts import tr
from training.ablation import sentences, tables
from training.ablation.ledger import FILE, Ledger
from training.ablation.pictures import ATTENDED, FILL, HOLE, PHOTO, draw_wheel, picture_path
from training.ablation.scenes import SCENES, SampleScene
from training.ablation.summary import summarise

PAGE, MARKDOWN, TABLE = "index.html", "README.md", "figures.csv"
_CELL, _TEXT, _GAP = 128, 16, 8  # px of a sheet: a picture, a line of text, between pictures
_A_ROW = 6  # pictures
_WHEEL = 96  # px


def check_folder(folder: Path, *, resume: bool) -> None:
    """Raise InputError where no ablation can be kept in `folder`.

    It must be new or empty or, with `resume`, hold an ablation.
    """
    target = folder.absolute()
    if not target.parent.is_dir():
        raise InputError(
            tr("The folder {parent} does not exist; make it first or choose another.", parent=target.parent)
        )
    if target.exists() and not target.is_dir():
        raise InputError(tr("{folder} is a file; give the name of a folder for the report.", folder=folder))
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise InputError(
            tr("The report cannot be written: {folder} is not writable; choose another folder.", folder=folder)
        )
    if resume:
        if not (target / FILE).is_file():
            raise InputError(tr("There is no ablation in {folder} to go on with; leave --resume out.", folder=folder))
    elif (target / FILE).is_file():
        raise InputError(
            tr(
                "There is an ablation in {folder} already; go on with --resume, or choose another folder.",
                folder=folder,
            )
        )
    elif target.exists() and any(target.iterdir()):
        raise InputError(tr("The folder {folder} has other files; choose a new one.", folder=folder))


def write_report(folder: Path, ledger: Ledger, command: str) -> None:
    """Write page, Markdown, sheets and CSV file into the folder of the ablation. Raises InputError."""
    values = _values(folder, ledger, command)
    files: dict[str, str | bytes] = {
        PAGE: _render("ablation.html", values),
        MARKDOWN: _render("ablation.md", values),
        TABLE: tables.make_csv(ledger),
    }
    for scene in SCENES:
        sheet = _draw_sheet(folder, ledger, scene)
        if sheet is not None:
            files[f"{scene.name}.png"] = _encode(sheet)
    try:
        for name, content in files.items():
            atomic.write(folder / name, content)
    except OSError as error:
        raise InputError(
            tr("The report was not written: {explain_write_error}.", explain_write_error=explain_write_error(error))
        ) from error


def _render(template: str, values: Mapping[str, Any]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.resources() / "report"),
        autoescape=template.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return escape_undecodable(environment.get_template(template).render(values))


def _values(folder: Path, ledger: Ledger, command: str) -> dict[str, Any]:
    """Return what the templates show."""
    found = summarise(ledger)
    return {
        "title": tr("{count} variants of {identity}", count=len(ledger.variants), identity=ledger.identity["model"]),
        "command": command,
        "version": ledger.facts.get("version", ""),
        "run": sentences.describe_run(ledger),
        "findings": sentences.describe_findings(ledger, found),
        "limits": sentences.describe_limits(ledger),
        "columns": tables.shown_columns(found),
        "rows": tables.list_figures(ledger, found),
        "bands": {name: own.band for name, own in found.items()},
        "first": ledger.variants[0],
        "cost_columns": tables.COST_COLUMNS,
        "costs": tables.list_costs(ledger),
        "scenes": [_scene(folder, ledger, scene) for scene in SCENES if picture_path(folder, scene, HOLE).is_file()],
        "wheel": _embed(_encode(draw_wheel(_WHEEL)), "png"),
        "seed": ledger.seeds[0],
    }


def _slugs(ledger: Ledger) -> dict[str, str]:
    return {name: name.replace(", ", "_") for name in ledger.variants}


def _scene(folder: Path, ledger: Ledger, scene: SampleScene) -> dict[str, Any]:
    entries = [
        {
            "title": name,
            "images": [
                (role, _embed(path.read_bytes(), "webp"))
                for role in (FILL, *ATTENDED)
                if (path := picture_path(folder, scene, role, slug)).is_file()
            ],
        }
        for name, slug in _slugs(ledger).items()
    ]
    plain = [
        {"title": title, "images": [(role, _embed(picture_path(folder, scene, role).read_bytes(), "webp"))]}
        for role, title in ((PHOTO, "photo"), (HOLE, "hole"))
    ]
    return {"name": scene.name, "title": scene.title, "entries": [*plain, *(e for e in entries if e["images"])]}


def _embed(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _encode(pixels: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(content, "PNG", optimize=True)
    return content.getvalue()


def _draw_sheet(folder: Path, ledger: Ledger, scene: SampleScene) -> Any:
    """Draw all variants side by side: fill, and below it what was attended to. None where there are no pictures."""
    if not picture_path(folder, scene, HOLE).is_file():
        return None
    columns = [("photo", [picture_path(folder, scene, PHOTO)]), ("hole", [picture_path(folder, scene, HOLE)])]
    for name, slug in _slugs(ledger).items():
        found = [picture_path(folder, scene, role, slug) for role in (FILL, *ATTENDED)]
        if found[0].is_file():
            columns.append((name, [path for path in found if path.is_file()]))
    lines = [columns[first : first + _A_ROW] for first in range(0, len(columns), _A_ROW)]
    heights = [_TEXT + max(len(paths_) for _, paths_ in line) * (_CELL + _GAP) + _GAP for line in lines]
    sheet = Image.new("RGB", (_A_ROW * (_CELL + _GAP) + _GAP, sum(heights)), "white")
    draw, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(12), 0
    for line, height in zip(lines, heights, strict=True):
        for place, (name, files) in enumerate(line):
            left = _GAP + place * (_CELL + _GAP)
            draw.text((left, top + 2), name, fill="black", font=font)
            for number, path in enumerate(files):
                with Image.open(path) as image:
                    enlarged = image.convert("RGB").resize((_CELL, _CELL), _method(image.width))
                sheet.paste(enlarged, (left, top + _TEXT + number * (_CELL + _GAP)))
        top += height
    return np.asarray(sheet)


def _method(width: int) -> Image.Resampling:
    """Return how a picture is brought to the size of a cell: pixels of small ones stay to be seen."""
    return Image.Resampling.NEAREST if width <= _CELL else Image.Resampling.LANCZOS
