"""A plain table of posts, after spreadsheets and people have had their hands on it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tests.read.nasty.base import MADRID, Nasty, P, Truth, case, plain, posts, sheet, simple

SPANISH = ("Id", "Fecha", "Usuario", "Texto", "Me gusta")
ENGLISH = ("id", "created_at", "author", "text", "likes")
ES: dict[str, Any] = {"zone": "Europe/Madrid", "platform": "facebook"}
FB: dict[str, Any] = {"platform": "facebook"}
LATE = simple(start="2026-03-25T09:07:21")
EARLY = simple(start="2026-03-05T09:07:21")
LONG = simple(16, start="2026-03-09T07:05:00", step=86_400)


def iso(p: P) -> str:
    """The moment in ISO with its zone."""
    return p.said("%Y-%m-%dT%H:%M:%SZ")


def cells(p: P, at: str | None = None, likes: object = None, key: str | None = None) -> list[Any]:
    """The cells of a post."""
    return [key or p.id, at or iso(p), p.handle, p.text, p.likes if likes is None else likes]


def truth(given: list[P], **more: Any) -> Truth:
    """What must be loaded of them."""
    return [p.truth(**more) for p in given]


def to_minute(given: list[P]) -> Truth:
    """The same, where the form of the time has no seconds."""
    return [p.truth(created_at=p.said("%Y-%m-%d %H:%M:00")) for p in given]


def spanish(given: list[P], form: str = "%d/%m/%Y %H:%M", **how: Any) -> str:
    """A table as Excel saves it in Spain."""
    rows = [cells(p, p.said(form, MADRID)) for p in given]
    return sheet(SPANISH, rows, sep=";", **how)


def english(given: list[P], **how: Any) -> str:
    """A table with times in ISO."""
    return sheet(ENGLISH, [cells(p) for p in given], **how)


def _swapped(p: P) -> str:
    """A day-first time as an American Excel takes it: a date where it can, text where not."""
    local = p.at.astimezone(MADRID)
    if local.day <= 12:
        return local.replace(month=local.day, day=local.month).strftime("%Y-%m-%d %H:%M:%S")
    return local.strftime("%d/%m/%Y %H:%M:%S")


def _ids(key: str, given: list[P] | None = None) -> list[P]:
    return [P(key.format(i=i, j=i * 37 % 90 + 10), p.at, p.handle, p.name, p.text, p.likes,
              p.reposts, p.replies) for i, p in enumerate(given or EARLY, start=1)]  # fmt: skip


def _javascript(p: P) -> str:
    """An id after JSON.parse and JSON.stringify: the shortest text of the nearest double."""
    text = repr(float(p.id))
    digits, _, power = text.partition("e+")
    return digits.replace(".", "").ljust(int(power) + 1, "0") if power else text[:-2]


def _times() -> list[Nasty]:
    madrid = ZoneInfo("Europe/Madrid")
    half = [p.said("%d/%m/%y %I:%M ", MADRID) + ("a. m." if p.at.astimezone(MADRID).hour < 12
                                                 else "p.\u00a0m.") for p in LATE]  # fmt: skip
    worded = [p.said("%d de marzo de %Y, %H:%M h", MADRID) for p in LATE]
    days = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"]
    named = [f"{days[p.at.astimezone(MADRID).weekday()]}., {p.said('%d', MADRID)} mar. "
             f"{p.said('%Y %H:%M:%S', MADRID)}" for p in LATE]  # fmt: skip
    argentine = [p.said("%d/%m/%Y %H:%M hs", dt.timezone(dt.timedelta(hours=-3))) for p in LATE]
    mixed = [(iso, lambda p: p.said("%d/%m/%Y %H:%M:%S", MADRID),
              lambda p: str(int(p.at.timestamp())),
              lambda p: p.said("%d mar %Y %H:%M:%S", MADRID))[i % 4](p)
             for i, p in enumerate(LATE)]  # fmt: skip
    night = simple(4, start="2026-10-25T00:10:00", step=2400)
    gap = [cells(p, f"2026-03-29 0{i}:15:00") for i, p in enumerate(EARLY[:4])]
    return [
        case("excel es", "a.csv", spanish(LATE), to_minute(LATE), "flagged", "CL-TEXT-CP1252",
             encoding="cp1252", **ES),
        case("excel es, order open", "a.csv", spanish(EARLY), [], "refused", "CL-TIME-ORDER", **ES),
        case("excel es, order declared", "a.csv", spanish(EARLY), to_minute(EARLY), **ES,
             dates="day-first"),
        case("excel us", "a.csv", sheet(ENGLISH, [cells(p, p.said("%m/%d/%Y %H:%M"))
             for p in LATE]), to_minute(LATE), zone="UTC", **FB),
        case("half converted: iso and text", "a.csv", sheet(ENGLISH, [cells(p, _swapped(p))
             for p in LONG]), [], "refused", "CL-TIME-HALF", **ES),
        case("half converted, all before the 13th", "a.csv", sheet(ENGLISH, [cells(p, _swapped(p))
             for p in LONG[5:]]), truth(LONG[5:]), **ES),
        case("two digit years, 12 hours", "a.csv", sheet(SPANISH, [cells(p, t)
             for p, t in zip(LATE, half, strict=True)], sep=";"), to_minute(LATE), **ES),
        case("spanish words", "a.csv", sheet(SPANISH, [cells(p, t) for p, t in
             zip(LATE, worded, strict=True)], sep=";"), to_minute(LATE), **ES),
        case("spanish weekdays", "a.csv", sheet(SPANISH, [cells(p, t) for p, t in
             zip(LATE, named, strict=True)], sep=";"), truth(LATE), **ES),
        case("argentine hs", "a.csv", sheet(SPANISH, [cells(p, t) for p, t in
             zip(LATE, argentine, strict=True)], sep=";"), to_minute(LATE), **FB,
             zone="America/Argentina/Buenos_Aires"),
        case("four forms in one column", "a.csv", sheet(ENGLISH, [cells(p, t) for p, t in
             zip(LATE, mixed, strict=True)]), truth(LATE), **ES),
        case("unknown zone word", "a.csv", sheet(ENGLISH, [cells(p, p.said("%Y-%m-%d %H:%M:%S IST"))
             for p in LATE]), [], "refused", "CL-TIME-ZONE-WORD", **FB),
        case("unknown zone word, declared", "a.csv", sheet(ENGLISH, [cells(p, p.at.astimezone(
             ZoneInfo("Asia/Kolkata")).strftime("%Y-%m-%d %H:%M:%S IST")) for p in LATE]),
             truth(LATE), **FB, zone="Asia/Kolkata"),
        case("days of one number over many months", "a.csv", sheet(ENGLISH, [cells(p,
             f"2026-{i:02d}-03 10:00:00") for i, p in enumerate(LATE[:9], start=1)]),
             [p.truth(created_at=f"2026-{i:02d}-03 10:00:00") for i, p in enumerate(LATE[:9],
             start=1)], "flagged", "CL-TIME-ONE-DAY", **FB, zone="UTC"),
        case("the hour twice", "a.csv", sheet(ENGLISH, [cells(p, p.said("%Y-%m-%d %H:%M:%S",
             madrid)) for p in night]), [p.truth(created_at=a) for p, a in zip(night,
             ["2026-10-25 00:10:00", "2026-10-25 00:50:00", "2026-10-25 00:30:00",
              "2026-10-25 02:10:00"], strict=True)], "flagged", "CL-TIME-OVERLAP", **ES),
        case("the hour never", "a.csv", sheet(ENGLISH, gap), [p.truth(created_at=a) for p, a in
             zip(EARLY[:4], ["2026-03-28 23:15:00", "2026-03-29 00:15:00", "",
                             "2026-03-29 01:15:00"], strict=True) if a], "flagged", "CL-TIME-GAP",
             **ES),
        case("relative times", "a.csv", sheet(ENGLISH, [cells(p, f"hace {i} h") for i, p in
             enumerate(EARLY)]), [], "refused", "CL-TIME-FORMAT", **ES),
        case("words of no value", "a.csv", sheet(ENGLISH, [cells(p, t) for p, t in
             zip(LATE[:4], [iso(LATE[0]), "NULL", iso(LATE[2]), "\\N"], strict=True)]),
             truth([LATE[0], LATE[2]]), "flagged", **FB),
        case("invisible marks before times", "a.csv", sheet(ENGLISH, [cells(p, "\u200b\ufeff" +
             iso(p)) for p in LATE]), truth(LATE), **FB),
        case("seconds and thirds", "a.csv", sheet(ENGLISH, [cells(p, f"{p.at.timestamp():.3f}")
             for p in LATE]), truth(LATE), **FB),
        case("serials of excel", "a.csv", sheet(SPANISH, [cells(p, f"{_serial(p):.9f}".replace(
             ".", ",")) for p in LATE], sep=";"), truth(LATE), **ES),
        case("day and hour apart", "a.csv", sheet(("Id", "Fecha", "Hora", "Usuario", "Texto",
             "Me gusta"), [[p.id, p.said("%d/%m/%Y", MADRID), p.said("%H:%M:%S", MADRID), p.handle,
             p.text, p.likes] for p in LATE], sep=";"), truth(LATE), **ES),
        case("day and hour beside a whole moment", "a.csv", sheet((*ENGLISH, "date", "time"),
             [[*cells(p), "2026-04-01", "00:00:00"] for p in LATE]), truth(LATE), **ES),
    ]  # fmt: skip


def _serial(p: P) -> float:
    away = p.at.astimezone(MADRID).replace(tzinfo=None) - dt.datetime(1899, 12, 30)
    return away.total_seconds() / 86_400


def _keys() -> list[Nasty]:
    def table(given: list[P], *, keys: list[str] | None = None, **how: Any) -> str:
        named = keys or [p.id for p in given]
        rows = [cells(p, key=k) for p, k in zip(given, named, strict=True)]
        return sheet(ENGLISH, rows, **how)

    tiktok = _ids("74{j}56{i:02d}{j}4567{j}3{j}")
    own = posts()
    answers = [[*cells(p), p.parent or "NA"] for p in own]
    links = [[*cells(p), f"https://x.com/a/status/{p.parent}?s=20" if p.parent else ""]
             for p in own]  # fmt: skip
    header = (*ENGLISH, "in_reply_to_status_id")
    linked = [p.truth(parent_id=p.parent, kind="reply" if p.parent else "post") for p in own]
    return [
        case("19 digits cut to 15", "a.csv", table(_ids("12345678{j}12{i:03d}0000")), [],
             "refused", "CL-IDS-ROUNDED", **FB),
        case("17 digits cut to 15", "a.csv", table(_ids("1229876{j}456{i:03d}00")), [],
             "refused", "CL-IDS-ROUNDED", **FB),
        case("16 digits cut to 15", "a.csv", table(_ids("129876{j}4567{i:03d}0")), [],
             "refused", "CL-IDS-ROUNDED", **FB),
        case("17 digits as they are", "a.csv", table(_ids("1229876{j}456{i:03d}17")),
             truth(_ids("1229876{j}456{i:03d}17")), **FB),
        case("rounded by javascript", "a.csv", table(tiktok, keys=[_javascript(p) for p in tiktok]),
             [], "refused", "CL-IDS-ROUNDED", platform="tiktok"),
        case("exponents with decimal commas", "a.csv", table(own, keys=["1,23457E+18"] * 12,
             sep=";"), [], "refused", "CL-IDS-SCIENTIFIC", platform="x"),
        case("parents as floats", "a.csv", sheet(header, [[*cells(p), f"{float(p.parent)!r}" if
             p.parent else ""] for p in own]), [], "refused", "CL-IDS-SCIENTIFIC", platform="x"),
        case("NA for no parent", "a.csv", sheet(header, answers), linked, platform="x"),
        case("NULL of mysql", "a.csv", sheet(header, [[*r[:-1], r[-1] if r[-1] != "NA" else "\\N"]
             for r in answers]), linked, platform="x"),
        case("parents as addresses", "a.csv", sheet(header, links), linked, platform="x"),
        case("ids in formulas", "a.csv", table(own, keys=[f'="{p.id}"' for p in own]), truth(own),
             platform="x"),
        case("ids behind an apostrophe", "a.csv", table(own, keys=[f"'{p.id}" for p in own]),
             truth(own), platform="x"),
        case("invisible marks before ids", "a.csv", table(own, keys=[
             "\u200b\u202a" + p.id + "\u200e" for p in own]), truth(own), platform="x"),
        case("x before ids", "a.csv", table(own, keys=[f"x{p.id}" for p in own]), truth(own),
             platform="x"),
        case("row numbers in two exports", "a.zip", _zip({"a.csv": table(EARLY, keys=[str(i) for i
             in range(12)]), "b.csv": table(LATE, keys=[str(i) for i in range(12)]).replace(
             "Queja", "Otra")}), [], "refused", "CL-IDS-CLASH", **FB),
        case("row numbers begun anew below", "a.csv", table(EARLY, keys=[str(i) for i in range(12)])
             + "".join(table(LATE, keys=[str(i) for i in range(12)]).replace("Queja", "Otra")
                       .splitlines(keepends=True)[1:]), [], "refused", "CL-IDS-CLASH", **FB),
        case("numbers as rows", "a.csv", sheet(("", *ENGLISH), [[i, *cells(p)] for i, p in
             enumerate(own)]), truth(own), platform="x"),
    ]  # fmt: skip


def _zip(files: dict[str, str | bytes]) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _counts() -> list[Nasty]:
    def table(written: list[str], sep: str = ";") -> str:
        return sheet(ENGLISH, [cells(p, likes=w) for p, w in zip(EARLY, written, strict=False)],
                     sep=sep)  # fmt: skip

    def told(*values: int | None) -> Truth:
        return [p.truth(n_likes=v) for p, v in zip(EARLY, values, strict=False)]

    return [
        case("points and millions", "a.csv", table(["1.234", "1.234.567", "12"]),
             told(1234, 1234567, 12), **FB),
        case("points alone", "a.csv", table(["1.234", "12"]), [], "refused",
             "CL-COUNT-SEPARATOR", **FB),
        case("points, declared", "a.csv", table(["1.234", "12"]), told(1234, 12), decimal=",",
             **FB),
        case("narrow blanks", "a.csv", table(["1\u202f234", "12 345", "1’234"]),
             told(1234, 12345, 1234), **FB),
        case("spanish short forms", "a.csv", table(["1,2 mil", "3 mil", "1,5 M", "12"]),
             told(1200, 3000, 1500000, 12), "flagged", "CL-COUNT-SHORT", **FB),
        case("millions as MM", "a.csv", table(["1.5 MM", "2.5 MM"]), told(None, None), "flagged",
             "CL-COUNT-UNREADABLE", **FB),
        case("decimal commas", "a.csv", table(["106,0", "12,0"]), told(106, 12), **FB),
        case("nothing in words", "a.csv", table(["-", "—", "N/A", "s/d", "NULL", "7", "nd"]),
             [*told(None, None, None, None, None, 7, None)], "right", "CL-COUNT-NOTHING", **FB),
        case("dates for counts", "a.csv", table(["01-feb", "12"]), told(None, 12), "flagged",
             "CL-COUNT-UNREADABLE", **FB),
        case("minus for votes", "a.csv", table(["-5", "12"]), told(None, 12), "flagged",
             "CL-COUNT-NEGATIVE", **FB),
        case("marks of direction", "a.csv", table(["\u200e1.234\u200e", "1.234.567"]),
             told(1234, 1234567), **FB),
    ]  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    return [*_times(), *_keys(), *_counts()]


ANY = plain()
