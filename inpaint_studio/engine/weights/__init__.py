"""Weights from outside: recognised, translated, kept in a folder of our own, fetched and given on."""
