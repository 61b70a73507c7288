"""Trains networks on photos. Runs in a process of its own and imports no Qt."""
