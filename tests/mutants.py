"""Changes of one line that the tests must notice: ``python -m tests.mutants [NAME ...]``.

The tables in `tests/data/mutants` list faults that somebody could make: a file, a text in it and what stands there
instead, the tests that must notice it, and why it matters. Each is put into a copy of the repository, one at a time,
and its tests are run there. A mutant that no test notices survives; the table explains those that may.

Exit status: 0 when every mutant was noticed or its survival is explained, 1 when another one survived, 2 when a
mutant could not be tried.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "tests" / "data" / "mutants"
NOTICED, SURVIVED, BROKEN = "noticed", "SURVIVED", "BROKEN"
_PASSED, _FAILED = 0, 1  # exit statuses of pytest; others say that it could not run the tests
_TIMEOUT = 600  # s: tests that hang have noticed


@dataclass(frozen=True)
class Mutant:
    """`old`, which stands exactly once in `file`, becomes `new`; `tests` must notice it."""

    table: str
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]  # as pytest takes them
    why: str  # what a user would suffer
    survives: str = ""  # why no test notices it; empty: one must

    def fault(self, root: Path) -> str:
        """Return why the mutant cannot be tried in the repository `root`; empty where it can."""
        path = root / self.file
        count = path.read_text(encoding="utf-8").count(self.old) if path.is_file() else -1
        if count != 1:
            return f"no file {self.file}" if count < 0 else f"its old text stands {count} times in {self.file}"
        missing = [test for test in self.tests if not (root / test.split("::")[0]).exists()]
        return f"no tests {', '.join(missing)}" if missing or not self.tests else ""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `text` says by which test, or why not."""

    mutant: Mutant
    kind: str
    text: str
    seconds: float


def read_tables(folder: Path = TABLES) -> list[Mutant]:
    """Read all tables of `folder`, in the order of their names."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]:
            found.append(Mutant(path.stem, **{**row, "tests": tuple(row["tests"])}))
    return found


def select(mutants: list[Mutant], chosen: Iterable[str]) -> list[Mutant]:
    """Return the mutants with these numbers (from 1), tables or names (with * and ?); all where nothing is chosen.

    Raises ValueError for a choice that no mutant has.
    """
    numbers: set[int] = set()
    for choice in chosen:
        hits = {
            number
            for number, mutant in enumerate(mutants, 1)
            if choice in (str(number), mutant.table) or fnmatchcase(mutant.name, choice)
        }
        if not hits:
            raise ValueError(f"no mutant is called '{choice}'")
        numbers |= hits
    return [mutant for number, mutant in enumerate(mutants, 1) if number in numbers or not numbers]


def copy_repository(root: Path, target: Path) -> None:
    """Copy the files of `root` that git does not ignore; all files where it is no checkout."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True
    )
    inside = listed.returncode == 0
    names = listed.stdout.decode().split("\0") if inside else [str(p.relative_to(root)) for p in root.rglob("*")]
    for name in filter(None, names):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


