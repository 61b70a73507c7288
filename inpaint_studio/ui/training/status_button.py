"""Training in the main window: a button in the status bar, the training window, its result, a question at closing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.unsaved import TrainingChoice, TrainingRunsDialog
from inpaint_studio.ui.message_bar import MessageBar, Offer
from inpaint_studio.ui.panels.section import Section
from inpaint_studio.ui.training import messages

if TYPE_CHECKING:
    from inpaint_studio.engine.weights.importer import ImportResult
    from inpaint_studio.ui.training.window import TrainingWindow

_WIDEST = mark("step 000000")


class TrainingControls(QObject):
    """Connects the session's training with the main window. `button` belongs in the status bar."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._training = session.training
        self._then: Callable[[], None] | None = None  # called once the training has stopped
        self._question: TrainingRunsDialog | None = None
        self.window: TrainingWindow | None = None
        self.opener: QToolButton | None = None  # beside the heading of the model section
        self.button = QToolButton()
        self.button.setProperty("flat", "true")
        self.button.setIcon(icons.icon("graduation-cap", theme.SOFT))
        self.button.setIconSize(QSize(16, 16))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setFixedWidth(theme.digits_width(self.button.font(), tr(_WIDEST)) + 36)
        self.button.hide()
        self.button.clicked.connect(lambda: self.show())
        self._training.changed.connect(self._refresh)
        self._training.progressed.connect(self._refresh)
        self._training.ended.connect(self._on_ended)
        self._training.failed.connect(self._on_failed)

    def add_opener(self, section: Section, action: QAction) -> None:
        """Add a button to that section, visible while the chosen model can be fine-tuned."""
        self.opener = section.add_toggle(action)
        self.opener.setText(" " + tr("Fine-tune"))
        self._session.models.changed.connect(self._show_opener)
        self._show_opener()

    def _show_opener(self) -> None:
        model = self._session.models.chosen
        if self.opener is not None:
            self.opener.setVisible(model is not None and model.traits.trainable and not model.missing)

    def show(self, propose: bool = False) -> None:
        """Show the window of the training; with `propose` it proposes what to start from."""
        if self.window is None:
            from inpaint_studio.ui.training.window import TrainingWindow

            self.window = TrainingWindow(self._session)
        self.window.show_in_front(propose)

    def close(self) -> None:
        """Close the window of the training."""
        if self.window is not None:
            self.window.close()

    def hold(self, then: Callable[[], None]) -> bool:
        """Ask about a training that runs; False if none runs. `then` is called once the window may close."""
        if not self._training.running:
            return False
        if self._question is not None:
            return True
        run = self._training.run
        question = self._question = TrainingRunsDialog(run.name if run is not None else "", self._window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            self._question = self._then = None
            if question.choice is TrainingChoice.LEAVE:
                self._training.leave()
                then()
            elif question.choice is TrainingChoice.STOP:
                self._session.status.emit(Status.working(tr("Stopping the fine-tuning…")))
                self._training.stop()
                self._then = then if self._training.stopping else None

        question.finished.connect(on_finished)
        question.open()
        return True

    def _refresh(self) -> None:
        run = self._training.run
        self.button.setVisible(run is not None)
        if run is not None:
            text = messages.summarise_progress(run, self._training.running, self._training.pausing)
            self.button.setText(f" {text}")
            self.button.setToolTip(tr("Show the fine-tuning '{name}': {text}", name=run.name, text=text))
            self.button.setAccessibleName(tr("Fine-tuning: {text}", text=text))

    def _on_failed(self, sentence: str) -> None:
        self._session.status.emit(Status.result(sentence, about=("training",)))

    def _on_ended(self) -> None:
        run, training = self._training.run, self._training
        then, self._then = self._then, None
        if self._question is not None:
            self._question.reject()  # there is no training left to ask about
        if run is not None:
            result = training.trouble if run.end == "failed" else messages.describe_result(run)
            text = tr("Fine-tuning '{saved}': {result}", saved=run.saved or run.name, result=result)
            self._session.status.emit(Status.result(text, about=("training",)))
        if then is not None:
            then()


class UseOffer(QObject):
    """Offers to fill with what was trained or downloaded. Neither changes the chosen model by itself."""

    def __init__(self, session: Session, message: MessageBar) -> None:
        super().__init__(message)
        self._session, self._message = session, message
        session.training.ended.connect(self._on_ended)
        session.weights.arrived.connect(self._on_arrived)

    def _on_ended(self) -> None:
        run, models = self._session.training.run, self._session.models
        if run is None or not run.saved or models.is_used(run.saved):
            return
        text = tr(
            "The fine-tuned model '{saved}' is ready. Until you use it, fills are made as before.", saved=run.saved
        )
        offer = Offer(tr(messages.USE), tr(messages.USE_TIP), self._session.training.use)
        self._message.show_message(text, trouble=False, offer=offer, about=("training", "model"))

    def _on_arrived(self, imported: ImportResult, downloaded: bool) -> None:
        models, name, system = self._session.models, imported.weights.name, imported.weights.system
        if not downloaded or models.name == system or models.is_used(name):
            return
        title = models.titles(system)
        text = tr(
            "The weights '{name}' for {title} are here. Until you use them, fills are made as before.",
            name=name,
            title=title,
        )
        offer = Offer(tr(messages.USE_THEM), tr(messages.USE_TIP), partial(models.choose_when_listed, name))
        self._message.show_message(text, trouble=False, offer=offer, about=("model", "sets"))
