"""Run parts of one step of work on several threads. The kernels that do the work hold no interpreter lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

SMALLEST_PART = 2  # units of work for which it is worth waking a thread
LONGEST_PART = 256  # units between two reports: some tenths of a second of search


class Workers:
    """The threads of one piece of work. `report` is called between parts of long steps; it may raise to stop it."""

    def __init__(self, count: int, pool: ThreadPoolExecutor | None, report: Callable[[], None]) -> None:
        self._count, self._pool, self.report = count, pool, report

    def run(self, units: int, work: Callable[[int, int], None]) -> None:
        """Call `work(first, last)` so that the calls together cover 0..units, and wait for all of them."""
        for start in range(0, units, LONGEST_PART):
            self.report()
            self._run(start, min(units, start + LONGEST_PART), work)

    def _run(self, start: int, end: int, work: Callable[[int, int], None]) -> None:
        parts = min(self._count, (end - start) // SMALLEST_PART)
        if self._pool is None or parts < 2:
            work(start, end)
            return
        edges = [start + (end - start) * part // parts for part in range(parts + 1)]
        jobs = [self._pool.submit(work, first, last) for first, last in pairwise(edges[1:])]
        work(edges[0], edges[1])
        for job in jobs:
            job.result()


@contextmanager
def start_workers(count: int | None, report: Callable[[], None]) -> Iterator[Workers]:
    """Start `count` threads, the caller's among them, and stop them at the end; None leaves one core to the window."""
    threads = count if count is not None else max(1, (os.cpu_count() or 1) - 1)
    if threads <= 1:
        yield Workers(1, None, report)
        return
    with ThreadPoolExecutor(threads - 1, thread_name_prefix="worker") as pool:
        yield Workers(threads, pool, report)
