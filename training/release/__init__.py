"""The weights that ship with the program: how each set is trained, as data, and the command that makes it.

``python -m training.release NAME --photos DIR`` trains the set NAME by the stages in ``NAME.toml``, measures it, and
writes it into ``resources/weights`` with its model card.
"""
