"""Revisions of the agreement: proposed, signed by each signing role, in force, retired.

May import ``notifications`` and ``accounts``. Start reading at ``services.py``; ``telling.py`` says who hears of what.
"""
