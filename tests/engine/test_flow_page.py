"""The page about a flow: what its script reads is the flow, nothing is loaded, and hostile names stay text."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from PySide6.QtQml import QJSEngine

from inpaint_studio import paths
from inpaint_studio.engine.flow.colours import colour
from inpaint_studio.engine.flow.export import write_flows
from inpaint_studio.engine.flow.flow import ATTENTION, Flow, empty_flow
from inpaint_studio.engine.flow.kinds import DRAWN_GREY, Kind
from inpaint_studio.engine.flow.page import make_page, page_words
from inpaint_studio.engine.flow.ranked import RankedPart
from inpaint_studio.engine.flow.shown import ShownFlow
from inpaint_studio.engine.flow.source_table import list_sources, pack
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import RankedSources
from tests import synthetic
from tests.engine.flows import BOX, SHAPE, make_flow

HOSTILE = "</script><script>alert(1)</script>\"'&<b>\ud800.jpg"


class Reader(HTMLParser):
    """Collects the elements of a page, and the texts in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        for tag in self._open[-1:]:
            self.texts.setdefault(tag, []).append(data)


@pytest.fixture
def engine(qapp):
    """The page's script in an engine that has no document."""
    assert qapp is not None
    engine = QJSEngine()
    script = (paths.resources() / "flow_page" / "page.js").read_text(encoding="utf-8")
    assert not engine.evaluate(script, "page.js").isError()
    return engine


def read_back(engine: QJSEngine, packed: dict, places: list[tuple[int, int]]) -> list[list[list[float]]]:
    """The sources (x, y, weight) that the script finds for places (x, y)."""
    code = (
        f"(function () {{ const flow = FlowPage.unpack({json.dumps(packed)});"
        f"return JSON.stringify({json.dumps(places)}.map((place) => FlowPage.sourcesAt(flow, place[0], place[1])"
        ".map((source) => [source.x, source.y, source.weight]))); })()"
    )
    answer = engine.evaluate(code)
    assert not answer.isError(), answer.toString()
    return json.loads(answer.toString())


def make_attention(shape: tuple[int, int] = SHAPE, box: Box = BOX) -> Flow:
    """A flow of cells with three sources each, some of them missing."""
    noise = np.random.default_rng(1)
    cells = -(-shape[0] // 8), -(-shape[1] // 8)
    weights = -np.sort(-noise.random((3, *cells)), axis=0).astype(np.float32) / 2
    weights[2, noise.random(cells) < 0.3] = 0
    offsets = noise.integers(-90, 90, (3, 2, *cells)).astype(np.int32)
    y, x = (np.indices((box.height, box.width)) + np.reshape((box.top, box.left), (2, 1, 1))) // 8
    flow = empty_flow(box, shape, label=ATTENTION)
    hole = synthetic.disc(box.height, box.width)
    own = offsets[0][:, y, x]
    limits = np.indices((box.height, box.width))
    for axis, (low, size) in enumerate(zip((box.top, box.left), shape, strict=True)):
        place = limits[axis] + low
        own[axis] = np.clip(place + own[axis], 0, size - 1) - place
    flow.put(box, own, weights[0][y, x], hole)
    part = RankedPart.cut(RankedSources(offsets, weights, (8.0, 8.0)), (0, 0), box, hole)
    return replace(flow, ranked=(part,))


@pytest.mark.parametrize("flow", [make_flow(), make_attention()], ids=["copied", "attention"])
def test_the_script_reads_the_sources_of_every_pixel(engine, flow):
    places = [(x, y) for y in range(BOX.top - 1, BOX.bottom + 1, 3) for x in range(BOX.left - 1, BOX.right + 1, 2)]
    found = read_back(engine, pack(list_sources(flow), flow), places)
    for (x, y), sources in zip(places, found, strict=True):
        expected = flow.sources_of(y, x)
        assert [tuple(source[:2]) for source in sources] == [(col, row) for row, col, _ in expected]
        weights = [weight for _, _, weight in expected]
        np.testing.assert_allclose([source[2] for source in sources], weights, atol=6e-4)
    assert any(len(sources) == 3 for sources in found) == bool(flow.ranked)


@pytest.mark.parametrize("style", ["papers", "motion"])
def test_the_page_has_how_each_pixel_was_made(engine, style):
    flow = make_flow()
    kinds = np.where(np.arange(BOX.width) < 50, Kind.DRAWN, Kind.BLENDED).astype(np.uint8)
    flow.put(BOX, flow.offsets.copy(), flow.weight.copy(), flow.hole.copy(), np.tile(kinds, (BOX.height, 1)))
    page = make_page([ShownFlow(flow, synthetic.photo(*SHAPE))], "photo.jpg", style)
    data = json.loads(next(text for text in Reader(page).texts["script"] if text.startswith("{")))
    assert data["kinds"][str(int(Kind.DRAWN))].startswith("Drawn by the network")
    places = [(BOX.left - 1, BOX.top), (BOX.left + 40, BOX.top + 50), (BOX.left + 60, BOX.top + 50)]
    code = f"FlowPage.unpack({json.dumps(data['flows'][0])})"
    found = [engine.evaluate(f"FlowPage.kindAt({code}, {x}, {y})").toInt() for x, y in places]
    assert found == [Kind.UNKNOWN, Kind.DRAWN, Kind.BLENDED]
    assert "% drawn by the network." in page
    assert "Grey is drawn by the network." in page
    image = re.search(r'class="colours" src="data:image/png;base64,([^"]+)"', page)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.group(1)))).convert("RGBA"))
    np.testing.assert_array_equal(shown[flow.hole], colour(flow, style=style)[flow.hole])
    assert (shown[50, 40] == (DRAWN_GREY, DRAWN_GREY, DRAWN_GREY, 255)).all()
    assert (shown[50, 60, :3] != DRAWN_GREY).any()


