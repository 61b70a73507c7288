"""What the desktop asks of the running program: its name, and files to open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Prints the photos that are opened when the desktop asks for "early", before there is a window, and then for "late".
_DRIVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.app import make_window
from inpaint_studio.ui.desktop import StudioApplication
early, late, named_on_start = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
app = StudioApplication(["inpaint-studio"])
app.postEvent(app, QFileOpenEvent(str(early)))
app.postEvent(app, QFileOpenEvent(QUrl("https://a.org/bird.png")))
QCoreApplication.sendPostedEvents()
window = make_window(app, Path(named_on_start) if named_on_start else None, Settings(early.parent / "settings.toml"))
names = []
def opened():
    names.append(window.files.name)
    if len(names) == 2:
        app.quit()
    else:
        app.postEvent(app, QFileOpenEvent(QUrl.fromLocalFile(str(late))))
window.session.opened.connect(opened)
window.session.failed.connect(lambda sentence: (print(sentence), app.exit(1)))
QTimer.singleShot(50_000, lambda: app.exit(3))
window.show()
status = app.exec()
window.session.close()
print(*names, app.applicationName(), app.desktopFileName())
sys.exit(status)
"""


@pytest.mark.parametrize(("named_on_start", "first"), [("", "early.png"), ("named.png", "named.png")])
def test_files_that_the_desktop_asks_for_are_opened(named_on_start: str, first: str, tmp_path: Path) -> None:
    from PIL import Image

    early, late, named = (tmp_path / name for name in ("early.png", "late one.png", "named.png"))
    for photo in (early, late, named):
        Image.new("RGB", (64, 48), "grey").save(photo)
    arguments = [str(early), str(late), str(tmp_path / named_on_start) if named_on_start else ""]
    done = subprocess.run([sys.executable, "-c", _DRIVER, *arguments], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == f"{first} late one.png inpaint-studio io.github.inpaint_studio.InpaintStudio"
    assert done.returncode == 0, done.stderr
