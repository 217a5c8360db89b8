"""Who they are: companies, people, and the touchpoints between them and us.

May import ``agreements`` and ``accounts``. Start reading at ``models.py``.
"""
