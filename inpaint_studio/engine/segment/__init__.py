"""Find an object with a network that the user has imported, where there is one, else by its colours."""
