"""The process that trains: how it is started and let go."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess


def program() -> list[str]:
    """How this very program is begun: as it is where it is frozen, else by the interpreter it runs in."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "inpaint_studio"]


class TrainingProcess(QProcess):
    """``inpaint-studio train`` of this very program, in a session of its own."""

    def __init__(self, arguments: list[str], parent: QObject) -> None:
        super().__init__(parent)
        first, *rest = program()
        self.setProgram(first)
        self.setArguments([*rest, *arguments])
        if sys.platform != "win32":  # what is sent to the window and its terminal does not reach it
            how = self.unixProcessParameters()
            how.flags = QProcess.UnixProcessFlag.CreateNewSession
            self.setUnixProcessParameters(how)

    def ask(self, command: str) -> None:
        """Ask it for something. Raises OSError."""
        if self.write(f"{command}\n".encode()) < 0:
            raise OSError(self.errorString())

    def let_go(self) -> None:
        """Forget the process without ending it."""
        self.blockSignals(True)
        self.setProcessState(QProcess.ProcessState.NotRunning)  # a QProcess that goes would take it along
        self.deleteLater()


def last_line(said: bytes) -> str:
    """The last thing a command said, without its name."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("inpaint-studio:").strip() if lines else ""
