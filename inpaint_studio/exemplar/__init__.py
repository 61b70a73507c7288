"""Patch-based completion: the kernels of the exemplar filler. numpy, OpenCV and numba only."""