def test_long_runs_and_long_offsets(engine):
    flow = empty_flow(Box(0, 0, 300, 400), (70_000, 400))
    hole = np.ones((300, 400), bool)
    hole[0, 0] = False
    flow.put(flow.box, np.full((2, 300, 400), [[[60_000]], [[0]]], np.int32), None, hole)
    packed = pack(list_sources(flow), flow)
    assert packed["wide"]
    assert len(packed["lengths"]) < 40
    assert read_back(engine, packed, [(0, 0), (1, 0), (399, 299)]) == [[], [[1, 60_000, 1]], [[399, 60_299, 1]]]


def test_a_large_hole_is_listed_by_some_of_its_pixels(engine):
    flow = make_attention()
    table = list_sources(flow, most=900)
    assert table.step == 4
    assert table.numbers.size <= 1000
    packed = pack(table, flow)
    places = [(x, y) for y in range(BOX.top, BOX.bottom) for x in range(BOX.left, BOX.right) if flow.source_of(y, x)]
    found = read_back(engine, packed, places)
    assert all(found)  # no filled pixel is without sources
    right = 0
    for (x, y), sources in zip(places, found, strict=True):
        row, col, _ = flow.source_of(y, x)
        right += (abs(sources[0][0] - col) <= 4) and (abs(sources[0][1] - row) <= 4)
    assert right > 0.9 * len(places)


def test_sources_listed_for_several_pixels_stay_in_the_photo(engine):
    flow = empty_flow(Box(0, 0, 40, 40), (100, 100))
    hole = np.ones((40, 40), bool)
    rows, columns = np.indices(hole.shape)
    flow.put(flow.box, np.stack([99 - rows, -columns]), None, hole)  # all from the lower left corner
    found = read_back(engine, pack(list_sources(flow, most=100), flow), [(x, y) for x in range(40) for y in range(40)])
    for ((x, y, _),) in found:
        assert 0 <= x <= 3
        assert 96 <= y <= 99


@pytest.mark.parametrize("shape", [(300, 400), (800, 900), (1000, 2000)])
@pytest.mark.parametrize("side", [100, 600])
def test_the_page_explains_its_limits(shape, side):
    side = min(side, *shape)
    flow = empty_flow(Box(0, 0, side, side), shape)
    flow.put(flow.box, np.full((2, side, side), 1), None, np.ones((side, side), bool))
    page = make_page([ShownFlow(flow, np.zeros((*shape, 3), np.uint8))], "photo.jpg")
    assert ("One pixel of every 2 × 2" in page) == (side == 600)
    assert ("shown smaller than it is" in page) == (max(shape) > 1600)


def test_keys_go_through_the_fill(engine):
    flow = make_flow()
    packed = json.dumps(pack(list_sources(flow), flow))
    middle = json.loads(engine.evaluate(f"JSON.stringify(FlowPage.middleOf(FlowPage.unpack({packed})))").toString())
    assert flow.source_of(middle["y"], middle["x"]) is not None
    assert abs(middle["x"] - (BOX.left + BOX.right) / 2) <= 2
    for across, down, steps in ((1, 0, 1), (0, 1, 10), (-1, 0, 10), (0, -1, 1)):
        code = f"JSON.stringify(FlowPage.nextFilled([FlowPage.unpack({packed})], {middle['x']}, {middle['y']}, "
        found = json.loads(engine.evaluate(code + f"{across}, {down}, {steps}))").toString())
        assert found == {"x": middle["x"] + across * steps, "y": middle["y"] + down * steps}
    outside = engine.evaluate(f"FlowPage.nextFilled([FlowPage.unpack({packed})], {BOX.right - 1}, {BOX.top}, 1, 0, 1)")
    assert outside.isNull()


