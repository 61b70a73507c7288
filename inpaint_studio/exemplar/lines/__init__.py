"""Guide lines: snapped, continued and laid into the hole."""
