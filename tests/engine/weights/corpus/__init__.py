"""Hostile weights files, made when a test runs: each must end in one sentence, and nothing in it may run.

`CASES` has a maker for each: it writes into an empty folder and gives the path to read. The code in a file would make
the file `ran` in that folder.
"""

from __future__ import annotations

from tests.engine.weights.corpus import bundles, others, texts, torch7, zips
from tests.engine.weights.corpus.cases import CASES, MARK, text
from tests.engine.weights.corpus.goods import GOODS
from tests.engine.weights.corpus.pickles import CALLS, tensor

__all__ = ["CALLS", "CASES", "GOODS", "MARK", "bundles", "others", "tensor", "text", "texts", "torch7", "zips"]
