"""Rows of all files on their way into a store: written as they come, with what they belong to.

They lie on disk as they lie in memory, with the hash of their key beside them: which of them stand
several times is known only when all are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from crisislab.read._blocks import Sink
from crisislab.read._flat import seeds_of, stirred, whole_numbers
from crisislab.read._frame import Typed
from crisislab.read._part import Part
from crisislab.read._secrets import hide_secrets
from crisislab.schema import POSTS
from crisislab.store._rows import KEYS, STAGED, STAGED_NAME
from crisislab.store._tables import RoughWriter, Writer, frame_table, typed_table

# Small files share one, up to so many rows.
_SHARED = 1_000_000


@dataclass
class Pair:
    """Two files with the same rows: the posts, and which part, unit and key each has.

    Attributes:
        rows: Posts with the columns of the other file beside them.
        keys: What DuckDB looks at.
        connection: DuckDB, which hashes ids that are no numbers.
    """

    rows: Writer
    keys: Writer
    connection: Any

    def add(self, rows: pa.Table, units: np.ndarray, part: int) -> None:
        """Add rows of one part."""
        parts = np.full(len(units), part, dtype=np.int64)
        told = pa.table([parts, units, self._hashed(rows)], schema=KEYS)
        self.keys.add(told)
        for name in KEYS.names:
            rows = rows.append_column(KEYS.field(name), told.column(name))
        self.rows.add(rows)

    def _hashed(self, rows: pa.Table) -> pa.Array:
        """Return a number per row, the same for one network and id: ids are numbers, mostly."""
        keys = np.empty(len(rows), dtype=np.uint64)
        whole, numbers = whole_numbers(rows.column("post_id").combine_chunks())
        seeds = seeds_of(rows.column("platform").combine_chunks())
        keys[whole] = stirred(seeds[whole] ^ numbers)
        if not whole.all():
            others = rows.select(["platform", "post_id"]).filter(pa.array(~whole))
            self.connection.register("staged", others)
            found = self.connection.sql("select hash(platform, post_id) as key from staged")
            keys[~whole] = found.fetchnumpy()["key"]
        return pa.array(keys)

    def close(self) -> None:
        """Finish both files."""
        self.rows.close()
        self.keys.close()

    def drop(self) -> None:
        """Remove both files."""
        self.rows.drop()
        self.keys.drop()


@dataclass
class Stage:
    """The rows of a load on disk.

    Attributes:
        folder: Where the files are written.
        connection: DuckDB, which hashes the keys.
        pairs: Finished files with rows.
        n_parts: How many parts are done.
    """

    folder: Path
    connection: Any
    pairs: list[Pair] = field(default_factory=list)
    n_parts: int = 0
    _n_files: int = 0
    _large: Pair | None = None
    _shared: Pair | None = None

    def start(self) -> Sink:
        """Begin the rows of a large file; what was written of one that was begun is dropped."""
        if self._large is not None:
            self._large.drop()
        pair = self._large = self._pair()

        def put(typed: Typed) -> None:
            pair.add(typed_table(typed), typed.units, self.n_parts)

        return put

    def done(self, part: Part) -> None:
        """Take what is left of a part, and let go of its rows in memory."""
        large, self._large = self._large, None
        if large is not None and (large.rows.n == 0 or not part.n_units):
            large.drop()
        elif large is not None:
            large.close()
            self.pairs.append(large)
        if len(part.frame):
            shared = self._shared = self._shared or self._pair()
            rows = hide_secrets(part.frame.assign(_part=0), [part])
            units = rows["_unit"].to_numpy(dtype=np.int64)
            shared.add(frame_table(rows, POSTS), units, self.n_parts)
            part.frame = part.frame.iloc[:0]
            if shared.rows.n >= _SHARED:
                self._close_shared()
        self.n_parts += 1

    def close(self) -> None:
        """Finish all files."""
        self._close_shared()

    def _close_shared(self) -> None:
        if self._shared is not None:
            self._shared.close()
            self.pairs.append(self._shared)
            self._shared = None

    def _pair(self) -> Pair:
        self._n_files += 1
        name = f"{self._n_files:06d}"
        rows = RoughWriter(self.folder / f"{STAGED_NAME}{name}.arrow", STAGED)
        keys = Writer(self.folder / f"keys-{name}.parquet", KEYS)
        return Pair(rows, keys, self.connection)
