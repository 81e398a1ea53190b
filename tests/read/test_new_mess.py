"""What a further set of messy files showed to be silently wrong, each with its truth beside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import _part, read_log, read_posts
from tests.read.exports import adds_up, codes, dated, instants, table
from tests.read.nasty.books import book
from tests.read.test_fresh_mess import KEPT, X_MS, kept, moments, said

Write = Callable[[str, str | bytes], Path]
HEAD = "id;created_at;username;text"
FLAGS = "flags"


def flagged(table: Any, code: str) -> list[int]:
    """Places of the rows that bear a code, in the order of the file."""
    rows = table.sort_values("source_row", kind="stable").reset_index(drop=True)
    return [i for i, told in enumerate(rows["flags"].fillna("")) if code in told.split()]


# --- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [None, 60])
def test_two_rounded_ids_among_those_of_x_are_refused(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X counts in the last bits of its ids; those of a rounded one are any."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    times = moments(200, 7)
    own = [str(((int(at.timestamp() * 1000) + 13 * i - X_MS) << 22) + i % 7)
           for i, at in enumerate(times)]  # fmt: skip
    clean = [f"{o};{at:%Y-%m-%dT%H:%M:%SZ};a {i}"
             for i, (o, at) in enumerate(zip(own, times, strict=True))]  # fmt: skip
    assert not codes(read_posts(write("a.csv", table(*clean)), platform="x"))
    for i in (50, 120):
        clean[i] = clean[i].replace(own[i], own[i][:15] + "0000")
    with pytest.raises(CrisisLabError, match="CL-IDS-ROUNDED"):
        read_posts(write("b.csv", table(*clean)), platform="x")


@pytest.mark.parametrize("block", [None, 700])
def test_few_rounded_ids_of_17_digits_are_refused(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in a hundred intact ones ends in 00; here it is one in twenty, and no other pair is."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    own = [str(12210345678901234 + i * 7919193) for i in range(3000)]
    cut = [o[:15] + "00" if i % 25 == 3 else o for i, o in enumerate(own)]

    def rows(ids: list[str]) -> str:
        return table(*(f"{o};2026-03-05T{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}Z;hola {i}"
                       for i, o in enumerate(ids)))  # fmt: skip

    assert not codes(read_posts(write("a.csv", rows(own)), platform="facebook"))
    with pytest.raises(CrisisLabError, match="CL-IDS-ROUNDED"):
        read_posts(write("b.csv", rows(cut)), platform="facebook")


LINKED = HEAD + ";in_reply_to"


@pytest.mark.parametrize(("link", "parent", "code"), [
    ("https://www.facebook.com/posts/122100000000001", "122100000000001", "CL-IDS-TIDIED"),
    ("https://www.facebook.com/x?story_fbid=122100000000001#c", "122100000000001",
     "CL-IDS-TIDIED"),
    ("Marca", None, "CL-IDS-YES"), ("¿Y mi dinero, señores?", None, "CL-IDS-YES"),
    ("@ana", None, "CL-IDS-TIDIED"), ("122100000000001", "122100000000001", ""),
])  # fmt: skip
def test_what_is_answered_is_an_id(write: Write, link: str, parent: str | None, code: str) -> None:
    """An address holds its id; the name of who is answered, or the words, make no conversation."""
    rows = [f"{122100000000001 + i};2026-03-05T12:00:0{i}Z;u{i};hola {i};{link if i else ''}"
            for i in range(3)]  # fmt: skip
    path = write("a.csv", table(*rows, header=LINKED))
    loaded = read_posts(path, platform="facebook")
    assert codes(loaded) == ({code} if code else set())
    found = loaded.posts.sort_values("post_id")
    assert found["parent_id"].fillna("").tolist() == ["", parent or "", parent or ""]
    if code != "CL-IDS-TIDIED" or parent:
        assert found["kind"].tolist() == ["post", "reply", "reply"]


@pytest.mark.parametrize("written", [
    "https://x.com/ana", "https://www.instagram.com/ana/?hl=es", "twitter.com/@ana",
    "Ana Núñez (@ana)", "@ ana", " ana", "@ana",
])  # fmt: skip
def test_an_account_is_its_handle(write: Write, written: str) -> None:
    """The address of a profile and the name before a handle are taken off."""
    path = write("a.csv", table(f"1;2026-03-05T12:00:00Z;{written};hola", header=HEAD))
    row = read_posts(path, platform="x").posts.iloc[0]
    assert row["author_handle"] == "ana"
    assert (row["author_name"] == "Ana Núñez") == ("Núñez" in written)


def test_garbled_accounts_are_repaired(write: Write) -> None:
    """A name in the column of accounts is as garbled as the texts."""
    name = "José Núñez".encode().decode("cp1252")
    loaded = read_posts(write("a.csv", said("hola", author=name)), platform="facebook")
    assert codes(loaded) == {"CL-TEXT-MOJIBAKE"}
    assert loaded.posts["author_handle"].tolist() == ["José Núñez"]


# --- times -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [796140441, 796140441 * 10**9, 796140441000])
def test_seconds_since_2001_are_not_of_1995(write: Write, number: int) -> None:
    """Phones of Apple count from 2001; no post was written in 1995."""
    with pytest.raises(CrisisLabError, match="CL-TIME-FORMAT"):
        read_posts(write("a.csv", dated(*[str(number)] * 3)), platform="facebook")


@pytest.mark.parametrize("unit", [1, 1000])
def test_seconds_that_a_spreadsheet_cut_are_told(write: Write, unit: int) -> None:
    """1.77448E+12, written as a whole number again, is known to three hours."""
    cut = [int(float(f"{at.timestamp() * unit:.5E}")) for at in moments(20, 431)]
    loaded = read_posts(write("a.csv", dated(*map(str, cut))), platform="facebook")
    assert codes(loaded) == {"CL-TIME-COARSE"}
    days = [int(at.timestamp()) // 86_400 * 86_400 * unit for at in moments(20, 1431)]
    clean = read_posts(write("b.csv", dated(*map(str, days))), platform="facebook")
    assert "CL-TIME-COARSE" not in codes(clean)


def test_days_before_months_in_iso_dates_are_asked_about(write: Write) -> None:
    """2026-25-03 is a date only so; then 2026-05-03 may be the fifth of March."""
    times = moments(14, 1440, dt.datetime(2026, 3, 3, 10, 0, tzinfo=dt.UTC))
    path = write("a.csv", dated(*(f"{at:%Y-%d-%m %H:%M:%S}" for at in times)))
    with pytest.raises(CrisisLabError, match="CL-TIME-ORDER-BOTH"):
        read_posts(path, platform="facebook", **KEPT)
    right = read_posts(path, platform="facebook", dates="day-first", **KEPT)
    assert sorted(instants(right)) == [f"{at:%Y-%m-%d %H:%M:%S}" for at in times]
    one = dated(*(f"{at:%Y-%m-%d %H:%M:%S}" for at in times), "2026-25-03 10:00:00")
    typo = read_posts(write("b.csv", one), platform="facebook", dates="day-first", **KEPT)
    assert typo.rejects["code"].tolist() == ["CL-TIME-UNREADABLE"]
    assert instants(typo)[0] == "2026-03-03 10:00:00"


def test_day_numbers_of_a_spreadsheet_are_told(write: Write) -> None:
    """Old workbooks of a Mac count from 1904: nothing in such a column tells."""
    path = write("a.csv", dated("46086.4375", "46087.5"))
    loaded = read_posts(path, platform="facebook", **KEPT)
    assert codes(loaded) == {"CL-TIME-SERIAL"}
    mixed = read_posts(write("b.csv", dated("46086.4375", "2026-03-05 10:30")), strict=False,
                       platform="facebook", **KEPT)  # fmt: skip
    assert "CL-TIME-SERIAL" not in codes(mixed)


@pytest.mark.parametrize("block", [None, 9])
@pytest.mark.parametrize("wrong", [(5,), (4, 5, 6), (3, 17)])
def test_a_mistyped_year_is_flagged(
    write: Write, wrong: tuple[int, ...], block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows in the order of time, of which some stand a year before those around them."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    times = [f"{at:%Y-%m-%d %H:%M:%S}" for at in moments(20, 500)]
    typed = [at.replace("2026", "2025") if i in wrong else at for i, at in enumerate(times)]
    for order in (1, -1):
        loaded = read_posts(write("a.csv", dated(*typed[::order])), platform="facebook", **KEPT)
        found = [i if order == 1 else 19 - i for i in flagged(loaded.posts, "CL-TIME-YEAR")]
        assert sorted(found) == list(wrong)
    # Old posts among new ones are no mistake where they are in no order, or of another season.
    for old in ("2025-09-01 10:00:00", "2024-12-24 10:00:00"):
        text = dated(*(old if i == 5 else at for i, at in enumerate(times)))
        clean = read_posts(write("b.csv", text), platform="facebook", **KEPT)
        assert "CL-TIME-YEAR" not in codes(clean)


# --- logs --------------------------------------------------------------------------------------

WORKDAY = ["09:00", "09:40", "10:15", "11:30", "13:05", "14:00", "16:20", "17:45", "19:10"]


def _half(hour: str) -> str:
    return f"{int(hour[:2]) % 12 or 12:02d}{hour[2:]}"


@pytest.mark.parametrize("days", [("25",), ("25", "26")])
@pytest.mark.parametrize("order", [1, -1])
def test_afternoons_without_pm_are_flagged(write: Write, days: tuple[str, ...], order: int) -> None:
    """More than a third of a log may stand twelve hours early."""
    rows = [(f"{day}/03/2026", _half(hour)) for day in days for hour in WORKDAY][::order]
    loaded = read_log(write("a.csv", kept(rows)), dates="day-first", zone="Europe/Madrid")
    late = [i for i, (_, hour) in enumerate(rows) if hour < "09:00"]
    assert flagged(loaded.log, "CL-LOG-BACK") == late
    assert len(late) > len(rows) / 3


def test_what_was_written_down_late_is_no_mistake(write: Write) -> None:
    """An entry of the morning below those of the evening: no slip would put it there."""
    for at in (6, 9):
        hours = [*WORKDAY[:at], "10:30", *WORKDAY[at:]]
        path = write("a.csv", kept([("25/03/2026", hour) for hour in hours]))
        assert "CL-LOG-BACK" not in codes(read_log(path, **KEPT))


def test_a_log_sorted_by_person_is_left_alone(write: Write) -> None:
    """Each goes forward, over the same hours; who takes over at night does not."""
    rows = [("25/03/2026", hour, who) for who in ("Ana", "Luis", "Marta")
            for hour in WORKDAY[ord(who[0]) % 3 :: 3]]  # fmt: skip
    text = table(*(f"{d};{h};{who};paso {h}" for d, h, who in rows), header="fecha;hora;quién;qué")
    assert "CL-LOG-BACK" not in codes(read_log(write("a.csv", text), **KEPT))
    night = [("22:50", "Ana"), ("23:20", "Ana"), ("23:58", "Ana"), ("00:10", "Luis"),
             ("00:40", "Luis")]  # fmt: skip
    text = table(*(f"25/03/2026;{h};{who};paso {h}" for h, who in night),
                 header="fecha;hora;quién;qué")  # fmt: skip
    assert flagged(read_log(write("b.csv", text), **KEPT).log, "CL-LOG-BACK") == [3, 4]


# --- texts -------------------------------------------------------------------------------------

SPANISH = "La compañía no contesta al teléfono, qué vergüenza; más días así desde el miércoles"


@pytest.mark.parametrize(("encoding", "text"), [
    ("mac-roman", SPANISH), ("cp850", SPANISH), ("cp1251", "Где мои деньги? Уже три дня жду"),
    ("koi8-r", "Где мои деньги? Уже три дня жду"), ("gb18030", "我的钱在哪里？已经等了三天"),
    ("big5", "我的錢在哪裡？已經等了三天"), ("shift_jis", "お金はどこですか。待っています"),
    ("euc_kr", "내 돈은 어디에 있나요?"), ("cp1253", "Πού είναι τα χρήματά μου"),
    ("cp1254", "İğrenç, şaşırdım; kırık değil mi, çıktığı gün"),
    ("cp1250", "pieniądze są już trzy dni; płacę łącznie, wciąż czekam, błąd"),
])  # fmt: skip
def test_another_encoding_is_named_with_the_line_to_declare(
    write: Write, encoding: str, text: str
) -> None:
    """What cp1252 makes of it is told beside what it would be, and the advice works."""
    data = said(*(f"{text.replace(';', ',')} {i}" for i in range(6))).encode(encoding)
    path = write("a.csv", data)
    loaded = read_posts(path, platform="facebook")
    told = next(p for p in loaded.problems if p.code == "CL-TEXT-CP1252-NOT")
    assert told.facts["encoding"] == encoding
    assert f'encoding="{encoding}"' in told.part("fix", "en")
    right = read_posts(path, platform="facebook", encoding=encoding)
    assert right.posts["text"].iloc[0] == f"{text.replace(';', ',')} 0"
    assert not codes(right)


@pytest.mark.parametrize("text", [
    SPANISH, "don’t — it’s “fine”… can’t—won’t", "L’œuvre d’été à Noël coûte 20 €, déjà vu",
    "«¿Qué?» —dijo—. 25ºC, 3ª, 5 m³, hola\xa0que\xa0tal", "Straße, Größe, schön, Müller",
    "não, coração, irmãos, ações", "Það er ekki gott, þetta er slæmt, fyrirtækið svarar",
    "¡¡¡ÑÑÑ!!! ÁÉÍÓÚ", "ok ½",
])  # fmt: skip
def test_western_letters_are_western(write: Write, text: str) -> None:
    """No alarm for typographic marks, capitals or languages that cp1252 is made for."""
    data = said(*(f"{text.replace(';', ',')} {i}" for i in range(6))).encode("cp1252")
    told = codes(read_posts(write("a.csv", data), platform="facebook"))
    assert "CL-TEXT-CP1252-NOT" not in told
    assert "CL-TEXT-CP1252" in told


@pytest.mark.parametrize(("text", "told"), [
    ("=C2=BFqu=C3=A9 pasa?", True), ("el ni=F1o no va", True), ("Qu%C3%A9%20pasa", True),
    ("hola%20que%20tal", True), ("verg&uuml;enza", True), ("&iquest;no?", True),
    ("Qu<U+00E9> pasa", True), ("Qu<c3><a9> pasa", True), (r"Qu\303\251 pasa", True),
    ("b'hola'", True), ('{"text": "hola"}', True), ("una_x000D_ línea", True),
    ("https://a.b/c%C3%A9?d=E9a", False), ("un 50% menos = 20", False), ("a=b, 3<4", False),
    ("snake_x000 y b'", False), ("[hola] {no}", False), ("www.a.b/x%20y", False),
])  # fmt: skip
def test_codes_left_in_texts_are_flagged(write: Write, text: str, told: bool) -> None:
    """Mails, addresses, R, scripts and sheets each leave their own."""
    own = json.dumps([{"id": str(i), "created_at": f"2026-03-05T12:00:{i:02d}Z", "text": t,
                       "likes": 1} for i, t in enumerate([text, "hola", "sí"])])  # fmt: skip
    loaded = read_posts(write("a.json", own), platform="facebook")
    assert flagged(loaded.posts, "CL-TEXT-ESCAPES") == ([0] if told else [])


def test_many_texts_of_one_length_are_cut(write: Write) -> None:
    """Any program's limit shows; what programs write by the dozen, and short words, do not."""
    long = [f"{word} no funciona la aplicación de la compañía desde ayer" for word in
            ("hoy", "ya", "aquí", "que", "nada", "esto", "todo", "mal", "peor", "y")]  # fmt: skip
    cut = read_posts(write("a.csv", said(*(t[:40] for t in long), "sí")), platform="facebook")
    assert len(flagged(cut.posts, "CL-TEXT-CUT")) == 10
    for clean in (long, [f"incidencia número {i:04d} abierta" for i in range(20)],
                  [f"a {i}" for i in range(20)], [t.ljust(280, "x") for t in long]):  # fmt: skip
        assert "CL-TEXT-CUT" not in codes(read_posts(write("b.csv", said(*clean)), zone="UTC"))


