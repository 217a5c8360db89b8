"""Judging all leads in one go: the same answers as ``accord.agreement.judgement.judge``, lead by lead.

How it is used::

    for table in (*tables_for([agreement]), STANDINGS):         # accord.insight.history
        engine.load(table, arrow_reader_of(table))
    for judged in judge_leads(engine, agreement):               # -> BatchJudgement, by lead_id
        ...

Each lead is judged at the instant in its row of ``STANDINGS``, by what was known then: values of fields from before it,
touchpoints up to it. Pure: no Django, no network, no clock of its own; engines stand behind ``accord.insight.engines``.
"""

from accord.insight.judging.answer import BatchJudgement
from accord.insight.judging.batch import judge_leads

__all__ = ["BatchJudgement", "judge_leads"]
