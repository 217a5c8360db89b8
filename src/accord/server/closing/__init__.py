"""How leads close, and how they pass through the funnel: the close-rate map, and the page of funnel and velocity.

Reads the warehouse or the star in place, and changes nothing. Start reading at ``rates.py``, then ``funnel.py``.
"""