# --- files -------------------------------------------------------------------------------------


def test_an_export_with_more_columns_appended_hides_no_rows(write: Write) -> None:
    """Its header fits better; the rows above it are no preamble."""
    one = table(*(f"{i};2026-03-05T12:00:0{i}Z;ana;hola {i}" for i in range(4)), header=HEAD)
    two = table("7;2026-03-05T12:00:07Z;ana;adiós;3", header=HEAD + ";likes")
    loaded = read_posts(write("a.csv", one + two), platform="facebook")
    assert loaded.posts["text"].tolist() == [f"hola {i}" for i in range(4)]
    assert loaded.rejects["code"].tolist() == ["CL-ROW-LONG"] * 2
    assert adds_up(loaded)


def test_a_table_beside_the_posts_is_not_theirs(write: Write) -> None:
    """The authors of a summary on the right are no authors of the rows they stand in."""
    head = ["id", "created_at", "text", "", "usuario", "total"]
    rows = [[str(i), f"2026-03-05T12:00:0{i}Z", f"hola {i}", *(["", "ana", "3"] if i < 3 else [])]
            for i in range(6)]  # fmt: skip
    loaded = read_posts(write("a.xlsx", book(("Hoja", [head, *rows]))), platform="facebook")
    assert codes(loaded) == {"CL-TABLE-BESIDE"}
    assert loaded.posts["author_handle"].isna().all()
    whole = [row if len(row) > 3 else [*row, "", "ana", "3"] for row in rows]
    own = read_posts(write("b.xlsx", book(("Hoja", [head, *whole]))), platform="facebook")
    assert not codes(own)
    assert own.posts["author_handle"].tolist() == ["ana"] * 6


