"""Building blocks the networks share."""
