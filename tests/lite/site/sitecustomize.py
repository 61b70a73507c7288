"""Blocks torch in every Python process that has this folder on its path, also in those that a batch starts."""

from tests.lite.blocked import block

block()
