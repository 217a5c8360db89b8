"""Who gets leads: the teams with their members and leave, and dry runs of the routing.

Owns no tables: it reads and changes those of ``accounts``, and asks ``handoffs`` and the pure ``accord.routing``. May
import everything up to ``handoffs``; nothing imports it. Start reading at ``dry_run.py``.
"""