def test_a_chat_cut_where_a_message_begins_is_told(write: Write) -> None:
    """The beginning of the next moment is no word of the message above."""
    lines = "".join(f"[05/03/26, 12:0{i}:00] Ana: hola {i}\r\n" for i in range(3))
    for rest in ("[05/03/26, 12:0", "[05/03/26", "[05/03/26, 12:05:00"):
        loaded = read_posts(write("a.txt", lines + rest), dates="day-first", **KEPT)
        assert loaded.posts["text"].tolist() == ["hola 0", "hola 1", "hola 2"]
        assert loaded.rejects["code"].tolist() == ["CL-ROW-CUT"]
        assert adds_up(loaded)
    whole = read_posts(write("b.txt", lines + "en 2026"), dates="day-first", **KEPT)
    assert whole.posts["text"].iloc[-1] == "hola 2\nen 2026"


def _export(ids: range, zone: int = 0, n: int = 6) -> str:
    at = [moment + dt.timedelta(hours=zone) for moment in moments(n, 7)]
    return table(*(f"{i};{t:%Y-%m-%dT%H:%M:%SZ};u{t.minute};hola {k}"
                   for k, (i, t) in enumerate(zip(ids, at, strict=True))), header=HEAD)  # fmt: skip


def test_the_same_posts_under_other_ids_are_told(write: Write) -> None:
    """Author, words and second of several rows are those of another file: each counts twice."""
    one = write("a.csv", _export(range(101, 107)))
    other = read_posts([one, write("b.csv", _export(range(901, 907)))], platform="facebook")
    assert codes(other) == {"CL-ROWS-ALIKE"}
    assert len(other.posts) == 12
    assert other.issues.set_index("code").loc["CL-ROWS-ALIKE", "n"] == 6
    few = _export(range(901, 903), n=2)
    assert not codes(read_posts([one, write("c.csv", few)], platform="facebook"))
    later = _export(range(901, 907), zone=1)
    assert not codes(read_posts([one, write("d.csv", later)], platform="facebook"))


def test_two_exports_in_two_zones_are_told(write: Write) -> None:
    """The posts of both stand whole hours apart: one of them is not in the zone declared."""
    ids = range(122100000000101, 122100000000107)
    one, two = write("a.csv", _export(ids)), write("b.csv", _export(ids, zone=1))
    loaded = read_posts([one, two], platform="facebook")
    assert codes(loaded) == {"CL-ROWS-TWICE", "CL-ROWS-ZONE"}
    assert len(loaded.posts) == 6
    same = read_posts([one, write("c.csv", _export(ids))], platform="facebook")
    assert codes(same) == {"CL-ROWS-TWICE"}


def test_records_may_name_their_text_otherwise(write: Write) -> None:
    """An export whose keys change midway loses no text, and counts lie in objects."""
    posts = [{"id": str(i), "created_at": f"2026-03-05T12:00:0{i}Z",
              ("text" if i < 3 else "full_text"): f"hola {i}", "likes": {"count": i}}
             for i in range(6)]  # fmt: skip
    loaded = read_posts(write("a.json", json.dumps(posts)), platform="facebook")
    assert loaded.posts["text"].tolist() == [f"hola {i}" for i in range(6)]
    assert loaded.posts["n_likes"].tolist() == list(range(6))
