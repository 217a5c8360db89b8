"""Forms: those that Accord shows and those of any website that post here, what they send, and what of it is spam.

What is not spam goes into the log of ``tracking`` and is taken in like any other message. May import everything up to
``pipeline``. Start reading at ``receiving.py``.
"""
