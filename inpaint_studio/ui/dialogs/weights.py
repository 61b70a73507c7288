"""The dialog of all sets of weights: show, rename, delete, export, and show in their folder.

An imported network that finds objects is listed, too; it has no other name and is not exported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.engine.segment import store as segmenter
from inpaint_studio.engine.weights import licences
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.session.session import Session
from inpaint_studio.session.weights_manager import StoredWeights
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.screen_room import FittingDialog

_COLUMNS = {  # with their widths, px
    mark("Name"): 220,
    mark("Model"): 150,
    mark("Origin"): 90,
    mark("Licence"): 150,
    mark("Size"): 80,
    mark("Since"): 130,
}
_ORIGINS = {"shipped": mark("Shipped"), "imported": mark("Imported"), "trained": mark("Trained")}
_EXPORT_FORMATS = {
    "Safetensors (*.safetensors)": ".safetensors",
    "TorchScript (*.pt)": ".pt",
    "ONNX (*.onnx)": ".onnx",
}
_NAME_COLUMN = 0
_ROW = 30  # px
_WEIGHTS = Qt.ItemDataRole.UserRole


class WeightsDialog(FittingDialog):
    """One row for each set. Changes take effect at once, in every program that shares the folder."""

    import_requested = Signal()
    get_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.native = True  # the desktop's own file dialogs
        self.setWindowTitle(tr("Weights"))
        self.table = QTreeWidget()
        self.table.setHeaderLabels([tr(title) for title in _COLUMNS])
        self.table.setAccessibleName(tr("Weights on this computer"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_COLUMNS.values()):
            self.table.setColumnWidth(column, width)
        self.table.itemSelectionChanged.connect(self._forget_failure)
        self.table.itemSelectionChanged.connect(self._refresh)
        self.table.itemChanged.connect(self._on_item_changed)
        self.note = soft_label(" ", wrap=True)
        self._failure = self._about_list = ""  # why the last change failed, and what there is to say on the list
        self.rename = self._button(tr("Rename"), tr("Give the chosen set another name (F2)"), self._rename)
        self.remove = self._button(tr("Delete..."), tr("Delete the chosen set from the disk"), self._confirm_removal)
        self.reveal = self._button(tr("Show in folder"), tr("Open the folder the chosen set lies in"), self._reveal)
        self.about = self._button(
            tr("About..."), tr("How the chosen set was made, and what it is bad at"), self._show_card
        )
        self.export = self._button(
            tr("Export..."), tr("Save the chosen set for other programs"), self._choose_export_file
        )
        import_ = self._button(tr("Import..."), tr("Import weights from files you have"), self.import_requested.emit)
        self.get = self._button(tr("Get..."), tr("See what was published for all networks, and download it"), self._get)
        close = self._button(tr("Close"), "", self.reject)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.about, self.rename, self.remove, self.export, self.reveal):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.get)
        foot.addWidget(import_)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(12)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.note)
        whole.addLayout(foot)
        self.resize(sum(_COLUMNS.values()) + 70, 420)
        session.weights.listed.connect(self._show)
        session.weights.changed.connect(self._forget_failure)
        session.weights.changed.connect(self._list)
        session.weights.failed.connect(self._on_failed)
        session.models.changed.connect(self._list)  # another program may have changed the folder
        self._list()
        self._refresh()

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    # The list

    @property
    def chosen(self) -> Weights | None:
        """The set of the chosen row."""
        data = self._data()
        return data if isinstance(data, Weights) else None

    @property
    def chosen_segmenter(self) -> segmenter.Stored | None:
        """The network that finds objects, where its row is chosen."""
        data = self._data()
        return data if isinstance(data, segmenter.Stored) else None

    def _data(self) -> object:
        items = self.table.selectedItems()
        return items[0].data(_NAME_COLUMN, _WEIGHTS) if items else None

    def _list(self) -> None:
        self._session.weights.list_sets()

    def _show(
        self, sets: Sequence[StoredWeights], problems: Sequence[str], objects: segmenter.Stored | None = None
    ) -> None:
        before, was_segmenter = self.chosen, self.chosen_segmenter is not None
        self.table.blockSignals(True)
        self.table.clear()
        for stored in sets:
            item = self._row(stored)
            self.table.addTopLevelItem(item)
            item.setSelected(before is not None and stored.weights.name == before.name)
        if objects is not None:
            item = self._segmenter_row(objects)
            self.table.addTopLevelItem(item)
            item.setSelected(was_segmenter)
        self.table.blockSignals(False)
        nothing = (
            "" if sets or objects else tr("No weights are here yet. Get some that were published, or import files.")
        )
        self._about_list = " ".join([*problems, nothing]).strip()
        self._show_note()
        self._refresh()

    def _row(self, stored: StoredWeights) -> QTreeWidgetItem:
        weights = stored.weights
        titles = {model.name: model.title for model in self._session.models.listed}
        texts = (
            weights.name,
            titles.get(weights.system, weights.system),
            tr(_ORIGINS[weights.origin]),
            _capitalise(tr(licences.MARKS[weights.licence])),
            tr("{size:.1f} MB", size=stored.size / 1000000.0),
            _format_time(weights.facts.get("imported", "")),
        )
        item = _make_row(texts, weights)
        item.setToolTip(3, licences.sentence(weights.licence, weights.terms))
        item.setToolTip(0, str(weights.path))
        if weights.origin != "shipped":
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        return item

    def _segmenter_row(self, stored: segmenter.Stored) -> QTreeWidgetItem:
        since = datetime.fromtimestamp(stored.since).astimezone().isoformat()
        texts = (
            segmenter.NAME,
            tr("Object tool"),
            tr("Imported"),
            _capitalise(tr(licences.MARKS["free"])),
            tr("{size:.1f} MB", size=stored.size / 1000000.0),
            _format_time(since),
        )
        item = _make_row(texts, stored)
        item.setToolTip(0, "\n".join(map(str, stored.files)))
        return item

    def _show_note(self) -> None:
        self.note.setText(" ".join(filter(None, (self._failure, self._about_list))) or " ")

    def _on_failed(self, sentence: str) -> None:
        self._failure = sentence
        self._show_note()

    def _forget_failure(self) -> None:
        """Take away why the last change failed: another set is chosen, or a change was made."""
        self._failure = ""
        self._show_note()

    def _refresh(self) -> None:
        chosen, objects = self.chosen, self.chosen_segmenter is not None
        own = chosen is not None and chosen.origin != "shipped"
        self.rename.setEnabled(own)
        self.remove.setEnabled(own or objects)
        self.about.setEnabled(chosen is not None)
        self.export.setEnabled(chosen is not None)
        self.reveal.setEnabled(chosen is not None or objects)

    # Actions

    def _show_card(self) -> None:
        from inpaint_studio.ui.dialogs.model_card import ModelCardDialog

        if self.chosen is not None:
            dialog = ModelCardDialog(self.chosen, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _rename(self) -> None:
        self.table.editItem(self.table.selectedItems()[0], _NAME_COLUMN)

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        weights: object = item.data(_NAME_COLUMN, _WEIGHTS)
        new = item.text(_NAME_COLUMN).strip()
        if column == _NAME_COLUMN and isinstance(weights, Weights) and new != weights.name:
            self._session.weights.rename(weights.name, new)
            self._list()  # shows the old name again if it could not be changed

    def _confirm_removal(self) -> None:
        if self.chosen_segmenter is not None:
            confirm_removal(self, tr(segmenter.TITLE), False, self._session.weights.remove_segmenter)
        weights = self.chosen
        if weights is None:
            return
        trained = weights.origin == "trained"
        confirm_removal(self, weights.name, trained, lambda: self._session.weights.remove(weights.name))

    def _choose_export_file(self) -> None:
        weights = self.chosen
        if weights is None:
            return
        name = weights.name
        choose_export_file(self, name, lambda path: self._session.weights.export(name, path), self.native)

    def _get(self) -> None:
        self.accept()
        self.get_requested.emit()

    def _reveal(self) -> None:
        weights, objects = self.chosen, self.chosen_segmenter
        path = weights.path if weights is not None else objects.files[0] if objects is not None else None
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _make_row(texts: tuple[str, ...], data: object) -> QTreeWidgetItem:
    item = QTreeWidgetItem(texts)
    item.setData(_NAME_COLUMN, _WEIGHTS, data)
    for column in range(len(texts)):
        item.setSizeHint(column, QSize(0, _ROW))
    item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def confirm_removal(parent: QWidget, name: str, trained: bool, remove: Callable[[], object]) -> None:
    """Ask whether to delete the set called `name`, which may have been `trained` here; then call `remove`."""
    question = QMessageBox(parent)
    question.setWindowTitle(tr("Delete weights"))
    question.setText(tr("Delete '{name}' from the disk?", name=name))
    hint = tr("To have these weights again, they must be imported or downloaded again.")
    question.setInformativeText(tr("They were trained here and cannot be brought back.") if trained else hint)
    button = question.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    question.setDefaultButton(question.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    button.clicked.connect(lambda: remove())
    question.open()


def choose_export_file(parent: QWidget, name: str, export: Callable[[Path], object], native: bool) -> None:
    """Let the user choose the file to export the set called `name` to; then call `export` with it."""
    dialog = QFileDialog(parent, tr("Export weights"), str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not native)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(list(_EXPORT_FORMATS))
    dialog.selectFile(f"{name}.safetensors")

    def on_selected(file: str) -> None:
        path = Path(file)
        if not path.suffix:
            path = path.with_suffix(_EXPORT_FORMATS[dialog.selectedNameFilter()])
        export(path)

    dialog.fileSelected.connect(on_selected)
    dialog.open()


def _capitalise(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _format_time(text: str) -> str:
    """Format an ISO time in local time; "" if `text` is not an ISO time."""
    try:
        return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""
