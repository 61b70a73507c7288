"""What a wheel and a clone bring along beside the code."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_PACKED = {"screenshots"}  # they are for the README


def test_a_wheel_has_all_that_the_program_reads() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    names = {path.name for path in (ROOT / "resources").iterdir() if path.name[0] not in "._"} - NOT_PACKED
    assert "weights" in names
    assert packed == {f"resources/{name}": f"inpaint_studio/resources/{name}" for name in names}


def test_git_takes_weights_as_they_are() -> None:
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "*.safetensors binary" in lines
    assert lines.index("*.safetensors binary") > lines.index("* text=auto eol=lf")  # the last line that fits decides
