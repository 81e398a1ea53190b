"""Posts of a stored case with language and sentiment, told once and kept as Parquet beside them.

Never a function inside a query: texts are read in batches, each by itself, by threads or processes
beside this one or by the workers of Spark. What is found becomes columns, and every measure is then
an expression.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather, parquet

from crisislab.case import Case, marks_of
from crisislab.case_file import CaseFile
from crisislab.engine import Lazy, lazy
from crisislab.enrich.columns import joined, text_column
from crisislab.enrich.draws import draws
from crisislab.enrich.language import main_language
from crisislab.enrich.near_brand import READ, Circle, circle_of, near_brand, together
from crisislab.enrich.people import NEAR_BRAND
from crisislab.enrich.scorer import SCORE_COLUMNS, Scorer, reads_arrays, score_column
from crisislab.enrich.sentiment import fill_main, tell_language
from crisislab.errors import CrisisLabError, Problem
from crisislab.memory import plain_memory
from crisislab.session import Session, as_lazy
from crisislab.store import BEFORE, SCORED_FOLDER, Part, drop_staged, writes_posts

BATCH = 200_000
_VERSION = 3
_TOLD = {"own": pa.bool_(), "automated": pa.bool_(), "lang": pa.large_string(),
         "lang_origin": pa.large_string(), "draw": pa.int64()}  # fmt: skip
# What tells whose a post is, and whether it is near the brand's.
_WHOSE = tuple(dict.fromkeys((*READ, "platform", "author_id", "created_us", "inbound")))
_OFTEN = ("platform", "kind", "lang", "lang_origin", "source", "source_file", "zone_origin")
_SCORES = {name: pa.float64() for name in SCORE_COLUMNS}
# Told anew of each post; the exports' own stand beside them, for whoever reads the posts again.
_ANEW = ("own", "automated", "lang")
# What is asked for by its values; the ranges of texts would only cost time.
_RANGES = ("own", NEAR_BRAND, "created_us", "draw")
# Long, and seldom read: packed. What every measure reads is not, for that costs more than its room.
_PACKED = ("text", "url")


@dataclass(frozen=True)
class _Work:
    """What a worker has to know: how the case marks and dates its posts, and who scores.

    Attributes:
        settings: The settings of the case.
        window: Its window, microseconds.
        scorer: Scores the texts.
        main: The language of most of its posts, once it is known.
        circle: What is known of the brand's own items; where missing, no post is told to be near.
    """

    settings: CaseFile
    window: tuple[int, int] | None
    scorer: Scorer
    main: str | None = None
    circle: Circle | None = None


def scored_files(case: Case, *, scorer: Scorer, processes: int = 2) -> list[Path]:
    """Return Parquet files of the posts of a stored case with what reading their texts tells.

    The columns of ``schema.POSTS`` (``own`` and ``automated`` marked, ``lang`` filled as
    ``enrich.sentiment.add_language`` does) with ``lang_origin, neg, neu, pos``; ``draw``: a number
    from 0 to 2**62, equal for an item and its reposts, by which samples are drawn; ``near_brand``
    (see ``enrich.near_brand``, a row group of their own); and what the exports had for the first
    three, under ``before_...``. From then on the store holds its
    posts in these files, until its accounts or the scorer change and others take their place;
    interrupted, nothing is left behind but what the next run throws away.

    Args:
        case: A case opened with ``stored=True``.
        scorer: Scores the texts.
        processes: Parts of the posts that are read at once (by threads, or by processes of their
            own where the scorer does not read arrays); one where the posts are few.
    """
    store = _store(case)
    made = store.folder / f"{SCORED_FOLDER}{_key(case, scorer)}"
    if not made.is_dir():
        with writes_posts(store.folder):
            # Another may have told them while this one waited.
            if not made.is_dir():
                work = _Work(case.settings, _micros(case), scorer)
                parts = store.parts()
                with _beside(made) as unfinished:
                    _score_all(parts, unfinished, work, _n_at_once(processes, len(parts), scorer))
    drop_staged(store.folder)
    return sorted(made.glob("*.parquet"))


def scored_posts(case: Case, session: Session, *, scorer: Scorer, processes: int = 2) -> Lazy:
    """Return the posts of a stored case with language and scores as a frame of an engine.

    On Spark its own workers read the texts; the result is the same as of :func:`scored_files`.
    Posts outside the window of the case are in it too.
    """
    if session.engine != "spark":
        told = session.table(scored_files(case, scorer=scorer, processes=processes))
        return told.drop([BEFORE + name for name in _ANEW])
    return _on_spark(case, session, scorer)


def _store(case: Case) -> Any:
    if case.store is None:
        raise CrisisLabError(Problem("CL-STORE-NONE", file=str(case.folder)))
    return case.store


def _key(case: Case, scorer: Scorer) -> str:
    told = {
        "version": _VERSION, "posts": _store(case).key, "window": _micros(case),
        "brand": case.settings.brand.model_dump(mode="json"), "zone": case.zone,
        "scorer": f"{scorer.name} {scorer.version} {scorer!r}",
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _micros(case: Case) -> tuple[int, int] | None:
    if case.window is None:
        return None
    start, end = (round(at.timestamp() * 1_000_000) for at in case.window)
    return start, end


class _beside:  # noqa: N801  # used as a function, in a with statement
    """A folder to fill, put in place only when it is whole."""

    def __init__(self, made: Path) -> None:
        self._made, self._new = made, made.with_name(f"{made.name}.part")

    def __enter__(self) -> Path:
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        return self._new

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self._new, ignore_errors=True)
            return
        # First what is new: at each moment one of them holds all posts.
        self._new.rename(self._made)
        for old in self._made.parent.glob(f"{SCORED_FOLDER}*"):
            if old != self._made:
                shutil.rmtree(old, ignore_errors=True)


# --- side by side -----------------------------------------------------------------


def _n_at_once(most: int, n_parts: int, scorer: Scorer) -> int:
    """Return how many parts to read at once: one where more would not pay or cannot be reached."""
    with suppress(Exception):
        if not reads_arrays(scorer):
            # Loaded where it is needed: most scorers need no processes.
            from joblib.externals.loky.backend.reduction import dumps

            dumps(scorer)
        return max(min(most, n_parts), 1)
    return 1


@plain_memory()
def _score_all(parts: list[Part], folder: Path, work: _Work, at_once: int) -> None:
    """Score each part at once, but those with open languages when the main one is known."""
    tasks = [_Task(part, folder / f"posts-{i:05}.parquet", work) for i, part in enumerate(parts)]
    with _crew(at_once, work.scorer) as run:
        marked = run(_mark_part, tasks)
        declared = [one.handle for one in work.settings.brand.accounts if one.handle]
        work = replace(work, circle=together((found for _, found in marked), handles=declared))
        tasks = [replace(task, work=work, marks=marks)
                 for task, (marks, _) in zip(tasks, marked, strict=True)]  # fmt: skip
        found = run(_read_part, tasks)
        main = main_language(sum((known for known, _ in found), Counter()))
        left = [task for task, (_, whole) in zip(tasks, found, strict=True) if not whole]
        run(_fill_part, [replace(task, work=replace(work, main=main)) for task in left])


@dataclass(frozen=True)
class _Task:
    """A part, where its scored posts go, what has to be known, and whose its rows are."""

    part: Part
    out: Path
    work: _Work
    marks: pa.Table | None = None

    @property
    def told(self) -> str:
        """What the texts of the part tell by themselves, for the time being."""
        return str(self.out.with_suffix(".told"))

    def write(self, scored: pa.Table, kept: pa.BooleanArray | None) -> None:
        """Write the scored rows that are posts: most columns say each thing once.

        The brand's own and those near it, which are few and asked for by themselves, are row groups
        of their own: whoever wants them, or all others, passes over the rest.
        """
        often = [name for name in scored.schema.names if name in _OFTEN]
        own, near = (scored.column(name).combine_chunks() for name in ("own", NEAR_BRAND))
        groups = [own, pc.and_not(near, own), pc.invert(near)]
        if kept is not None:
            groups = [pc.and_(group, kept) for group in groups]
        packing = {name: "zstd" if name in _PACKED else "none" for name in scored.schema.names}
        with parquet.ParquetWriter(
            self.out, scored.schema, compression=packing, use_dictionary=often,
            write_statistics=list(_RANGES),
        ) as writer:  # fmt: skip
            for rows in map(scored.filter, groups):
                if len(rows):
                    writer.write_table(rows, row_group_size=BATCH)


class _crew:  # noqa: N801  # used as a function, in a with statement
    """A function over tasks, side by side; cancelled when interrupted.

    By threads where the scorer reads arrays: Arrow and numpy do the work, and nothing has to be
    started. Any other scorer gets processes. Loky's do not run the program of whoever called once
    more, as those of the standard library do: a plain script needs no guard, and a scorer may stand
    in a notebook.
    """

    def __init__(self, at_once: int, scorer: Scorer) -> None:
        self._pool: Any = None
        if at_once > 1:
            threads = reads_arrays(scorer)
            self._pool = ThreadPoolExecutor(at_once) if threads else _processes(at_once)

    def __enter__(self) -> Callable[..., list[Any]]:
        return self._run

    def _run(self, function: Callable[[_Task], Any], tasks: list[_Task]) -> list[Any]:
        """Return the answers in order."""
        if self._pool is None or len(tasks) < 2:
            return [function(task) for task in tasks]
        with catch_warnings():
            # Loky begins a process anew once it has grown, which is as it should be.
            filterwarnings("ignore", "A worker stopped", UserWarning)
            return list(self._pool.map(function, tasks))

    def __exit__(self, kind: Any, *_: object) -> None:
        if isinstance(self._pool, ThreadPoolExecutor):
            self._pool.shutdown(cancel_futures=True)
        elif self._pool is not None:
            self._pool.shutdown(kill_workers=kind is not None)


def _processes(at_once: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(at_once)


def _mark_part(task: _Task) -> tuple[pa.Table, Circle]:
    """Return whose the rows of a part are, and what is known of the brand's own."""
    table, _ = task.part.marked(_WHOSE)
    marks = _marks(table, task.work)
    return marks, circle_of(table, marks.column("own").combine_chunks())


