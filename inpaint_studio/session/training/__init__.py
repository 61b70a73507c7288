"""Training seen from the window: its process, its runs and its messages."""
