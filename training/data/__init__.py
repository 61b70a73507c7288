"""Photos, crops, masks and sketches that training learns from."""
