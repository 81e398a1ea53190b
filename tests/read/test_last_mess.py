"""What a last set of messy files showed to be silently wrong, each with its truth beside it."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import _part, read_log, read_posts
from tests.read.exports import adds_up, codes, table
from tests.read.test_fresh_mess import X_MS
from tests.read.test_new_mess import flagged

Write = Callable[[str, str | bytes], Path]
NAMED = "id;created_at;username;text"
SAID = ("Qué vergüenza de servicio", "No funciona", "hola, buenas", "sigue caído", "gracias")
KEPT: dict[str, Any] = {"platform": "facebook", "zone": "UTC"}
FIRST = dt.datetime(2026, 3, 25, 8, 20, tzinfo=dt.UTC)


def at(i: int, minutes: int = 7, first: dt.datetime = FIRST) -> dt.datetime:
    """The moment of a row."""
    return first + dt.timedelta(minutes=minutes * i)


def posts(n: int, text: Callable[[int], str], author: Callable[[int], str] | None = None) -> str:
    """A table of posts with these texts."""
    who = author or (lambda i: f"u{i % 5}")
    return table(*(f"{1221 + i};{at(i):%Y-%m-%dT%H:%M:%SZ};{who(i)};{text(i)}" for i in range(n)),
                 header=NAMED)  # fmt: skip


def texts(loaded: Any, column: str = "text") -> list[str]:
    """Values of a column in the order of the file."""
    kept: list[str] = loaded.posts.sort_values("source_row")[column].fillna("").tolist()
    return kept


def quoted(text: str) -> str:
    """A text as a cell of CSV in quotation marks."""
    return '"' + text.replace('"', '""') + '"'


def in_parts(monkeypatch: pytest.MonkeyPatch, block: int | None) -> None:
    """Let files be typed so many rows at a time."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)


