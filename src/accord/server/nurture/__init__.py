"""Near misses: open leads that one statement alone keeps from the hand-off, and what is done about them.

Which leads these are is found whenever a lead is judged (``pipeline.judging``) and kept on its row; this room shows
them and says what would close each. Imports nothing above ``handoffs``. Start reading at ``near_misses.py``.
"""
