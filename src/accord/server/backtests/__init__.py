"""What a draft of the agreement would have done: backtests, who is affected now, and judging everybody again in one go.

Reads every app below it and keeps its own results. Start reading at ``snapshot.py``, then ``services.py``.
"""
