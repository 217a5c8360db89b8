"""How data comes in: imports of leads, touchpoints, deals, costs and exchange rates from files.

May import every app below it. Start reading at ``mapping.py``, then ``imports.py``.
"""
