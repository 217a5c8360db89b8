"""Credit for touchpoints that an engine holds: it reduces journeys by SQL, and ``accord.attribution`` gives the credit.

So any engine does, with more data than memory, and the credit is the same as if the touchpoints had been read here.
Imports no engine: whoever has one says how it is asked. Start reading at ``reduction.py``, then ``paths.sql`` and
``steps.sql``.
"""

from accord.insight.journeys.reduction import (
    CONVERSIONS,
    TOUCHPOINTS,
    Ask,
    Sources,
    attribute,
    reduce,
    trace,
)

__all__ = ["CONVERSIONS", "TOUCHPOINTS", "Ask", "Sources", "attribute", "reduce", "trace"]
