"""Measures models side by side on holes in known photos."""
