"""Notifications: what somebody must know, for every room above, which say so and whether it still holds.

May import ``accounts`` and ``ui``. Start reading at ``outbox.py`` (written), ``planning.py`` (how its reader wants it),
``delivering.py`` (it leaves); ``letters.py``, ``push.py`` and ``chats.py`` are the ways out of the house.
"""
