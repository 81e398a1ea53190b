"""What a fresh set of messy files showed to be silently wrong, each with its truth beside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import _part, read_log, read_posts
from tests.read.exports import adds_up, codes, dated, instants, table
from tests.read.nasty.books import book

Write = Callable[[str, str | bytes], Path]
X_MS = 1_288_834_974_657
START = dt.datetime(2026, 3, 25, 0, 10, tzinfo=dt.UTC)
LINKED = "id;created_at;username;text;in_reply_to_id"
LOG = "fecha;hora;quién;qué"
KEPT: dict[str, Any] = {"zone": "UTC"}


def moments(n: int, minutes: int, start: dt.datetime = START) -> list[dt.datetime]:
    """Moments at even steps."""
    return [start + dt.timedelta(minutes=minutes * i) for i in range(n)]


def x_id(at: dt.datetime, n: int) -> int:
    """An id that X gives at a moment, none of them a multiple of 4096."""
    return ((int(at.timestamp() * 1000) - X_MS) << 22) + 1 + n * 1237 % 4095


def linked(links: Iterable[str], ids: Callable[[int], str] = str) -> str:
    """A table of posts that answer these."""
    return table(*(f"{ids(i)};2026-03-05T10:{i // 60:02d}:{i % 60:02d}Z;u{i % 7};a{i};{to}"
                   for i, to in enumerate(links, start=1)), header=LINKED)  # fmt: skip


# --- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [None, 500])
@pytest.mark.parametrize("share", [0.01, 0.03])
def test_ids_rounded_in_few_of_many_rows_are_refused(
    write: Write, share: float, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of a hundred ids of a large file went through a spreadsheet."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    own = [str(x_id(at, i)) for i, at in enumerate(moments(2000, 1))]
    step = int(1 / share)
    cut = [o[:15] + "0000" if i % step == 7 else o for i, o in enumerate(own)]
    rows = (f"{o};{at:%Y-%m-%dT%H:%M:%SZ};hola {i}"
            for i, (o, at) in enumerate(zip(cut, moments(2000, 1), strict=True)))  # fmt: skip
    with pytest.raises(CrisisLabError, match="CL-IDS-ROUNDED"):
        read_posts(write("a.csv", table(*rows)), platform="tiktok")


@pytest.mark.parametrize("block", [None, 40])
def test_ids_that_were_decimals_are_refused(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column with a gap holds ids as decimals in pandas, which writes them as whole again."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    held = [int(float(x_id(at, i))) for i, at in enumerate(moments(120, 7))]
    assert not any(own % 1000 == 0 for own in held[:5])
    rows = [f"{own};2026-03-05T10:00:{i % 60:02d}Z;hola {i}" for i, own in enumerate(held)]
    with pytest.raises(CrisisLabError, match="CL-IDS-STEPS"):
        read_posts(write("a.csv", table(*rows)), platform="tiktok")
    going_on = read_posts(write("a.csv", table(*rows)), platform="tiktok", ids="damaged")
    assert len(going_on.posts) == 120
    assert not set(going_on.posts["post_id"]) & {str(own) for own in held}


def test_ids_of_x_are_no_decimals(write: Write) -> None:
    """X gives multiples of 4096 mostly, which a decimal number holds."""
    x = [((int(at.timestamp() * 1000) - X_MS) << 22) + (i % 5 == 0)
         for i, at in enumerate(moments(200, 3))]  # fmt: skip
    rows = [f"{o};{at:%Y-%m-%dT%H:%M:%SZ};a {i}"
            for i, (o, at) in enumerate(zip(x, moments(200, 3), strict=True))]  # fmt: skip
    assert not codes(read_posts(write("a.csv", table(*rows)), platform="tiktok"))


def test_answers_to_few_posts_whose_ids_end_in_zeros_are_kept(write: Write) -> None:
    """Of X they are multiples of 4096; those of the file itself are as they stand there."""
    of_x = [str(4096 * 125 * (3_448_945_312_500 + 7 * i)) for i in range(4)]
    assert all(own.endswith("000") and len(own) == 19 for own in of_x)
    loaded = read_posts(write("a.csv", linked(of_x * 5)), platform="facebook")
    assert not codes(loaded)
    assert set(loaded.posts["parent_id"]) == set(of_x)
    own = [f"12210{i}234567{i}91000" for i in range(3)]
    ids = [*own, *(f"1221034567{i * 7919 + 13:08d}" for i in range(400))]
    rows = linked([""] * 370 + own * 10, lambda i: ids[i - 1])
    loaded = read_posts(write("b.csv", rows), platform="facebook")
    assert not codes(loaded)
    assert set(loaded.posts["parent_id"].dropna()) == set(own)


@pytest.mark.parametrize("nothing", ["-", "–", "No", "False", "falso", "-1", "n/a", "ninguno"])
def test_words_for_no_answer_are_no_links(write: Write, nothing: str) -> None:
    """Who writes a dash where nothing is answered has made every post an answer."""
    loaded = read_posts(write("a.csv", linked([nothing, "1", nothing])), platform="facebook")
    assert codes(loaded) == {"CL-IDS-TIDIED"}
    by_id = loaded.posts.set_index("post_id")
    assert by_id["kind"].to_dict() == {"1": "post", "2": "reply", "3": "post"}
    assert by_id["parent_id"].dropna().to_dict() == {"2": "1"}


def test_yes_says_that_something_is_answered_not_what(write: Write) -> None:
    """All rows that say yes would be one conversation."""
    loaded = read_posts(write("a.csv", linked(["Sí", "No", "Sí"])), platform="facebook")
    assert codes(loaded) == {"CL-IDS-TIDIED", "CL-IDS-YES"}
    assert loaded.posts["kind"].tolist() == ["reply", "post", "reply"]
    assert loaded.posts["parent_id"].isna().all()


def test_no_post_answers_itself(write: Write) -> None:
    """Some tools write the own id where nothing is answered."""
    loaded = read_posts(write("a.csv", linked(["1", "1", "3"])), platform="facebook")
    assert codes(loaded) == {"CL-IDS-OWN-PARENT"}
    assert loaded.posts["kind"].tolist() == ["post", "reply", "post"]


# --- times -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "hours", "declared", "told"), [
    ("Date (UTC-05:00)", -5, "Europe/Madrid", True), ("Date (UTC-05:00)", -5, None, False),
    ("Date (UTC-05:00)", -5, "America/Bogota", False), ("Fecha (GMT+1)", 1, "UTC", True),
    ("Date UTC+5:30", 5.5, None, False), ("Timestamp (America/Lima)", -5, "UTC", True),
    ("Date [UTC]", 0, "Europe/Madrid", True), ("Hora (GMT-3)", -3, None, False),
])  # fmt: skip
def test_a_zone_in_the_name_of_a_column_holds(
    write: Write, name: str, hours: float, declared: str | None, told: bool
) -> None:
    """The name of the column is nearer to its times than what is declared for all files."""
    at = START + dt.timedelta(hours=hours)
    path = write("a.csv", table(f"1;{at:%Y-%m-%d %H:%M};hola", header=f"id;{name};text"))
    loaded = read_posts(path, zone=declared, platform="facebook")
    assert instants(loaded) == ["2026-03-25 00:10:00"]
    assert codes(loaded) == ({"CL-TIME-ZONE-NAMED"} if told else set())


def test_a_zone_above_the_table_is_told(write: Write) -> None:
    """A report that names its zone in a line above disagrees with what is declared."""
    text = "Report;Mentions\nTime zone;{}\n" + dated("2026-03-05 10:00")
    other = read_posts(write("a.csv", text.format("(GMT-05:00) Bogota")), zone="Europe/Madrid")
    assert "CL-TIME-ZONE-ABOVE" in codes(other)
    same = read_posts(write("b.csv", text.format("Europe/Madrid")), zone="Europe/Madrid")
    assert "CL-TIME-ZONE-ABOVE" not in codes(same)


@pytest.mark.parametrize(("word", "zone", "utc"), [
    ("IST", "Asia/Kolkata", "2026-07-05 06:30:00"), ("BST", "Europe/London", "2026-07-05 11:00:00"),
    ("CST", "Asia/Shanghai", "2026-07-05 04:00:00"),
    ("CST", "Europe/Madrid", "2026-07-05 18:00:00"),
    ("EST", "America/New_York", "2026-07-05 17:00:00"),
])  # fmt: skip
def test_words_for_clocks_are_those_of_the_declared_zone(
    write: Write, word: str, zone: str, utc: str
) -> None:
    """CST is six hours behind in Mexico and eight ahead in China; IST and BST are well known."""
    loaded = read_posts(write("a.csv", dated(f"2026-07-05 12:00 {word}")), zone=zone)
    assert instants(loaded) == [utc]
    assert not codes(loaded)


def test_an_hour_is_no_year(write: Write) -> None:
    """5 mar 10 h has no year; 5 mar 2026 10 h has one."""
    rows = dated("5 mar 2026 10 h", "5 mar 10 h", "05/03/2026 9 hs", "25/03/2026 14:05 h")
    loaded = read_posts(write("a.csv", rows), platform="facebook", **KEPT)
    assert instants(loaded) == [
        "2026-03-05 10:00:00", "2026-03-05 09:00:00", "2026-03-25 14:05:00",
    ]  # fmt: skip
    assert loaded.rejects["code"].tolist() == ["CL-TIME-UNREADABLE"]


@pytest.mark.parametrize("form", ["%Y-%m-%d %I:%M", "%d/%m/%Y %I:%M:%S"])
def test_a_clock_of_twelve_hours_without_its_half_is_told(write: Write, form: str) -> None:
    """A script with %h instead of %H, or a spreadsheet, lost a. m. and p. m."""
    rows = dated(*(f"{at:{form}}" for at in moments(60, 97)))
    assert "CL-TIME-HALF-CLOCK" in codes(read_posts(write("a.csv", rows), **KEPT))
    whole = dated(*(f"{at:{form.replace('%I', '%H')}}" for at in moments(60, 97)))
    assert "CL-TIME-HALF-CLOCK" not in codes(read_posts(write("b.csv", whole), **KEPT))
    mornings = [at.replace(hour=1 + i % 11) for i, at in enumerate(moments(60, 97))]
    path = write("c.csv", dated(*(f"{at:%Y-%m-%d %H:%M}" for at in mornings)))
    assert "CL-TIME-HALF-CLOCK" not in codes(read_posts(path, **KEPT))


def test_one_minute_of_every_hour_is_told(write: Write) -> None:
    """Hours without minutes, or the month in their place."""
    for form in ("%Y-%m-%d %H:00", "%Y-%m-%d %H:03:00"):
        rows = dated(*(f"{at:{form}}" for at in moments(40, 19)))
        assert codes(read_posts(write("a.csv", rows), **KEPT)) == {"CL-TIME-ONE-MINUTE"}


@pytest.mark.parametrize("form", ["%Y-%m-%d 01:00", "%Y-%m-%dT23:00:00Z"])
def test_one_moment_of_every_day_is_a_day(write: Write, form: str) -> None:
    """Midnight of another zone."""
    rows = dated(*(f"{at:{form}}" for at in moments(40, 153)))
    assert codes(read_posts(write("a.csv", rows), **KEPT)) == {"CL-TIME-DAY-ONLY"}
    daily = dated(*(f"2026-03-{i:02d} 09:00" for i in range(1, 15)))
    assert not codes(read_posts(write("b.csv", daily), **KEPT))


def test_two_orders_pasted_together_are_asked_about(write: Write) -> None:
    """Days over 12 of one export settle the order; dates of the other lie months off in it."""
    one = [f"{at:%d/%m/%Y %H:%M}" for at in moments(14, 600, START - dt.timedelta(days=6))]
    other = [f"{at:%m/%d/%Y %H:%M}" for at in moments(10, 1200, START + dt.timedelta(days=8))]
    with pytest.raises(CrisisLabError, match="CL-TIME-ORDER-PASTED"):
        read_posts(write("a.csv", dated(*one, *other)), **KEPT)
    told = read_posts(write("a.csv", dated(*one, *other)), dates="day-first", **KEPT)
    assert "CL-TIME-ORDER-PASTED" in codes(told)
    right = [f"{at:%d/%m/%Y %H:%M}" for at in moments(40, 3007, START - dt.timedelta(days=6))]
    assert codes(read_posts(write("b.csv", dated(*right)), **KEPT)) == {"CL-TIME-ORDER-FOUND"}


def test_a_stretch_of_time_is_no_zone(write: Write) -> None:
    """No zone lies four minutes off: 23:54-00:04 begins at 23:54."""
    path = write("a.csv", table("2026-03-05;23:54-00:04;a;b", header="fecha;hora;quién;qué"))
    loaded = read_log(path, **KEPT)
    assert loaded.log["logged_at"].astype(str).tolist() == ["2026-03-05 23:54:00+00:00"]
    assert "CL-TIME-RANGE" in codes(loaded)
    posts = read_posts(write("b.csv", dated("2026-03-05 23:54-00:04")), **KEPT)
    assert instants(posts) == ["2026-03-05 23:54:00"]
    assert "CL-TIME-ZONE-WORD" in codes(posts)


def test_hours_from_and_to_begin_with_the_first(write: Write) -> None:
    """A log with 09:00-10:00 and 10:15-12:00 says from when to when, not how far from UTC."""
    spans = (("09:00", "10:00"), ("10:15", "12:00"), ("12:00", "12:30"))
    for mark in ("-", " - ", "–"):
        rows = (f"25/03/2026;{start}{mark}{end};Ana;paso {start}" for start, end in spans)
        loaded = read_log(write("a.csv", table(*rows, header=LOG)), **KEPT)
        assert loaded.log["logged_at"].dt.strftime("%H:%M").tolist() == [s for s, _ in spans]
        assert "CL-TIME-RANGE" in codes(loaded)
    one = write("c.csv", table("25/03/2026;09:00-10:00;Ana;a", header=LOG))
    assert read_log(one, **KEPT).log["logged_at"].dt.hour.tolist() == [9]
    rows = (f"2026-03-25T0{h}:00-05:00;Ana;a" for h in (1, 2, 3))
    zoned = read_log(write("b.csv", table(*rows, header="fecha;quién;qué")), **KEPT)
    assert zoned.log["logged_at"].dt.hour.tolist() == [6, 7, 8]


# --- logs --------------------------------------------------------------------------------------


def kept(rows: Iterable[tuple[str, str]]) -> str:
    """A log that people keep, out of its days and hours."""
    return table(*(f"{day};{hour};Ana;paso {i}" for i, (day, hour) in enumerate(rows)), header=LOG)


NIGHT = ["22:50", "23:20", "23:50", "23:58", "00:10", "00:40"]


@pytest.mark.parametrize(("rows", "n"), [
    ([("25/03/2026", h) for h in NIGHT], 2),
    ([("25/03/2026", h) for h in NIGHT[::-1]], 2),
    ([("25/03/2026", "23:50"), ("25/03/2026", "23:58"), ("25/03/2026", "00:10")], 1),
    ([(f"{'2025' if i == 3 else '2026'}-01-0{i + 1}", "10:00") for i in range(6)], 1),
    ([(f"2026-0{4 if i == 2 else 3}-1{i}", "10:00") for i in range(7)], 1),
    ([("25/03/2026", h) for h in ("09:00", "10:00", "11:30", "02:00", "14:30", "16:00")], 1),
])  # fmt: skip
def test_entries_that_go_back_by_hours_are_flagged(
    write: Write, rows: list[tuple[str, str]], n: int
) -> None:
    """Past midnight under one date, a year or a month mistyped, p. m. left out."""
    loaded = read_log(write("a.csv", kept(rows)), **KEPT)
    assert adds_up(loaded)
    assert (loaded.log["flags"].fillna("") == "CL-LOG-BACK").sum() == n


@pytest.mark.parametrize("rows", [
    [("25/03/2026", h) for h in NIGHT[:4]] + [("26/03/2026", h) for h in NIGHT[4:]],
    [("25/03/2026", h) for h in ("09:00", "10:00", "09:30", "11:00", "10:45")],
    [(f"{day}/03/2026", "10:00") for day in (25, 14, 30, 19, 27, 16)],
    [(f"{day}/03/2026", "10:00") for day in (20, 21, 22, 23, 24, 25, 13, 14, 15)],
])  # fmt: skip
def test_a_log_in_order_or_in_none_is_left_alone(write: Write, rows: list[tuple[str, str]]) -> None:
    """The next date, entries written minutes later, no order at all, two logs in one."""
    assert "CL-LOG-BACK" not in codes(read_log(write("a.csv", kept(rows)), **KEPT))


def test_marks_for_the_one_above_take_its_name(write: Write) -> None:
    """Who keeps a log by hand writes the name once."""
    actors = ("Ana", '""""', "Luis", "ídem", "idem")
    rows = (f"25/03/2026;10:0{i};{who};paso {i}" for i, who in enumerate(actors))
    loaded = read_log(write("a.csv", table(*rows, header=LOG)), **KEPT)
    assert loaded.log["actor"].tolist() == ["Ana", "Ana", "Luis", "Luis", "Luis"]
    assert "CL-ACTOR-ABOVE" in codes(loaded)


