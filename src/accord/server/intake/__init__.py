"""Taking in what the log holds: each message becomes what it means for a visitor, a person, a company and a lead.

May import everything up to ``handoffs``. Start reading at ``taking.py``.
"""
