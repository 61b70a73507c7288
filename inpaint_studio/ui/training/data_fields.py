"""The fields under More for what comes with the photos of a training: the holes in them, and their label maps."""

from __future__ import annotations

from pathlib import Path

from inpaint_studio.protocol.request import HOLES
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.training.own_folder_field import OwnFolderField

_HOLES = (  # in the order of HOLES
    mark("Mixture"), mark("Brush"), mark("Rectangle"), mark("Object"), mark("Centre"), mark("Centre half"),
    mark("Half rectangle"), mark("Free form"), mark("Free form inside"), mark("Free form box"), mark("Random walk"),
    mark("Random walk inside"), mark("LaMa thin 256"), mark("LaMa medium 256"), mark("LaMa thick 256"),
    mark("LaMa thin 512"), mark("LaMa medium 512"), mark("LaMa thick 512"),
)  # fmt: skip


class HolesField(OwnFolderField):
    """Chooses the holes to train on: the paper's, a set by name, or mask files of the user's own."""

    def __init__(self) -> None:
        super().__init__(
            tr("Holes"),
            tr("The shapes that are cut out of your photos, to learn filling them"),
            tr("Mask files of your own..."),
            tr("Masks in {}"),
            tr("Choose the folder of masks, white in the hole"),
        )
        self.addItem(tr("As in the paper"), None)
        for name, title in zip(HOLES, _HOLES, strict=True):
            self.addItem(tr(title), name)
        self.finish()

    @property
    def name(self) -> str | None:
        """The chosen set of holes; None: the paper's, or mask files."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, str) else None

    @property
    def masks(self) -> Path | None:
        """The folder of mask files, where these are chosen."""
        return self.path


class LabelsField(OwnFolderField):
    """Chooses the label maps to train with, for networks that know classes; `path` is their folder."""

    def __init__(self) -> None:
        super().__init__(
            tr("Label maps"),
            tr(
                "What is sky, grass or stone in your photos. The program finds classes by colour and "
                "texture, or takes your own maps: a PNG for each photo, with its name."
            ),
            tr("Label maps of your own..."),
            tr("Maps in {}"),
            tr("Choose the folder of label maps, named like the photos"),
        )
        self.addItem(tr("Found in the photos, or those of the weights"), None)
        self.finish()