@contextmanager
def _applied(mutant: Mutant, copy: Path) -> Iterator[None]:
    """Put the mutant into the copy, and the original back afterwards."""
    path = copy / mutant.file
    before, times = path.read_bytes(), path.stat()
    path.write_text(before.decode().replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def run_tests(tests: Iterable[str], copy: Path, threads: int, kernels: Path | None = None) -> tuple[int, str]:
    """Run `tests` in a copy until one fails; return pytest's exit status and the line that says which."""
    environment = dict(
        os.environ,
        PYTHONPATH=str(copy),
        PYTHONDONTWRITEBYTECODE="1",  # two mutants of one file may have the same size and time
        NUMBA_CACHE_DIR=str(kernels or copy / ".kernels"),
        OMP_NUM_THREADS=str(threads),
        QT_QPA_PLATFORM="offscreen",
    )
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=no", *tests]
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        return _FAILED, f"the tests hung for {_TIMEOUT} s"
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return done.returncode, (lines or [*done.stdout.splitlines()[-1:], *done.stderr.splitlines()[-1:], ""])[0]


def try_mutant(mutant: Mutant, copy: Path, threads: int = 1) -> Verdict:
    """Run the tests of a mutant in a copy of the repository, which is as before afterwards."""
    begun = time.monotonic()
    fault = mutant.fault(copy)
    if fault:
        return Verdict(mutant, BROKEN, fault, 0.0)
    with _applied(mutant, copy), tempfile.TemporaryDirectory() as empty:
        # numba notices changes of a kernel's own file, but not of those whose functions are compiled into it.
        fresh = Path(empty) if "inpaint_studio.jit" in (copy / mutant.file).read_text(encoding="utf-8") else None
        status, line = run_tests(mutant.tests, copy, threads, fresh)
    kind = {_PASSED: SURVIVED, _FAILED: NOTICED}.get(status, BROKEN)
    return Verdict(mutant, kind, line, time.monotonic() - begun)


def try_all(mutants: list[Mutant], root: Path, jobs: int = 1) -> list[Verdict]:
    """Try the mutants in `jobs` copies of the repository `root` at once, and print each verdict."""
    threads = max(1, (os.cpu_count() or 1) // jobs)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(jobs):
            copy = Path(folder) / str(number)
            copy_repository(root, copy)
            copies.put(copy)

        def one(mutant: Mutant) -> Verdict:
            copy = copies.get()
            try:
                verdict = try_mutant(mutant, copy, threads)
            finally:
                copies.put(copy)
            text = f"{verdict.kind:9}{mutant.table}: {mutant.name} ({verdict.seconds:.0f} s) {verdict.text}"
            print(text, flush=True)
            return verdict

        return list(pool.map(one, mutants))


def check_unchanged(mutants: list[Mutant], root: Path) -> str:
    """Run the tests of all mutants in an unchanged copy; return the line of the first that fails, empty for none."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy_repository(root, Path(folder))
        status, line = run_tests(tests, Path(folder), os.cpu_count() or 1)
    return "" if status == _PASSED else line or f"pytest ended with {status}"


def report(verdicts: list[Verdict]) -> int:
    """Print a summary; return the exit status."""
    survivors = [verdict.mutant for verdict in verdicts if verdict.kind == SURVIVED]
    unexplained = [mutant for mutant in survivors if not mutant.survives]
    broken = [verdict for verdict in verdicts if verdict.kind == BROKEN]
    print(
        f"\n{len(verdicts)} mutants: {len(verdicts) - len(survivors) - len(broken)} noticed, {len(survivors)} survived"
    )
    for mutant in survivors:
        print(f"  {mutant.table}: {mutant.name}: {mutant.survives or 'NOT EXPLAINED. ' + mutant.why}")
    for verdict in broken:
        print(f"  {verdict.mutant.table}: {verdict.mutant.name}: could not be tried: {verdict.text}")
    for verdict in verdicts:
        if verdict.kind == NOTICED and verdict.mutant.survives:
            print(f"  {verdict.mutant.table}: {verdict.mutant.name}: is noticed now; remove its explanation")
    return 2 if broken else 1 if unexplained else 0


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "chosen", metavar="NAME", nargs="*", help="names (with * and ?), tables or numbers (default: all)"
    )
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="tried at once")
    parser.add_argument("--trust", action="store_true", help="do not run the tests without a mutant first")
    options = parser.parse_args(argv)
    table = read_tables()
    try:
        mutants = select(table, options.chosen)
    except ValueError as error:
        parser.error(f"{error}; --list shows them")
    if options.list:
        for mutant in mutants:
            mark = " (survives)" if mutant.survives else ""
            print(f"{table.index(mutant) + 1:3} {mutant.table}: {mutant.name}{mark}. {mutant.why}")
        return 0
    failed = "" if options.trust else check_unchanged(mutants, ROOT)
    if failed:
        print(f"A test fails without any mutant: {failed}", file=sys.stderr)
        return 2
    return report(try_all(mutants, ROOT, max(1, options.jobs)))


if __name__ == "__main__":
    sys.exit(main())
