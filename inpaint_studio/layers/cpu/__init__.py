"""Faster formulations of layers for the processor."""