# --- texts and names ---------------------------------------------------------------------------


def said(*texts: str, author: str = "ana") -> str:
    """A table of posts with these texts, of one author."""
    return table(*(f"{i};2026-03-05T12:00:{i:02d}Z;{author};{text}" for i, text in
                   enumerate(texts, start=1)), header="id;created_at;usuario;texto")  # fmt: skip


@pytest.mark.parametrize(("texts", "code"), [
    (["el tel?fono no va", "?qu? pasa?", "la compa??a", "a?os as?", "se?ores"], "CL-TEXT-QUESTION"),
    (["Loading...", "hola", "Cargando…"], "CL-TEXT-FORMULA"),
    (["la app no funci…", "llevo dos ho…", "nadie contes…", "hola"], "CL-TEXT-CUT"),
    (["a" * 255, "b" * 255, "c" * 255, "corto"], "CL-TEXT-CUT"),
    ([r"tel\u00e9fono", "hola"], "CL-TEXT-ESCAPES"),
    (["nan", "hola", "nan", "nan"], "CL-WORD-NOTHING"),
    (["¿Va?Sí", "é va?no", "sí?no"], ""),
    (["no va?see", "https://a.b/c?d=e", "all fine?", "really", "ok", "is it", "yes", "no", "well",
      "down?again", "up", "x"], ""),
    (["NA", "hola"], ""),
    (["a" * 280, "b" * 280, "c" * 280], ""), (["hola…", "qué", "va", "a"], ""),
    ([r"C:\temp", r"C:\new", "hola & adiós"], ""),
    ([r"hola\nadiós"], "CL-TEXT-ESCAPES"),
    (["<p>hola</p>", "sí"], "CL-TEXT-ESCAPES"),
    (["no va<br>nada", "sí"], "CL-TEXT-ESCAPES"),
    (["I <3 you", "a < b > c"], ""),
])  # fmt: skip
def test_what_texts_lost_is_flagged(write: Write, texts: list[str], code: str) -> None:
    """Letters, ends and escapes; clean texts raise nothing."""
    loaded = read_posts(write("a.csv", said(*texts)), platform="facebook")
    assert codes(loaded) == ({code} if code else set())


