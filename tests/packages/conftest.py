"""The files of packaging/ are programs, no package: they find each other by their folders, and so do the tests."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"

sys.path[:0] = [str(PACKAGING / name) for name in (".", "linux", "windows", "macos")]
