"""Install the newest wheel of a folder into a new environment and fill with it: ``python packaging/try_wheel.py dist``.

The environment has no checkout on its path. Its libraries are those of the environment that runs this, so that nothing
is downloaded; the program itself comes from the wheel alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

_FILLS = ("auto", "mi-gan-scenes")  # the demo, and a network that ships


def try_wheel(wheel: Path, folder: Path) -> None:
    """Install `wheel` in `folder` and fill the sample photo. Raises CalledProcessError where a step fails."""
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    clean |= {"INPAINT_STUDIO_DATA": str(folder / "data"), "INPAINT_STUDIO_STATE": str(folder / "state")}

    def run(*command: object) -> str:
        done = subprocess.run(
            [*map(str, command)], cwd=folder, env=clean, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.strip()

    run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    package = Path(run(python, "-c", "import inpaint_studio; print(inpaint_studio.__file__)")).parent
    if environment not in package.parents:
        raise RuntimeError(f"the program came from {package}, not from the wheel")
    samples = package / "resources" / "samples"
    for model in _FILLS:
        out = folder / f"{model}.png"
        photo, mask = samples / "perched-osprey.jpg", samples / "perched-osprey-hole.png"
        run(scripts / "inpaint-studio", "fill", photo, "--mask", mask, "--model", model, "-o", out)
        print(f"{wheel.name} fills with {model}: {out.stat().st_size:,} bytes")


def main() -> int:
    """Try the newest wheel in the folder that the command line names."""
    wheels = sorted(Path(sys.argv[1]).resolve().glob("*.whl"), key=lambda path: path.stat().st_mtime)
    if not wheels:
        print(f"try_wheel: there is no wheel in {sys.argv[1]}; run 'make dist'", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        try_wheel(wheels[-1], Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
