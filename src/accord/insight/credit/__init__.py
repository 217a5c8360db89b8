"""Which touches earned the money of which deals, as tables that pages ask: made from a version of the warehouse.

Pure. Start reading at ``tables.py`` (what is made), then ``crediting.py`` (how), ``store.py`` (where it stands), and
``questions.py`` and ``deal_questions.py`` (what is asked of it).
"""

from accord.insight.credit.tables import CREDIT, MODEL_LABELS, Dimension, Measure, Scope, column_of, models_of, shown

__all__ = ["CREDIT", "MODEL_LABELS", "Dimension", "Measure", "Scope", "column_of", "models_of", "shown"]
