"""The figure of a flow: a few arrows that stand for it, drawn by any viewer, with hostile names as text."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from inpaint_studio.engine.flow.arrows import MOST_ARROWS, find_arrows, find_drawn
from inpaint_studio.engine.flow.export import check_flow_name, write_flows
from inpaint_studio.engine.flow.figure import make_figure
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.flow.kinds import SENTENCES, Kind
from inpaint_studio.engine.flow.shown import ShownFlow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from tests import synthetic
from tests.engine.flows import BOX, SHAPE, make_flow

SVG = "{http://www.w3.org/2000/svg}"


def make_parts(step: int = 1):
    """Three parts with sources of their own, 60, 30 and 10 % of the hole; in the last some specks of other sources."""
    box = Box(20 * step, 30 * step, 120 * step, 130 * step)
    flow = empty_flow(box, (200 * step, 260 * step))
    offsets = np.zeros((2, box.height, box.width), np.int64)
    offsets[:, : 60 * step] = np.reshape((70 * step, 0), (2, 1, 1))
    offsets[:, 60 * step : 90 * step] = np.reshape((0, 110 * step), (2, 1, 1))
    offsets[:, 90 * step :] = np.reshape((-30 * step, -25 * step), (2, 1, 1))
    offsets[:, 95 * step, 10 * step : 90 * step : 20 * step] = 5 * step
    flow.put(box, offsets, None, np.ones((box.height, box.width), bool))
    return flow


@pytest.mark.parametrize("step", [1, 5])
def test_arrows_are_the_parts_with_their_sources(step):
    arrows = find_arrows(make_parts(step))
    assert len(arrows) == 3
    np.testing.assert_allclose([arrow.share for arrow in arrows], [0.6, 0.3, 0.1], atol=0.01)
    assert [arrow.offset for arrow in arrows] == [
        (0, 70 * step),
        (110 * step, 0),
        (-25 * step, -30 * step),
    ]
    x, y = arrows[0].target
    assert 30 * step < x < 130 * step
    assert 20 * step < y < 80 * step
    (outline,) = arrows[0].outlines
    np.testing.assert_allclose(outline.min(axis=0), (30 * step, 20 * step), atol=step)
    np.testing.assert_allclose(outline.max(axis=0), (130 * step, 80 * step), atol=step)
    (origin,) = arrows[1].origins
    np.testing.assert_allclose(origin.min(axis=0), (140 * step, 80 * step), atol=step)
    np.testing.assert_allclose(origin.max(axis=0), (240 * step, 110 * step), atol=step)


def test_noise_gets_a_limited_number_of_arrows():
    flow = empty_flow(BOX, SHAPE)
    hole = synthetic.disc(BOX.height, BOX.width)
    flow.put(BOX, np.random.default_rng(0).integers(-60, 60, (2, *hole.shape)), None, hole)
    assert len(find_arrows(flow)) <= MOST_ARROWS
    assert find_arrows(flow)[0].share > 0.1  # far apart sources count as one part where else there would be none
    assert len(find_arrows(make_parts(), most=2)) == 2
    assert find_arrows(empty_flow(Box(0, 0, 0, 0), SHAPE)) == []


def test_what_a_network_drew_has_no_arrow_and_is_grey():
    """The part with 30 % of the fill is drawn by a network: it has no arrow, and the figure names its share."""
    flow = make_parts()
    part = np.zeros_like(flow.hole)
    part[60:90] = True
    kinds = np.where(part, Kind.DRAWN, Kind.COPIED).astype(np.uint8)
    flow.put(flow.box, flow.offsets.copy(), flow.weight.copy(), flow.hole.copy(), kinds)
    np.testing.assert_allclose([arrow.share for arrow in find_arrows(flow)], [0.6, 0.1], atol=0.01)
    ((outline,), share) = find_drawn(flow)
    assert share == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose([outline.min(axis=0), outline.max(axis=0)], [(30, 80), (130, 110)], atol=1)
    root = ElementTree.fromstring(make_figure([ShownFlow(flow, synthetic.photo(200, 260))], "x"))
    texts = [each.text or "" for each in root.iter(SVG + "text")]
    assert texts[0].endswith("Grey: drawn by the network.")
    assert texts[1] == "70 % copied, 30 % drawn by the network."
    assert next(each.attrib["fill"] for each in root.iter(SVG + "path")) == "#6e6e6e"
    flow.put(flow.box, flow.offsets.copy(), flow.weight.copy(), flow.hole.copy(), Kind.DRAWN)
    root = ElementTree.fromstring(make_figure([ShownFlow(flow, synthetic.photo(200, 260))], "x"))
    assert [each.text for each in root.iter(SVG + "text")] == ["Grey: drawn by the network.", SENTENCES[Kind.DRAWN]]


def test_one_pixel_has_an_arrow():
    flow = empty_flow(Box(5, 6, 6, 7), (20, 30))
    flow.put(flow.box, np.array([[[3]], [[-2]]]), None, np.ones((1, 1), bool))
    (arrow,) = find_arrows(flow)
    assert arrow.share == 1
    assert (arrow.target, arrow.source) == ((6.5, 5.5), (4.5, 8.5))
    assert QSvgRenderer(QByteArray(make_figure([ShownFlow(flow, synthetic.photo(20, 30))], "x"))).isValid()


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1)], ids=["a pixel", "a row", "a column"])
def test_thin_parts_are_outlined(size):
    flow = empty_flow(Box(5, 6, 5 + size[0], 6 + size[1]), (120, 120))
    flow.put(flow.box, np.full((2, *size), 60), None, np.ones(size, bool))
    (arrow,) = find_arrows(flow)
    for outlines, (left, top) in ((arrow.outlines, (6, 5)), (arrow.origins, (66, 65))):
        (outline,) = outlines
        np.testing.assert_allclose(outline.min(axis=0), (left, top), atol=0.25)
        np.testing.assert_allclose(outline.max(axis=0), (left + size[1], top + size[0]), atol=0.25)
    root = ElementTree.fromstring(make_figure([ShownFlow(flow, synthetic.photo(120, 120))], "x"))
    assert all(path.attrib["d"] for path in root.iter(SVG + "path"))


@pytest.mark.parametrize("shape", [(1000, 60), (60, 1000), (300, 400)])
def test_texts_fit_beside_each_other(shape):
    flow = empty_flow(Box(5, 6, 15, 16), shape)
    flow.put(flow.box, np.full((2, 10, 10), 20), None, np.ones((10, 10), bool))
    shown = ShownFlow(flow, synthetic.photo(*shape), "A network with a long name under another mask.png")
    root = ElementTree.fromstring(make_figure([shown, shown], "x"))
    texts = [(each.text or "", float(each.attrib["font-size"])) for each in root.iter(SVG + "text")]
    assert len(texts) == 6
    for text, letters in texts:  # letters of a font without serifs are about half as wide as the font is high
        assert 0.5 * letters * len(text) <= shape[1]


def render(figure: bytes) -> tuple[np.ndarray, QSvgRenderer]:
    renderer = QSvgRenderer(QByteArray(figure))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB888)
    image.fill(QColor("magenta"))
    qpainter = QPainter(image)
    renderer.render(qpainter)
    qpainter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy(), renderer


@pytest.mark.usefixtures("qapp")
def test_a_viewer_draws_photo_parts_and_arrows():
    photo = np.full((200, 260, 3), 90, np.uint8)
    picture, renderer = render(make_figure([ShownFlow(make_parts(), photo)], "photo.jpg"))
    assert (renderer.defaultSize().width(), picture.shape[1]) == (260, 260)
    assert picture.shape[0] > 200
    np.testing.assert_allclose(picture[190, 250], 54, atol=3)  # the photo, darkened
    assert not (picture == (255, 0, 255)).all(-1).any()  # all of the picture is drawn
    coloured = picture.max(-1).astype(int) - picture.min(-1) > 40
    assert coloured[20:120, 30:130].mean() > 0.5  # the parts
    (arrow, *_) = find_arrows(make_parts())
    x, y = (round(one + 0.5 * (other - one)) for one, other in zip(arrow.target, arrow.source, strict=True))
    assert coloured[y, x]


@pytest.mark.usefixtures("qapp")
def test_two_flows_side_by_side_with_hostile_names():
    hostile = "</svg><script>alert(1)</script>\x00\x1b\"'&\ud800" + "x" * 400
    donors = np.zeros((200, 260), bool)
    donors[:, 200:] = True
    shown = ShownFlow(make_parts(), synthetic.photo(200, 260, 4), hostile, donors)
    figure = make_figure([shown, ShownFlow(make_parts(), synthetic.photo(200, 260), "other")], hostile)
    root = ElementTree.fromstring(figure)
    names = {element.tag for element in root.iter()}
    assert names == {SVG + name for name in ("svg", "title", "rect", "text", "g", "image", "path", "circle")}
    assert all(value.startswith("data:image/") for element in root.iter() for key, value in element.attrib.items()
               if key.endswith("href"))  # fmt: skip
    texts = [element.text or "" for element in root.iter(SVG + "text")]
    assert any("<script>alert(1)" in text for text in texts)
    assert max(map(len, texts)) < 90
    picture, _ = render(figure)
    assert picture.shape[1] > 2 * 260


def test_all_formats_are_saved_and_no_other(tmp_path):
    shown = [ShownFlow(make_flow(), synthetic.photo(*SHAPE)), ShownFlow(make_flow(5, 6), synthetic.photo(*SHAPE))]
    for suffix, start in ((".PNG", b"\x89PNG"), (".html", b"<!doctype html>"), (".svg", b"<?xml")):
        path = tmp_path / f"flow{suffix}"
        write_flows(shown, path, "photo.jpg")
        assert path.read_bytes().startswith(start)
    with Image.open(tmp_path / "flow.PNG") as image:
        assert image.size == (2 * SHAPE[1] + 6, SHAPE[0])
    write_flows(shown[:1], tmp_path / "flow.flo", "photo.jpg")
    with pytest.raises(InputError, match="holds one flow"):
        check_flow_name(tmp_path / "flow.flo", 2)
    with pytest.raises(InputError, match="no name for a flow"):
        write_flows(shown, tmp_path / "flow.pdf", "photo.jpg")
    assert len(list(tmp_path.iterdir())) == 4
