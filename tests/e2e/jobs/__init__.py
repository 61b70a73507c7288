"""Complete jobs of a retoucher, done in the real window by mouse and keys, on pictures that are drawn here."""
