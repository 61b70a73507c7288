"""The device that networks compute on: its name and reason in the status bar, and the menu to choose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.statusbar import StatusBar

if TYPE_CHECKING:
    from inpaint_studio.engine.machine.devices import Device

_SEARCHING = mark("The devices are being looked up")
_NO_CHOICE = (
    mark("The built-in fillers compute on the processor"),
    mark("For a network, the device can be chosen here"),
)
_NAMES = {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}


class DeviceMenu(QObject):
    """Finds in the background where the chosen model computes. Imports torch for networks only: that is slow."""

    def __init__(self, session: Session, status: StatusBar) -> None:
        super().__init__(status)
        self._session, self._status = session, status
        self._present: list[Device] = []  # the devices of this machine; found when the first network is chosen
        self._group: QActionGroup | None = None
        session.models.changed.connect(self._find_device)
        session.models.optionsChanged.connect(self._find_device)
        self._newest: tuple[str, bool] | None = None  # (device, for a network) of the newest search
        self._explain(_SEARCHING)

    @property
    def choices(self) -> dict[str, str]:
        """The devices to choose from, by name, with their titles: graphics cards only after they have been found."""
        cards = {device.name: _card_title(device) for device in self._present if device.name != "cpu"}
        return {AUTO: tr("Automatic"), "cpu": tr("Processor"), **cards}

    def _find_device(self) -> None:
        chosen = self._session.models.chosen
        network = chosen is not None and chosen.traits.needs_weights
        device = self._session.models.options(0).device
        if (device, network) == self._newest:
            return
        self._newest = device, network

        def find() -> tuple[Device, list[Device]]:
            from inpaint_studio.engine.machine.devices import list_devices, resolve

            return resolve(device, network=network), list_devices() if network else []

        self._session.queues.memory.run(find, self._on_found, self._on_missing, lane="devices")

    def _on_found(self, found: tuple[Device, list[Device]]) -> None:
        device, present = found
        self._present = present or self._present
        name = _title(device.name)
        self._status.show_device(name, tr("Fills are computed on {name}: {reason}.", name=name, reason=device.reason))
        self._fill_menu(bool(present))

    def _on_missing(self, sentence: str) -> None:
        """Choose automatically again: the chosen device is no longer there."""
        self._session.models.device = AUTO
        self._session.status.emit(Status.result(sentence, tr("The choice is automatic now."), about=("device",)))

    def _fill_menu(self, network: bool) -> None:
        if not network:
            self._explain(*_NO_CHOICE)
            return
        menu = self._status.device_menu
        menu.clear()
        self._group = QActionGroup(menu)
        best = self._present[0]
        for name, text in self.choices.items():
            reason = f" ({_title(best.name)}: {best.reason})" if name == AUTO else ""
            action = menu.addAction(text + reason)
            action.setCheckable(True)
            action.setChecked(name == self._session.models.device)
            action.triggered.connect(lambda _=False, name=name: self._choose(name))
            self._group.addAction(action)

    def _explain(self, *sentences: str) -> None:
        """Show these sentences in the menu where there is nothing to choose: it opens all the same."""
        menu = self._status.device_menu
        menu.clear()
        for sentence in sentences:
            menu.addAction(tr(sentence)).setEnabled(False)

    def _choose(self, name: str) -> None:
        self._session.models.device = name


def _title(name: str) -> str:
    kind, _, number = name.partition(":")
    title = _NAMES.get(kind, kind)
    return f"{title} {number}" if number not in ("", "0") else title


def _card_title(device: Device) -> str:
    return f"{_title(device.name)}: {device.reason}"