def _read_part(task: _Task) -> tuple[Counter[str], bool]:
    """Score a part, or leave beside it what it tells where a text leaves its language open.

    Returns:
        How often which language, and whether the part is scored.
    """
    table, kept = task.part.marked()
    told, known = _told(table, task.work, kept=kept, marks=task.marks)
    whole = not told.column("lang").null_count
    if whole:
        task.write(_scored(_anew(table, told), task.work), kept)
    else:
        feather.write_feather(told, task.told, compression="uncompressed")
    return known, whole


def _fill_part(task: _Task) -> None:
    told = feather.read_table(task.told)
    table, kept = task.part.marked()
    task.write(_scored(_anew(table, told), task.work), kept)
    Path(task.told).unlink()


# --- one batch --------------------------------------------------------------------------------


def _marks(table: pa.Table, work: _Work) -> pa.Table:
    """Return ``own`` and ``automated`` of each row of a batch."""
    marks: Any = lazy(table).select(**marks_of(work.settings)).collect("pyarrow").to_native()
    found: pa.Table = marks.combine_chunks()
    return found


def _told(
    table: pa.Table, work: _Work, *, kept: pa.BooleanArray | None = None,
    marks: pa.Table | None = None,
) -> tuple[pa.Table, Counter[str]]:  # fmt: skip
    """Return what the texts of a batch tell by themselves, and how often which language.

    Args:
        table: The batch.
        work: What has to be known.
        kept: Which of its rows are posts; all of them by default.
        marks: Whose they are, where that was told before.
    """
    lang, origin = tell_language(text_column(table, "text"), text_column(table, "lang"))
    marks = _marks(table, work) if marks is None else marks
    own, automated = (marks.column(name).combine_chunks() for name in ("own", "automated"))
    told = {"own": own, "automated": automated, "lang": lang, "lang_origin": origin,
            "draw": pa.array(draws(table))}  # fmt: skip
    inside = lang if kept is None else pc.if_else(kept, lang, None)
    if work.window is not None:
        at = table.column("created_us").to_numpy()
        inside = inside.filter(pa.array((at >= work.window[0]) & (at < work.window[1])))
    found = inside.drop_null().value_counts()
    known = Counter(dict(zip(*(part.to_pylist() for part in found.flatten()), strict=True)))
    columns = {name: told[name].cast(form) for name, form in _TOLD.items()}
    if work.circle is not None:
        columns[NEAR_BRAND] = near_brand(table, own, work.circle)
    return pa.table(columns), known


