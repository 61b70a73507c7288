"""Photos, crops, masks and sketches to train on."""