def test_escapes_of_web_pages_are_flagged(write: Write) -> None:
    """What is left in texts of networks whose interfaces escape nothing."""
    text = (
        "id,created_at,text\n1,2026-03-05T12:00:00Z,no &quot;va&quot;\n2,2026-03-05T12:01:00Z,a\n"
    )
    loaded = read_posts(write("a.csv", text), platform="facebook")
    assert codes(loaded) == {"CL-TEXT-ESCAPES"}
    assert loaded.posts["flags"].fillna("").tolist() == ["CL-TEXT-ESCAPES", ""]


def test_names_that_are_errors_or_nothing_are_told(write: Write) -> None:
    """A formula's error is no account; NULL of a database is probably many people."""
    failed = read_posts(write("a.csv", said("hola", "sí", author="#NAME?")), platform="facebook")
    assert codes(failed) == {"CL-TEXT-FORMULA"}
    assert failed.posts["author_handle"].isna().all()
    null = read_posts(write("b.csv", said("a", "b", "c", author="NULL")), platform="facebook")
    assert codes(null) == {"CL-WORD-NOTHING"}
    assert null.posts["author_handle"].tolist() == ["NULL"] * 3


def test_long_posts_of_an_archive_of_x_are_told_as_cut(write: Write) -> None:
    """Their whole texts stand in another file, which nothing links to them."""
    texts = ("Pedimos disculpas… https://t.co/abc", "Hola… a todos")
    tweets = [
        {"tweet": {"id_str": str(x_id(at, i)), "full_text": text, "entities": {},
                   "created_at": f"{at:%a %b %d %H:%M:%S +0000 %Y}"}}
        for i, (at, text) in enumerate(zip(moments(2, 5), texts, strict=True))
    ]  # fmt: skip
    path = write("tweets.js", "window.YTD.tweets.part0 = " + json.dumps(tweets))
    loaded = read_posts(path)
    assert loaded.posts["flags"].fillna("").tolist() == ["CL-TEXT-CUT", ""]


