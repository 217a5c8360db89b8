"""Telephone calls: what telephone systems report, whose calls they are, tracking numbers, and the Calls page.

May import everything up to ``handoffs``; ``intake`` hands it the messages. Start reading at ``hooks.py`` (how reports
get into the log), ``course.py`` (what several reports say of one call) and ``meaning.py`` (what a call leads to).
"""
