"""The labels of the hole, predicted by a model; what the user paints over them wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import FillController
from inpaint_studio.session.label_files import LabelFiles
from inpaint_studio.session.label_palette import LabelPalette
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.prediction import HolePrediction
from inpaint_studio.session.raster import LABELS, PREDICTED
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece, Result


class LabelPrediction(HolePrediction):
    """Predicts labels without filling; has the classes to paint in and the files, too.

    What is painted lies in a raster of its own, anywhere in the photo. The model gets it with a prediction and with a
    fill, and predicts the rest. A fill removes what was painted in its hole, and undo brings it back.
    """

    what = "labels"
    raster = PREDICTED
    next_step = mark("paint over what is wrong, then fill")

    def __init__(
        self, document: Document, models: ModelChoice, fills: FillController, settings: Settings, files: Lane
    ) -> None:
        """`files`: the lane that reads and writes photos; label maps follow them in it."""
        super().__init__(document, models, fills)
        self.palette = LabelPalette(models, settings, self)
        self.files = LabelFiles(document, models, fills, self.palette, files, self)
        self.files.status.connect(self.status)

    def clear(self) -> None:
        """Remove all labels, painted and predicted, as one step."""
        label = tr("Clear the labels")
        with self._document.group(label):
            for name in (LABELS, PREDICTED):
                self._document.clear(name, label)

    def pieces(self, result: Result) -> Sequence[Piece]:
        """Return the predicted numbers of classes as pieces of the raster, uint8."""
        return result.labels
