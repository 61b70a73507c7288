"""The parts of the right-hand column."""
