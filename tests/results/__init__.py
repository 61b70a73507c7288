"""Measures every filler and every network that ships, and shows their fills: ``make results``."""
