"""The window in which many photos are filled."""
