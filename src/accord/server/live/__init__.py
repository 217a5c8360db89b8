"""What was committed a moment ago, told to the pages that show it.

The database tells (``migrations/``), one connection of each web process listens (``hub.py``), and each open page gets
what concerns its reader (``stream.py``, ``audience.py``). A page that is told asks for itself again: nothing but ids
and the text of one's own notifications travels this way.
"""
