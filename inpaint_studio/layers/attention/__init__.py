"""The kinds of attention that inpainting networks use."""
