"""For every test: no screen is needed, and the user's own settings and weights are not touched.

The cache of compiled kernels stays shared.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from inpaint_studio import language, native_threads
from inpaint_studio.engine.weights import store
from tests import kernel_signatures

native_threads.set_defaults()  # before a test imports torch
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["INPAINT_STUDIO_NO_DIALOG"] = "1"  # programs of tests have no terminal, and would show dialogs instead
language.start("en")  # whatever the system's language; processes of tests inherit it
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # in the background of a shell; processes of tests would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

_LONG = 0.02  # s of garbage collection
_PATIENCE = 60_000  # ms that a test waits for a signal or a state: kernels may have to be compiled, on a busy machine


class PatientBot(QtBot):
    """Waits longer than pytest-qt does, where the test does not say how long."""

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE, **kwargs: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **kwargs)

    def waitSignals(self, signals: Any, *, timeout: int = _PATIENCE, **kwargs: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **kwargs)

    def waitUntil(self, callback: Any, *, timeout: int = _PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """Replace the bot of pytest-qt."""
    assert qapp is not None
    return PatientBot(request)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Collect garbage between the tests with Qt and not within: other threads would destroy windows and timers."""
    if not gc.isenabled():  # the test before was one
        begun = time.monotonic()
        gc.collect()
        if time.monotonic() - begun > _LONG:  # packages were imported; they need not be looked through each time
            gc.freeze()
    if "qapp" in getattr(item, "fixturenames", ()):
        gc.disable()
    else:
        gc.enable()


@pytest.fixture(scope="module", autouse=True)
def known_kernel_signatures() -> Iterator[None]:
    """Packed programs have kernels only for the types in the table; the tests of a file show all that are in use."""
    yield
    compiler = kernel_signatures.load_compiler()
    found = kernel_signatures.missing(compiler)
    if os.environ.get(kernel_signatures.RECORD):
        kernel_signatures.add(compiler, found)
    else:
        assert not found, "not compiled ahead of time; 'make kernel-signatures' adds them"


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the settings and weights of the tests of one file: what one file leaves, no other finds."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def own_folders(module_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = module_home
    # Of each test: a window that starts offers back the work of those that were killed, or left by a failed test.
    monkeypatch.setenv("INPAINT_STUDIO_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("inpaint_studio.paths.config_dir", lambda: home / "config")
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(home / "data"))
    # No shipped weights, as if there were none; the fixture `shipped_weights` shows them.
    monkeypatch.setenv("INPAINT_STUDIO_SHIPPED", str(home / "shipped"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))  # for the programs that tests start
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))


@pytest.fixture
def shipped_weights(own_folders: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Show the weights that ship with the program, which other tests do not see, and no others; return their folder."""
    del own_folders  # it hides them, and the folder of own sets is shared by all tests of a file
    monkeypatch.delenv("INPAINT_STUDIO_SHIPPED")
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "no sets"))
    return store.shipped_folder()


@pytest.fixture
def data() -> Path:
    """The folder of files that tests read."""
    return Path(__file__).parent / "data"
