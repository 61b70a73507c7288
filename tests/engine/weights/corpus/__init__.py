"""Hostile weights files, made on the spot: each must end in one sentence, and nothing in it may run.

`CASES` has a maker for each: it writes into an empty folder and gives the path to read. What a file would like to run
makes the file `ran` in that folder.
"""

from __future__ import annotations

from tests.engine.weights.corpus import bundles, others, texts, torch7, zips
from tests.engine.weights.corpus.goods import GOODS
from tests.engine.weights.corpus.making import CASES, MARK, text
from tests.engine.weights.corpus.pickles import CALLS, tensor

__all__ = ["CALLS", "CASES", "GOODS", "MARK", "bundles", "others", "tensor", "text", "texts", "torch7", "zips"]
