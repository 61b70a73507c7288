"""Which build of PyTorch is installed, and whether it fits the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from inpaint_studio.engine.machine import torch_build, torch_variants


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\nhip: Optional[str] = None\n", "cpu"),
        ("__version__ = '2.13.0'\ncuda: Optional[str] = '13.0'\nhip: Optional[str] = None\n", "cuda 13.0"),
        ("cuda: str | None = None\nhip: str | None = '6.4.43482'\n", "rocm 6.4.43482"),
    ],
)
def test_the_build_is_read_without_importing_torch(text: str, build: str, tmp_path: Path) -> None:
    (tmp_path / "version.py").write_text(text, encoding="utf-8")
    assert torch_variants.read_build(tmp_path) == build


def test_there_is_advice_only_where_build_and_machine_differ() -> None:
    for packed in (False, True):
        assert torch_build.advise("cpu", False, packed) is None
        assert torch_build.advise("cuda 13.0", True, packed) is None
        assert torch_build.advise("rocm 6.4", False, packed) is None
        assert "NVIDIA card" in (torch_build.advise("cpu", True, packed) or "")
        assert "no NVIDIA card" in (torch_build.advise("cuda 13.0", False, packed) or "")
    assert "whl/cu" in (torch_build.advise("cpu", True, False) or "")
    assert "whl/cpu" in (torch_build.advise("cuda 13.0", False, False) or "")


def test_the_command_keeps_the_versions_that_the_program_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["numpy<3,>=1.26", "pillow<13,>=11", "torch<2.14,>=2.10", "torchmetrics<2", 'torch; extra == "x"']
    monkeypatch.setattr(torch_build, "requires", lambda _name: needed)
    advice = torch_build.advise("cuda 13.0", False, False) or ""
    assert '"numpy<3,>=1.26" "pillow<13,>=11" "torch<2.14,>=2.10" --index-url' in advice


def test_the_installed_build_is_found_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    facts = torch_build.describe_torch()
    assert facts is not None
    assert facts["build"] == (f"cuda {torch.version.cuda}" if torch.version.cuda else "cpu")
    assert facts["bytes"] > 10**8
    monkeypatch.setattr(torch_build, "find_spec", lambda _name: None)
    assert torch_build.describe_torch() is None
