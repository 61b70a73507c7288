"""Weights of networks: download, detect, translate, store and export them."""
