"""The window and its widgets: they show the session, and translate the user's input into calls of it."""
