"""The warehouse: a copy of the star outside of PostgreSQL, for questions about all leads over all time.

Triggers note which rows changed and in which transaction (``capture.py``); the sync reads exactly these rows again, as
of one moment, and writes them to the Delta tables of a folder (``sync.py``). What a version is stands in
``accord.insight.warehouse``, when pages ask it in ``readers.py``. Start reading at ``sync.py``.
"""
