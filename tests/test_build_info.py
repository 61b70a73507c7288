"""What kind of program this is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from inpaint_studio import build_info, paths


@pytest.fixture(autouse=True)
def _ask_again() -> None:
    build_info.facts.cache_clear()
    build_info.has_torch.cache_clear()


def test_a_checkout_is_the_source() -> None:
    assert build_info.variant() == "source"
    assert not build_info.frozen()
    assert build_info.facts() == {}


@pytest.mark.parametrize("variant", ["cpu", "cuda", "lite"])
def test_a_packed_program_reads_its_variant(variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / build_info.FILE).write_text(f'variant = "{variant}"\n', encoding="utf-8")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert build_info.variant() == variant


def test_a_damaged_file_does_not_stop_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / build_info.FILE).write_bytes(b"\xff[")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    assert build_info.facts() == {}


def test_torch_is_found_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_info, "find_spec", lambda _name: None)
    assert not build_info.has_torch()
    build_info.has_torch.cache_clear()
