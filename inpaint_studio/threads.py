"""Sharing the bands of one step among threads. The kernels hold no interpreter lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

SMALLEST_SHARE = 2  # bands a thread must get to be worth waking
LONGEST_SHARE = 256  # bands between two pulses: some tenths of a second of search


class Crew:
    """The threads of one piece of work. `pulse` is called between shares of long steps, and may raise to stop it."""

    def __init__(self, count: int, pool: ThreadPoolExecutor | None, pulse: Callable[[], None]) -> None:
        self._count, self._pool, self.pulse = count, pool, pulse

    def share(self, bands: int, work: Callable[[int, int], None]) -> None:
        """Call `work(first, last)` so that together the calls cover 0..bands, and wait for all."""
        for start in range(0, bands, LONGEST_SHARE):
            self.pulse()
            self._share(start, min(bands, start + LONGEST_SHARE), work)

    def _share(self, start: int, end: int, work: Callable[[int, int], None]) -> None:
        parts = min(self._count, (end - start) // SMALLEST_SHARE)
        if self._pool is None or parts < 2:
            work(start, end)
            return
        edges = [start + (end - start) * part // parts for part in range(parts + 1)]
        jobs = [self._pool.submit(work, first, last) for first, last in pairwise(edges[1:])]
        work(edges[0], edges[1])
        for job in jobs:
            job.result()


@contextmanager
def crew(count: int | None, pulse: Callable[[], None]) -> Iterator[Crew]:
    """A crew of `count` threads; None leaves one core to the window."""
    threads = count if count is not None else max(1, (os.cpu_count() or 1) - 1)
    if threads <= 1:
        yield Crew(1, None, pulse)
        return
    with ThreadPoolExecutor(threads - 1, thread_name_prefix="crew") as pool:
        yield Crew(threads, pool, pulse)
