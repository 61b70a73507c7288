"""Label maps to train with: given by the user, or made from the photos by clustering."""
