"""The bar with the actions for a training: while it runs, after it has ended, and after it has failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.session.training.run_registry import LONGEST_NAME
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.weights import choose_export_file, confirm_removal
from inpaint_studio.ui.training import messages

_LINES = 3
_LAST = mark("Add the weights of its last step to the list of models")
_BEGIN = (
    mark("Use as the start of fills"),
    mark("Let the default fill begin from the picture of this network, and copy its texture from the photo as before"),
)
_AS_USUAL = (mark("Start fills as usual"), mark("Let the default fill begin as it did before"))
_LONGER = (
    mark("Train longer"),
    mark("Go on with this fine-tuning where it stopped, with the same photos and settings"),
)
_RESUME = (mark("Resume"), mark("Go on where it broke off, with the same photos and settings"))
_AGAIN = mark("Begin another fine-tuning from these new weights; you choose its photos and its time")
_WITHOUT = mark("Train without judging texture (the perceptual and style losses); the fills may come out smoother")


class ActionBar(QWidget):
    """A text above a row of buttons; its height is the same in every state."""

    restart_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._training = session, session.training
        self.native = True  # the desktop's own file dialogs
        self.text = QLabel(" ")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.text.setFixedHeight(_LINES * QFontMetrics(self.text.font()).lineSpacing() + 2)
        training = self._training
        self.sample = _button(
            tr("Show now"), tr("Fill the photos kept back for testing as it would now"), training.sample, "eye"
        )
        self.pause = _button("", "", self._pause)
        self.pause.setMinimumWidth(96)
        self.stop = _button(tr("Stop"), tr("End it; the best weights so far are kept"), training.stop)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setMaximumWidth(320)
        self.name.setValidator(QRegularExpressionValidator(QRegularExpression("[a-z0-9-]*"), self.name))
        self.name.setAccessibleName(tr("Name of the weights"))
        self.name.setToolTip(tr("What the weights are called in the list of models"))
        self.name.textEdited.connect(self._show_rename)
        self.name.returnPressed.connect(self._rename)
        self.rename = _button(tr("Rename"), tr("Give the weights this name"), self._rename)
        self.export = _button(tr("Export..."), tr("Save the weights for other programs"), self._export)
        self.delete = _button(tr("Delete..."), tr("Delete the weights from the disk"), self._delete)
        self.begin = _button("", "", self._begin_fills)
        self.use = _button(tr(messages.USE), tr(messages.USE_TIP), self._use)
        self.resume = _button("", "", training.resume)
        self.further = _button(tr("Fine-tune again..."), tr(_AGAIN), self._further)
        self.discard = _button(tr("Discard"), tr("Close this fine-tuning and start a new one"), self._discard)
        self.keep = _button(tr("Keep the best"), tr("Save the best weights so far"), training.keep_best)
        self.last = _button("", tr(_LAST), training.add_last)
        self.file = _button(
            tr("Choose the file..."), tr("Choose the file with the trained features"), self._ask_features
        )
        self.without = _button(tr("Go on without the file"), tr(_WITHOUT), self._without)
        self.restart = _button(
            tr("New fine-tuning"), tr("Choose photos and a model again"), lambda: self.restart_requested.emit("")
        )
        self._lay_out()
        training.failed.connect(self._on_failed)
        session.models.changed.connect(self.refresh)
        session.models.optionsChanged.connect(self._show_begin)
        session.weights.failed.connect(self._on_failed)
        session.weights.status.connect(self._on_status)
        self.refresh()

    def _lay_out(self) -> None:
        """Put the text above the row of buttons."""
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        for part in (self.sample, self.pause, self.name, self.rename, self.export, self.delete, self.discard):
            row.addWidget(part)
        row.addStretch(1)
        row.setStretch(2, 3)  # the name
        for part in (self.file, self.without, self.keep, self.last, self.restart, self.further, self.resume, self.stop):
            row.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * theme.GRID, theme.GRID, 3 * theme.GRID, 2 * theme.GRID)
        whole.setSpacing(theme.GRID)
        top = QHBoxLayout()
        top.setSpacing(2 * theme.GRID)
        top.addWidget(self.text, 1)
        for part in (self.begin, self.use):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(top)
        whole.addLayout(row)

    # State

    def show_progress(self, run: Run) -> None:
        """Show the progress, or the result."""
        training = self._training
        self.sample.setEnabled(training.running and bool(run.step) and not run.paused and not training.stopping)
        if not training.running:
            text = messages.describe_result(run) if run.end != "failed" else training.trouble
        elif training.stopping:
            text = tr("Stopping: the last steps are measured, the best weights are kept. Stop again to leave that out.")
        elif training.pausing and not run.paused:
            text = tr("Pausing: the step under way is ended first.")
        elif run.paused:
            text = tr("Paused at step {step}.", step=run.step) + ("" if training.pausing else " " + tr("Going on…"))
        else:
            text = "\n".join(filter(None, (messages.describe_progress(run), run.note)))
        self.text.setText(text)
        self.text.setToolTip(text)

    def refresh(self) -> None:
        """Show the buttons for the state of the training."""
        training, run = self._training, self._training.run
        if run is None:
            return
        running, failed = training.running, not training.running and run.end == "failed"
        saved = not running and not failed and bool(run.saved)
        lacking = failed and training.lacks_features
        shown = {
            self.sample: running,
            self.pause: running,
            self.stop: running,
            self.name: saved,
            self.rename: saved,
            self.export: saved,
            self.delete: saved,
            self.further: saved,
            self.use: saved and not self._is_used(run),
            self.restart: not running and not failed and not saved,
            self.discard: failed,
            self.keep: failed and run.resumable and run.best is not None,
            self.last: not running and run.has_other_last,
            self.file: lacking,
            self.without: lacking,
            self.resume: (failed or run.end == "stopped") and not running and run.resumable,
        }
        focused = self.window().focusWidget()
        for part, on in shown.items():
            part.setVisible(on)
        _rename(self.resume, *map(tr, _RESUME if failed else _LONGER))
        self.last.setText(tr("Keep the last too") if run.saved else tr("Use the last weights"))
        self.last.setAccessibleName(self.last.text())
        self.discard.setText(tr("Discard") if run.resumable else tr("Back"))
        first = _mark_primary((self.without, self.resume) if failed else (self.use, self.further, self.restart), self)
        if first is not None and not shown.get(focused, True):
            # Otherwise Qt gives the focus to a neighbour of the hidden button, which the next key would press.
            first.setFocus()
        controllable = running and run.begun and not training.stopping
        self.pause.setEnabled(controllable and training.pausing == run.paused)
        _rename(self.pause, *_describe_pause(run.paused, training.pausing))
        self.stop.setEnabled(running)
        self.stop.setText(tr("Stop now") if training.stopping else tr("Stop"))
        if saved and not self.name.hasFocus():
            self.name.setText(run.saved)
            self.name.setCursorPosition(0)
        self._show_rename()
        self._show_begin()
        self.show_progress(run)

    def _is_used(self, run: Run) -> bool:
        """Return whether fills are made with the weights of `run`, or will be once they are listed."""
        return self._session.models.is_used(run.saved)

    def _show_begin(self) -> None:
        """Offer the new weights as the start of the default fill, and to leave them again."""
        run, models = self._training.run, self._session.models
        saved = "" if run is None or self._training.running or run.end == "failed" else run.saved
        self.begin.setVisible(any(model.name == saved for model in models.starters))
        used = bool(saved) and models.start == saved
        _rename(self.begin, *map(tr, _AS_USUAL if used else _BEGIN))

    def _show_rename(self) -> None:
        run = self._training.run
        self.rename.setEnabled(run is not None and self.name.text() not in ("", run.saved))

    def _on_failed(self, sentence: str) -> None:
        if self.isVisible():
            self.text.setText(sentence)

    def _on_status(self, status: Status) -> None:
        if self.isVisible() and not self._training.running:
            self.text.setText(status.text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Restore the old name on Escape while a new one is being typed."""
        run, typing = self._training.run, self.name.hasFocus()
        if event.key() == Qt.Key.Key_Escape and typing and run is not None and self.name.text() != run.saved:
            self.name.setText(run.saved)
            self._show_rename()
        else:
            super().keyPressEvent(event)

    # Actions

    def _pause(self) -> None:
        run = self._training.run
        if run is not None:
            self._training.pause(not run.paused)

    def _rename(self) -> None:
        if self.rename.isEnabled():
            self.name.clearFocus()
            self._training.rename(self.name.text())

    def _export(self) -> None:
        run = self._training.run
        if run is not None:
            name = run.saved
            choose_export_file(self, name, lambda path: self._session.weights.export(name, path), self.native)

    def _delete(self) -> None:
        run = self._training.run
        if run is not None:
            confirm_removal(self, run.saved, True, self._training.remove)

    def _use(self) -> None:
        run = self._training.run
        if run is not None:
            self._training.use()
            self.refresh()
            self.text.setText(tr("Fills are made by '{saved}' now.", saved=run.saved))

    def _begin_fills(self) -> None:
        run, models = self._training.run, self._session.models
        if run is None or not run.saved:
            return
        if models.start == run.saved:
            models.start = AUTO
            self.text.setText(tr("The default fill starts as usual again."))
        else:
            models.start, models.name = run.saved, AUTO
            self.text.setText(
                tr("The default fill starts from the picture of '{saved}' now; it still copies.", saved=run.saved)
            )

    def _further(self) -> None:
        run = self._training.run
        if run is not None:
            self.restart_requested.emit(run.saved)

    def _discard(self) -> None:
        self._training.forget()
        self.restart_requested.emit("")

    def _without(self) -> None:
        self._training.restart()

    def _ask_features(self) -> None:
        dialog = QFileDialog(self, tr("Choose the file of the trained features"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.setNameFilters([tr("Weights of VGG (*.pth)"), tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self._training.restart(vgg=Path(file)))
        dialog.open()


def _button(text: str, tip: str, act: Callable[[], object], icon: str = "") -> QPushButton:
    button = QPushButton(f" {text}" if icon else text)
    if icon:
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(16, 16))
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button


def _rename(button: QPushButton, text: str, tip: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)


def _describe_pause(paused: bool, pausing: bool) -> tuple[str, str]:
    """Return the text and the tip of the button that pauses; `pausing`: it is paused, or is to be."""
    if pausing != paused:
        return (
            (tr("Pausing…"), tr("It pauses when its step has ended"))
            if pausing
            else (tr("Going on…"), tr("It goes on in a moment"))
        )
    if paused:
        return tr("Go on"), tr("Let it train again")
    return tr("Pause"), tr("Pause it, so that other programs get the whole computer")


def _mark_primary(candidates: tuple[QPushButton, ...], bar: QWidget) -> QPushButton | None:
    """Mark the first visible one of `candidates` as the primary button, and no other."""
    first = next((button for button in candidates if not button.isHidden()), None)
    for button in bar.findChildren(QPushButton):
        value = "true" if button is first else "false"
        if button.property("primary") != value:
            button.setProperty("primary", value)
            button.style().unpolish(button)
            button.style().polish(button)
    return first
