"""The page of a report: one HTML text that needs nothing from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple, TypeAlias

from inpaint_studio.engine.evaluation.compare import SIZES, Comparison, LeftOut, Row
from inpaint_studio.engine.evaluation.dataset import EVERY

MARK = '<meta name="generator" content="Inpaint Studio, evaluate">'
_MOST_REASONS = 50


class Column(NamedTuple):
    """How a figure stands in a table, and which of two is the better one."""

    figure: str
    title: str
    digits: int
    distance: Callable[[float], float]  # from the best there is
    about: str


class Shown(NamedTuple):
    """A picture of the page: its file, the smaller one that stands for it, and that one's size in px."""

    large: str
    small: str
    width: int
    height: int


Pictures: TypeAlias = Callable[[int, str], Shown | None]


def _from_one(value: float) -> float:
    return abs(math.log(value)) if value > 0 else math.inf


COLUMNS = (
    Column("psnr", "PSNR, dB", 2, lambda v: -v, "Peak signal to noise ratio of the hole's pixels; more is better."),
    Column("ssim", "SSIM", 4, lambda v: -v, "Structural similarity, its map averaged over the hole; 1 is equal."),
    Column("l1", "L1, %", 2, abs, "Mean absolute error of the hole's values, of their range; less is better."),
    Column("tv", "TV, %", 2, lambda _: 0.0, "Mean step between neighbouring pixels of the hole, of the range."),
    Column("tv_ratio", "TV to truth", 3, _from_one, "That step beside the true picture's; 1 is like it."),
    Column("lpips", "LPIPS", 4, abs, "Distance of the whole pictures as people see it (AlexNet); less is better."),
    Column("fid", "FID", 2, abs, "Distance of all fills from all photos, whole pictures; less is better."),
    Column("sharpness", "Sharpness", 3, _from_one, "Mean gradient in the hole beside the true one; 1 is like it."),
    Column("seam", "Seam", 3, _from_one, "Mean step across the hole's border beside the true one; 1 is like it."),
    Column("chi2", "Chi²", 4, abs, "Distance of the histograms of gradients in the hole; 0 is equal."),
    Column("seconds", "Seconds", 2, abs, "Time of one fill, without reading files and loading weights."),
)
_RANKED = frozenset(column.figure for column in COLUMNS) - {"tv"}

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf8; --raised: #fff; --ink: #1d1c1a; --quiet: #5f5b55; --line: #dcd8d1;
  --best: #eef3ea; --link: #1f5c8a; }
