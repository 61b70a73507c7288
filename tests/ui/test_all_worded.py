"""In another language nothing of the window is left in English: seen in one that puts every sentence in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QMenu, QWidget

from inpaint_studio import language, texts

_WORD = re.compile(r"[^\W\d_]{3,}")
_NAMES = re.compile(  # of models, sets, files and keys; and what Qt words itself
    r"(Quick|Slow) filler|Net\b|Blank|Other|Pupil|torn|/\S+|bird\.png|Inpaint Studio|CPU|Ctrl|Shift|Alt|PgUp|PgDown"
    r"|Del\b|Enter|Backspace|Esc|Tab|^Close$"
)


@pytest.fixture
def bracketed() -> Iterator[None]:
    texts.use(lambda text, _n: f"«{text}»")
    yield
    language.start()


def left_over(text: str) -> bool:
    """Whether there are words outside the brackets."""
    while "«" in text and (inner := re.sub(r"«[^«»]*»", "", text)) != text:
        text = inner
    return bool(_WORD.search(_NAMES.sub("", re.sub(r"<[^>]*>", "", text))))


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Everything that a widget and those in it say."""
    for part in [widget, *widget.findChildren(QWidget)]:
        yield "tool tip", part.toolTip()
        yield "name", part.accessibleName()
        yield "description", part.accessibleDescription()
        if isinstance(part, QAbstractButton | QLabel):
            yield "text", part.text()
        if isinstance(part, QMenu):
            yield "title", part.title()
        if isinstance(part, QComboBox):
            yield from (("entry", part.itemText(index)) for index in range(part.count()))
    for action in widget.findChildren(QAction):
        yield "action", action.text()
        yield "action's tip", action.toolTip()


def test_what_is_left_over_is_seen() -> None:
    assert left_over("Open «a photo»")
    assert left_over("«Open» a photo")
    assert not left_over("«Open «a photo»»: 3 px (Ctrl+O)")


def check(widget: QWidget) -> None:
    assert not sorted({(kind, text) for kind, text in texts_of(widget) if left_over(text)})


@pytest.mark.usefixtures("bracketed")
def test_the_window_is_all_in_the_chosen_language(request: pytest.FixtureRequest, qtbot: Any) -> None:
    studio = request.getfixturevalue("studio")
    window = studio.window
    check(window)
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles[:2] == ["«File»(&F)", "«Edit»(&E)"]  # letters that keyboards have
    studio.brush()
    studio.press("Ctrl+G")
    qtbot.waitUntil(lambda: "Grow" in studio.session.document.undo_text)
    check(window)
    studio.press("Ctrl+Z")
    assert not left_over(window.status.message), window.status.message
    studio.filler.gate.set()
    with qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return")
    check(window)
    assert not left_over(window.status.message), window.status.message
    window.files.save_flow()
    dialog = window.findChild(QWidget, "QFileDialog")
    assert dialog is not None
    assert not any(map(left_over, dialog.nameFilters()))
    dialog.reject()


@pytest.mark.usefixtures("bracketed")
def test_the_dialogs_are_all_in_the_chosen_language(request: pytest.FixtureRequest) -> None:
    from inpaint_studio.ui.batch.window import BatchWindow
    from inpaint_studio.ui.dialogs.keys import KeysDialog
    from inpaint_studio.ui.dialogs.settings import SettingsDialog
    from inpaint_studio.ui.dialogs.shortcuts import ShortcutsDialog
    from inpaint_studio.ui.dialogs.weights import WeightsDialog
    from inpaint_studio.ui.training.window import TrainingWindow

    studio = request.getfixturevalue("studio")
    window, session = studio.window, studio.session
    made = [
        KeysDialog(window.actions_.table),
        SettingsDialog(session.settings, {"device": window.device_menu.choices}),
        ShortcutsDialog(window.actions_, session.settings),
        WeightsDialog(session),
        BatchWindow(session, window),
        TrainingWindow(session),
    ]
    for dialog in made:
        studio.qtbot.addWidget(dialog)
        check(dialog)
