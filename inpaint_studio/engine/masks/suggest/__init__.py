"""Suggestions: parts of a photo that may be meant as a hole, found without a network."""
