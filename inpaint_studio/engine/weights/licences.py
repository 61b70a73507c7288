"""What a licence of weights allows, in words for the user.

The kinds, as `Licence` names them: "free" allows any use; "non-commercial" allows use without profit; "unclear" means
that the publisher states nothing, or that the photos it was trained on forbid something; "unlicensed" means that the
weights lie beside code without any licence, so that strictly nothing but looking is allowed.

The program never stops the user from using weights. It shows the mark in lists and the sentence once.
"""

from __future__ import annotations

from typing import get_args

from inpaint_studio.models.base.checkpoint_format import Licence

# One or two words for a table; empty where there is nothing to warn of.
MARKS: dict[Licence, str] = {
    "free": "",
    "non-commercial": "non-commercial",
    "unclear": "licence unclear",
    "unlicensed": "unlicensed",
}

_SENTENCES: dict[Licence, str] = {
    "free": "These weights may be used freely{terms}.",
    "non-commercial": "These weights are for non-commercial use only{terms}.",
    "unclear": "What may be done with these weights is unclear{terms}; ask their authors before any commercial use.",
    "unlicensed": "These weights were published without a licence{terms}; strictly, they may only be looked at.",
}


def is_licence(value: object) -> bool:
    """Return whether a value from a file is one of the licences."""
    return isinstance(value, str) and value in get_args(Licence)


def sentence(licence: Licence, terms: str = "") -> str:
    """Describe a licence in one sentence.

    `terms` is the licence's own name or condition in a few words, which is added in brackets.
    """
    return _SENTENCES[licence].format(terms=f" ({terms.rstrip('.')})" if terms else "")
