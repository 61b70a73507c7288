from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.evaluation.columns import FIGURES
from inpaint_studio.engine.evaluation.dataset import Case
from inpaint_studio.engine.evaluation.paper_tables import PaperTable, compare_with_papers, published_tables
from inpaint_studio.engine.evaluation.results import Comparison
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.registry import registry
from training.data.hole_sets import SETS


def make(model: str, origin: str = "imported", title: str = "", kinds=("", "", ""), **config) -> Comparison:
    found = Comparison([model], [Case(Path(f"{n}.png"), Path("m.png"), kind) for n, kind in enumerate(kinds)])
    found.measured[model] = {
        n: dict.fromkeys(FIGURES, 1.0) | {"psnr": 20.0 + n, "l1": 5.0 + n} for n in range(len(kinds))
    }
    found.shares = dict.fromkeys(range(len(kinds)), 0.25)
    facts = {"title": title} if title else {}
    found.weights[model] = Weights("w", model, Path("w.safetensors"), config, origin=origin, facts=facts)
    return found


def titles(found: list[PaperTable]) -> list[str]:
    return [table.title for table in found]


def test_every_published_table_is_complete():
    names = set(registry().models)
    ids = [table.id for table in published_tables()]
    assert len(ids) == len(set(ids))
    for table in published_tables():
        assert table.source
        assert table.data in {"Places", "CelebA"}
        assert set(table.holes) <= set(SETS)
        for row in table.rows:
            assert row.system in names
            assert row.figures
            assert set(row.config) <= set(registry().get(row.system).system.paper)


def test_known_rows():
    """Two rows as they are printed: LaMa's table 1, and MMEditing's README of PConv."""
    rows = {(table.id, row.system): row.figures for table in published_tables() for row in table.rows}
    assert rows["lama-places-wide", "edge-connect"] == {"fid": 8.37}
    assert rows["mmediting-celeba-free-form", "partial-conv"] == {"l1": 5.990, "psnr_image": 25.404}


def test_the_papers_row_stands_beside_what_was_measured():
    (table, other) = compare_with_papers(make("partial-conv", kinds=("",) * 5))
    assert table.title.startswith("Places365")
    assert other.title.startswith("CelebA")
    (line,) = table.lines
    assert (line.model, line.method) == ("partial-conv", "PConv, 500k steps")
    l1, psnr = line.cells
    assert (l1.published, l1.here) == ("8.78", "7.00")
    # A quarter of the image is hole: its error is a quarter of the hole's, 6.02 dB better.
    assert (psnr.published, psnr.here) == ("22.76", "28.02")
    assert psnr.interval.count("–") == 1
    assert "Other holes, 5 photos here." in table.notes


def test_holes_that_are_drawn_as_the_papers_are_measured_alone():
    (table, _) = compare_with_papers(make("partial-conv", kinds=("free-form", "brush", "free-form")))
    assert "Holes drawn as there, 2 photos here." in table.notes
    assert table.lines[0].cells[0].here == "6.00"  # the mean of 5 and 7
    assert table.lines[0].cells[1].here == f"{np.mean([20, 22]) + 6.0206:.2f}"


def test_fid_only_with_the_network_of_published_figures():
    found = make("lama", blocks=18)
    found.fid["lama"] = [3.0, 4.0]
    assert titles(compare_with_papers(found)) == [
        "Places, 512 px, small masks (MAT's re-test)", "Places, 512 px, large masks (MAT's re-test)"
    ]  # fmt: skip
    table = compare_with_papers(found)[0]
    assert table.lines[0].cells[0][:2] == ("0.99", "–")
    assert any("not measured here" in note for note in table.notes)
    found.paper_inception = True
    assert compare_with_papers(found)[0].lines[0].cells[0][:2] == ("0.99", "3.50")
    assert len(titles(compare_with_papers(make("lama", blocks=9)))) == 4, "LaMa-Fourier is another network"


@pytest.mark.parametrize(("origin", "tables"), [("imported", 2), ("trained", 0), ("shipped", 0)])
def test_only_imported_weights_are_compared(origin, tables):
    assert len(compare_with_papers(make("glcic", origin))) == tables


def test_weights_that_are_known_to_be_of_other_photos_are_not_compared():
    assert titles(compare_with_papers(make("glcic", title="CelebA, the authors' own"))) == [
        "CelebA-HQ, 256 px, boxes (MMEditing's own training)"
    ]
    assert compare_with_papers(make("glcic", title="CelebA, the authors' own"))[0].lines[0].weights.startswith("CelebA")


def test_a_model_that_filled_nothing_has_no_row():
    found = make("glcic")
    found.measured["glcic"] = {}
    assert compare_with_papers(found) == []
