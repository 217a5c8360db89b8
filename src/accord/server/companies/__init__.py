"""Which companies are on the site: how certainly, why, what of it nobody can know, and whom to approach next.

May import everything up to ``handoffs``; ``people.recognition`` says which company a visit comes from. Start reading at
``rows.py``, then ``steps.py``.
"""
