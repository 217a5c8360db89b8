"""Which touches earned the money of which deals, as tables that pages ask: made from a version of the warehouse.

Pure. Start reading at ``tables.py`` (what is made), then ``crediting.py`` (how) and ``store.py`` (where it stands).
"""

from accord.insight.credit.tables import CREDIT, Dimension, Measure, Scope
from accord.insight.credit.terms import MODEL_LABELS, Terms

__all__ = ["CREDIT", "MODEL_LABELS", "Dimension", "Measure", "Scope", "Terms"]
