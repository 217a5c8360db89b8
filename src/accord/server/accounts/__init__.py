"""Who works here: users and their role, teams, leave, and the audit log of who did what.

The lowest app: it imports no other. Start reading at ``models.py``, then ``access.py`` (who may do what).
"""
