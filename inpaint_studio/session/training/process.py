"""The process that trains: how it is started, and how it goes on without its window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess

from inpaint_studio.texts import tr


def program() -> list[str]:
    """Return the command that starts this program: the frozen executable, else the module in this interpreter."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "inpaint_studio"]


class TrainingProcess(QProcess):
    """``inpaint-studio train`` of this program, in a process group of its own."""

    def __init__(self, arguments: list[str], parent: QObject) -> None:
        super().__init__(parent)
        first, *rest = program()
        self.setProgram(first)
        self.setArguments([*rest, *arguments])
        if sys.platform != "win32":  # signals to the window and its terminal do not reach it
            parameters = self.unixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            self.setUnixProcessParameters(parameters)

    def send(self, command: str) -> None:
        """Send it a command. Raises OSError."""
        if self.write(f"{command}\n".encode()) < 0:
            raise OSError(self.errorString())

    def detach(self) -> None:
        """Let the process go on without this object."""
        self.blockSignals(True)
        self.setProcessState(QProcess.ProcessState.NotRunning)  # a QProcess ends its process when it is deleted
        self.deleteLater()


def last_line(output: bytes) -> str:
    """Return the last line of a command's output, without the program's name."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("inpaint-studio:").strip() if lines else ""


def explain_send_error(command: str, error: OSError) -> str:
    """Return a sentence for the user that says why a command was not sent."""
    return tr(
        "The training could not be asked to {command}: {reason}.",
        command=command,
        reason=(error.strerror or str(error)).lower(),
    )
