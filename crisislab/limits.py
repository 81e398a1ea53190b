"""Every limit on what is read, in one place: what is larger costs a message, not the machine.

The programs of ``read/children`` import nothing of crisislab; a test holds their memory equal to
what stands here. The page about reliability lists them from :data:`LIMITS`.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILES = 20_000
MAX_BYTES = 16 * 2**30
MAX_RATIO = 250
RATIO_FROM = 2**24
# Reddit dumps are written with a window of 2 GiB; memory is only used as data arrives.
MAX_WINDOW = 2**31
MAX_LINES = 200_000_000
MAX_COLUMNS = 16_384
MAX_FIELD = 2**24
MAX_FOOTER = 2**24
# Ids and texts take more than a byte a row, however well they are packed.
ROWS_FROM = 2**20
MAX_SETTINGS = 2**20
MAX_KEY_PARTS = 64
CHILD_MEMORY = 3 * 2**30
CHILD_SECONDS = 3_600
SHEET_MEMORY = 2 * 2**30
SHEET_SECONDS = 600


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        what: What is limited.
        most: The largest that is read.
        unit: Its unit.
        code: Code of the message beyond it.
    """

    what: str
    most: int
    unit: str
    code: str


LIMITS = (
    Limit("files in a folder or an archive", MAX_FILES, "files", "CL-LIMIT-FILES, CL-FILE-BOMB"),
    Limit("one file, unpacked", MAX_BYTES, "bytes", "CL-FILE-BOMB"),
    Limit("unpacked to packed, from 16 MiB on", MAX_RATIO, "times", "CL-FILE-BOMB"),
    Limit("window of a zstd stream", MAX_WINDOW, "bytes", "CL-FILE-DAMAGED"),
    Limit("lines of a file", MAX_LINES, "lines", "CL-LIMIT-LINES"),
    Limit("columns of a table", MAX_COLUMNS, "columns", "CL-LIMIT-COLUMNS"),
    Limit("text of one cell", MAX_FIELD, "characters", "CL-TABLE-QUOTE-OPEN"),
    Limit("footer of a Parquet file", MAX_FOOTER, "bytes", "CL-FILE-DAMAGED"),
    Limit(
        "rows of a Parquet file with fewer bytes than rows", ROWS_FROM, "rows", "CL-PARQUET-BOMB"
    ),
    Limit("case.toml, plan.toml, report.toml", MAX_SETTINGS, "bytes", "CL-LIMIT-SETTINGS"),
    Limit("parts of a key in them", MAX_KEY_PARTS, "parts", "CL-SET-SYNTAX"),
    Limit("memory of a program that splits tables", CHILD_MEMORY, "bytes", "read the careful way"),
    Limit("time of a program that splits tables", CHILD_SECONDS, "s", "read the careful way"),
    Limit("memory of a program that reads Parquet", CHILD_MEMORY, "bytes", "CL-PARQUET-BOMB"),
    Limit("time of a program that reads Parquet", CHILD_SECONDS, "s", "CL-FILE-DAMAGED"),
    Limit("memory of a program that reads workbooks", SHEET_MEMORY, "bytes", "CL-FILE-DAMAGED"),
    Limit("time of a program that reads workbooks", SHEET_SECONDS, "s", "CL-FILE-DAMAGED"),
)
