"""Who earned the money: credit made of the warehouse, and the pages Campaigns, Attribution and Won deals that ask it.

Reads everything, and writes nothing but its log of restatements. Start reading at ``making.py``, then ``asking.py``.
"""