# --- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [
    (":face_with_tears_of_joy:", ":red_heart:", ":thumbs_up:"),
    (":cara_llorando_de_risa:", ":corazón_rojo:", ":pulgar_hacia_arriba:"),
    (":joy:", ":heart:", ":fire:"), ("U+1F602", "U+1F44D", "(U+1F621)"),
])  # fmt: skip
@pytest.mark.parametrize("block", [None, 10])
def test_names_of_emoji_are_told(
    write: Write, names: tuple[str, ...], block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script wrote names where emoji were; where some are left, people wrote the names."""
    in_parts(monkeypatch, block)

    def text(i: int) -> str:
        return f"{SAID[i % 5]} {names[i % 3]}" if i % 2 else SAID[i % 5]

    loaded = read_posts(write("a.csv", posts(30, text)), **KEPT)
    assert codes(loaded) == {"CL-TEXT-EMOJI"}
    assert flagged(loaded.posts, "CL-TEXT-EMOJI") == list(range(1, 30, 2))
    mixed = posts(30, lambda i: text(i) + (" 😀" if i == 4 else ""))
    assert not codes(read_posts(write("b.csv", mixed), **KEPT))


def test_times_and_addresses_are_no_names_of_emoji(write: Write) -> None:
    """Colons stand in much that people write."""
    said = ("a las 10:30:00, ya:", "https://a.b:80/c:d_e:f", "C:\\temp", "ojo:aviso:importante",
            "std::vector::push_back::x")  # fmt: skip
    assert not codes(read_posts(write("a.csv", posts(30, lambda i: said[i % 5])), **KEPT))


@pytest.mark.parametrize(("around", "block"), [
    ('"""{}"""', None), ('"""{}"""', 10), ("“{}”", None), ("«{}»", None), (" {}", None),
    (" {} ", 10), ('" ""{}"""', None), ("'{}'", None),
])  # fmt: skip
def test_what_stands_around_all_texts_is_taken_off(
    write: Write, around: str, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that passed through two programs has its texts quoted twice, or padded."""
    in_parts(monkeypatch, block)
    loaded = read_posts(write("a.csv", posts(30, lambda i: around.format(SAID[i % 5]))), **KEPT)
    assert codes(loaded) == {"CL-TEXT-WRAPPED"}
    assert texts(loaded) == [SAID[i % 5] for i in range(30)]
    assert loaded.posts["text_as_exported"].notna().all()


def test_marks_in_texts_quoted_twice_are_kept(write: Write) -> None:
    """Marks of the text itself are doubled twice."""
    loaded = read_posts(write("a.csv", posts(5, lambda _: '"""dijo """"no"""" y ya"""')), **KEPT)
    assert texts(loaded) == ['dijo "no" y ya'] * 5


@pytest.mark.parametrize("block", [None, 15])
def test_marks_around_texts_that_need_them_are_taken_off(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most programs put them only around what holds a comma; people put them anywhere."""
    in_parts(monkeypatch, block)
    meant = ('hola, "buenas"', "no va", "caído, otra vez", "ya")
    said = [quoted(quoted(text)) if "," in text else text for text in meant]
    loaded = read_posts(write("a.csv", posts(40, lambda i: said[i % 4])), **KEPT)
    assert codes(loaded) == {"CL-TEXT-WRAPPED"}
    assert set(texts(loaded)) == set(meant)
    for other in (quoted(quoted("cito")), "no, no"):
        people = [*(said[i % 4] for i in range(39)), other]
        assert not codes(read_posts(write("b.csv", posts(40, people.__getitem__)), **KEPT))


@pytest.mark.parametrize("said", [
    ('"""sí"""', "no", "ya"), ('"""sí"" y ""no"""',) * 3, ("“sí” y “no”",) * 3, (" a", "b", "c"),
])  # fmt: skip
def test_marks_that_people_wrote_stay(write: Write, said: tuple[str, ...]) -> None:
    """Marks around some texts, or around two parts of one, are their own."""
    loaded = read_posts(write("a.csv", posts(3, lambda i: said[i])), **KEPT)
    assert not codes(loaded)
    assert loaded.posts["text_as_exported"].isna().all()


def test_columns_of_fixed_width_are_cut_to_what_they_say(write: Write) -> None:
    """A database fills up all texts, names and words to one length."""
    rows = (f"{1221 + i} ;{at(i):%Y-%m-%dT%H:%M:%SZ} ; u{i % 3} ;{'Ana':10};{SAID[i % 5]:30};"
            " reply ; es " for i in range(20))  # fmt: skip
    head = "id ; created_at ;username;author_name;text;kind;lang"
    row = read_posts(write("a.csv", table(*rows, header=head)), **KEPT).posts.iloc[1]
    found = row[["post_id", "author_handle", "author_name", "text", "kind", "lang"]].tolist()
    assert found == ["1222", "u1", "Ana", "No funciona", "reply", "es"]


def test_blanks_around_names_of_a_log_are_no_names(write: Write) -> None:
    """Who typed a blank before some names meant the same people."""
    log = "fecha;quién;canal;qué\n" + "".join(
        f"2026-03-05 10:0{i};{' Ana ' if i % 2 else 'Ana'};{'web ' if i % 3 else 'web'};hecho {i}\n"
        for i in range(6)
    )
    found = read_log(write("log.csv", log), zone="UTC").log
    assert (set(found["actor"]), set(found["channel"])) == ({"Ana"}, {"web"})


def test_letters_with_accents_apart_are_put_together(write: Write) -> None:
    """A name of a Mac and the same name typed elsewhere are one account."""
    apart = [unicodedata.normalize("NFD", word) for word in ("peñón", SAID[0])]
    said, who = ((SAID[0], apart[1]), ("peñón", apart[0]))
    path = write("a.csv", posts(10, lambda i: said[i % 2], lambda i: who[i % 3 > 0]))
    loaded = read_posts(path, **KEPT)
    assert codes(loaded) == {"CL-TEXT-DECOMPOSED"}
    assert set(loaded.posts["author_handle"]) == {"peñón"}
    assert set(texts(loaded)) == {SAID[0]}
    assert loaded.posts["text_as_exported"].notna().sum() == 5


def test_accents_that_no_letter_has_stay(write: Write) -> None:
    """What has no sign of its own, people stacked there."""
    loaded = read_posts(write("a.csv", posts(5, lambda _: "z\u0351a\u0353lgo ไทย é")), **KEPT)
    assert not codes(loaded)
    assert set(texts(loaded)) == {"z\u0351a\u0353lgo ไทย é"}


@pytest.mark.parametrize("text", ['"hola\\\notra línea"', "hola \\n1\\", "adiós\\"])
def test_backslashes_of_a_database_are_told(write: Write, text: str) -> None:
    """MySQL writes one before each line end; a program that splits there leaves it."""
    loaded = read_posts(write("a.csv", posts(5, lambda _: text)), **KEPT)
    assert codes(loaded) == {"CL-TEXT-ESCAPES"}
    assert adds_up(loaded)


@pytest.mark.parametrize("text", ["¯\\_(ツ)_/¯", "vaya :\\", ":-\\", "y/o \\ ni"])
def test_backslashes_of_people_are_theirs(write: Write, text: str) -> None:
    """Faces hold them too, and a few fingers slip."""
    assert not codes(read_posts(write("a.csv", posts(5, lambda _: text)), **KEPT))
    slips = posts(5, lambda i: "hola\\" if i < 2 else text)
    assert not codes(read_posts(write("b.csv", slips), **KEPT))


def test_letters_in_utf_7_are_told(write: Write) -> None:
    """Old mail programs write é as +AOk-; a car is none."""
    path = write("a.csv", posts(10, lambda i: SAID[i % 5]).encode("utf-7"))
    loaded = read_posts(path, **KEPT)
    assert codes(loaded) == {"CL-TEXT-ESCAPES"}
    assert flagged(loaded.posts, "CL-TEXT-ESCAPES") == [0, 3, 5, 8]
    cars = posts(10, lambda _: "el C63+AMG, +APE y +AOC, A+ +AK-47, BMW+AMG")
    assert not codes(read_posts(write("b.csv", cars), **KEPT))


@pytest.mark.parametrize("mark", [
    "\u200e<This message was edited>", " \u200e<Se editó este mensaje.>",
    "<Mensagem editada>\u200e", "<Este mensaje se editó>",
])  # fmt: skip
def test_messages_that_were_edited_are_told(write: Write, mark: str) -> None:
    """WhatsApp puts a mark at the end, in the language of the phone; it is no word of theirs."""
    chat = "".join(f"[25/03/26, 10:{i:02d}:00] Ana: {SAID[i % 5]}{mark if i % 3 else ''}\n"
                   for i in range(9))  # fmt: skip
    path = write("chat.txt", chat)
    loaded = read_posts(path, zone="UTC")
    assert texts(loaded) == [SAID[i % 5] for i in range(9)]
    assert flagged(loaded.posts, "CL-TEXT-EDITED") == [1, 2, 4, 5, 7, 8]
    log = read_log(path, zone="UTC")
    assert "CL-TEXT-EDITED" in codes(log)
    assert not log.log["text"].str.contains("<").any()


# --- authors, ids, counts ------------------------------------------------------------------------


@pytest.mark.parametrize("block", [None, 15])
def test_authors_of_merged_cells_are_told(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook saved as CSV has the name in the first of the merged cells only."""
    in_parts(monkeypatch, block)
    merged = posts(40, lambda i: f"{SAID[i % 5]} {i}", lambda i: "" if i % 4 else f"u{i}")
    loaded = read_posts(write("a.csv", merged), **KEPT)
    assert codes(loaded) == {"CL-AUTHOR-ABOVE"}
    assert flagged(loaded.posts, "CL-AUTHOR-ABOVE") == [i for i in range(40) if i % 4]


@pytest.mark.parametrize("author", [
    lambda i: "Marca" if i % 4 == 0 else "", lambda i: "" if i in (0, 3, 5) else f"u{i}",
    lambda i: "" if i % 4 == 0 else f"u{i}", lambda _: "",
])  # fmt: skip
def test_authors_that_nobody_merged_raise_nothing(
    write: Write, author: Callable[[int], str]
) -> None:
    """A network may keep the names of people, and some may be missing anywhere."""
    path = write("a.csv", posts(40, lambda i: f"{SAID[i % 5]} {i}", author))
    assert "CL-AUTHOR-ABOVE" not in codes(read_posts(path, **KEPT))


def test_names_of_merged_cells_in_a_log_are_told(write: Write) -> None:
    """People merge the cells of a register too; a name in every row raises nothing."""
    people = ("Ana", "Luis", "Eva")

    def log(every: int) -> str:
        return "fecha;quién;qué\n" + "".join(
            f"2026-03-05 10:{i:02d};{'' if i % every else people[i // 5 % 3]};hecho {i}\n"
            for i in range(30)
        )

    assert "CL-AUTHOR-ABOVE" in codes(read_log(write("a.csv", log(5)), zone="UTC"))
    assert "CL-AUTHOR-ABOVE" not in codes(read_log(write("b.csv", log(1)), zone="UTC"))


def test_accounts_that_are_decimals_are_whole_numbers(write: Write) -> None:
    """A column with gaps makes 1000.0 of the account 1000 in pandas; a version is an account."""
    path = write("a.csv", posts(10, lambda i: SAID[i % 5],
                                lambda i: "" if i == 4 else f"{1000 + i}.0"))  # fmt: skip
    loaded = read_posts(path, **KEPT)
    assert codes(loaded) == {"CL-IDS-FLOAT-REPAIRED"}
    assert texts(loaded, "author_handle") == ["" if i == 4 else str(1000 + i) for i in range(10)]
    path = write("b.csv", posts(10, lambda i: SAID[i % 5], lambda i: f"{i}.0" if i else "ana"))
    loaded = read_posts(path, **KEPT)
    assert not codes(loaded)
    assert texts(loaded, "author_handle")[1] == "1.0"


@pytest.mark.parametrize(
    "number", ["7.4369{0}E+18", "74369{0}1234567890000.0", "74369{0}12345678000"]
)
@pytest.mark.parametrize("block", [None, 15])
def test_accounts_that_lost_digits_are_told(
    write: Write, number: str, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spreadsheet rounds the numbers of accounts as it does those of posts."""
    in_parts(monkeypatch, block)
    path = write("a.csv", posts(60, lambda i: f"hola {i}", lambda i: number.format(100 + i)))
    loaded = read_posts(path, **KEPT)
    assert codes(loaded) == {"CL-IDS-ACCOUNT"}
    assert loaded.posts["author_handle"].isna().all() == ("E" in number)
    whole = posts(60, lambda i: f"hola {i}", lambda i: str(743690000012345678 + 79191933337 * i))
    assert not codes(read_posts(write("b.csv", whole), **KEPT))


def test_ids_below_zero_are_told(write: Write) -> None:
    """A program that keeps 32 bits of an id makes such ones; rows without an id are no such."""
    rows = [f"{-2147483000 + i};{at(i):%Y-%m-%dT%H:%M:%SZ};hola {i}" for i in range(5)]
    assert codes(read_posts(write("a.csv", table(*rows)), **KEPT)) == {"CL-IDS-NEGATIVE"}
    kept = [f"a-{i};{at(i):%Y-%m-%dT%H:%M:%SZ};hola {i}" for i in range(5)]
    assert not codes(read_posts(write("b.csv", table(*kept)), **KEPT))


def test_lists_where_counts_belong_are_told(write: Write) -> None:
    """Who liked it is no number of likes, and a list of something else is not missed."""
    rows = [{"id": str(1221 + i), "created_at": f"{at(i):%Y-%m-%dT%H:%M:%SZ}", "text": SAID[i],
             "tags": ["a"]} for i in range(5)]  # fmt: skip
    assert not codes(read_posts(write("a.json", json.dumps(rows)), **KEPT))
    liked = [row | {"likes": ["ana", "eva"]} for row in rows]
    loaded = read_posts(write("b.json", json.dumps(liked)), **KEPT)
    assert codes(loaded) == {"CL-COLUMN-NESTED"}
    assert loaded.issues["message"].str.contains("likes").any()
    listed = table(*(f"{i};{at(i):%Y-%m-%dT%H:%M:%SZ};hola;['a', 'b']" for i in range(5)),
                   header="id;created_at;text;likes")  # fmt: skip
    assert codes(read_posts(write("c.csv", listed), **KEPT)) == {"CL-COUNT-UNREADABLE"}


# --- rows and times ------------------------------------------------------------------------------


@pytest.mark.parametrize("last", [
    "Total;2026-03-31T00:00:00Z;;;30", "2026;2026-03-31T00:00:00Z;Total;;30",
    "Suma;2026-03-31T00:00:00Z;;;30", ";2026-03-31T00:00:00Z;;Total;30",
    "98;2026-03-31T00:00:00Z;;Promedio:;6", "99;2026-03-31T00:00:00Z;;TOTAL GENERAL;30",
])  # fmt: skip
def test_a_sum_with_a_time_is_no_post(write: Write, last: str) -> None:
    """A last row that lacks what all above it have, and says that it is the sum."""
    rows = [f"{1221 + i};{at(i):%Y-%m-%dT%H:%M:%SZ};u{i};{SAID[i]};6" for i in range(5)]
    loaded = read_posts(write("a.csv", table(*rows, last, header=NAMED + ";likes")), **KEPT)
    assert codes(loaded) == {"CL-TABLE-FOOTER"}
    assert (len(loaded.posts), adds_up(loaded)) == (5, True)


def test_a_post_that_says_total_is_a_post(write: Write) -> None:
    """People say so too, in rows that lack nothing."""
    for word in ("Total", "media"):
        said = (*SAID, word)
        path = write("a.csv", posts(6, said.__getitem__))
        assert len(read_posts(path, **KEPT).posts) == 6


COLLECTED = "id;created_at;username;text;collected_at"


def collected(made: Callable[[int], str], taken: Callable[[int], str]) -> str:
    """A table of posts with the moments at which they were collected."""
    return table(*(f"{1221 + i};{made(i)};u;hola {i};{taken(i)}" for i in range(30)),
                 header=COLLECTED)  # fmt: skip


@pytest.mark.parametrize("block", [None, 10])
def test_local_times_that_say_z_are_told_by_their_collection(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No post is collected before it is made, beyond what clocks differ by."""
    in_parts(monkeypatch, block)

    def made(hours: int) -> Callable[[int], str]:
        return lambda i: f"{at(i) + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"

    def taken(i: int) -> str:
        return f"{at(i) + dt.timedelta(minutes=3, seconds=i):%Y-%m-%dT%H:%M:%SZ}"

    assert not codes(read_posts(write("a.csv", collected(made(0), taken)), **KEPT))
    loaded = read_posts(write("b.csv", collected(made(2), taken)), **KEPT)
    assert codes(loaded) == {"CL-TIME-COLLECTED"}
    assert len(flagged(loaded.posts, "CL-TIME-COLLECTED")) == 30


def test_days_before_months_are_told_by_their_collection(write: Write) -> None:
    """Of dates without a day over 12 nothing else tells that they are turned around."""
    first = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
    turned = collected(lambda i: f"{at(i, 200, first):%Y-%d-%m %H:%M:%S}",
                       lambda _: "2026-03-12 09:00:07")  # fmt: skip
    path = write("a.csv", turned)
    assert "CL-TIME-COLLECTED" in codes(read_posts(path, **KEPT))


@pytest.mark.parametrize("form", ["%Y-%d-%m %H:%M:%S", "%Y-%d-%mT%H:%M:%SZ"])
@pytest.mark.parametrize("platform", ["x", None])
@pytest.mark.parametrize(("minutes", "block"), [(200, None), (200, 10), (1500, None), (1500, 10)])
def test_days_before_months_are_read_as_ids_of_x_tell(
    write: Write, form: str, platform: str | None, minutes: int, block: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whether or not a day is over 12, only the days before the months fit the ids."""
    in_parts(monkeypatch, block)
    first = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
    made = [at(i, minutes, first) for i in range(30)]

    def rows(form: str) -> str:
        return table(*(f"{((int(m.timestamp() * 1000) - X_MS) << 22) + 1 + i};{m:{form}};hola {i}"
                       for i, m in enumerate(made)))  # fmt: skip

    loaded = read_posts(write("a.csv", rows(form)), platform=platform, zone="UTC")
    assert codes(loaded, "flagged") == set()
    assert "CL-TIME-ORDER-FOUND" in codes(loaded)
    assert loaded.posts["created_at"].tolist() == made
    clean = read_posts(write("b.csv", rows("%Y-%m-%d %H:%M:%S")), platform=platform, zone="UTC")
    assert "CL-TIME-ORDER-FOUND" not in codes(clean)
    assert clean.posts["created_at"].tolist() == made


def test_days_before_months_show_in_three_months_of_one_day(write: Write) -> None:
    """Many posts that all lie on the third of a month were written in March."""
    rows = [f"{i};2026-{3 + i // 12:02d}-03 1{i % 7}:{i:02d}:00;hola {i}" for i in range(36)]
    assert "CL-TIME-ONE-DAY" in codes(read_posts(write("a.csv", table(*rows)), **KEPT))
    few = read_posts(write("b.csv", table(*rows[6:30])), **KEPT)
    assert "CL-TIME-ONE-DAY" not in codes(few)


@pytest.mark.parametrize("day", ["2026-03-25", "2026-03-25 00:00:00"])
def test_a_day_of_collection_is_the_whole_day(write: Write, day: str) -> None:
    """Who writes only the day collected at any hour of it."""
    path = write("a.csv", collected(lambda i: f"{at(i):%Y-%m-%dT%H:%M:%SZ}", lambda _: day))
    assert "CL-TIME-COLLECTED" not in codes(read_posts(path, **KEPT))


def test_local_times_that_say_z_are_told_by_ids_of_x(write: Write) -> None:
    """The ids tell the moment itself."""
    rows = (
        f"{((int(at(i).timestamp() * 1000) - X_MS) << 22) + 1 + i};"
        f"{at(i) + dt.timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ};hola {i}"
        for i in range(10)
    )
    loaded = read_posts(write("a.csv", table(*rows)), platform="x")
    assert codes(loaded) == {"CL-TIME-SHIFT"}
    assert loaded.posts["created_at"].min() == FIRST


@pytest.mark.parametrize("form", ["%Y-%m-%d %I:%M:%S", "%d/%m/%Y %I:%M"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_few_posts_without_p_m_are_told(write: Write, form: str, newest_first: bool) -> None:
    """Rows in order that fall back once a day, at noon, and no hour over 12."""
    order = range(11, -1, -1) if newest_first else range(12)

    def rows(form: str) -> str:
        return table(*(f"{1221 + i};{at(i, 43):{form}};hola {i}" for i in order))

    assert "CL-TIME-HALF-CLOCK" in codes(read_posts(write("a.csv", rows(form)), **KEPT))
    whole = rows(form.replace("%I", "%H"))
    assert "CL-TIME-HALF-CLOCK" not in codes(read_posts(write("b.csv", whole), **KEPT))


def test_few_posts_in_no_order_tell_nothing_of_p_m(write: Write) -> None:
    """Mornings in the order of likes fall back many times."""
    rows = (f"{1221 + i};2026-03-25 {6 + i * 5 % 7:02d}:{i:02d}:00;hola {i}" for i in range(20))
    assert "CL-TIME-HALF-CLOCK" not in codes(read_posts(write("a.csv", table(*rows)), **KEPT))
