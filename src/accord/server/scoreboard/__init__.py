"""What each side promised and did: the scoreboard and the numbers behind it.

Reads every app below it and changes nothing. Start reading at ``queries.py``.
"""
