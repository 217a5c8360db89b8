"""What brought people, by channel, source, medium and campaign: visits, what became of them, and what they cost.

May import everything up to ``pipeline``; ``capture`` imports the costs into its table. Start reading at ``rows.py``.
"""
