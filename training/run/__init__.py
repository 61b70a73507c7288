"""One training: set-up, loop, checkpoints, events."""
