"""Trainings that differ in one choice, side by side: `inpaint-studio ablate`."""
