"""What must read zero, looked at without being asked: leads that sales has and that nobody is working.

Each look compares what ``scoreboard`` counts with what is known: what is new is told to whoever answers for it, what is
over keeps its row, so that it can be seen how long leads lay. Start reading at ``looking.py``.
"""
