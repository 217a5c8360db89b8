"""Tables made of one version of the warehouse, for questions that many ask of all of it: where they stand, which count.

Nothing here makes them: that is ``accord.insight.credit`` and ``accord.insight.facts``. Start reading at ``shelf.py``.
"""

from accord.insight.editions.shelf import KEPT_SECONDS, SHARE, Edition, Shelf, columns

__all__ = ["KEPT_SECONDS", "SHARE", "Edition", "Shelf", "columns"]
