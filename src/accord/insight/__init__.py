"""What was promised and what came of it: questions over all leads, asked of whichever engine holds them.

Each question is one SQL file in ``sql/``, written in DuckDB's dialect over the tables that ``star.py`` declares and
rendered for any engine by SQLGlot. Pure: no Django, no network, no clock of its own; engines are imported elsewhere.
Start reading at ``query.py``, then ``sql/funnel.sql``.
"""

from accord.insight.answer import (
    Acceptance,
    CloseCount,
    CloseCourse,
    CutOff,
    DaysToWin,
    FunnelStage,
    MarketingDelivered,
    NobodyWorking,
    PromiseKept,
    RatioSpread,
    RatioSum,
    Rejections,
    ResponseTimes,
    SecondLives,
    SourceWins,
    StageConversion,
    StageVelocity,
    TriesAndOutcomes,
    Unpriced,
)
from accord.insight.errors import InsightError
from accord.insight.interval import wilson
from accord.insight.period import ALL_TIME, Period, month_of, quarter_of, week_of, year_of
from accord.insight.portable import findings
from accord.insight.query import Query, names, query
from accord.insight.star import STAR, Column, Table, Type
from accord.insight.verdict import Pace, Verdict, accepted_verdict, pace, promise_verdict

__all__ = [
    "ALL_TIME",
    "STAR",
    "Acceptance",
    "CloseCount",
    "CloseCourse",
    "Column",
    "CutOff",
    "DaysToWin",
    "FunnelStage",
    "InsightError",
    "MarketingDelivered",
    "NobodyWorking",
    "Pace",
    "Period",
    "PromiseKept",
    "Query",
    "RatioSpread",
    "RatioSum",
    "Rejections",
    "ResponseTimes",
    "SecondLives",
    "SourceWins",
    "StageConversion",
    "StageVelocity",
    "Table",
    "TriesAndOutcomes",
    "Type",
    "Unpriced",
    "Verdict",
    "accepted_verdict",
    "findings",
    "month_of",
    "names",
    "pace",
    "promise_verdict",
    "quarter_of",
    "query",
    "week_of",
    "wilson",
    "year_of",
]
