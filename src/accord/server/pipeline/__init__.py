"""Where each lead stands: cycles, stages with their history, scores, deals, and what their money is worth.

May import ``people``, ``agreements`` and ``accounts``, never ``handoffs``: it marks a lead as ready and the hand-off
reads that. Start reading at ``judging.py``.
"""
