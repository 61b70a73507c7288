"""Each setting of the dialog takes effect at once, in a window that is open."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from inpaint_studio import language
from inpaint_studio.session.raster import DONORS, EDGES, HOLE, ONLY, PHOTO, whole
from inpaint_studio.session.settings import TABLE, Settings, Value
from inpaint_studio.ui import theme
from inpaint_studio.ui.app import scaled
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.panels.column import PanelColumn
from tests.session.edge_models import SketchFiller, models
from tests.ui.driver import Driver

LINE = ((150, 200), (250, 200), (350, 200))
RING = [(200 + 80 * math.cos(turn / 5), 200 + 80 * math.sin(turn / 5)) for turn in range(32)]


class EffectDriver(Driver):
    """A canvas on a photo whose colour changes from left to right, and a filler that waits."""

    def __init__(self, qtbot: Any, folder: Path) -> None:
        self.filler = SketchFiller()
        photo = np.zeros((400, 500, 3), np.uint8) + np.linspace(0, 255, 500).astype(np.uint8)[:, None]
        super().__init__(qtbot, folder, photo, self.filler, models)
        with qtbot.waitSignal(self.session.models.changed):
            self.session.start()
        self.session.models.name = "sketch"
        self.filler.gate.clear()

    def close(self) -> None:
        self.filler.gate.set()
        super().close()

    def draw(self, tool: str, points: Any, raster: str = HOLE) -> int:
        """Draw with a tool on an empty raster; gives the sum of what it has drawn."""
        self.canvas.set_tool(tool)
        self.document.clear(raster, "Clear")
        self.drag(*points)
        self.settle()
        return int(self.document.raster(raster).sum(dtype=np.int64))


@pytest.fixture
def driver(qtbot: Any, qapp: QApplication, tmp_path: Path) -> Iterator[EffectDriver]:
    made = EffectDriver(qtbot, tmp_path)
    yield made
    made.close()
    theme.apply(qapp)


def pressed_lightly(driver: EffectDriver) -> int:
    driver.document.clear(HOLE, "Clear")
    driver.pen([(x, y, 0.2) for x, y in LINE])
    return int(driver.hole.sum())


def edges_drawn(driver: EffectDriver) -> int:
    driver.draw("rectangle", ((120, 120), (380, 280)))
    driver.canvas.modes.show(modes.EDGES)
    return driver.draw("brush", LINE, EDGES)


def wand_marks(driver: EffectDriver) -> int:
    """With a patch of the same colour elsewhere, and noise at the place itself."""
    photo = driver.document.raster(PHOTO)
    photo[:50, 450:] = photo[200, 250]
    photo[198:203, 247:252] = 120
    photo[200, 250] = 140
    return driver.draw("wand", [(250, 200)])


def fills_on_release(driver: EffectDriver) -> bool:
    driver.draw("brush", LINE)
    busy = driver.session.fills.is_busy
    driver.session.fills.cancel()
    return busy


def picture(driver: EffectDriver) -> bytes:
    if not driver.document.line_count:
        driver.draw("brush", LINE)
        driver.draw("donors", [(x, y + 120) for x, y in LINE], DONORS)
        driver.draw("only", [(x, y + 60) for x, y in LINE], ONLY)
        driver.document.add_line([(20.0, 20.0), (400.0, 60.0)])
    driver.settle()
    return driver.grab().tobytes()


def next_language(driver: EffectDriver) -> str:
    """In which language the program starts the next time."""
    driver.session.settings.save()
    return language.setting(driver.session.settings.file)


def next_scale(driver: EffectDriver) -> str | None:
    """The size that Qt reads when the program is made the next time."""
    driver.session.settings.save()
    with scaled(int(Settings(driver.settings.file).get("ui_scale"))):
        return os.environ.get("QT_SCALE_FACTOR")


def scheme(driver: EffectDriver) -> str:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.ThemeSwitch(app, driver.settings).setParent(driver.canvas)
    return theme.scheme()


class Effect(NamedTuple):
    """Another value of a setting, and what changes by it."""

    value: Value
    observe: Callable[[EffectDriver], object]


EFFECTS = {
    "brush_size": Effect(20, lambda driver: driver.draw("brush", LINE)),
    "brush_hardness": Effect(10, lambda driver: driver.draw("brush", LINE)),
    "edge_size": Effect(15, edges_drawn),
    "pressure_size": Effect(False, pressed_lightly),
    "close_loops": Effect(True, lambda driver: driver.draw("brush", RING)),
    "fill_on_release": Effect(True, fills_on_release),
    "wand_tolerance": Effect(80, lambda driver: driver.draw("wand", [(250, 200)])),
    "wand_connected": Effect(False, wand_marks),
    "wand_sample": Effect("5", wand_marks),
    "found_margin": Effect(9, lambda driver: driver.draw("wand", [(250, 200)])),
    "theme": Effect("light", scheme),
    "ui_scale": Effect("150", next_scale),
    "hole_pattern": Effect("crossed", picture),
    "hole_colour": Effect("#00ff00", picture),
    "lines_colour": Effect("#00ff00", picture),
    "donors_colour": Effect("#0000ff", picture),
    "only_colour": Effect("#0000ff", picture),
    "language": Effect("zh_CN", next_language),
    "quality": Effect("fast", lambda driver: driver.session.models.options(0)),
    "device": Effect("cpu", lambda driver: driver.session.models.options(0)),
    "precision": Effect("32", lambda driver: driver.session.models.options(0)),
    "weights_mirror": Effect("https://mirror.example/{url}", lambda driver: driver.session.weights._mirror()),
    "undo_megabytes": Effect(16, lambda driver: driver.document.history.budget),
    "undo_disk_megabytes": Effect(64, lambda driver: driver.document.history.file.limit),
}


def test_every_setting_of_the_dialog_is_tested_here() -> None:
    assert set(EFFECTS) == {setting.name for setting in TABLE if setting.shown}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_setting_takes_effect_at_once(driver: EffectDriver, name: str) -> None:
    effect = EFFECTS[name]
    before = effect.observe(driver)
    assert effect.observe(driver) == before
    driver.settings.set(name, effect.value)
    assert effect.observe(driver) != before


@pytest.mark.parametrize("disk", [0, 1000])
def test_less_memory_for_the_history_moves_its_oldest_steps_to_the_disk(driver: EffectDriver, disk: int) -> None:
    random = np.random.default_rng(0)
    driver.settings.set("undo_disk_megabytes", disk)
    box = whole(driver.document.raster("photo"))
    for _ in range(80):
        driver.document.apply("Noise", "photo", box, random.integers(0, 255, (400, 500, 3), np.uint8))
    driver.settings.set("undo_megabytes", 16)
    assert (1 <= len(driver.document.history) < 40) if disk == 0 else len(driver.document.history) == 80
    assert driver.document.history.nbytes <= 16 << 20


def test_the_model_panel_shows_what_is_changed_in_the_settings(qtbot: Any, driver: EffectDriver) -> None:
    column = PanelColumn(driver.session)
    qtbot.addWidget(column)
    changes: list[bool] = []
    driver.session.models.optionsChanged.connect(lambda: changes.append(True))
    driver.settings.set("quality", "fast")
    assert column.model.quality.buttons["fast"].isChecked()
    assert len(changes) == 1
    driver.settings.set("adaptation", 40)
    driver.settings.set("mirror", True)
    assert column.model.more.adaptation.value() == 40
    assert column.model.more.mirror.isChecked()
    driver.settings.set("model", "plain")
    assert column.model.picker.chosen == "plain"
    driver.settings.set("fill_on_release", True)
    assert column.tool.switches["fill_on_release"].isChecked()
