"""What a licence of weights allows, in words for the user.

There are three classes: free for any use; trained on photos that are for research only, while the weights themselves
have no statement of their own; and for non-commercial use only. The kinds, as `Licence` names them, are "free",
"research" and "non-commercial", and two that are shown in the strictest class: "unclear" means that nothing is known,
"unlicensed" that the weights were published without any licence, so that strictly nothing but looking is allowed.

The program never stops the user from using weights. It shows the class in lists and the sentence once.
"""

from __future__ import annotations

from typing import get_args

from inpaint_studio.models.base.checkpoint_format import Licence
from inpaint_studio.texts import mark, tr

# The class, in a few words for a table.
MARKS: dict[Licence, str] = {
    "free": mark("free"),
    "research": mark("data for research only"),
    "non-commercial": mark("non-commercial"),
    "unclear": mark("non-commercial"),
    "unlicensed": mark("non-commercial"),
}

_SENTENCES: dict[Licence, str] = {
    "free": mark("These weights may be used freely{terms}."),
    "research": mark("These weights learned from photos for research only{terms}; ask before commercial use."),
    "non-commercial": mark("These weights are for non-commercial use only{terms}."),
    "unclear": mark(
        "What may be done with these weights is unclear{terms}; ask their authors before any commercial use."
    ),
    "unlicensed": mark("These weights were published without a licence{terms}; strictly, they may only be looked at."),
}


def is_licence(value: object) -> bool:
    """Return whether a value from a file is one of the licences."""
    return isinstance(value, str) and value in get_args(Licence)


def sentence(licence: Licence, terms: str = "") -> str:
    """Describe a licence in one sentence.

    `terms` is the licence's own name or condition in a few words, which is added in brackets.
    """
    return tr(_SENTENCES[licence], terms=f" ({terms.rstrip('.')})" if terms else "")
