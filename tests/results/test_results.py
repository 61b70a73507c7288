from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from tests import synthetic
from tests.models.weighted import install
from tests.results import entrants, pages, pictures
from tests.results.__main__ import main
from tests.results.entrants import list_models
from tests.results.figures import format_seconds, read_rows
from tests.results.scenes import LONGER_SIDE, PAIRS, SAMPLES, SCENES, Scene, draw_hole

SIZE = (48, 64)
TINY = Scene("tiny", "tiny", "A square", "Small.", (("box", 20, 16, 40, 30),))
README = f"before\n\n{pages.START}\n\nold\n\n{pages.END}\n\nafter\n"
MODELS = ("--model", "telea", "--model", "navier-stokes", "--threads", "1")


@pytest.fixture
def pairs(tmp_path, monkeypatch):
    """A folder with two pairs, and a tiny sample photo; torch's cache is empty."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    folder = tmp_path / "pairs"
    (folder / "masks").mkdir(parents=True)
    lines = ["photo,mask,kind,group"]
    for number, kind in enumerate(("disc", "spot")):
        Image.fromarray(synthetic.photo(*SIZE, seed=number)).save(folder / f"{number}.png")
        hole = synthetic.disc(*SIZE, 12 - 4 * number)
        Image.fromarray(hole.astype(np.uint8) * 255).save(folder / "masks" / f"{number}.png")
        lines.append(f"{number}.png,masks/{number}.png,{kind},town")
    (folder / "pairs.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(pictures, "open_photo", lambda scene: synthetic.photo(96, 128, seed=len(scene.name)))
    (tmp_path / "README.md").write_text(README)
    return folder


def run(pairs, *arguments: str, scenes=(TINY,)) -> str:
    """Runs the command; returns the folder's page of figures."""
    out = pairs.parent
    where = ("--folder", str(out / "results"), "--readme", str(out / "README.md"), "--keep", str(out / "kept.csv"))
    assert main(["--pairs", str(pairs), *where, *MODELS, *arguments], scenes) == 0
    return (out / "results" / pages.PAGE).read_text()


def test_two_pairs(pairs, capsys):
    page = run(pairs)
    folder, readme = pairs.parent / "results", (pairs.parent / "README.md").read_text()
    assert {file.name for file in folder.iterdir()} == {
        "README.md", "conditions.json", "pictures.md", "results.csv", "tiny.jpg",
    }  # fmt: skip
    rows = read_rows(folder / "results.csv")
    assert {(row["group"], row["kind"]) for row in rows} >= {("all", "all"), ("all", "disc"), ("town", "disc")}
    whole = {row["model"]: row for row in rows if row["group"] == row["kind"] == "all"}
    assert [row["n"] for row in whole.values()] == ["2", "2"]
    assert whole["telea"]["times_telea"] == "1.0"
    ratio = float(whole["navier-stokes"]["seconds"]) / float(whole["telea"]["seconds"])
    assert float(whole["navier-stokes"]["times_telea"]) == pytest.approx(ratio, abs=0.06)
    for model, row in whole.items():
        assert f"| `{model}` | {float(row['psnr']):.2f} |" in page
        assert f"| `{model}` | {float(row['psnr']):.2f} |" in readme
    assert readme.startswith("before\n\n")
    assert readme.endswith("\n\nafter\n")
    assert "old" not in readme
    facts = json.loads((folder / "conditions.json").read_text())
    assert facts["pairs"] == "All 2 pairs"
    assert "--model=telea" in facts["command"]
    assert str(pairs.parent) not in json.dumps(facts), "folders by their own names only"
    assert facts["command"] in page
    assert "About" in capsys.readouterr().err


def test_what_is_measured_is_not_measured_again(pairs, capsys):
    run(pairs, "--no-pictures", "--every", "2")
    assert len((pairs.parent / "kept.csv").read_text().splitlines()) == 1 + 2
    first = run(pairs, "--no-pictures")
    kept = (pairs.parent / "kept.csv").read_text()
    assert len(kept.splitlines()) == 1 + 4
    assert "2 fills" not in capsys.readouterr().err.partition("1 of 2, telea")[2]
    assert run(pairs, "--no-pictures") == first
    assert (pairs.parent / "kept.csv").read_text() == kept
    assert capsys.readouterr().err.count("nothing to do") == 2
    assert not (pairs.parent / "results" / "pictures.md").exists()