def test_shifted_cells_are_flagged(write: Write) -> None:
    """A sentence as an account beside a number or an account as a text."""
    rows = ["1;2026-03-05T12:00:01Z;¿Cuándo vuelve la luz?;65", "2;2026-03-05T12:00:02Z;ana;hola",
            "3;2026-03-05T12:00:03Z;Yahoo! España Hoy;vale",
            "4;2026-03-05T12:00:04Z;¿Y qué más?;👏",
            "5;2026-03-05T12:00:05Z;no va nada hoy;ana"]  # fmt: skip
    path = write("a.csv", table(*rows, header="id;created_at;usuario;texto"))
    loaded = read_posts(path, platform="facebook")
    assert loaded.posts["flags"].fillna("").tolist() == [
        "CL-ROW-SHIFTED",
        "",
        "",
        "",
        "CL-ROW-SHIFTED",
    ]


def test_the_author_is_not_the_page(write: Write) -> None:
    """A column of the page's account beside one of authors."""
    path = write("a.csv", table("1;2026-03-05T12:00:00Z;Marca;ana;hola",
                                header="id;created_at;cuenta;autor;texto"))  # fmt: skip
    assert read_posts(path, platform="facebook").posts["author_handle"].tolist() == ["ana"]


def test_rows_that_a_spreadsheet_did_not_split_are_refused(write: Write) -> None:
    """Saved where semicolons separate, a row is one cell with commas, and empty ones behind it."""
    rows = "id,created_at,text,likes;;;\n1,2026-03-05T12:00:00Z,hola,7;;;\n"
    with pytest.raises(CrisisLabError, match="CL-TABLE-ONE-COLUMN"):
        read_posts(write("a.csv", rows), platform="facebook")


