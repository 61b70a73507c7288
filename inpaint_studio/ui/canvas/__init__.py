"""The photo on the screen: painting, input and overlays."""
