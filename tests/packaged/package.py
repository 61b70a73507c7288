"""The packed program in a folder of its own, without the source tree and without a Python on the PATH."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

LAUNCHER = "inpaint-studio"
OTHER_USER = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@dataclass(frozen=True)
class Package:
    """A read-only copy of the program's folder, and an empty folder for the PATH."""

    folder: Path
    path: Path

    @property
    def launcher(self) -> Path:
        return self.folder / LAUNCHER

    @property
    def variant(self) -> str:
        with (self.folder / "_internal" / "resources" / "build.toml").open("rb") as file:
            return str(tomllib.load(file)["variant"])

    def environment(self, home: Path, **more: str) -> dict[str, str]:
        """Return all that the program gets to see: nothing of this process's environment."""
        return {"HOME": str(home), "PATH": str(self.path), "LANG": "C.UTF-8"} | more

    def run(
        self, home: Path, *arguments: str | Path, before: tuple[str, ...] | list[str] = (), **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the program to its end, through the command `before` where there is one."""
        command = [*before, str(self.launcher), *map(str, arguments)]
        return subprocess.run(
            command,
            env=self.environment(home, **more),
            cwd=home if home.is_dir() else "/",
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @contextmanager
    def start(self, home: Path, *arguments: str | Path, **more: str) -> Iterator[subprocess.Popen[str]]:
        """Start the program; where it has not ended by the end of the block, kill it and what it started."""
        program = subprocess.Popen(
            [str(self.launcher), *map(str, arguments)],
            env=self.environment(home, **more),
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield program
        finally:
            for process in [*self.processes(), program]:
                process.kill()
            program.wait()

    def processes(self) -> list[psutil.Process]:
        """List the processes that run from this folder."""
        place = str(self.folder)
        return [each for each in psutil.process_iter(["exe"]) if (each.info["exe"] or "").startswith(place)]

    def listing(self) -> dict[str, tuple[int, int]]:
        """Return the size and time of each file, to notice what was written."""
        found = {}
        for parent, _, names in os.walk(self.folder):
            for name in names:
                path = Path(parent, name)
                state = path.lstat()
                found[str(path.relative_to(self.folder))] = (state.st_size, state.st_mtime_ns)
        return found
