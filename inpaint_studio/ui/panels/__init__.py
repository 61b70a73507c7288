"""The panels in the column at the right of the window."""
