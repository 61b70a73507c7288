"""The journal: every step of the history on the disk as one works, so that a program that is killed loses none."""
