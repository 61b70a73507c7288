"""The classes that labels are painted in: those of the chosen model, or the user's own where it has none.

Functions here import what needs numpy when they run: it is slow to import, and the window opens before.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.session.model_choice import ModelChoice
from inpaint_studio.session.settings import Settings

_FIRST = 8  # own classes to begin with
_MOST = 255  # classes: a label map has 8 bits, and 0 is no class


class LabelPalette(QObject):
    """Numbered classes with names and colours, and the one that a tool paints with.

    The user's own classes stay as they are while a model with classes is chosen.
    """

    changed = Signal()  # other classes, or another one is chosen

    def __init__(self, models: ModelChoice, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models, self._settings = models, settings
        self._own: tuple[LabelClass, ...] = ()  # made when first needed: numpy is imported after the window is shown
        models.changed.connect(self._on_models_changed)
        settings.changed.connect(self._on_setting)

    @property
    def is_own(self) -> bool:
        """Whether the classes are the user's own, which may be renamed and added to."""
        chosen = self._models.chosen
        return chosen is None or not chosen.traits.classes

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The classes; the first one has the number 1."""
        chosen = self._models.chosen
        if chosen is not None and chosen.traits.classes:
            return chosen.traits.classes
        return self._own_classes()

    def _own_classes(self) -> tuple[LabelClass, ...]:
        if not self._own:
            self._own = _extend((), _FIRST)
        return self._own

    @property
    def chosen(self) -> int:
        """The number of the class that is painted."""
        return min(int(self._settings.get("label_class")), len(self.classes))

    def choose(self, number: int) -> None:
        """Paint with the class of that number from now on; own classes are added until there are so many."""
        if self.is_own and number > len(self.classes):
            self._own = _extend(self.classes, number)
            if number == int(self._settings.get("label_class")):
                self.changed.emit()
        self._settings.set("label_class", number)  # `changed` follows where that is another one

    def of(self, number: int) -> LabelClass:
        """Return the class of a number 1..255; one that is called by its number where there is none."""
        classes = self.classes
        return classes[number - 1] if number <= len(classes) else _extend(classes, number)[number - 1]

    def classes_of(self, name: str) -> tuple[LabelClass, ...]:
        """Return the classes of the labels that the model of that name followed; the user's own where it has none."""
        model = next((each for each in self._models.listed if each.name == name), None)
        return (model.traits.classes if model is not None else ()) or self._own_classes()

    def colours(self, name: str = "") -> tuple[tuple[int, int, int], ...]:
        """Return the colours of the numbers 1..255: of `classes`, or (`name`) of `classes_of` a model."""
        return tuple(each.colour for each in _extend(self.classes_of(name) if name else self.classes, _MOST))

    def rename(self, number: int, name: str) -> bool:
        """Give an own class another name; False where the name or the number cannot be."""
        if not self.is_own or not 1 <= number <= len(self.classes):
            return False
        renamed = list(self.classes)
        renamed[number - 1] = renamed[number - 1]._replace(name=" ".join(name.split()))
        return self.use(tuple(renamed))

    def add(self) -> bool:
        """Add an own class and choose it; False where there are 255, or the classes are the model's."""
        if not self.is_own or len(self.classes) == _MOST:
            return False
        self.choose(len(self.classes) + 1)
        return True

    def use(self, classes: tuple[LabelClass, ...]) -> bool:
        """Make these the user's own classes; False where they are malformed."""
        from inpaint_studio.models.base.validate import are_classes

        if not classes or not are_classes(classes):
            return False
        self._own = classes
        self.changed.emit()
        return True

    @Slot()
    def _on_models_changed(self) -> None:
        self.changed.emit()

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name == "label_class":
            self.changed.emit()


def _extend(classes: tuple[LabelClass, ...], count: int) -> tuple[LabelClass, ...]:
    """Return `classes` with numbered ones after them, `count` in all."""
    from inpaint_studio.models.base.class_colours import numbered_classes

    return (*classes, *numbered_classes(count)[len(classes) :])
