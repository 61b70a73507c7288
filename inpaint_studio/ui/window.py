"""The main window: the photo in the middle, tool bar, panel column and status bar, and the connections between them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QGridLayout, QMainWindow, QMenu, QWidget

from inpaint_studio import build_info
from inpaint_studio.session.brush_sizes import BrushSizes
from inpaint_studio.session.history import History
from inpaint_studio.session.raster import DONORS, HOLE, ONLY
from inpaint_studio.session.reporting import IDLE, State, Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import join_facts, mark, tr
from inpaint_studio.ui.action_views import TickMenu
from inpaint_studio.ui.actions import FILE, SECTIONS, Actions
from inpaint_studio.ui.areas import Areas, sort_tab_order
from inpaint_studio.ui.batch.controls import BatchControls
from inpaint_studio.ui.canvas.canvas import Canvas
from inpaint_studio.ui.device_menu import DeviceMenu
from inpaint_studio.ui.drop_hint import DropHint
from inpaint_studio.ui.files import Files
from inpaint_studio.ui.handlers import Handlers
from inpaint_studio.ui.hole_progress import HoleProgress
from inpaint_studio.ui.key_positions import PositionShortcuts
from inpaint_studio.ui.key_rules import KeySwitch
from inpaint_studio.ui.label_controls import LabelControls
from inpaint_studio.ui.mask_files import MaskActions
from inpaint_studio.ui.message_bar import Hint, MessageBar
from inpaint_studio.ui.neighbours import Neighbours
from inpaint_studio.ui.panels.column import PanelColumn
from inpaint_studio.ui.progress_bar import WorkProgress
from inpaint_studio.ui.recent_menu import OpenCorner, RecentMenu
from inpaint_studio.ui.recovery_offer import RecoveryOffer
from inpaint_studio.ui.screen_room import keep_on_screen, room_for
from inpaint_studio.ui.source_control import SourceControl
from inpaint_studio.ui.states import States
from inpaint_studio.ui.status_line import StatusLine
from inpaint_studio.ui.statusbar import StatusBar
from inpaint_studio.ui.tool_bar import ToolBar
from inpaint_studio.ui.tools import TOOLS
from inpaint_studio.ui.training.status_button import TrainingControls, UseOffer
from inpaint_studio.ui.view_controls import ViewControls

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Result

TITLE = mark("Inpaint Studio")
_SMALLEST = QSize(760, 520)  # px
_WIDTH, _HEIGHT = 1440, 900  # px: size of the first window, if the screen is large enough
_Work = tuple[History, int]  # a photo's history, and one of its states


class MainWindow(QMainWindow):
    """The window of one session. `first_painted` is emitted once, when the first frame of the window is on screen."""

    first_painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.document = session.document
        self._painted = False
        self._discarded: _Work | None = None  # the unsaved work that the user has chosen to lose
        self.setAcceptDrops(True)
        self.canvas = Canvas(session)
        self.brush_sizes = BrushSizes(session.settings, self.canvas.viewport.fit_zoom_of, self)
        self.files = Files(self, session)
        self.neighbours = Neighbours(session, self.files)
        self.mask_files = MaskActions(self, session, self.files)
        self.handlers = Handlers(self, self)
        self.actions_ = Actions(self.handlers, self, self.canvas)
        KeySwitch(self.actions_, session.settings)
        self._key_positions = PositionShortcuts(self, self.actions_)
        self.tool_bar = ToolBar(self.actions_)
        self.column = PanelColumn(session)
        self.column.hole.add_actions(self.actions_)
        self.column.hole_section.add_toggle(self.actions_["grow-and-fill"])
        self.column.tool.add_sampling_action(self.actions_["clear-sampling"])
        self.states = States(session, self.canvas)
        self.status = StatusBar()
        self._status_line = StatusLine(session, self.states, self.status)
        self.progress = WorkProgress(session, self.status)
        self.device_menu = DeviceMenu(session, self.status)
        self.view_controls = ViewControls(session, self.canvas, self.actions_, self.column, self.show_model_problem)
        self.label_controls = LabelControls(
            self, session, self.canvas, self.actions_, self.column, self.files, self.show_model_problem
        )
        self.source_control = SourceControl(self.canvas)
        self.batch_controls = BatchControls(session, self)
        self.training_controls = TrainingControls(session, self)
        self.status.add_button(self.training_controls.button)
        self.training_controls.add_opener(self.column.model_section, self.actions_["fine-tune"])
        self.hint = Hint(self.canvas)
        self.hint.hide()
        self.message = MessageBar(self.canvas, self.states)
        self.message.done.connect(self.focus_canvas)
        self._use_offer = UseOffer(session, self.message)
        self._recovery_offer = RecoveryOffer(session, self.message, self.files)
        self.hole_progress = HoleProgress(self.canvas, session.fills)
        self.drop_hint = DropHint(self.canvas, session.hole.masks)
        self.areas = Areas({self.canvas: None, self.tool_bar: self._tool_button, self.column: None})
        self._lay_out()
        self._make_menus()
        self._connect()
        self._restore()
        self._show_keys()
        self.show_tool()
        self._refresh()
        self.canvas.setFocus()

    # Construction

    def _lay_out(self) -> None:
        middle = QWidget()
        grid = QGridLayout(middle)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.tool_bar, 0, 0)
        grid.addWidget(self.canvas, 0, 1)
        grid.addWidget(self.column, 0, 2)
        grid.addWidget(self.status, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        self.setCentralWidget(middle)
        self.setMinimumSize(_SMALLEST.boundedTo(room_for(self)))

    def _make_menus(self) -> None:
        for section in SECTIONS:
            rows = self.actions_.rows(section)
            kind = TickMenu if any(row.checkable for row in rows) else QMenu
            menu = kind(_with_letter(section), self.menuBar())
            self.menuBar().addMenu(menu)
            for row in rows:
                if row.first_of_group:
                    menu.addSeparator()
                menu.addAction(self.actions_[row.id])
                if section == FILE and row.id == "open":
                    self.recent_menu = RecentMenu(self.session, self.files, menu)
                    menu.addMenu(self.recent_menu)
        self.open_corner = OpenCorner(self.actions_["open"], self.tool_bar.width())
        self.menuBar().setCornerWidget(self.open_corner, Qt.Corner.TopLeftCorner)

    def _connect(self) -> None:
        session, document = self.session, self.document
        self.actions_.keysChanged.connect(self._show_keys)
        session.fills.busy.connect(self._on_busy)
        session.fills.blocked.connect(self.show_model_problem)
        session.failed.connect(partial(self.message.show_message, about=("photo", "files")))
        session.fills.failed.connect(partial(self._on_job_failed, ("step", "job", "model")))
        session.weights.failed.connect(partial(self._on_job_failed, ("weights",)))
        session.fills.filled.connect(self._on_filled)
        session.opened.connect(self._on_opened)
        session.fills.candidatesChanged.connect(self._refresh)
        session.fills.waitingChanged.connect(self._refresh)
        session.models.changed.connect(self._refresh)
        document.changed.connect(self._on_changed)
        document.replaced.connect(self._refresh)
        document.historyChanged.connect(self._refresh)
        session.hole.suggestions.changed.connect(self._refresh)
        document.modifiedChanged.connect(self.setWindowModified)
        self.files.nameChanged.connect(self._show_title)
        self.canvas.zoomChanged.connect(self.status.show_zoom)
        self.canvas.cursorMoved.connect(self.status.show_place)
        self.canvas.cursorMoved.connect(self.column.flow.show_place)
        self.column.flow.flows_at = self.canvas.compare.flows_at
        self.canvas.toolChanged.connect(self.show_tool)
        self.canvas.toolChanged.connect(self._refresh)
        self.canvas.viewChanged.connect(self._refresh)
        self.canvas.viewChanged.connect(self.show_tool)
        self.canvas.modes.availableChanged.connect(self._refresh)
        self.canvas.hint.connect(self._status_line.show_hint)
        self.status.zoom_requested.connect(self._on_zoom_requested)
        self.column.fill_requested.connect(self.handlers.fill)
        self.column.another_requested.connect(self.handlers.another)
        self.column.all_models_requested.connect(self.handlers.fill_with_all)
        self.column.more_requested.connect(self.handlers.more)
        self.column.model.fill_requested.connect(self.handlers.fill)
        self.column.model.get_requested.connect(self.handlers.get_weights)
        self.column.model.import_requested.connect(self.files.import_weights)
        self.column.done.connect(self.focus_canvas)

    def _restore(self) -> None:
        self.setWindowTitle(tr(TITLE))
        settings = self.session.settings
        self.resize(QSize(_WIDTH, _HEIGHT).boundedTo(room_for(self)))
        if self.restoreGeometry(QByteArray.fromBase64(str(settings.get("window_geometry")).encode())):
            keep_on_screen(self)  # it may have stood on a larger screen
        self.handlers.show_panels(bool(settings.get("panels_shown")))
        if settings.get("tool") in TOOLS:
            self.canvas.set_tool(settings.get("tool"))

    # Starting

    def start(self, photo: Path) -> None:
        """Open `photo` and start the fill thread. To be called once the window is on screen."""
        self.session.open(photo)
        self.session.start()
        if self.session.settings.problems:
            self.message.show_message(" ".join(self.session.settings.problems), trouble=False)
        QTimer.singleShot(0, self.column.flow.show_legend)

    def welcome(self) -> None:
        """Show the hint for a first visit."""
        self.hint.show()
        self.hint.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            # The children paint after this, and all of it is shown before the next turn of the event loop.
            QTimer.singleShot(0, self.first_painted.emit)

    # Results of the session

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self.hint.hide()
        self._refresh()

    def show_model_problem(self) -> None:
        """Show why the chosen model cannot be used: open the panels and the model section."""
        self.handlers.show_panels(True)
        self.column.show_model()

    def _on_job_failed(self, about: tuple[State, ...], sentence: str) -> None:
        self._status_line.show(IDLE)
        self.message.show_message(sentence, about=about)

    def _on_filled(self, result: Result) -> None:
        titles = {model.name: model.title for model in self.session.models.listed}
        fillers, seconds = result.name_fillers(titles), result.seconds
        how = tr("Filled by {fillers} in {seconds:.1f} s.", fillers=fillers, seconds=seconds)
        if result.choices:
            how = tr(
                "Filled by {fillers} in {seconds:.1f} s, {choices}.",
                fillers=fillers,
                seconds=seconds,
                choices=join_facts(result.choices),
            )
        self._status_line.show(Status.result(how, *result.notes, about=("fill",)))

    def _on_opened(self) -> None:
        height, width = self.document.size
        self.status.show_photo(width, height)
        self.brush_sizes.open(height, width)
        self._show_title()

    def _on_changed(self, raster: str, _box: object) -> None:
        if raster == HOLE:
            self.hint.hide()

    def show_tool(self) -> None:
        """Mark the chosen tool and show its options."""
        tool = self.canvas.tool
        self.actions_[f"tool-{tool.name}"].setChecked(True)
        self.session.settings.set("tool", tool.name)
        title, how_to = tr(tool.title), tr("{tip}.", tip=tr(tool.tip))
        if tool.draws_edges:
            title, how_to = tr("{title}: edges", title=title), ""
        self.column.show_tool(title, tool.active_options, how_to, self.canvas.edges_view)

    @Slot()
    def _show_keys(self) -> None:
        """Name the keys that actions have now, wherever they are named."""
        key_of = self.actions_.key_of
        self.column.show_keys(key_of)
        self.hint.show_key(key_of("fill"))
        self.session.hole.suggestions.key_of = key_of

    def _tool_button(self) -> QWidget:
        return self.tool_bar.buttons[f"tool-{self.canvas.tool.name}"]

    def _on_zoom_requested(self, factor: float) -> None:
        if factor:
            self.canvas.zoom_to(factor)
        else:
            self.canvas.fit()
        self.focus_canvas()

    def focus_canvas(self) -> None:
        """Give the keyboard focus to the photo."""
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self) -> None:
        name = self.files.name
        self.setWindowTitle(f"{name}[*] - {tr(TITLE)}" if name else tr(TITLE))
        self.setWindowModified(self.document.modified)

    def _refresh(self) -> None:
        """Enable the actions that can be done now."""
        document, session = self.document, self.session
        photo = document.photo is not None
        self.actions_.refresh(
            {
                "photo": photo,
                "hole": self.canvas.has_hole,
                "sampling": self.canvas.has_any(DONORS, ONLY),
                "size": bool(self.canvas.tool.size_setting),
                "hardness": "brush_hardness" in self.canvas.tool.active_options,
                "sampling tool": "sampling_shape" in self.canvas.tool.options,
                "line": document.line_count > 0,
                "undo": document.can_undo,
                "redo": document.can_redo,
                "flow": bool(document.flows),
                "suggestion": bool(session.hole.suggestions.parts),
                "neighbours": self.neighbours.can_step and not session.hole.suggestions.parts,
                "previous": session.fills.candidate_index > 0,
                "next": 0 <= session.fills.candidate_index < session.fills.candidate_count - 1,
                "training": build_info.has_torch(),
                **self.view_controls.conditions(),
                **self.label_controls.conditions(),
            }
        )
        self.column.fill.set_has_hole(self.canvas.has_hole)
        undone, again = (f"{text[:1].lower()}{text[1:]}" for text in (document.undo_text, document.redo_text))
        undo, redo = self.actions_["undo"], self.actions_["redo"]
        undo.setText(tr("Undo {step}", step=undone) if undone else tr("Undo"))
        redo.setText(tr("Redo {step}", step=again) if again else tr("Redo"))
        if session.fills.undo_cancels:
            undo.setText(tr("Undo: cancel what runs"))

    # Keys, drops, closing

    def changeEvent(self, event: QEvent) -> None:
        """List the weights again on return: another program may have changed their folder meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._painted:
            self.session.worker.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, once however long it is held."""
        focused = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            if not event.isAutoRepeat():
                focused.click()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on as the window is read. Shift+Tab leaves the photo, where Tab shows the original, to Fill first."""
        sort_tab_order(self.status, self.open_corner, self.tool_bar, self.column, self.canvas)
        return super().focusNextPrevChild(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.accepts(event.mimeData()):
            self.drop_hint.show_for(event.mimeData())
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.drop_hint.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.leave()
        if self.files.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        discarded, self._discarded = self._discarded, None
        work = self.document.history, self.document.history.state
        if self.document.modified and work != discarded:
            event.ignore()
            self.files.guard(partial(self._close_without, work))
            return
        close = partial(self._close_without, discarded)
        if self.batch_controls.hold(close) or self.training_controls.hold(close):
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.settings.set("window_geometry", geometry)
        self.hide()  # work under way may take a while to stop
        self.training_controls.close()
        self.session.journal.discard()  # what is unsaved now, the user has chosen to lose
        self.session.close()
        super().closeEvent(event)

    def _close_without(self, work: _Work | None) -> None:
        """Close without a question about `work`, which the user has chosen to lose; ask about newer changes."""
        self._discarded = work
        self.close()


def _with_letter(section: str) -> str:
    """Return the title of a menu in the chosen language, with the letter that opens it together with Alt."""
    title = tr(section)
    return f"&{title}" if title[:1].isascii() else f"{title}(&{section[0]})"
