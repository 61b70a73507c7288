"""Export the networks of a build without torch: ``python packaging/export_networks.py OUTDIR``.

Writes NAME.onnx for each of `SETS` into OUTDIR, which becomes the folder `onnx` of the resources. It runs where the
whole program runs, with torch and the extra `onnx`, and takes some minutes. The files say which sets they are and what
may be done with them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = ("lama-scenes", "mi-gan-scenes", "aot-gan-scenes")  # sets that ship, of networks that use no guides


def export_networks(out: Path) -> list[Path]:
    """Export all of `SETS` to files in `out`, which is made where it is not there; return the files.

    Raises CalledProcessError where an export fails; it has printed why.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = [out.resolve() / f"{name}.onnx" for name in SETS]
    with tempfile.TemporaryDirectory() as empty:  # sets of the user's own would be taken instead of those that ship
        environment = {**os.environ, "INPAINT_STUDIO_DATA": empty, "PYTHONPATH": str(ROOT)}
        for name, file in zip(SETS, files, strict=True):
            command = [sys.executable, "-m", "inpaint_studio", "models", "export", name, "-o", str(file)]
            subprocess.run(command, cwd=empty, env=environment, check=True)
    return files


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Write: python packaging/export_networks.py OUTDIR")
    export_networks(Path(sys.argv[1]))
