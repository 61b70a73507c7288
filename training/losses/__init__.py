"""Losses and the features they compare."""
