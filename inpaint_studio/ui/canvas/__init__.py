"""The photo on the screen: how it is painted, the overlays on it, and the input from mouse, pen and keys."""
