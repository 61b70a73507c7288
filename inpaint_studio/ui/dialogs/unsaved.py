"""The questions before the window closes: about unsaved work, and about a training or a batch that runs."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QWidget

from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import QuestionDialog


class UnsavedChoice(Enum):
    """What to do with unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class UnsavedDialog(QuestionDialog):
    """The question about unsaved work: Save / Don't save / Cancel."""

    def __init__(self, name: str, marks: str = "", parent: QWidget | None = None) -> None:
        """`marks` names what is drawn over the photo, which a saved picture does not hold."""
        note = tr("They are lost if you don't save them.")
        if marks:
            note += "\n" + tr("A saved picture does not hold {marks}.", marks=marks)
        super().__init__(
            tr("Unsaved changes"),
            tr("Save the changes to {name}?", name=name),
            note,
            icons.icon("triangle-alert", theme.TROUBLE),
            UnsavedChoice.CANCEL,
            parent,
        )
        self.discard = self.add_choice(tr("&Don't save"), UnsavedChoice.DISCARD)
        self.cancel = self.add_choice(tr("Cancel"), UnsavedChoice.CANCEL)
        self.save = self.add_choice(tr("&Save"), UnsavedChoice.SAVE, primary=True)
        self.setMinimumWidth(420)


class TrainingChoice(Enum):
    """What to do with a training that runs."""

    STOP = "stop"
    LEAVE = "leave"
    STAY = "stay"


class TrainingRunsDialog(QuestionDialog):
    """The question about a training that runs: Stop and keep / Stay / Leave it running."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("A fine-tuning is running"),
            tr("Stop the fine-tuning '{name}'?", name=name),
            tr("Stopped, its best weights are kept. Left running, the next start finds it again."),
            icons.icon("graduation-cap", theme.ACCENT),
            TrainingChoice.STAY,
            parent,
        )
        self.stop = self.add_choice(tr("&Stop and keep"), TrainingChoice.STOP)
        self.stay = self.add_choice(tr("Stay"), TrainingChoice.STAY)
        self.leave = self.add_choice(tr("&Leave it running"), TrainingChoice.LEAVE, primary=True)
        self.setMinimumWidth(520)


class BatchChoice(Enum):
    """What to do with a batch that runs."""

    STOP = "stop"
    LEAVE = "leave"
    STAY = "stay"


class BatchRunsDialog(QuestionDialog):
    """The question about a batch that runs: Stop / Stay / Leave it running."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("A batch is running"),
            tr("Stop the batch?"),
            tr("Stopped, it keeps the photos that are filled. Left running, it goes on in its own window."),
            icons.icon("images", theme.ACCENT),
            BatchChoice.STAY,
            parent,
        )
        self.stop = self.add_choice(tr("&Stop"), BatchChoice.STOP)
        self.stay = self.add_choice(tr("Stay"), BatchChoice.STAY)
        self.leave = self.add_choice(tr("&Leave it running"), BatchChoice.LEAVE, primary=True)
        self.setMinimumWidth(520)
