"""Attention in the kinds that inpainting networks use it."""
