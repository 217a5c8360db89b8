"""Contested decisions: what one side says against the other, the evidence, the ruling and what follows from it.

Start reading at ``opening.py``, then ``evidence.py`` and ``ruling.py``. What is drawn by lot is in ``sampling.py``.
"""
