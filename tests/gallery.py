"""Pictures of every panel and dialog, to be looked at: ``python -m tests.gallery OUTDIR``.

In both schemes and languages, in the sizes of a small and a large screen, at scale 1 and 1.5; one process for each
language and scale. Runs the program on its sample photo, like `tests.screenshots`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LANGUAGES, _SCALES = ("en", "zh_CN"), ("1", "1.5")
_SCHEMES = ("dark", "light")
_SIZES = ((1280, 800), (2560, 1440))  # device px
_SCREEN = "2560x1440x24"
_HANDLERS = (
    "show_settings",
    "show_keys",
    "edit_keys",
    "show_about",
    "show_weights",
    "get_weights",
    "fine_tune",
    "fill_batch",
)


def main(argv: list[str] | None = None) -> int:
    """Write the pictures into a folder; the first exit status of a process that is not 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--language", choices=_LANGUAGES, help="only this one")
    parser.add_argument("--scale", choices=_SCALES, help="only this one")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in this process, on this screen
    options = parser.parse_args(argv)
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.here:
        return _shoot(options.folder, f"{options.language}-{options.scale}", float(options.scale))
    for language in filter(None, _LANGUAGES if options.language is None else (options.language,)):
        for scale in _SCALES if options.scale is None else (options.scale,):
            status = _start(options.folder, language, scale)
            if status:
                return status
    return 0


def _start(folder: Path, language: str, scale: str) -> int:
    command = [sys.executable, "-m", "tests.gallery", str(folder), "--language", language, "--scale", scale, "--here"]
    environment = {**os.environ, "INPAINT_STUDIO_LANGUAGE": language, "QT_SCALE_FACTOR": scale}
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {_SCREEN}", *command]
        environment["QT_QPA_PLATFORM"] = "xcb"
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run(command, env={**environment, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}).returncode


def _shoot(folder: Path, mark: str, scale: float) -> int:
    from inpaint_studio import language
    from tests.screenshots import _BACK, _BRUSH, _PATH, _WING, _Shoot

    language.start()
    options = argparse.Namespace(folder=folder, network="", model="auto")
    shoot = _Shoot(options, _SIZES[:1])
    window = shoot.window
    window.resize(round(_SIZES[0][0] / scale), round(_SIZES[0][1] / scale))
    window.show()
    window.activateWindow()
    shoot.until(lambda: window.document.photo is not None and window.canvas.background.idle)
    for scheme in _SCHEMES:
        window.session.settings.set("theme", scheme)
        _save(window, folder, f"start-{scheme}-{mark}")
    window.session.settings.set("brush_size", _BRUSH)
    for path in (_PATH, _BACK, _WING):
        shoot.brush(path)
    filled = shoot.fill()
    shoot.brush(_WING)
    for scheme in _SCHEMES:
        window.session.settings.set("theme", scheme)
        for width, height in _SIZES:
            window.resize(round(width / scale), round(height / scale))
            _wait(200)
            shoot.until(lambda: window.canvas.background.idle)
            _save(window, folder, f"window-{width}-{scheme}-{mark}")
        for name, part in _parts(window):
            _save(part, folder, f"{name}-{scheme}-{mark}")
            if part.isWindow():
                part.close()
    return shoot.close(0 if filled else 1)


def _parts(window: Any) -> Iterator[tuple[str, QWidget]]:
    """The panels of every tool, the dialogs, and the plot of a training, one after another."""
    import numpy as np
    from PySide6.QtWidgets import QApplication, QWidget

    from inpaint_studio.engine.masks.turns import Turn, TurnHint
    from inpaint_studio.session.training.run_state import Curve
    from inpaint_studio.texts import tr
    from inpaint_studio.ui.dialogs.mask import InvertDialog, TurnDialog
    from inpaint_studio.ui.dialogs.model_card import ModelCardDialog
    from inpaint_studio.ui.dialogs.overwrite import OverwriteDialog
    from inpaint_studio.ui.dialogs.unsaved import BatchRunsDialog, TrainingRunsDialog, UnsavedDialog
    from inpaint_studio.ui.tools import TOOLS
    from inpaint_studio.ui.training.loss_plot import LossPlot

    window.resize(window.width(), window.screen().availableGeometry().height() - 60)
    for tool in TOOLS:
        window.canvas.set_tool(tool)
        _wait(50)
        yield f"tool-{tool}", window.column
    window.canvas.set_tool(next(iter(TOOLS)))
    window.message.show_message("There is news for those who look at pictures.")
    yield "message", window.canvas
    window.message.dismiss()
    before = set(QApplication.topLevelWidgets())
    openers: dict[str, Callable[[], object]] = {name: getattr(window.handlers, name) for name in _HANDLERS}
    openers["unsaved"] = UnsavedDialog("a photo of a bird.jpg", parent=window).open
    openers["training-runs"] = TrainingRunsDialog("my own", window).open
    openers["batch-runs"] = BatchRunsDialog(window).open
    openers["mask-inverted"] = InvertDialog("beach_mask.png", 0.87, window).open
    small = {Turn(90): np.zeros((60, 40, 3), np.uint8), Turn(270): np.zeros((60, 40, 3), np.uint8)}
    openers["mask-turned"] = TurnDialog("beach_mask.png", TurnHint(Turn(90), True, False), small, window).open
    losses = [tr("The file is an animation; only the first of its pictures is opened and saved.")]
    openers["overwrite"] = OverwriteDialog("beach.webp", losses, window).open
    model = next(each for each in window.session.models.listed if each.weights is not None)
    openers["model-card"] = ModelCardDialog(model.weights, window).open
    for name, show in openers.items():
        before = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
        show()
        _wait(300)
        opened = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each not in before]
        for each in opened:
            if isinstance(each, QWidget) and each.isWindow():
                yield name.replace("show_", ""), each
    plot = LossPlot()
    plot.resize(420, 260)
    plot.show()
    curve, losses = Curve(), {}
    for step in range(0, 400, 10):
        losses = {name: 5.0 / (1 + step / 40) / weight for name, weight in (("hole", 1), ("style", 3))}
        curve.add(step, losses)
    _wait(300)
    plot.show_curve(curve, losses)
    _wait(200)
    yield "plot", plot


def _wait(milliseconds: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    pause = QEventLoop()
    QTimer.singleShot(milliseconds, pause.quit)
    pause.exec()


def _save(part: QWidget, folder: Path, name: str) -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    part.grab().save(str(folder / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
