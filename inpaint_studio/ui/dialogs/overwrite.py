"""The question before a save replaces what the photo's file holds beside the photo."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtWidgets import QWidget

from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import QuestionDialog


class OverwriteChoice(Enum):
    """Where to save a photo whose file holds more than can be kept."""

    SAVE_AS = "save as"
    REPLACE = "replace"
    CANCEL = "cancel"


class OverwriteDialog(QuestionDialog):
    """The question about a file that would lose something: Replace / Cancel / Save as.

    Enter saves under another name, by which nothing is lost; Escape saves nothing.
    """

    def __init__(self, name: str, losses: Sequence[str] = (), parent: QWidget | None = None) -> None:
        """`losses`: sentences about what the file would lose."""
        super().__init__(
            tr("Replace the file"),
            tr("Replace {name}, or save under another name?", name=name),
            "\n".join((*losses, tr("Under another name, {name} stays as it is.", name=name))),
            icons.icon("triangle-alert", theme.TROUBLE),
            OverwriteChoice.CANCEL,
            parent,
        )
        self.replace = self.add_choice(tr("&Replace"), OverwriteChoice.REPLACE)
        self.cancel = self.add_choice(tr("Cancel"), OverwriteChoice.CANCEL)
        self.save_as = self.add_choice(tr("&Save as..."), OverwriteChoice.SAVE_AS, primary=True)
        self.setMinimumWidth(460)
