"""Straightforward formulations of the networks: what tests compare with, and what the benchmark measures against."""
