"""A photo, a hole and a model in; a filled photo out."""
