"""Offers to show the report of a fault: of a crash at the next start, of an error in the window at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from inpaint_studio import fault_reports
from inpaint_studio.fault_watch import FaultWatch
from inpaint_studio.texts import tr
from inpaint_studio.ui.message_bar import MessageBar, Offer


class FaultOffer(QObject):
    """Shows one report after another in the message bar, once no other message is there."""

    _failed = Signal(str)  # the file of a report; emitted in the thread that has failed

    def __init__(self, window: QWidget, message: MessageBar, watch: FaultWatch, safe: bool) -> None:
        """`safe`: the last start crashed, and this one leaves the graphics driver alone."""
        super().__init__(window)
        self._window, self._message, self._watch = window, message, watch
        self._reports: list[tuple[Path, str]] = []
        self._safe = safe
        self._shown = ""
        self._failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        message.closed.connect(self._on_closed)
        watch.listener = self._notify
        window.destroyed.connect(partial(_stop_listening, watch))

    def _notify(self, path: Path) -> None:
        self._failed.emit(str(path))

    @Slot()
    def look(self) -> None:
        """Offer what earlier programs have left; call it after what has to come first, as unsaved work."""
        text = tr("The program crashed the last time it ran. A report was written; nothing was sent.")
        if self._safe:
            text = tr("The last start crashed, so the program leaves the graphics driver alone this time.")
        self._reports += [(path, text) for path in fault_reports.list_new()[:1]]
        for path in fault_reports.list_new()[1:]:
            fault_reports.mark_seen(path)
        self._show()

    @Slot(str)
    def _on_failed(self, path: str) -> None:
        text = tr("A part of the program failed; your work is still there. Save it under another name to be safe.")
        self._reports.append((Path(path), text))
        self._show()

    @Slot(str)
    def _on_closed(self, text: str) -> None:
        if self._reports and text == self._shown:
            del self._reports[0]
        self._show()

    def _show(self) -> None:
        if not self._reports or self._message.text:
            return
        new, self._shown = self._reports[0]
        path = fault_reports.mark_seen(new)
        tip = tr("Show what happened, as a text without names of files")
        self._message.show_message(
            self._shown,
            offer=Offer(tr("Show report"), tip, partial(self._open, path)),
            other=Offer(tr("Delete"), tr("Delete this report"), partial(fault_reports.delete, path)),
        )

    def _open(self, path: Path) -> None:
        from inpaint_studio.ui.dialogs.report import ReportDialog

        ReportDialog(path, self._window).show()


def _stop_listening(watch: FaultWatch) -> None:
    watch.listener = None
