"""Facebook and Instagram as tables: CrowdTangle, Meta Business Suite, Meta Content Library.

Layout: 4CAT ``import_formats.py`` (CrowdTangle; five of its columns in a real file,
architmeta/crowdtangle-jupyter-nb), public importers of Business Suite files with real rows, and
developers.facebook.com/docs/content-library-and-api, data dictionary (header not confirmed).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from crisislab.read._reader import Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import first

_ANY = {"created_at": Times("any", None)}
_POSTED = re.compile(r"facebook\.com/(\d+)/(?:posts|videos|photos)/(?:[^/]+/)?(\d+)")
_CROWDTANGLE = {
    "created_at": ("Post Created",),
    "author_id": ("Facebook Id",),
    "author_handle": ("User Name",),
    "author_name": ("Page Name", "Group Name", "Account"),
    "text": ("Message", "Description"),
    "url": ("URL",),
    "n_followers": ("Followers at Posting",),
    "n_likes": ("Likes",),
    "n_reposts": ("Shares",),
    "n_replies": ("Comments",),
}
# Header names in English and Spanish.
_SUITE_FACEBOOK = {
    "post_id": ("Post ID", "Identificador de la publicación"),
    "created_at": ("Publish time", "Hora de publicación"),
    "author_id": ("Page ID", "Identificador de la página"),
    "author_name": ("Page name", "Nombre de la página"),
    "text": ("Title", "Título"),
    "url": ("Permalink", "Enlace permanente"),
    "n_likes": ("Reactions", "Reacciones"),
    "n_reposts": ("Shares", "Veces que se ha compartido"),
    "n_replies": ("Comments", "Comentarios"),
    "n_impressions": ("Views", "Impressions", "Visualizaciones", "Impresiones"),
    "vendor_reach": ("Reach", "Alcance"),
}
_SUITE_INSTAGRAM = _SUITE_FACEBOOK | {
    "author_id": ("Account ID", "Identificador de la cuenta"),
    "author_handle": ("Account username", "Nombre de usuario de la cuenta"),
    "author_name": ("Account name", "Nombre de la cuenta"),
    "n_likes": ("Likes", "Me gusta"),
    "text": ("Description", "Descripción"),
}
_OWNERS = {
    "page": _SUITE_FACEBOOK["author_id"],
    "account": _SUITE_INSTAGRAM["author_id"],
}
_CAPTIONS = ("Title", "Description", "Título", "Descripción")
_SHARED = ("Is share", "Es contenido compartido")
_SPAN = ("Date", "Fecha")
_YES = ("1", "true", "yes", "sí", "si", "verdadero")
_SUITE_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_impressions", "vendor_reach")
_LIBRARY = {
    "post_id": ("id",),
    "created_at": ("creation_time",),
    "author_id": ("post_owner.id",),
    "author_handle": ("post_owner.username",),
    "author_name": ("post_owner.name",),
    "text": ("text",),
    "lang": ("lang",),
    "url": ("mcl_url",),
    "n_likes": ("statistics.reaction_count", "statistics.like_count"),
    "n_reposts": ("statistics.share_count",),
    "n_replies": ("statistics.comment_count",),
    "n_impressions": ("statistics.views",),
}


def _graph_id(address: str | None) -> str | None:
    """Return ``page_post``, the id of the Graph API, where the address holds both numbers.

    >>> _graph_id("https://www.facebook.com/100069351265250/posts/660862489568787")
    '100069351265250_660862489568787'
    """
    found = _POSTED.search(address or "")
    return f"{found[1]}_{found[2]}" if found else None


def _finish_crowdtangle(row: Row, cells: Mapping[str, str]) -> Row | None:
    words = (row.get("text"), *(cells.get(n) for n in ("Link Text", "Image Text", "Title")))
    found = _POSTED.search(row.get("url") or "")
    return row | {
        "post_id": _graph_id(row.get("url")) or row.get("url"),
        "author_id": first(row.get("author_id"), found[1] if found else None),
        "text": first(*words),
    }


def _finish_suite(row: Row, cells: Mapping[str, str]) -> Row | None:
    # The caption is at times in one column, at times in the other.
    words = max((cells.get(name) or "" for name in _CAPTIONS), key=len)
    shared = any((cells.get(name) or "").casefold() in _YES for name in _SHARED)
    page, post = row.get("author_id"), row.get("post_id")
    own = any(name in cells for name in _SUITE_FACEBOOK["author_id"])
    known = own and page and post and "_" not in post
    done = row | {
        "kind": "repost" if shared else "post",
        "text": words,
        "post_id": f"{page}_{post}" if known else post,
    }
    # The word for the whole life of a post has no digits in any language; a day has.
    day = first(*(cells.get(name) for name in _SPAN))
    if any(mark.isdigit() for mark in day or ""):
        return done | dict.fromkeys(_SUITE_COUNTERS) | {"flags": "CL-COUNT-DAY"}
    return done


def _is_suite(owner: str, *beside: str) -> Callable[[Probe], bool]:
    """Return a test for a table of Business Suite, in one of its languages."""
    told = _SUITE_FACEBOOK | _SUITE_INSTAGRAM | {"author_id": _OWNERS[owner]}
    needed = ("post_id", "author_id", "created_at", *beside)
    tests = [has_columns(*(told[column][i] for column in needed)) for i in (0, 1)]
    return lambda probe: any(test(probe) for test in tests)


def _is_page_series(probe: Probe) -> bool:
    return len(probe.columns) == len(("Date", "Primary")) and has_columns("Date", "Primary")(probe)


def _is_crowdtangle_facebook(probe: Probe) -> bool:
    named = has_columns("Page Name")(probe) or has_columns("Group Name")(probe)
    return named and has_columns("Post Created", "Message", "URL")(probe)


READERS: tuple[Reader, ...] = (
    Reader(
        name="crowdtangle-facebook",
        title="CrowdTangle: Facebook posts (EST and EDT in one column)",
        gives="posts",
        confirmed="real file",
        recognise=_is_crowdtangle_facebook,
        platform="facebook",
        columns=_CROWDTANGLE,
        times=_ANY,
        finish=_finish_crowdtangle,
        constants={"kind": "post"},
    ),
    Reader(
        name="crowdtangle-instagram",
        title="CrowdTangle: Instagram posts",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Account", "User Name", "Post Created", "URL", "Photo"),
        platform="instagram",
        columns=_CROWDTANGLE | {"text": ("Description",)},
        times=_ANY,
        finish=_finish_crowdtangle,
        constants={"kind": "post"},
    ),
    Reader(
        name="meta-suite-facebook",
        title="Meta Business Suite: Facebook posts (no zone)",
        gives="posts",
        confirmed="public parser",
        recognise=_is_suite("page", "url"),
        platform="facebook",
        columns=_SUITE_FACEBOOK,
        times=_ANY,
        finish=_finish_suite,
        constants={"inbound": "false"},
    ),
    Reader(
        name="meta-suite-instagram",
        title="Meta Business Suite: Instagram posts (no zone)",
        gives="posts",
        confirmed="public parser",
        recognise=_is_suite("account", "author_handle"),
        platform="instagram",
        columns=_SUITE_INSTAGRAM,
        times=_ANY,
        finish=_finish_suite,
        constants={"inbound": "false"},
    ),
    Reader(
        name="meta-suite-series",
        title="Meta page insights: a daily series, not posts",
        gives="other",
        confirmed="public parser",
        recognise=_is_page_series,
    ),
    Reader(
        name="meta-content-library",
        title="Meta Content Library table",
        gives="posts",
        confirmed="documentation",
        recognise=has_columns("id", "text", "creation_time", "mcl_url"),
        columns=_LIBRARY,
        times=_ANY,
        constants={"kind": "post"},
    ),
)
