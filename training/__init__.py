"""Turning photos into better weights. Runs in a process of its own and imports no Qt."""
