"""Where every filled pixel came from, as offsets and as a colour-coded image."""