@media (prefers-color-scheme: dark) { :root { --ground: #191817; --raised: #222120; --ink: #eceae6; --quiet: #a9a49c;
  --line: #3a3835; --best: #283026; --link: #8fc1e8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.8rem 0 .8rem; } h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p, ul, dl { max-width: 46rem; } .quiet, figcaption, caption { color: var(--quiet); }
code { font: .88em/1.5 ui-monospace, Consolas, Menlo, monospace; overflow-wrap: anywhere; } a { color: var(--link); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .55rem .5rem .7rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { font-weight: 600; border-top: 0; color: var(--quiet); font-size: .9rem; }
tbody th, thead th.name { text-align: left; } tbody th { font-weight: 500; padding-right: .55rem; }
tbody th[rowspan] { vertical-align: top; font-weight: 600; }
thead th.name { font-weight: 600; } th:not(.name), td { padding-right: 1.35rem; }
tbody tr.first th, tbody tr.first td { border-top: 2px solid var(--line); }
td.best { font-weight: 700; background: var(--best); position: relative; }
.star { position: absolute; margin-left: .25em; font-size: .8em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; }
dt { font-weight: 600; } dd { margin: 0; }
article { margin: 0 0 2rem; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--raised); }
article > p { margin: .1rem 0 .8rem; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(46%, 13rem), 1fr)); gap: 1rem; }
figure { margin: 0; } figure img { display: block; width: 100%; height: auto; border-radius: .25rem; }
figcaption { font-size: .9rem; margin-top: .35rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figcaption b { color: var(--ink); font-weight: 600; } li { overflow-wrap: anywhere; }
@media print { article { break-inside: avoid; } .scroll { overflow: visible; } }
"""


def cell(column: Column, value: float | None) -> str:
    """A figure as text; a dash where it is not known."""
    return "–" if value is None else f"{value:.{column.digits}f}"


def best(column: Column, rows: Sequence[Row]) -> set[str]:
    """The models with the best figure of these rows, as exactly as it is shown; none where there is but one model."""
    if column.figure not in _RANKED:
        return set()
    known = {row.model: round(v, column.digits) for row in rows if (v := row.figures[column.figure]) is not None}
    if len(known) < 2:
        return set()
    least = min(map(column.distance, known.values()))
    return {model for model, value in known.items() if column.distance(value) <= least}


def columns(rows: Sequence[Row]) -> list[Column]:
    """Those that any row has a figure for."""
    return [column for column in COLUMNS if any(row.figures[column.figure] is not None for row in rows)]


def sections(rows: Sequence[Row]) -> dict[str, dict[str, list[Row]]]:
    """The rows by what divides them, and by its values, in their order."""
    sizes = {label for _, label in SIZES}
    divided: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row.group != EVERY:
            title, value = "By kind of photo", row.group
        elif row.kind == EVERY:
            title, value = "All pictures", "All"
        else:
            title, value = ("By size of the hole" if row.kind in sizes else "By kind of hole"), row.kind
        divided.setdefault(title, {}).setdefault(value, []).append(row)
    return divided


def page(
    comparison: Comparison, shown: Sequence[int], split: bool, pictures: Pictures, facts: Mapping[str, str]
) -> str:
    """The page. `shown` are the pictures of the gallery, the hardest first; with `split` the second half are the
    easiest."""
    rows = comparison.rows()
    known = columns(rows)
    divided = sections(rows)
    names = " and ".join(filter(None, [", ".join(comparison.models[:-1]), comparison.models[-1]]))
    out = len(comparison.cases) - len(comparison.compared)
    body = [
        f"<h1>{escape(names)}</h1>",
        f'<p class="quiet">{_pictures_said(len(comparison.compared), out)} Measured {escape(facts["when"])} with '
        f"Inpaint Studio {escape(facts['version'])}.</p>",
        f"<p><code>{escape(facts['command'])}</code></p>",
        "<h2>Figures</h2>",
        _table(divided.pop("All pictures"), known, named=False),
        _legend(known, len(comparison.models)),
        *(f"<h2>{escape(title)}</h2>{_table(parts, known)}" for title, parts in divided.items()),
        _list("Notes", comparison.notes),
        _list("Left out", _reasons(comparison.left_out)),
        _gallery(comparison, shown, split, pictures),
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{MARK}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(names)}: evaluation</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, body))
        + "\n</main>\n</body>\n</html>\n"
    )


def _pictures_said(count: int, out: int) -> str:
    left = f", {out} left out" if out else ""
    return f"{count} {'picture' if count == 1 else 'pictures'}{left}."


def _table(parts: Mapping[str, Sequence[Row]], known: Sequence[Column], named: bool = True) -> str:
    """A row for each model of each part, with the part's name where `named`; the best of a part is marked."""
    names = ("Pictures", "Model") if named else ("Model",)
    head = "".join(f'<th scope="col" class="name">{name}</th>' for name in names)
    head += "".join(f'<th scope="col">{escape(title)}</th>' for title in ("n", *(column.title for column in known)))
    lines = []
    for number, (value, rows) in enumerate(parts.items()):
        winners = {column.figure: best(column, rows) for column in known}
        for place, row in enumerate(rows):
            title = f'<th scope="rowgroup" rowspan="{len(rows)}">{escape(value)}</th>' if named and not place else ""
            name = f'<th scope="row">{escape(row.model)}</th>'
            cells = "".join(_cell(column, row, row.model in winners[column.figure]) for column in known)
            begins = ' class="first"' if number and not place else ""
            lines.append(f"<tr{begins}>{title}{name}<td>{row.n}</td>{cells}</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _cell(column: Column, row: Row, wins: bool) -> str:
    text = cell(column, row.figures[column.figure])
    return f'<td class="best">{text}<span class="star">★</span></td>' if wins else f"<td>{text}</td>"


def _legend(known: Sequence[Column], models: int) -> str:
    star = '<p class="quiet">★ is the best in its column.</p>' if models > 1 else ""
    about = "".join(f"<dt>{escape(column.title)}</dt><dd>{escape(column.about)}</dd>" for column in known)
    return f"{star}<details><summary>What the figures say</summary><dl>{about}</dl></details>"


def _list(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>" if lines else ""


def _reasons(left_out: Sequence[LeftOut]) -> list[str]:
    lines = [each.said for each in left_out]
    more = len(lines) - _MOST_REASONS
    return [*lines[:_MOST_REASONS], f"and {more} more"] if more > 0 else lines


def _gallery(comparison: Comparison, shown: Sequence[int], split: bool, pictures: Pictures) -> str:
    half = len(shown) // 2
    parts = (
        {"Hardest pictures": shown[:half], "Easiest pictures": shown[: half - 1 : -1]} if split else {"Pictures": shown}
    )
    order = '<p class="quiet">What lies round the hole; the hardest first, by mean PSNR. Each opens larger.</p>'
    text: list[str] = []
    for title, numbers in parts.items():
        entries = "\n".join(_entry(comparison, number, pictures) for number in numbers)
        text.append(f"<h2>{title}</h2>{'' if text else order}\n{entries}")
    return "\n".join(text) if shown else ""


def _entry(comparison: Comparison, number: int, pictures: Pictures) -> str:
    case = comparison.cases[number]
    about = ", ".join(filter(None, [f"Hole of {100 * comparison.shares[number]:.1f} %", case.kind, case.group]))
    seen = [("hole", "With the hole", "")]
    for place, model in enumerate(comparison.models, 1):
        figures = comparison.measured[model].get(number)
        if figures is not None:
            seen.append((str(place), model, f"{figures['psnr']:.2f} dB"))
    seen.append(("truth", "Truth", ""))
    drawn = []
    for what, title, said in seen:
        picture = pictures(number, what)
        if picture is not None:
            caption = f"<b>{escape(title)}</b> {escape(said)}".strip()
            drawn.append(
                f'<figure><a href="{escape(picture.large)}"><img loading="lazy" src="{escape(picture.small)}" '
                f'width="{picture.width}" height="{picture.height}" alt="{escape(f"{case.photo.name}: {title}")}"></a>'
                f"<figcaption>{caption}</figcaption></figure>"
            )
    return (
        f'<article><h3>{escape(case.photo.name)}</h3><p class="quiet">{escape(about)}</p>'
        f'<div class="row">{"".join(drawn)}</div></article>'
    )
