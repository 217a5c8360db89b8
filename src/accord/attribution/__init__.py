"""Attribution: which touchpoints earned the money, under models that each add up to the bookings, to the cent.

Pure: no Django, no database, no network, no clock of its own; it reads Parquet, or whatever hands over Arrow, and needs
no more than NumPy and PyArrow. It imports nothing beside ``errors``. Start reading at ``attribute.py``, then
``journeys.py``, ``paths.py`` and ``weights.py``.
"""

from accord.attribution.attribute import attribute, coalitions, ordered_shapley, trace
from accord.attribution.credit import Attribution, Bookings, Credit
from accord.attribution.errors import AttributionError
from accord.attribution.model import (
    FULL_PATH,
    MODELS,
    U_SHAPED,
    U_SHAPED_50_50,
    W_SHAPED,
    First,
    Last,
    LastNonDirect,
    Linear,
    Markov,
    Model,
    Shapley,
    Staged,
    TimeDecay,
)
from accord.attribution.reduced import Reduced, attribute_reduced, trace_reduced
from accord.attribution.shapley import Coalitions
from accord.attribution.source import ArrowStream, Columns
from accord.attribution.steps import Steps

__all__ = [
    "FULL_PATH",
    "MODELS",
    "U_SHAPED",
    "U_SHAPED_50_50",
    "W_SHAPED",
    "ArrowStream",
    "Attribution",
    "AttributionError",
    "Bookings",
    "Coalitions",
    "Columns",
    "Credit",
    "First",
    "Last",
    "LastNonDirect",
    "Linear",
    "Markov",
    "Model",
    "Reduced",
    "Shapley",
    "Staged",
    "Steps",
    "TimeDecay",
    "attribute",
    "attribute_reduced",
    "coalitions",
    "ordered_shapley",
    "trace",
    "trace_reduced",
]
