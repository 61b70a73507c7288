"""Building blocks that several networks use."""
