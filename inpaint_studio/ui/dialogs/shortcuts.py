"""The editor of keys: the list of all actions, and a field that takes the key one presses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.session import own_keys
from inpaint_studio.session.settings import Settings
from inpaint_studio.texts import tr
from inpaint_studio.ui.actions import Actions, Entry, native_name
from inpaint_studio.ui.key_rules import assign, can_change, find_users, portable, refusal
from inpaint_studio.ui.panels.section import reserved_label
from inpaint_studio.ui.screen_room import FittingDialog

_WIDTHS = (280, 90, 190)  # px: action, menu, keys
_ROW = 28  # px
_ID = Qt.ItemDataRole.UserRole


class _KeyField(QKeySequenceEdit):
    """Takes every key but Escape, which closes the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            event.ignore()
        else:
            super().keyPressEvent(event)


class ShortcutsDialog(FittingDialog):
    """A change takes effect at once, and is kept in the settings.

    A key that another action has is not taken from it before one says so.
    """

    def __init__(self, actions: Actions, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self._claimed = ""  # a key that another action has
        self.setWindowTitle(tr("Keys"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an action or a key"))
        self.search.setAccessibleName(tr("Find an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = self._make_table()
        self.title = QLabel()
        self.title.setProperty("heading", "true")
        self.field = _KeyField()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(tr("Press the new key here"))
        self.field.setToolTip(tr("Click here, or go here with Tab, and press the new key"))
        self.field.keySequenceChanged.connect(self._on_pressed)
        self.take = self._button(tr("Take it"), tr("Take the key from the action that has it"), self._take)
        self.none = self._button(tr("No key"), tr("Leave the chosen action without a key"), self._clear)
        self.usual = self._button(tr("As usual"), tr("Give the chosen action its usual keys again"), self._reset)
        self.all_usual = self._button(
            tr("All as usual"), tr("Give all actions their usual keys again"), self._reset_all
        )
        close = self._button(tr("Close"), "", self.reject)
        close.setDefault(True)
        self.note = reserved_label(2)
        self._lay_out(close)
        actions.keysChanged.connect(self._show_keys)
        self._show_keys()
        self.table.setCurrentItem(self._items()[0])

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setHeaderLabels([tr("Action"), tr("Menu"), tr("Keys")])
        table.setAccessibleName(tr("Actions and their keys"))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        for row in filter(can_change, self._actions.usual):
            item = QTreeWidgetItem(table, [row.text.removesuffix("..."), tr(row.section), ""])
            item.setData(0, _ID, row.id)
            item.setSizeHint(0, QSize(0, _ROW))
        table.currentItemChanged.connect(self._show_chosen)
        return table

    def _lay_out(self, close: QPushButton) -> None:
        change = QHBoxLayout()
        change.setSpacing(8)
        change.addWidget(self.field, 1)
        for button in (self.take, self.none, self.usual):
            change.addWidget(button)
        foot = QHBoxLayout()
        foot.addWidget(self.all_usual)
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(10)
        whole.addWidget(self.search)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.title)
        whole.addLayout(change)
        whole.addWidget(self.note)
        whole.addLayout(foot)
        self.resize(sum(_WIDTHS) + 70, 560)

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    # The list

    def choose(self, id_: str) -> None:
        """Choose an action in the list."""
        for item in self._items():
            if item.data(0, _ID) == id_:
                self.table.setCurrentItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for number in range(self.table.topLevelItemCount()) if (item := self.table.topLevelItem(number))]

    def _rows(self) -> dict[str, Entry]:
        return {row.id: row for row in self._actions.table}

    def _show_keys(self) -> None:
        """Show which action has which keys now; those that are not the usual ones stand in bold."""
        rows, usual = self._rows(), {row.id: row for row in self._actions.usual}
        for item in self._items():
            id_ = item.data(0, _ID)
            item.setText(2, rows[id_].key_text)
            font = item.font(2)
            font.setBold(rows[id_].keys != usual[id_].keys)
            item.setFont(2, font)
        self._show_chosen()

    def _filter(self, text: str) -> None:
        """List the actions whose name, menu or keys contain `text`."""
        sought = text.strip().casefold()
        for item in self._items():
            item.setHidden(not any(sought in item.text(column).casefold() for column in range(3)))

    # The chosen action

    def _chosen(self) -> Entry | None:
        item = self.table.currentItem()
        return self._rows()[item.data(0, _ID)] if item is not None else None

    def _show_chosen(self) -> None:
        row = self._chosen()
        for part in (self.field, self.none, self.usual):
            part.setEnabled(row is not None)
        self._want("", "")
        if row is None:
            return
        self.title.setText(row.text.removesuffix("..."))
        self._show_in_field(row.keys[0] if row.keys else "")
        self.none.setEnabled(bool(row.keys))
        self.usual.setEnabled(row.id in own_keys.read(str(self._settings.get("keys"))))

    def _show_in_field(self, key: str) -> None:
        blocked = self.field.blockSignals(True)
        self.field.setKeySequence(QKeySequence(key))
        self.field.blockSignals(blocked)

    def _want(self, key: str, note: str) -> None:
        """Show `note`; the button takes `key`, where there is one, from the action that has it."""
        self._claimed = key
        self.take.setEnabled(bool(key))
        self.note.setText(note or " ")

    def _on_pressed(self, sequence: QKeySequence) -> None:
        row, key = self._chosen(), sequence.toString(QKeySequence.SequenceFormat.PortableText)
        if row is None or not key or key in map(portable, row.keys):
            self._want("", "")
            return
        fault, users = refusal(row, key), find_users(self._actions.table, row, key)
        if fault:
            self._want("", fault)
        elif any(not can_change(user) for user in users):
            self._want("", tr("{key} keeps its action; choose another key.", key=native_name(key)))
        elif users:
            names = ", ".join(user.text.removesuffix("...") for user in users)
            self._want(key, tr("{key} belongs to “{actions}”.", key=native_name(key), actions=names))
        else:
            self._set(row, (key,))

    def _take(self) -> None:
        row, key = self._chosen(), self._claimed
        if row is not None and key:
            losers = find_users(self._actions.table, row, key)
            self._set(row, (key,))
            names = ", ".join(user.text.removesuffix("...") for user in losers)
            self._want("", tr("“{actions}” has lost {key}.", actions=names, key=native_name(key)))

    def _clear(self) -> None:
        row = self._chosen()
        if row is not None:
            self._set(row, ())

    def _set(self, row: Entry, keys: tuple[str, ...]) -> None:
        own = own_keys.read(str(self._settings.get("keys")))
        for loser in (user for key in keys for user in find_users(self._actions.table, row, key) if user.id in own):
            own[loser.id] = tuple(key for key in own[loser.id] if portable(key) not in map(portable, keys))
        own[row.id] = keys
        self._keep(own)

    def _reset(self) -> None:
        row = self._chosen()
        if row is not None:
            own = own_keys.read(str(self._settings.get("keys")))
            own.pop(row.id, None)
            self._keep(own)
            missing = [
                each for each in self._actions.usual if each.id == row.id and each.keys != self._rows()[row.id].keys
            ]
            if missing:
                self._want("", tr("Another action has one of its usual keys."))

    def _reset_all(self) -> None:
        self._keep({})

    def _keep(self, own: own_keys.OwnKeys) -> None:
        """Keep the keys, without those that are as usual anyway."""
        usual = {row.id: row for row in self._actions.usual}
        changed = {name: keys for name, keys in own.items() if name not in usual or usual[name].keys != keys}
        without = {row.id: row for row in assign(self._actions.usual, changed)}
        for name in own.keys() - changed.keys():
            if without[name].keys != own[name]:
                changed[name] = own[name]
        self._settings.set("keys", own_keys.write(changed))
