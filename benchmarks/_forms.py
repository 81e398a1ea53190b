"""A large case in another form: the same posts, written anew by DuckDB instead of drawn again."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

_AT = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
_CSV = f"""
    platform, post_id as id, {_AT.format("created_at")} as created_at, kind, author_id,
    author_handle as username, author_name as display_name, "text", lang,
    parent_id as in_reply_to_id, root_id as conversation_id, shared_id, mentions, url,
    n_followers as followers, n_likes as likes, n_reposts as reposts, n_replies as replies,
    n_quotes as quotes, n_impressions as impressions, {_AT.format("collected_at")} as retrieved_at
"""
_LINES = f"""
    post_id as id, {_AT.format("created_at")} as created_at, author_id, "text", lang,
    root_id as conversation_id,
    {{retweet_count: coalesce(n_reposts, 0), reply_count: coalesce(n_replies, 0),
      like_count: coalesce(n_likes, 0), quote_count: coalesce(n_quotes, 0),
      impression_count: coalesce(n_impressions, 0)}} as public_metrics,
    {{id: author_id, username: author_handle, name: author_name,
      public_metrics: {{followers_count: n_followers}}}} as author,
    {{retrieved_at: {_AT.format("collected_at")}, version: '2.14.0'}} as __twarc,
    if(mentions is null, null, {{mentions: list_transform(string_split(mentions, ' '),
       lambda name: {{username: name}})}}) as entities,
    list_filter([
        {{type: 'retweeted', id: if(kind = 'repost', shared_id, null)}},
        {{type: 'quoted', id: if(kind <> 'repost', shared_id, null)}},
        {{type: 'replied_to', id: parent_id}}], lambda one: one.id is not null
    ) as referenced_tweets
"""
_FORMS = {"csv": (_CSV, ".csv", "format csv, header"), "x-jsonl": (_LINES, ".jsonl", "format json")}


def rewritten(case: Path, folder: Path, form: str) -> None:
    """Write a case of Parquet files as CSV or as lines of the X API."""
    columns, end, how = _FORMS[form]
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("*.parquet", ".crisislab"))
    for path in sorted((case / "posts").glob("*.parquet")):
        out = folder / "posts" / path.with_suffix(end).name
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(f"copy (select {columns} from '{path}') to '{out}' ({how})")
