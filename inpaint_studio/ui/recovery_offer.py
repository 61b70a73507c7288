"""Offers back the work of a program that was killed, in the message bar of the next start."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDateTime, QLocale, QObject, Slot

from inpaint_studio.session.journal.recovery import UnsavedWork
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.files import Files
from inpaint_studio.ui.message_bar import MessageBar, Offer


class RecoveryOffer(QObject):
    """Offers one photo after another, the newest first; what is neither taken nor deleted is offered next time."""

    def __init__(self, session: Session, message: MessageBar, files: Files) -> None:
        super().__init__(message)
        self._session, self._message, self._files = session, message, files
        self._works: list[UnsavedWork] = []
        self._shown = ""
        session.journal.found.connect(self._on_found)
        message.closed.connect(self._on_closed)

    @Slot(object)
    def _on_found(self, works: tuple[UnsavedWork, ...]) -> None:
        self._works = list(works)
        self._show()

    @Slot(str)
    def _on_closed(self, text: str) -> None:
        """Go on with the next photo; where the message was another one, which had taken the place, show this again."""
        if self._works and text == self._shown:
            del self._works[0]
        self._show()

    def _show(self) -> None:
        """Show the first offer, once there is no other message."""
        if not self._works or self._message.text:
            return
        work = self._works[0]
        self._shown = describe(work)
        back = partial(self._files.guard, partial(self._session.journal.bring_back, work))
        self._message.show_message(
            self._shown,
            trouble=False,
            offer=Offer(tr("Bring back"), tr("Open the photo as it was, with its steps to undo"), back),
            other=Offer(tr("Delete"), tr("Delete this work for good"), partial(self._session.journal.delete, work)),
        )


def describe(work: UnsavedWork) -> str:
    """Return the sentence that offers this work."""
    when = QDateTime.fromSecsSinceEpoch(int(work.when))
    time = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    if work.path is None:
        return tr("The program ended before your work on a pasted picture was saved ({time}).", time=time)
    return tr("The program ended before your work on {name} was saved ({time}).", name=work.path.name, time=time)