def test_words_about_a_source(engine):
    def ask(code: str) -> str:
        return engine.evaluate(f"var words = {json.dumps(page_words())}; {code}").toString()

    assert ask("FlowPage.describeWay(words, 10, 10, {x: 10, y: 10})") == "right here"
    assert ask("FlowPage.describeWay(words, 10, 10, {x: 0, y: 10})") == "10 px left"
    assert ask("FlowPage.describeWay(words, 10, 10, {x: 13, y: 6})") == "5 px up right"
    assert [ask(f"FlowPage.percent(words, {weight})") for weight in (1, 0.123, 0.0123, 0.0002)] == [
        "100 %",
        "12 %",
        "1.2 %",
        "under 0.1 %",
    ]


def test_the_page_loads_nothing_and_has_no_paths():
    page = make_page([ShownFlow(make_attention(), synthetic.photo(*SHAPE), "A network")], "photo.jpg")
    reader = Reader(page)
    for _, attributes in reader.elements:
        for name in ("src", "href", "srcset", "action"):
            assert (attributes.get(name) or "data:").startswith("data:")
    without_data = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert not re.search(r"https?:|url\(|@import|/home|/tmp|/Users", without_data)
    policies = [each["content"] for tag, each in reader.elements if tag == "meta" and "http-equiv" in each]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"]
    data = json.loads(next(text for text in reader.texts["script"] if text.startswith("{")))
    assert (data["height"], data["width"]) == SHAPE


def test_hostile_names_stay_text():
    shown = ShownFlow(make_flow(label=HOSTILE), synthetic.photo(*SHAPE), HOSTILE, synthetic.disc(*SHAPE))
    plain = replace(shown, title="Model", flow=make_flow())
    pages = [Reader(make_page([each, each], name)) for each, name in ((shown, HOSTILE), (plain, "photo.jpg"))]
    assert [tag for tag, _ in pages[0].elements] == [tag for tag, _ in pages[1].elements]
    assert "</script><script>alert(1)</script>\"'&<b>\\ud800.jpg" in "".join(pages[0].texts["h2"])
    assert "alert(1)" in pages[0].texts["title"][0]
    make_page([shown], HOSTILE).encode()  # no lone surrogates are left


def test_pictures_are_scaled_down_and_colours_are_the_flows():
    flow = make_flow(box=Box(1000, 200, 1100, 320))
    flow = replace(flow, shape=(2000, 1200))
    page = make_page([ShownFlow(flow, np.full((2000, 1200, 3), 99, np.uint8))], "photo.jpg")
    images = [
        Image.open(io.BytesIO(base64.b64decode(text)))
        for text in re.findall(r'src="data:image/\w+;base64,([^"]+)"', page)
    ]
    assert images[0].size == (960, 1600)
    assert images[1].size == (120, 100)
    np.testing.assert_array_equal(np.asarray(images[1].convert("RGBA"))[flow.hole], colour(flow)[flow.hole])
    assert np.asarray(images[1].convert("RGBA"))[~flow.hole][:, 3].max() == 0
    assert len(page) < 300_000


@pytest.mark.parametrize("style", ["papers", "motion"])
def test_equal_colours_of_two_flows_mean_equal_offsets(style):
    near, far = make_flow(3, 4), make_flow(30, 40)
    pages = [
        make_page([ShownFlow(each, synthetic.photo(*SHAPE)) for each in flows], "photo.jpg", style)
        for flows in ((near, far), (far, far))
    ]
    first, second = (re.findall(r'class="colours" src="([^"]+)"', page) for page in pages)
    assert first[0] != second[0]
    assert first[1] == second[1]


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    target = tmp_path / "flow.html"
    target.write_text("old")
    shown = [ShownFlow(make_flow(), synthetic.photo(*SHAPE))]

    def fail(*_arguments, **_options):
        raise MemoryError

    monkeypatch.setattr("inpaint_studio.engine.flow.page.list_sources", fail)
    with pytest.raises(MemoryError):
        write_flows(shown, target, "photo.jpg")
    assert target.read_text() == "old"
    monkeypatch.undo()
    write_flows(shown, target, "photo.jpg")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [target]
