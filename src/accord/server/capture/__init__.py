"""How data comes in: imports of leads, touchpoints, deals and costs from files.

May import every app below it. Start reading at ``mapping.py``, then ``imports.py``.
"""
