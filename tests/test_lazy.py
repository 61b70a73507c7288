"""Postponed modules. In fresh processes, because imports cannot be undone."""

from __future__ import annotations

import subprocess
import sys

import pytest


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_module_is_imported_when_it_is_used() -> None:
    code = """
import sys
from inpaint_studio.lazy import postpone
postpone("colorsys")
import colorsys
early = "ONE_THIRD" in vars(colorsys)
print(early, colorsys.rgb_to_hls(0, 0, 0), "ONE_THIRD" in vars(colorsys), sys.modules["colorsys"] is colorsys)
"""
    assert _run(code) == "False (0.0, 0.0, 0.0) True False"


def test_submodules_and_early_names_are_the_real_ones() -> None:
    code = """
from inpaint_studio.lazy import postpone
postpone("numpy")
import numpy as early
from numpy.linalg import norm
import numpy
print(early.ndarray is numpy.ndarray, norm(early.array([3.0, 4.0])), early.__version__ == numpy.__version__)
"""
    assert _run(code) == "True 5.0 True"


def test_a_missing_module_is_an_error_at_once() -> None:
    code = "from inpaint_studio.lazy import postpone\npostpone('no_such_module_anywhere')"
    with pytest.raises(AssertionError, match="ModuleNotFoundError"):
        _run(code)
