"""The message of the status bar: what runs, the newest outcome while it holds, and passing hints of the tools."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from inpaint_studio.session.reporting import State, Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.states import Life, States
from inpaint_studio.ui.statusbar import StatusBar

_HINT: tuple[State, ...] = ("photo", "tool", "hole", "model")  # what outdates a hint before its time is up


class StatusLine(QObject):
    """Chooses the message. One about a state is taken away when that state is another."""

    def __init__(self, session: Session, states: States, bar: StatusBar) -> None:
        super().__init__(bar)
        self._session, self._states, self._bar = session, states, bar
        self._preparing = True  # the fill thread compiles the filler
        self._result = ""  # the newest message about an outcome that still holds
        self._life = self._hint_life = Life(states, ())
        states.changed.connect(self._on_states)
        session.status.connect(self.show)
        session.worker.status.connect(self._show_preparing)

    @Slot(object)
    def show(self, status: Status) -> None:
        """Show a status; an idle one replaces the message about work that has ended, and keeps one about an outcome."""
        if status.kind == "idle":
            ends = status.text in ("", self._bar.lasting) and self._bar.lasting_is_work
            if ends or not self._bar.message:
                self._show_rest()
            return
        self._result = status.text if status.kind == "result" else ""
        self._life = Life(self._states, status.about)
        self._bar.show_message(status.text, working=status.kind == "working")

    @Slot(object)
    def _show_preparing(self, status: Status) -> None:
        """Show what the fill thread prepares, unless a message about an outcome is shown."""
        self._preparing = status.kind != "idle"
        if not self._preparing:
            self.show(status)
        elif not self._result:
            self._bar.show_message(status.text, working=status.kind == "working")

    @Slot(str)
    def show_hint(self, text: str) -> None:
        """Show a hint of a tool for some seconds, or until it is outdated."""
        self._hint_life = Life(self._states, _HINT)
        self._bar.show_message(text, passing=True)

    def _show_rest(self) -> None:
        """Show what there is to say without a message."""
        if self._session.fills.is_busy:  # until its next progress
            self._bar.show_message(tr("Filling…"), working=True)
        elif self._preparing:
            self._bar.show_message(tr("Preparing the filler…"), working=True)
        else:
            self._bar.show_message(self._result or tr("Ready"))

    @Slot()
    def _on_states(self) -> None:
        if self._bar.passing and self._hint_life.over:
            self._bar.show_lasting()
        if self._result and self._life.over:
            outdated, self._result = self._result, ""
            if self._bar.lasting == outdated:
                passing = self._bar.message if self._bar.passing else ""
                self._show_rest()
                if passing:
                    self._bar.show_message(passing, passing=True)
