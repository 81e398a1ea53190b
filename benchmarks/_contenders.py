"""The contenders of the side-by-side benchmark: each takes files and gives the same answers.

Answers: posts left after de-duplication, a checksum of the posts per hour, followers of the
different authors, openings to the brand with how many it answered and the minutes until then, how
many posts were scored, and VADER's curve over the English ones: per hour the mean compound and the
share at or under -0.05, each summed up with weights that tell the hours apart. Peers run as their
users run them: they score every post, whatever its language.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from _alone import lexicon_alone, of_each, scorer_alone, timed, vader_alone, vaders

BRAND, MACHINE, HANDLE = "1290473305581879298", "1455108823440097283", "brumaria_sim"
Answer = dict[str, float]
_IDS = ("id", "author_id", "in_reply_to_id", "conversation_id", "shared_id")
_KEEP = ["platform", "id", "created_at", "kind", "author_id", "text", "lang", "in_reply_to_id",
         "mentions", "followers"]  # fmt: skip


# --- crisislab ----------------------------------------------------------------------------------


def _case(folder: Path) -> Any:
    from crisislab.opening import open_case

    return open_case(folder, stored=True)


def ours(folder: Path) -> Answer:
    """Exports to all results: ingest with every check, scores by VADER's rules, measures."""
    case = _case(folder)
    from crisislab.enrich.vader import VaderScorer
    from crisislab.scored import scored_files

    return _ours_of(folder, scored_files(case, scorer=VaderScorer()), engine="polars")


def ours_lexicon(folder: Path) -> Answer:
    """The same with our default scorer, English and Spanish: no curve to compare."""
    shutil.rmtree(folder / ".crisislab", ignore_errors=True)
    case = _case(folder)
    from crisislab.enrich.lexicon import LexiconScorer
    from crisislab.scored import scored_files

    answer = _ours_of(folder, scored_files(case, scorer=LexiconScorer()), engine="polars")
    return {name: value for name, value in answer.items() if name not in _CURVE}


def again(folder: Path) -> Answer:
    """Every measure once more, from the store, by DuckDB."""
    return _ours_of(folder, _stored(folder))


def again_polars(folder: Path) -> Answer:
    """The same by polars."""
    return _ours_of(folder, _stored(folder), engine="polars")


def again_loaded(folder: Path) -> Answer:
    """By DuckDB in a session that has loaded all: its second time, with its own seconds."""
    return _second_time(again, folder)


def again_polars_loaded(folder: Path) -> Answer:
    """The same by polars."""
    return _second_time(again_polars, folder)


def _second_time(contender: Callable[[Path], Answer], folder: Path) -> Answer:
    contender(folder)
    found, seconds = timed(lambda: contender(folder))
    return found | seconds


def _stored(folder: Path) -> list[Path]:
    return sorted((folder / ".crisislab").glob("posts-*/scored-*/*.parquet"))


