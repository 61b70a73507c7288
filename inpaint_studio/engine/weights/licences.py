"""What may be done with weights, in words."""

from __future__ import annotations

from inpaint_studio.models.base.checkpoint_format import Licence

# A word for a table; nothing to warn of has none.
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


def sentence(licence: Licence, terms: str = "") -> str:
    """One sentence on the licence, with its terms in brackets."""
    return _SENTENCES[licence].format(terms=f" ({terms.rstrip('.')})" if terms else "")
