"""Inpaint Studio: fill holes in photographs, and see where every filled pixel came from."""

__version__ = "0.1.0"