@pytest.mark.usefixtures("pairs")
def test_the_sheet_of_a_scene():
    sheet = pictures.make_sheet(TINY, ["telea", "exemplar", "auto"], pictures.Options("fast", threads=1))
    names = [tile.name for tile in sheet.tiles]
    assert names == ["photo", "hole", "telea", "exemplar = auto", "exemplar: flow"], "a diffusion copies nothing"
    assert [bool(tile.figure) for tile in sheet.tiles] == [False, False, True, True, False]
    assert sheet.tiles[2].figure.endswith(" dB")
    truth, marked = sheet.tiles[0].pixels, sheet.tiles[1].pixels
    hole = (truth != marked).any(axis=2)
    assert 0 < hole.sum() <= 21 * 15
    for tile in sheet.tiles[2:4]:
        assert np.array_equal(tile.pixels[~hole], truth[~hole])
    image = np.asarray(pictures.arrange(sheet.tiles))
    height, width = truth.shape[:2]
    assert np.array_equal(image[:height, :width], truth), "pixel by pixel"


def test_sheets_are_no_wider_than_a_page_and_small_enough(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    tiles = [
        pictures.Tile("a long name of a model that does not fit below its tile, whatever the letters are", noise)
    ] * 6
    assert pictures.arrange(tiles).width <= pictures.PAGE_WIDTH
    sheets = [pictures.Sheet(scene, tiles, noise, noise, {"auto": noise}) for scene in SCENES[:3]]
    pictures.write_sheets(sheets, tmp_path)
    sizes = [(tmp_path / f"{scene.name}.jpg").stat().st_size for scene in SCENES[:3]]
    best = sum(len(pictures.encode(pictures.arrange(tiles), 90)) for _ in sheets)
    assert best > pictures.MOST_BYTES >= sum(sizes)


def test_pairs_of_the_readme(tmp_path):
    image = np.zeros((8, 8, 3), np.uint8)
    scene = next(scene for scene in SCENES if scene.name == PAIRS[0].scene)
    sheet = pictures.Sheet(scene, [], image, image, {PAIRS[0].models[0]: image})
    pictures.write_pairs([sheet], PAIRS, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [f"pair-{scene.name}.jpg"]


def test_scenes_are_drawn_inside_their_photos():
    assert len({scene.name for scene in SCENES}) == len(SCENES)
    assert {scene.photo for scene in SCENES} == {file.stem for file in SAMPLES.glob("*.jpg")}
    for scene in SCENES:
        with Image.open(SAMPLES / f"{scene.photo}.jpg") as image:
            height = round(image.height * LONGER_SIDE / image.width)
        hole = draw_hole(scene, height, LONGER_SIDE)
        assert 0.002 < hole.mean() < 0.2
        edges = (hole[0], hole[-1], hole[:, 0], hole[:, -1])
        assert not any(edge.any() for edge in edges), "each hole has surroundings on all sides"
    assert {pair.scene for pair in PAIRS} <= {scene.name for scene in SCENES}


def test_fillers_and_shipped_sets_are_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "own"))
    monkeypatch.setattr(store, "shipped_folder", lambda: tmp_path / "shipped" / "weights")
    install(tmp_path / "shipped", "context-encoder")  # it fills the middle alone
    shipped = [weights.name for weights in install(tmp_path / "shipped", "mi-gan", "deepfill-v2")]
    install(tmp_path / "own", "lama")
    assert list_models()[:4] == ["auto", "exemplar", "navier-stokes", "telea"]
    assert sorted(list_models()[4:]) == sorted(shipped)
    assert len(shipped) == 2
    network = model_library().get("mi-gan")
    monkeypatch.setattr(entrants, "find_start", lambda _library, name: network if name == "auto" else None)
    assert list_models()[:5] == ["auto", "exemplar", "exemplar:start=none", "navier-stokes", "telea"]


@pytest.mark.parametrize(("seconds", "text"), [(3.4, "3 s"), (89, "89 s"), (150, "2 min"), (9000, "2.5 h")])
def test_times(seconds, text):
    assert format_seconds(seconds) == text


def test_the_pages_are_up_to_date():
    rows = read_rows(pages.FOLDER / pages.TABLE)
    conditions = json.loads((pages.FOLDER / pages.CONDITIONS).read_text(encoding="utf-8"))
    again = "run: make results"
    assert (pages.FOLDER / pages.PAGE).read_text(encoding="utf-8") == pages.page(rows, conditions), again
    assert (pages.FOLDER / pages.PICTURES).read_text(encoding="utf-8") == pages.pictures_page(), again
    readme = (pages.ROOT / "README.md").read_text(encoding="utf-8")
    assert pages.find_short_table(readme) == pages.short_table(rows, conditions), again
    for pair in PAIRS:
        assert f"docs/results/pair-{pair.scene}.jpg" in readme
    assert sum(file.stat().st_size for file in pages.FOLDER.iterdir()) < 3_000_000
