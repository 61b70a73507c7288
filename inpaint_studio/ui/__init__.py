"""Widgets: draw the document, turn gestures into commands."""
