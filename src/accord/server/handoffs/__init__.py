"""The hand-off: offers to owners, the clocks that run on them, attempts and decisions.

May import every app below it. Start reading at ``offers.py``, then ``decisions.py`` and ``clocks.py``.
"""
