"""Reverse DNS, where it is allowed: whose machine it was that came, by the name that its network gives it.

Off unless ``ACCORD_REVERSE_DNS`` is set, since it tells a name server who visits. Intake notes the address of a visit
whose network names no company for certain; a job asks, a bounded number at a time, and forgets the address; what stays
is the domain that somebody has registered. Start reading at ``asking.py``, then ``resolving.py``.
"""
