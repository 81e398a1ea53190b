"""Tables whose values are words of people and tools: networks, kinds, languages, yes and no."""

from __future__ import annotations

from tests.read.nasty.base import Nasty, case, sheet
from tests.read.nasty.spreadsheets import EARLY, ENGLISH, FB, cells, truth

_NETWORKS = (
    ("Twitter / X", "x"), ("X (formerly Twitter)", "x"), ("twitter.com", "x"),
    ("FACEBOOK", "facebook"),
    ("Facebook Page", "facebook"), ("Instagram Business", "instagram"), ("IG", "instagram"),
    ("YouTube", "youtube"), ("TikTok ", "tiktok"), ("Mi foro", "mi foro"),
)  # fmt: skip
_KINDS = (
    ("Retweet", "repost"), ("Reply", "reply"), ("Quote Tweet", "quote"), ("Tweet", "post"),
    ("Comentario", "comment"), ("Respuesta", "reply"), ("Photo", "post"), ("Video", "post"),
    ("Compartido", "repost"), ("Mensaje directo", "message"),
)  # fmt: skip
_TONGUES = (
    ("Español", "es"), ("Spanish", "es"), ("es-ES", "es"), ("spa", "es"), ("EN", "en"),
    ("en_GB", "en"), ("Catalán", "ca"), ("und", ""), ("NA", ""), ("Unknown", ""),
)  # fmt: skip
_WAYS = (
    ("yes", "true"), ("No", "false"), ("1", "true"), ("0", "false"), ("Sí", "true"),
    ("VERDADERO", "true"), ("FALSO", "false"), ("incoming", "true"), ("outgoing", "false"),
    ("TRUE", "true"),
)  # fmt: skip


def _words(name: str, header: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return sheet((*ENGLISH, header), [[*cells(p), word] for p, (word, _) in
                                      zip(EARLY, pairs, strict=False)])  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    told = list(zip(EARLY, _NETWORKS, strict=False))
    ten = EARLY[:10]
    return [
        case("names of networks", "a.csv", _words("n", "network", _NETWORKS),
             [p.truth(platform=name) for p, (_, name) in told]),
        case("names of kinds", "a.csv", _words("k", "post type", _KINDS),
             [p.truth(kind=k) for p, (_, k) in zip(ten, _KINDS, strict=True)], **FB),
        case("names of languages", "a.csv", _words("l", "language", _TONGUES),
             [p.truth(lang=k) for p, (_, k) in zip(ten, _TONGUES, strict=True)], **FB),
        case("yes and no", "a.csv", _words("w", "inbound", _WAYS),
             [p.truth(inbound=k) for p, (_, k) in zip(ten, _WAYS, strict=True)], **FB),
        case("an unknown way", "a.csv", _words("w", "inbound", (("quizás", ""),)),
             [ten[0].truth(inbound="")], "flagged", "CL-WORD-UNKNOWN", **FB),
        case("handles with marks", "a.csv", sheet(ENGLISH, [[p.id, p.said("%Y-%m-%dT%H:%M:%SZ"),
             f" \u200e@{p.handle}\u200b", p.text, p.likes] for p in EARLY]),
             truth(EARLY) and [p.truth(author_handle=p.handle) for p in EARLY], **FB),
    ]  # fmt: skip
