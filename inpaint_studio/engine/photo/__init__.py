"""Photo files: opening, saving, metadata, and folders of them."""
