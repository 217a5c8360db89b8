"""People and companies that stand twice: proposals, merges that can be taken back, and where old ids lead.

May import everything up to ``handoffs``. Start reading at ``merging.py``, then ``record.py``, which makes a merge
reversible, and ``docs/adr/0007-merges.md``.
"""
