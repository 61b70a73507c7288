"""The document being edited, its undo, its jobs and its settings. Qt without widgets; no torch."""