def _ours_of(folder: Path, files: list[Path], *, engine: str = "duckdb") -> Answer:
    import narwhals as nw
    import pandas as pd

    from crisislab.engine import instants, small
    from crisislab.enrich.inbox import inbox
    from crisislab.measure.reach import potential_reach
    from crisislab.measure.response import waits
    from crisislab.measure.sentiment import negativity_per_hour
    from crisislab.measure.volume import posts_per_hour
    from crisislab.session import open_session

    with open_session(engine, folder / ".crisislab") as session:
        posts = session.table(files)
        hours = posts_per_hour(posts)
        negativity = negativity_per_hour(posts)
        reach = potential_reach(posts)
        until = small(posts.group_by("platform").agg(nw.col("created_us").max().alias("end")))
        ends = pd.Series(instants(until["end"]).array, index=until["platform"])
        box = inbox(posts, handles=[HANDLE], near=True)
        waited = waits(box, until=ends, rule="opening-posts")
        curve = _our_curve(posts)
    n = hours["n_posts"] + hours["n_own"]
    at = (hours["hour_at"].astype("int64") // 3_600_000_000).to_numpy()
    done = waited[waited["answered"]]
    return {
        "posts": int(n.sum()), "hours": int((n.to_numpy() * (at % 1009)).sum()),
        "reach": float(reach["potential_reach"].sum()), "openings": len(waited),
        "answered": len(done), "minutes": round(float(done["minutes"].sum()), 3),
        "scored": int((negativity["n_scored"] + negativity["n_unscored"]).sum()),
    } | curve  # fmt: skip


def _our_curve(posts: Any) -> Answer:
    """Return VADER's curve from the shares of our scorer: the compound is ln(pos / neg) / 8."""
    import narwhals as nw

    from crisislab.engine import HOUR_US, lazy, small

    neg, pos = nw.col("neg"), nw.col("pos")
    said = ~nw.col("own") & (nw.col("kind") != "repost") & ~neg.is_null()
    rated = lazy(posts).filter(said).with_columns(
        hour=nw.col("created_us") // HOUR_US, compound=(pos / neg).log() / 8,
        negative=((neg > nw.col("neu")) & (neg > pos)).cast(nw.Int64),
    )  # fmt: skip
    means = rated.group_by("hour").agg(
        nw.len().alias("n"), nw.col("compound").mean(), nw.col("negative").mean()
    )
    table = small(means, by=["hour"])
    return _curve(*(table[name].to_numpy() for name in ("hour", "n", "compound", "negative")))


def _curve(hour: Any, n: Any, compound: Any, negative: Any) -> Answer:
    weight = hour % 1009
    return dict(zip(_CURVE, (int(n.sum()), round(float((compound * weight).sum()), 6),
                             round(float((negative * weight).sum()), 6)), strict=True))  # fmt: skip


_CURVE = ("english", "compound", "negative")


def our_ingest(folder: Path) -> Answer:
    """Exports to the store alone, with every check."""
    return {"posts": _case(folder).store.n_posts}


def our_parquet(folder: Path) -> Answer:
    """The same with the posts as Parquet files of their own, as DuckDB alone writes them."""
    store = _case(folder).store
    return {"posts": store.n_posts if store.posts else 0}


def whole_review(folder: Path) -> Answer:
    """Exports to a whole review: the same, with phases, plan, drivers, stories and the rest."""
    from crisislab.pipeline import review

    found = review(_case(folder), engine="duckdb")
    path = folder / "metrics.csv"
    found.metrics.to_csv(path, index=False)
    return {"posts": found.n_posts}


def spark_review(folder: Path) -> Answer:
    """The same on PySpark, two workers on this machine."""
    from crisislab.pipeline import review

    found = review(_case(folder), engine="spark")
    found.metrics.to_csv(folder / "metrics_spark.csv", index=False)
    same = (folder / "metrics_spark.csv").read_bytes() == (folder / "metrics.csv").read_bytes()
    return {"posts": found.n_posts, "same_metrics": int(same)}


# --- pandas -------------------------------------------------------------------------------------


def _read(folder: Path, **how: Any) -> Any:
    import pandas as pd

    parts = [
        pd.read_csv(path, dtype=dict.fromkeys(_IDS, "str"), **how)
        for path in sorted((folder / "posts").glob("*.csv"))
    ]
    return pd.concat(parts, ignore_index=True)


def _five(posts: Any, compound: Any) -> Answer:
    import pandas as pd

    posts = posts.assign(compound=compound)
    posts = posts.drop_duplicates(["platform", "id"], keep="last")
    posts = posts.assign(at=pd.to_datetime(posts["created_at"], utc=True))
    hours = posts.groupby(posts["at"].dt.floor("h"))["id"].size()
    own = posts["author_id"].isin([BRAND, MACHINE])
    public = posts[~own]
    said = public[public["kind"] != "repost"]
    english = said[said["lang"] == "en"]
    english = english.assign(negative=english["compound"] <= -0.05)
    curve = english.groupby(english["at"].dt.floor("h")).agg(
        n=("id", "size"), compound=("compound", "mean"), negative=("negative", "mean")
    )
    reach = public.groupby(["platform", "author_id"])["followers"].max()
    named = (" " + said["mentions"].fillna("") + " ").str.contains(f" {HANDLE} ", regex=False)
    opened = said[named & said["in_reply_to_id"].isna()]
    replies = posts[posts["author_id"] == BRAND][["platform", "in_reply_to_id", "at"]]
    both = opened.merge(
        replies, left_on=["platform", "id"], right_on=["platform", "in_reply_to_id"],
        suffixes=("", "_reply"),
    )  # fmt: skip
    both = both[both["at_reply"] >= both["at"]]
    first = both.groupby("id").agg(at=("at", "first"), reply=("at_reply", "min"))
    waited = (first["reply"] - first["at"]).dt.total_seconds() / 60
    at = hours.index.astype("datetime64[us, UTC]").astype("int64") // 3_600_000_000
    return {
        "posts": len(posts), "hours": int((hours.to_numpy() * (at.to_numpy() % 1009)).sum()),
        "reach": float(reach.sum()), "openings": len(opened), "answered": len(first),
        "minutes": round(float(waited.sum()), 3), "scored": len(said),
    } | _curve(curve.index.astype("datetime64[us, UTC]").astype("int64").to_numpy()
               // 3_600_000_000, *(curve[name].to_numpy() for name in curve))  # fmt: skip


def notebook(folder: Path) -> Answer:
    """What analysts do: read_csv, VADER row by row, groupby and merge; with its own seconds."""
    import pandas  # noqa: F401  # loaded before its own seconds begin
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    def done() -> Answer:
        posts, scorer = _read(folder), SentimentIntensityAnalyzer()
        return _five(posts, posts["text"].fillna("").apply(vaders(scorer)))

    found, seconds = timed(done)
    return found | seconds


def expert(folder: Path) -> Answer:
    """The expert's version: Arrow's reader, only the columns needed, VADER in two processes."""
    from multiprocessing import get_context

    posts = _read(folder, engine="pyarrow", usecols=_KEEP)
    texts = posts["text"].fillna("").tolist()
    parts = [texts[i : i + 20_000] for i in range(0, len(texts), 20_000)]
    with get_context("spawn").Pool(2) as pool:
        scores = [score for part in pool.map(of_each, parts) for score in part]
    return _five(posts, scores)


def read_json(folder: Path) -> Answer:
    """``pandas.read_json(lines=True)`` of X lines, and nothing else."""
    import pandas as pd

    parts = [pd.read_json(path, lines=True, dtype={"id": "str", "author_id": "str"})
             for path in sorted((folder / "posts").glob("*.jsonl"))]  # fmt: skip
    return {"posts": pd.concat(parts, ignore_index=True)["id"].nunique()}


# --- the raw engines: the limit -------------------------------------------------------------------


_SQL = f"""
with p as (from posts), u as (select * from p where not own),
h as (select created_us // 3600000000 as hr, count(*) as n from p group by all),
s as (select created_us // 3600000000 as hr, count(*) as n, avg(neg) as m from u
      where kind <> 'repost' group by all),
e as (select created_us // 3600000000 as hr, count(*) as n, avg(ln(pos / neg) / 8) as compound,
      avg((neg > neu and neg > pos)::int) as negative
      from u where kind <> 'repost' and neg is not null group by all),
r as (select platform, author_id, max(n_followers) as f from u group by all),
o as (select platform, post_id, created_us from u where kind <> 'repost' and parent_id is null
      and contains(' ' || coalesce(mentions, '') || ' ', ' {HANDLE} ')),
a as (select o.post_id, min(q.created_us) - any_value(o.created_us) as us from o
      join p q on q.platform = o.platform and q.parent_id = o.post_id and q.author_id = '{BRAND}'
      and q.created_us >= o.created_us group by o.post_id)
select (select sum(n) from h), (select sum(n * (hr % 1009)) from h), (select sum(f) from r),
  (select count(*) from o), (select count(*) from a),
  (select round(sum(us) / 60e6, 3) from a), (select sum(n) from s), (select sum(n) from e),
  (select sum(compound * (hr % 1009)) from e), (select sum(negative * (hr % 1009)) from e)
"""


def raw_duckdb(folder: Path) -> Answer:
    """The same five results as one hand-written query over the same Parquet files."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.read_parquet([str(file) for file in _stored(folder)]).create_view("posts")
        (row,) = connection.sql(_SQL).fetchall()
    return dict(zip(_NAMES, map(float, row), strict=True))


def duckdb_loaded(folder: Path) -> Answer:
    """The same in a session that has loaded it: its second time, with its own seconds."""
    return _second_time(raw_duckdb, folder)


_NAMES = ("posts", "hours", "reach", "openings", "answered", "minutes", "scored", *_CURVE)


def raw_polars(folder: Path) -> Answer:
    """The same in polars, lazily, over the same Parquet files."""
    import polars as pl

    p = pl.scan_parquet([str(file) for file in _stored(folder)])
    u = p.filter(~pl.col("own"))
    hour = pl.col("created_us") // 3_600_000_000
    h = p.group_by(hour.alias("hour")).len()
    said = u.filter(pl.col("kind") != "repost")
    s = said.group_by(hour.alias("hour")).agg(pl.len(), pl.col("neg").mean())
    neg, pos = pl.col("neg"), pl.col("pos")
    e = said.filter(neg.is_not_null()).group_by(hour.alias("hour")).agg(
        pl.len(), ((pos / neg).log() / 8).mean().alias("compound"),
        ((neg > pl.col("neu")) & (neg > pos)).mean().alias("negative"))  # fmt: skip
    weight = pl.col("hour") % 1009
    r = u.group_by("platform", "author_id").agg(pl.col("n_followers").max())
    around = pl.lit(" ") + pl.col("mentions").fill_null("") + pl.lit(" ")
    o = said.filter(
        pl.col("parent_id").is_null() & around.str.contains(f" {HANDLE} ", literal=True)
    )
    q = p.filter(pl.col("author_id") == BRAND).select("platform", "parent_id", reply="created_us")
    a = o.join(q, left_on=["platform", "post_id"], right_on=["platform", "parent_id"])
    a = a.filter(pl.col("reply") >= pl.col("created_us")).group_by("post_id").agg(
        (pl.col("reply").min() - pl.col("created_us").first()).alias("us"))  # fmt: skip
    frames = pl.collect_all([
        h.select(pl.col("len").sum(), (pl.col("len") * (pl.col("hour") % 1009)).sum().alias("x")),
        r.select(pl.col("n_followers").sum()), o.select(pl.len()),
        a.select(pl.len(), (pl.col("us").sum() / 60e6).round(3)), s.select(pl.col("len").sum()),
        e.select(pl.col("len").sum(), (pl.col("compound") * weight).sum(),
                 (pl.col("negative") * weight).sum()),
    ])  # fmt: skip
    return dict(zip(_NAMES, [float(v) for f in frames for v in f.row(0)], strict=True))


def polars_loaded(folder: Path) -> Answer:
    """The same in a session that has loaded it: its second time, with its own seconds."""
    return _second_time(raw_polars, folder)


def raw_ingest(folder: Path) -> Answer:
    """CSV to de-duplicated Parquet by DuckDB alone, nothing checked."""
    import duckdb

    source = str(folder / "posts" / "*.csv")
    types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in _IDS) + "}"
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(
            f"copy (from read_csv('{source}', types = {types}) qualify row_number() over "
            f"(partition by platform, id order by retrieved_at desc) = 1) "
            f"to '{folder}/raw.parquet' (format parquet, compression zstd, compression_level 1)"
        )
        ((n,),) = connection.sql(f"select count(*) from '{folder}/raw.parquet'").fetchall()
    return {"posts": n}


CONTENDERS: dict[str, Callable[[Path], Answer]] = {
    function.__name__: function
    for function in (ours, ours_lexicon, again, again_polars, again_loaded, again_polars_loaded,
                     our_ingest, our_parquet, whole_review, spark_review, notebook, expert,
                     read_json, raw_duckdb, raw_polars, duckdb_loaded, polars_loaded, raw_ingest,
                     vader_alone, scorer_alone, lexicon_alone)
}  # fmt: skip


def write_pages(lines: Path, out: Path, n: int) -> None:
    """Write flattened lines of X as pages of a search, the form twarc-csv is made for."""
    with lines.open(encoding="utf-8") as source, out.open("w", encoding="utf-8") as pages:
        posts = map(json.loads, islice(source, n))
        while batch := list(islice(posts, 100)):
            pages.write(json.dumps(_page(batch)) + "\n")


def _page(batch: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a page as twarc2 asks for it: always with all fields and all that is beside."""
    users = {post["author"]["id"]: _user(post["author"]) for post in batch}
    data = [_asked(post) for post in batch]
    return {"data": data, "includes": {"users": list(users.values())},
            "meta": {"result_count": len(batch), "newest_id": data[-1]["id"]},
            "__twarc": batch[0]["__twarc"]}  # fmt: skip


def _asked(post: dict[str, Any]) -> dict[str, Any]:
    text = post["text"]
    marks = {"hashtags": "#", "mentions": "@"}
    entities = {
        name: [{"start": m.start(), "end": m.end(),
                "username" if mark == "@" else "tag": m.group()[1:]}
               for m in re.finditer(rf"{mark}\w+", text)]
        for name, mark in marks.items()
    }  # fmt: skip
    return {k: v for k, v in post.items() if k not in ("author", "__twarc")} | {
        "edit_history_tweet_ids": [post["id"]], "possibly_sensitive": False,
        "reply_settings": "everyone", "source": "Twitter Web App",
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": True,
                          "editable_until": post["created_at"]},
        "entities": {name: found for name, found in entities.items() if found},
    }  # fmt: skip


def _user(author: dict[str, Any]) -> dict[str, Any]:
    return author | {
        "created_at": "2015-05-05T10:00:00.000Z", "description": "", "protected": False,
        "verified": False, "verified_type": "none", "location": "",
        "profile_image_url": "https://pbs.twimg.com/profile_images/1/a_normal.jpg", "url": "",
    }  # fmt: skip
