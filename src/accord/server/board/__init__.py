"""The manager's board: who of a team has what, what is about to be late, who is away, and giving leads to others.

Owns no tables: it reads those of ``handoffs`` and ``accounts``, and what it changes goes through ``handoffs.giving``.
Nothing imports it. Start reading at ``columns.py``.
"""
