"""The texts of models and licences are shown whole, in the height that is kept for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from inpaint_studio.engine.weights import catalogue
from inpaint_studio.engine.weights.catalogue import Unfinished
from inpaint_studio.engine.weights.published import PublishedWeights
from inpaint_studio.models.base.registry import registry
from inpaint_studio.session.weights_manager import ModelInfo, WeightsJob, describe
from inpaint_studio.ui.dialogs.settings import SettingsDialog
from inpaint_studio.ui.panels.fields import SegmentedControl
from tests.session.fake_library import weights
from tests.ui.studio import apply_theme
from tests.ui.training_studio import TrainingStudio

NETWORKS = [name for name, model in registry().models.items() if model.traits.needs_weights]
PUBLISHED = [entry for name in NETWORKS for entry in catalogue.entries_for(name)]


def cut_off(widget: QWidget) -> Iterator[str]:
    """Yield the texts of the visible labels in `widget` that are larger than their labels."""
    for label in widget.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            room = label.contentsRect()
            flags = Qt.TextFlag.TextWordWrap | label.alignment()
            needed = QFontMetrics(label.font()).boundingRect(QRect(0, 0, room.width(), 1), int(flags), label.text())
            if needed.width() > room.width() or needed.height() > room.height():
                yield label.text()


def show(studio: TrainingStudio, model: ModelInfo) -> QWidget:
    """List that model alone, choose it, and return the panel that shows it."""
    models = studio.session.models
    models.listed = [model]
    models.name = model.name
    models.changed.emit()
    panel = studio.window.column.model
    studio.qtbot.waitUntil(panel.isVisible)
    return panel


def licensed(entry: PublishedWeights) -> ModelInfo:
    """Return the entry's model as it is listed after these weights were fetched."""
    traits = registry().get(entry.system).traits
    return ModelInfo(traits, replace(weights(entry.system), licence=entry.licence, terms=entry.terms))


@pytest.mark.parametrize("name", ["auto", *registry().models])
def test_the_summary_of_a_model(studio: TrainingStudio, name: str) -> None:
    if name == "auto":
        panel = studio.window.column.model
        assert studio.session.models.name == name
    else:
        panel = show(studio, describe(registry().get(name)))
    assert panel.summary
    assert not list(cut_off(panel))


def test_the_licences_of_published_weights(studio: TrainingStudio) -> None:
    setup = studio.open_page("pupil").setup
    for entry in PUBLISHED:
        panel = show(studio, licensed(entry))
        assert panel.page is (panel.options if entry.licence == "free" else panel.licence)
        assert not list(cut_off(panel))
        assert setup.chosen is None or entry.licence == "free" or entry.terms in setup.base_note.text()
        assert not list(cut_off(setup))


def test_the_downloads_of_published_weights(studio: TrainingStudio) -> None:
    session = studio.session
    for entry in PUBLISHED:
        if entry.direct:
            session.weights.unfinished = [Unfinished(entry, 123_400_000)]
            panel = show(studio, replace(licensed(entry), weights=None, missing=True))
            assert panel.page is panel.unfinished
            assert not list(cut_off(panel))
            session.weights.jobs.append(WeightsJob(f"Getting {entry.files[0].name}", entry.system, entry=entry))
            session.weights.jobsChanged.emit()
            assert panel.page is panel.job
            assert not list(cut_off(panel))
            session.weights.jobs.clear()


def test_no_choice_of_segments_is_cut_off(studio: TrainingStudio) -> None:
    """A tool button whose text needs more room than it has shows an ellipsis in the middle."""
    apply_theme(QApplication.instance())
    dialog = SettingsDialog(studio.session.settings, parent=studio.window)
    dialog.show()
    segments = [each for top in (dialog, studio.window) for each in top.findChildren(SegmentedControl)]
    buttons = [button for each in segments if each.isVisible() for button in each.buttons.values()]
    assert len(buttons) > 10
    assert [button.text() for button in buttons if button.width() < button.sizeHint().width()] == []
