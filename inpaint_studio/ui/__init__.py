"""Widgets: paint the document, turn gestures into commands."""
