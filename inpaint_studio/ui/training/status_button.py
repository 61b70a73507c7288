"""What the main window shows of a fine-tuning: a word in the status line, the page, and a question at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.section import Section
from inpaint_studio.ui.training import messages
from inpaint_studio.ui.training.leaving import Leaving, Parting

if TYPE_CHECKING:
    from inpaint_studio.ui.training.window import FinetunePage

_WIDEST = "step 000000"


class FinetuneFace(QObject):
    """Joins the session's training with a window. `button` belongs in the status line."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._tuning = session.training
        self._then: Callable[[], None] | None = None  # once it has stopped
        self._question: Leaving | None = None
        self.page: FinetunePage | None = None
        self.opener: QToolButton | None = None  # beside the model's heading
        self.button = QToolButton()
        self.button.setProperty("flat", "true")
        self.button.setIcon(icons.icon("graduation-cap", theme.SOFT))
        self.button.setIconSize(QSize(16, 16))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setFixedWidth(theme.digits_width(self.button.font(), _WIDEST) + 36)
        self.button.hide()
        self.button.clicked.connect(lambda: self.show())
        self._tuning.changed.connect(self._refresh)
        self._tuning.progressed.connect(self._refresh)
        self._tuning.ended.connect(self._on_ended)
        self._tuning.failed.connect(self._on_failed)

    def add_opener(self, section: Section, action: QAction) -> None:
        """A button at that heading, in sight while the chosen model can be fine-tuned."""
        self.opener = section.add_toggle(action)
        self.opener.setText(" Fine-tune")
        self._session.models.changed.connect(self._show_opener)
        self._show_opener()

    def _show_opener(self) -> None:
        model = self._session.models.chosen
        if self.opener is not None:
            self.opener.setVisible(model is not None and model.traits.trainable and not model.missing)

    def show(self, model: str = "") -> None:
        """Bring the page up; with a name that model is proposed."""
        if self.page is None:
            from inpaint_studio.ui.training.window import FinetunePage

            self.page = FinetunePage(self._session)
        self.page.bring_up(model)

    def close(self) -> None:
        """Take the page away with the window."""
        if self.page is not None:
            self.page.close()

    def hold(self, then: Callable[[], None]) -> bool:
        """Whether the window has to stay for now, for a question; `then` follows once it may go."""
        if not self._tuning.running:
            return False
        if self._question is not None:
            return True
        run = self._tuning.run
        question = self._question = Leaving(run.name if run is not None else "", self._window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answered() -> None:
            self._question = self._then = None
            if question.answer is Parting.LEAVE:
                self._tuning.leave()
                then()
            elif question.answer is Parting.STOP:
                self._session.status.emit(Status.working("Stopping the fine-tuning…"))
                self._tuning.stop()
                self._then = then if self._tuning.stopping else None

        question.finished.connect(answered)
        question.open()
        return True

    def _refresh(self) -> None:
        run = self._tuning.run
        self.button.setVisible(run is not None)
        if run is not None:
            text = messages.brief(run, self._tuning.running)
            self.button.setText(f" {text}")
            self.button.setToolTip(f"Show the fine-tuning '{run.name}': {text}")
            self.button.setAccessibleName(f"Fine-tuning: {text}")

    def _on_failed(self, sentence: str) -> None:
        self._session.status.emit(Status.result(sentence))

    def _on_ended(self) -> None:
        run, tuning = self._tuning.run, self._tuning
        then, self._then = self._then, None
        if self._question is not None:
            self._question.reject()  # there is nothing left to ask
        if run is not None:
            word = tuning.trouble if run.end == "failed" else messages.verdict(run)
            self._session.status.emit(Status.result(f"Fine-tuning '{run.saved or run.name}': {word}"))
        if then is not None:
            then()