def _anew(table: pa.Table, told: pa.Table) -> pa.Table:
    """Return a batch with what was told of it, and beside that what the exports had."""
    before = table.select(_ANEW).rename_columns([BEFORE + name for name in _ANEW])
    return joined(joined(table, before), told)


def _scored(table: pa.Table, work: _Work) -> pa.Table:
    """Return a batch with its open languages filled and its texts scored."""
    text, lang, origin = (text_column(table, name) for name in ("text", "lang", "lang_origin"))
    lang, origin = fill_main(text, lang, origin, main=work.main)
    scores = score_column(work.scorer, text, lang).T
    # Missing is NULL, never NaN: engines order and count the two differently.
    columns = {name: pa.array(values, from_pandas=True)
               for name, values in zip(SCORE_COLUMNS, scores, strict=True)}  # fmt: skip
    return joined(table, pa.table({"lang": lang, "lang_origin": origin, **columns}))


# --- on Spark ---------------------------------------------------------------------------------


def _on_spark(case: Case, session: Session, scorer: Scorer) -> Lazy:
    """Return the scored posts of Spark's own workers, each batch read where it lies."""
    work = _Work(case.settings, _micros(case), scorer)
    posts: Any = session.table(_store(case).posts).to_native()
    told = session.kept(posts.mapInArrow(_telling(work), _with(posts.schema, _TOLD)), "told")
    inside = told.filter("lang is not null")
    if work.window is not None:
        start, end = work.window
        inside = inside.filter(f"created_us >= {start} and created_us < {end}")
    counts = inside.groupBy("lang").count().toArrow().to_pydict()
    known = Counter(dict(zip(counts["lang"], counts["count"], strict=True)))
    filled = replace(work, main=main_language(known))
    scored = told.mapInArrow(_scoring(filled), _with(told.schema, _SCORES))
    return as_lazy(session.kept(scored, "scored"))


def _telling(work: _Work) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def tell(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.Table.from_batches([batch])
            yield from joined(table, _told(table, work)[0]).to_batches()

    return tell


def _scoring(work: _Work) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from _scored(pa.Table.from_batches([batch]), work).to_batches()

    return score


def _with(schema: Any, more: dict[str, pa.DataType]) -> Any:
    """Return a schema of Spark with further columns."""
    from pyspark.sql import types

    forms = {pa.bool_(): types.BooleanType(), pa.large_string(): types.StringType(),
             pa.int64(): types.LongType(), pa.float64(): types.DoubleType()}  # fmt: skip
    held = [field for field in schema.fields if field.name not in more]
    names = [field.name for field in schema.fields]
    fields = {field.name: field for field in held}
    fields |= {name: types.StructField(name, forms[form]) for name, form in more.items()}
    order = [*names, *[name for name in more if name not in names]]
    return types.StructType([fields[name] for name in order])
