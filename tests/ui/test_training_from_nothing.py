"""Under More: how a network is built that starts from nothing, and the holes to train on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog

from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.protocol.request import HOLES, SCRATCH
from inpaint_studio.ui.training.network_fields import NetworkFields
from tests.ui.training_studio import TABLE
from training.data.hole_sets import SETS

SYSTEMS = {name: model.system for name, model in registry().models.items() if isinstance(model, NetworkModel)}


@pytest.fixture
def setup(studio):
    """The page with a folder of photos, and More open."""
    page = studio.open_page()
    studio.take(studio.folder / "photos")
    page.setup.more.click()
    return page.setup


@pytest.fixture
def fields(qtbot) -> NetworkFields:
    widget = NetworkFields()
    qtbot.addWidget(widget)
    widget.show_table(TABLE)
    return widget


def test_the_table_is_shown_only_where_it_starts_from_nothing(setup):
    network = setup.advanced.network
    assert setup.chosen.name == "pupil"
    assert not network.isVisibleTo(setup)
    assert setup._request().weights is None
    setup.choose("from nothing: pupil")
    assert setup.chosen.name == "pupil"
    assert network.isVisibleTo(setup)
    assert list(network.fields) == ["width", "sketch", "norm", "half", "widths"]
    assert "from nothing" in setup.base_note.text()
    assert (setup._request().weights, setup._request().config) == (SCRATCH, ())
    setup.choose("blank")
    assert network.isVisibleTo(setup)
    assert setup._request().weights == SCRATCH
    setup.choose("pupil")
    assert not network.isVisibleTo(setup)


def test_what_is_chosen_is_in_the_request(setup):
    setup.choose("from nothing: pupil")
    setup.advanced.network.fields["sketch"].click()
    setup.advanced.network.fields["norm"].setCurrentText("sum")
    assert setup._request().config == ("sketch=true", "norm=sum")
    setup.choose("pupil")
    assert setup._request().config == ()


def test_what_cannot_be_built_is_a_sentence_and_does_not_start(setup):
    setup.choose("from nothing: pupil")
    assert setup.start.isEnabled()
    setup.advanced.network.fields["widths"].setText("8,x")
    assert "'widths' cannot be '8,x'" in setup.note.text()
    assert not setup.start.isEnabled()
    setup.choose("pupil")
    assert setup.start.isEnabled()


def test_tab_goes_on_from_the_settings_through_the_table(setup):
    setup.choose("from nothing: pupil")
    network, widget = setup.advanced.network, setup.advanced.line
    QApplication.processEvents()  # new fields are shown by an event
    widget.setFocus()
    for name in network.fields:
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = setup.window().focusWidget()
        assert widget is network.fields[name]
    grid = network.layout()
    cells = [field if field.parent() is network else field.parentWidget() for field in network.fields.values()]
    places = [grid.getItemPosition(grid.indexOf(cell))[:2] for cell in cells]
    assert places == sorted(set(places))


def test_values_follow_others_until_they_are_changed(fields):
    fields.fields["width"].setValue(48)
    assert fields.fields["half"].value() == 24
    assert fields.chosen == ("width=48",)
    fields.fields["half"].setValue(10)
    fields.fields["width"].setValue(64)
    assert fields.fields["half"].value() == 10
    assert fields.chosen == ("width=64", "half=10")
    fields.fields["half"].setValue(100)
    assert fields.fault == "Half is more than the width."


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_network_has_its_fields_with_names_and_tips(qtbot, name):
    table = SYSTEMS[name].table
    widget = NetworkFields()
    qtbot.addWidget(widget)
    widget.show_table(table)
    assert list(widget.fields) == [option.name for option in table.trained]
    assert widget.chosen == ()
    assert widget.fault == ""
    for option in table.trained:
        field = widget.fields[option.name]
        assert field.accessibleName() == option.title
        assert option.meaning[1:] in field.toolTip()


def test_mi_gan_changes_its_widths_with_its_size(qtbot):
    widget = NetworkFields()
    qtbot.addWidget(widget)
    widget.show_table(SYSTEMS["mi-gan"].table)
    size = widget.fields["resolution"]
    assert isinstance(size, QComboBox)
    size.setCurrentText("64")
    assert widget.chosen == ("resolution=64",)
    assert widget.fields["widths"].text() == "512,512,512,512,512"


# Holes


def test_the_names_of_holes_are_those_that_can_be_drawn():
    assert tuple(SETS) == HOLES


def test_holes_are_chosen_by_name(setup):
    holes = setup.advanced.holes
    assert setup._request().holes is None
    index = holes.findData("lama-thin-256")
    holes.setCurrentIndex(index)
    holes.activated.emit(index)
    assert (setup._request().holes, setup._request().masks) == ("lama-thin-256", None)


def test_masks_are_chosen_in_a_dialog_and_left_again(studio, setup, tmp_path):
    holes, last = setup.advanced.holes, setup.advanced.holes.count() - 1
    holes.native = False
    holes.setCurrentIndex(last)
    holes.activated.emit(last)
    assert holes.currentIndex() == 0  # until a folder is chosen
    dialog = studio.page.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert holes.currentText() == f"Masks in {tmp_path.name}"
    assert (setup._request().holes, setup._request().masks) == (None, tmp_path)
    holes.setCurrentIndex(0)
    holes.activated.emit(0)
    assert setup._request().masks is None
    assert holes.itemText(last) == "Mask files of your own..."


# Label maps


def test_label_maps_are_chosen_for_networks_that_know_classes(studio, setup, tmp_path, monkeypatch):
    labels, last = setup.advanced.labels, setup.advanced.labels.count() - 1
    assert not labels.isVisibleTo(setup)
    knowing = replace(setup.chosen, traits=replace(setup.chosen.traits, provides=frozenset({"labels"})))
    with monkeypatch.context() as patch:
        patch.setattr(type(setup), "chosen", property(lambda _: knowing))
        setup.choose("pupil")
        assert labels.isVisibleTo(setup)
        assert setup._request().labels is None
        labels.native = False
        labels.setCurrentIndex(last)
        labels.activated.emit(last)
        dialog = studio.page.findChild(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path))
        dialog.close()
        assert labels.currentText() == f"Maps in {tmp_path.name}"
        assert setup._request().labels == tmp_path
    setup.choose("pupil")  # another network, which has no use for them
    assert not labels.isVisibleTo(setup)
    assert setup._request().labels is None