# --- no alarms ---------------------------------------------------------------------------------


def test_scores_of_reddit_may_be_negative(write: Write) -> None:
    """On Reddit a score below 0 is as it should be: no row is flagged for it."""
    path = write("a.csv", table("1;2026-03-05T12:00:00Z;hola;-5", "2;2026-03-05T12:01:00Z;b;7",
                                header="id;created_at;text;likes"))  # fmt: skip
    reddit = read_posts(path, platform="reddit")
    assert codes(reddit, "flagged") == set()
    assert codes(reddit, "fixed") == {"CL-COUNT-NEGATIVE"}
    assert codes(read_posts(path, platform="facebook"), "flagged") == {"CL-COUNT-NEGATIVE"}


def test_an_edited_review_is_a_version(write: Write) -> None:
    """A review comes again with a new text and date; ids that many rows share are no such thing."""
    head = "review id;review date;user name;review text"
    own = [f"ChdDSUhNMG9nS0VJQ0FnSUN{i}" for i in range(4)]
    rows = [f"{o};2026-03-0{i + 1}T10:00:00Z;u{i};mal {i}" for i, o in enumerate(own)]
    edits = [f"{o};2026-03-2{i}T10:00:00Z;u{i};ya resuelto {i}" for i, o in enumerate(own[:3])]
    loaded = read_posts(write("a.csv", table(*rows, *edits, header=head)), platform="google")
    assert len(loaded.posts) == 4
    assert len(loaded.versions) == 3
    assert "CL-ROWS-TEXT" in codes(loaded)
    page = [f"pagina-de-la-marca;2026-03-{i:02d}T10:00:00Z;marca;texto {i}" for i in range(1, 9)]
    with pytest.raises(CrisisLabError, match="CL-IDS-CLASH"):
        read_posts(write("b.csv", table(*page, header=head)), platform="google")


def test_a_sheet_of_notes_is_no_alarm(write: Write) -> None:
    """Two lines of words beside the posts are told, and flag nothing; a table beside them does."""
    good = [["id", "created_at", "text"], ["1", "2026-03-05T12:15:00Z", "hola"]]
    notes = write(
        "a.xlsx", book(("Posts", good), ("Notas", [["Exportado por Ana"], ["faltan dos"]]))
    )
    assert codes(read_posts(notes, platform="facebook"), "flagged") == set()
    other = write("b.xlsx", book(("Posts", good), ("Tabla", [["user", "n"], ["ana", "2"]])))
    assert codes(read_posts(other, platform="facebook"), "flagged") == {"CL-SHEET-OTHER"}
