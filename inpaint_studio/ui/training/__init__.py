"""The training window: set-up, progress and results."""
