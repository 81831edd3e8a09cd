"""Tables in and out.

In: a file is opened in a process apart (`hutong.core.apart`); columns are found by their headings wherever they stand;
what is not clear is asked before anything is written; each finding names sheet, row and column, what is wrong and what
to do. Out: XLSX and CSV, row by row.
"""

from hutong.channels.tables.book import MEGABYTE, Limits
from hutong.channels.tables.cells import PartDate
from hutong.channels.tables.headings import Heading, headings_of
from hutong.channels.tables.questions import ANSWERS, SPREADSHEETS, ColumnUse, HiddenRows, TableGiven, column_choices
from hutong.channels.tables.reading import Line, Table, read_table
from hutong.channels.tables.told import first_of, told_file, told_rows, told_table
from hutong.channels.tables.writing import write_csv, write_xlsx

__all__ = [
    "ANSWERS",
    "MEGABYTE",
    "SPREADSHEETS",
    "ColumnUse",
    "Heading",
    "HiddenRows",
    "Limits",
    "Line",
    "PartDate",
    "Table",
    "TableGiven",
    "column_choices",
    "first_of",
    "headings_of",
    "read_table",
    "told_file",
    "told_rows",
    "told_table",
    "write_csv",
    "write_xlsx",
]
