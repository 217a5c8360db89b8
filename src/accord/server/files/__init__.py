"""Tables that pages hand out as files: CSV, Parquet and XLSX, all made from the same columns and rows.

A room says what its table holds (``table.py``); ``answering.py`` makes the answer in the format that is asked for.
Nothing here knows a model or a page. What writes Parquet and XLSX is heavy, and loaded when such a file is asked for.
"""

from accord.server.files.answering import Format, answer, asked_format
from accord.server.files.table import Cell, Column, Kind, Table

__all__ = ["Cell", "Column", "Format", "Kind", "Table", "answer", "asked_format"]
