"""How leads close, at which prices, and how they pass through the funnel: close rates, discounts, funnel and velocity.

Reads the warehouse or the star in place, and changes nothing. Start reading at ``rates.py``, then ``discounts.py`` and
``funnel.py``.
"""
