"""What a reader of public data sets left: each is loaded right, told, or set aside by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import _part, read_log, read_posts
from tests.read.exports import adds_up, codes, table
from tests.read.test_books import book
from tests.read.test_bulk import assert_same, both, seen  # noqa: F401 - a fixture

Write = Callable[[str, str | bytes], Path]
AT = "2026-03-05T09:00:00Z"


# --- chats ---------------------------------------------------------------------------------------

MARK = "\u200e"


def chat(*said: str) -> str:
    """A chat of an iPhone, begun by a notice."""
    lines = (f"Ana: {MARK}Los mensajes están cifrados.", *(f"Luis: {text}" for text in said))
    return "".join(f"[13/3/26, 9:{i:02d}:00] {line}\n" for i, line in enumerate(lines))


@pytest.mark.parametrize("said", [
    f"{MARK}image omitted", f"{MARK}audio omitted", f"{MARK}imagen omitida",
    f"{MARK}áudio ocultado", f"{MARK}vidéo absente", f"{MARK}Bild weggelassen",
    f"{MARK}immagine omessa", "<Media omitted>", "<Multimedia omitido>",
    f"{MARK}This message was deleted.", f"{MARK}Se eliminó este mensaje.",
    f"{MARK}Mensagem apagada", f"{MARK}Ce message a été supprimé",
    f"{MARK}Diese Nachricht wurde gelöscht.",
    f"plan.pdf • {MARK}3 pages {MARK}document omitted", f"{MARK}<adjunto: 0001-PHOTO.jpg>",
    f"{MARK}IMG-20260313-WA0001.jpg (archivo adjunto)",
])  # fmt: skip
def test_what_stands_where_media_were_is_no_text(write: Write, said: str) -> None:
    """The phone wrote it: the message is kept, and has no words."""
    loaded = read_posts(write("_chat.txt", chat("hola", said)), zone="Europe/Madrid")
    assert adds_up(loaded)
    assert loaded.posts["text"].fillna("").tolist() == ["hola", ""]
    assert loaded.posts["author_name"].tolist() == ["Luis", "Luis"]


@pytest.mark.parametrize("said", [
    f"{MARK}Missed voice call", f"{MARK}Llamada perdida", f"{MARK}Chamada de vídeo perdida",
    f"{MARK}Appel vocal manqué", f"{MARK}Verpasster Sprachanruf", f"{MARK}Chiamata vocale persa",
])  # fmt: skip
def test_a_call_that_nobody_took_is_a_notice(write: Write, said: str) -> None:
    """An iPhone puts it under the name of who called."""
    for read in (read_posts, read_log):
        loaded = read(write("_chat.txt", chat("hola", said)), zone="Europe/Madrid")
        assert adds_up(loaded)
        assert loaded.rejects["code"].tolist() == ["CL-ROW-SYSTEM"] * 2


def test_words_beside_media_are_said(write: Write) -> None:
    """A caption stays, and so does what people say of pictures and calls."""
    said = (f"mirad esto {MARK}image omitted", "<Media omitted>\nmirad aquí",
            "la imagen omitida era otra", "llamada perdida\nllámame")  # fmt: skip
    loaded = read_posts(write("_chat.txt", chat(*said)), zone="Europe/Madrid")
    assert loaded.posts["text"].tolist() == ["mirad esto", "mirad aquí", *said[2:]]


@pytest.mark.parametrize("said", ["Imagen omitida", "audio omitido"])
def test_words_without_the_marks_of_the_phone_are_typed(write: Write, said: str) -> None:
    """A phone that marks what it writes itself marks all media; without marks nothing tells."""
    for mark, what in ((MARK, said), ("", "")):
        begun = f"[13/3/26, 9:00:00] Luis: {mark}image omitted\n[13/3/26, 9:01:00] Ana: {said}\n"
        loaded = read_posts(write("_chat.txt", begun), zone="Europe/Madrid", strict=False)
        assert adds_up(loaded)
        assert loaded.posts["text"].dropna().tolist() == [what] * bool(what)


def test_a_mark_before_the_line_is_one(write: Write) -> None:
    """Some phones mark the line, not the words."""
    begun = f"[13/3/26, 9:00:00] Luis: {MARK}image omitted\n"
    text = f"{begun}{MARK}[13/3/26, 9:01:00] Ana: imagen omitida\n[13/3/26, 9:02:00] Ana: hola\n"
    loaded = read_posts(write("_chat.txt", text), zone="Europe/Madrid")
    assert loaded.posts["text"].fillna("").tolist() == ["", "hola"]


def test_media_on_other_phones_stand_in_brackets(write: Write) -> None:
    """There a deleted message has no marks; what is called omitted without them was typed."""
    lines = ("<Multimedia omitido>", "imagen omitida", "Se eliminó este mensaje", "hola")
    text = "".join(f"13/3/26, 9:0{i} - Ana: {line}\n" for i, line in enumerate(lines))
    loaded = read_posts(write("_chat.txt", text), zone="Europe/Madrid")
    assert loaded.posts["text"].fillna("").tolist() == ["", "imagen omitida", "", "hola"]


# --- ids -----------------------------------------------------------------------------------------


def test_equals_signs_that_are_part_of_an_id_are_no_marks(write: Write) -> None:
    """Hashes in base64 end in them."""
    rows = (f"aGFzaDAw{i}Q==;{AT};hola {i};dXNlcg=={i}" for i in range(3))
    path = write("h.csv", table(*rows, header="id;created_at;text;user_id"))
    loaded = read_posts(path)
    assert not codes(loaded)
    assert loaded.posts["post_id"].tolist() == [f"aGFzaDAw{i}Q==" for i in range(3)]


def test_marks_of_a_spreadsheet_around_ids_are_still_taken_off(write: Write) -> None:
    """What only marks text is no part of an id, and what an address holds is told."""
    ids = ('="17"', "'18", "https://x.com/a/status/1234567890123456789")
    rows = (f"{own};{AT};hola {i}" for i, own in enumerate(ids))
    loaded = read_posts(write("s.csv", table(*rows).replace('="17"', '"=""17"""')))
    assert sorted(loaded.posts["post_id"]) == ["1234567890123456789", "17", "18"]
    assert loaded.issues.set_index("code").loc["CL-IDS-TIDIED", "n"] == 1


def test_copies_within_a_file_are_called_so(write: Write) -> None:
    """A copy may stand in the same file: nothing says that it came from elsewhere."""
    loaded = read_posts(write("c.csv", table(f"1;{AT};hola", f"1;{AT};hola")))
    message = loaded.issues.set_index("code").loc["CL-ROWS-TWICE", "message"]
    assert "elsewhere" not in message
    assert "otro sitio" not in message


# --- columns -------------------------------------------------------------------------------------


def test_counts_in_columns_named_as_flags_are_counts(write: Write) -> None:
    """Whole numbers, some of them over 1, are no yes and no."""
    path = write("f.csv", table(f"1;{AT};hola;0;3", f"2;{AT};ya;12;0", f"3;{AT};no;;1",
                                header="id;created_at;text;Retweet;Reply"))  # fmt: skip
    loaded = read_posts(path)
    posts = loaded.posts.sort_values("post_id")
    assert not codes(loaded)
    assert posts["n_reposts"].fillna(-1).tolist() == [0, 12, -1]
    assert posts["n_replies"].tolist() == [3, 0, 1]
    assert posts["kind"].tolist() == ["post"] * 3


@pytest.mark.parametrize(("header", "cells"), [
    ("Retweet", ("0", "1", "1")), ("Retweet", ("2", "true", "false")),
    ("Retweet;retweets", ("5;7", "0;8", "1;9")),
])  # fmt: skip
def test_numbers_that_may_be_counts_or_flags_are_told(
    write: Write, header: str, cells: tuple[str, ...]
) -> None:
    """They are left out, and a declaration uses them."""
    rows = [f"{i};{AT};hola {i};{own}" for i, own in enumerate(cells)]
    path = write("f.csv", table(*rows, header=f"id;created_at;text;{header}"))
    assert codes(read_posts(path)) - {"CL-KIND-BY-COLUMN"} == {"CL-COLUMN-NUMBERS"}
    assert "n_reposts" in read_posts(path, columns={"n_reposts": "Retweet"}).posts.dropna(
        axis=1, how="all"
    )


@pytest.mark.parametrize("block", [None, 10])
def test_counts_of_some_blocks_are_counts_in_all(
    write: Write, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block of zeros and ones alone says nothing."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    rows = (f"{i};{AT};hola {i};{7 if i == 35 else i % 2}" for i in range(40))
    loaded = read_posts(write("b.csv", table(*rows, header="id;created_at;text;Retweet")))
    assert loaded.posts["n_reposts"].sum() == 26
    assert not codes(loaded)


REDDIT = "id,author,title,selftext,score,num_comments,created_utc,subreddit"


def test_a_title_on_reddit_stands_before_the_body(write: Write) -> None:
    """As in the JSON of the same posts; what was removed is no body."""
    said = ("Se ha caído,Desde ayer", "Solo título,", "Quitado,[removed]", ",Sin título",
            "Igual,Igual")  # fmt: skip
    rows = (f"k{i},ana,{own},3,1,177270120{i},redes\n" for i, own in enumerate(said))
    loaded = read_posts(write("r.csv", REDDIT + "\n" + "".join(rows)), platform="reddit")
    found = loaded.posts.sort_values("post_id")["text"].tolist()
    assert found == ["Se ha caído\nDesde ayer", "Solo título", "Quitado", "Sin título", "Igual"]
    records = [{"id": "a", "title": "Uno", "selftext": "Dos", "created_at": AT}]
    assert read_posts(write("r.json", json.dumps(records))).posts["text"].tolist() == ["Uno\nDos"]


def test_the_word_comment_is_no_title(write: Write) -> None:
    """Scripts that collect posts and comments write it where comments have none."""
    rows = "Comment,2,k1,,0,1772701200,hola\nSe ha caído,9,k2,,4,1772701260,Desde ayer\n"
    path = write("p.csv", f"title,score,id,url,comms_num,created,body\n{rows}")
    found = read_posts(path, platform="reddit").posts["text"].tolist()
    assert found == ["hola", "Se ha caído\nDesde ayer"]


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "meant"), [
    ('"dijo "no" y ya"', 'dijo "no" y ya'), ('""no", dijo"', '"no", dijo'),
    ('"dice "no va""', 'dice "no va"'), ('"a "b", c "d" e, f"', 'a "b", c "d" e, f'),
])  # fmt: skip
def test_marks_inside_a_text_that_split_one_way_alone_are_kept(
    write: Write, text: str, meant: str
) -> None:
    """Some scrapers put texts in quotation marks and do not look at those inside."""
    rows = (f"1;{AT};hola;ana", f"2;{AT};{text};eva", f"3;{AT};{text};luis", f"4;{AT};ya;ana")
    loaded = read_posts(write("q.csv", table(*rows, header="id;created_at;text;username")))
    assert adds_up(loaded)
    assert codes(loaded) == {"CL-ROW-QUOTE-INSIDE"}
    posts = loaded.posts.sort_values("post_id")
    assert posts["text"].tolist() == ["hola", meant, meant, "ya"]
    assert posts["author_handle"].tolist() == ["ana", "eva", "luis", "ana"]
    assert posts["source_row"].tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize("row", [
    f'2;{AT};"a "b"; c";eva', f'2;{AT};"a "b" c', f'2;{AT};"una de 5" y ya";eva',
    f'2;{AT};"a ""b"" c "d" e";eva', f'2;{AT};"a" b;eva', f'2;{AT};"a ";"b" c";eva',
])  # fmt: skip
def test_rows_that_may_be_split_in_other_ways_are_set_aside(write: Write, row: str) -> None:
    """Marks that are no pairs, stand at a separator or go on in the next line leave doubt."""
    rows = (f"1;{AT};hola;ana", row, f"4;{AT};ya;ana")
    loaded = read_posts(write("q.csv", table(*rows, header="id;created_at;text;username")))
    assert adds_up(loaded)
    assert loaded.posts["post_id"].tolist() == ["1", "4"]
    assert loaded.rejects["code"].tolist() == ["CL-ROW-QUOTE"]


def test_columns_without_a_name_that_hold_values_are_no_fault(write: Write) -> None:
    """The header has empty names for them; further cells are too many all the same."""
    rows = [f"{i};{AT};hola {i};x{i};{i}" for i in range(12)]
    path = write("u.csv", table(*rows, f"99;{AT};a;b;c;d", header="id;created_at;text;;"))
    loaded = read_posts(path)
    assert adds_up(loaded)
    assert len(loaded.posts) == 12
    assert loaded.rejects["source_row"].tolist() == [14]
    again = table(*rows[:6], "id;created_at;text;;", *rows[6:], header="id;created_at;text;;")
    assert codes(read_posts(write("a.csv", again))) == {"CL-TABLE-HEADER-AGAIN"}


@pytest.mark.parametrize("spilled", [" que tal", "que tal"])
def test_parts_of_texts_in_columns_without_a_name_are_set_aside(write: Write, spilled: str) -> None:
    """A spreadsheet gives every row as many cells as the longest, and no name for those."""
    rows = [f"{i},{AT},hola,{spilled if i % 4 else ''},{''}" for i in range(12)]
    loaded = read_posts(write("s.csv", table(*rows, header="id,created_at,text,,")))
    assert adds_up(loaded)
    assert loaded.rejects["code"].tolist() == ["CL-ROW-LONG"] * 9


@pytest.mark.parametrize("spilled", [
    " que tal", " pero no", "que no va nada", "¿qué pasa?",
])  # fmt: skip
def test_words_where_counts_should_be_tell_a_cut_text(write: Write, spilled: str) -> None:
    """A comma that was not quoted moved all cells behind it."""
    rows = [f"{i},{AT},hola {i},{i},3,," for i in range(4)]
    rows.append(f"9,{AT},hola,{spilled},7,3,")
    header = "id,created_at,text,likes,retweets,hashtags,url"
    loaded = read_posts(write("s.csv", table(*rows, header=header)))
    assert codes(loaded) == {"CL-COUNT-UNREADABLE", "CL-ROW-SHIFTED"}
    marked = loaded.posts["flags"].fillna("").str.contains("CL-ROW-SHIFTED")
    assert loaded.posts.loc[marked, "post_id"].tolist() == ["9"]


def test_the_blank_behind_a_comma_tells_a_cut_text_in_any_column(write: Write) -> None:
    """The author's column holds the rest of the text, and that of likes the author."""
    rows = [f"{i},{AT},hola {i},ana,{i}," for i in range(4)]
    path = write("s.csv", table(*rows, f"9,{AT},hola, que tal,eva,3",
                                header="id,created_at,text,username,likes,hashtags"))  # fmt: skip
    loaded = read_posts(path)
    assert codes(loaded) == {"CL-COUNT-UNREADABLE", "CL-ROW-SHIFTED"}


@pytest.mark.parametrize("word", ["sin datos", "n.c.", "error", "oculto"])
def test_words_for_no_count_tell_no_shift(write: Write, word: str) -> None:
    """They are told as counts that cannot be read."""
    rows = [f"{i},{AT},hola {i},{word if i else 5}" for i in range(4)]
    path = write("s.csv", table(*rows, header="id,created_at,text,likes"))
    assert codes(read_posts(path)) == {"CL-COUNT-UNREADABLE"}


# --- what a table lacks --------------------------------------------------------------------------


@pytest.mark.parametrize("read", [read_posts, read_log])
@pytest.mark.parametrize("header", ["id,author,text,likes", "text,label,x,y"])
def test_a_table_without_times_is_refused_as_that(
    write: Write, read: Callable[..., Any], header: str
) -> None:
    """No name of a column would help: none of them holds times."""
    path = write("t.csv", f"{header}\n1,ana,hola que tal,5\n2,eva,ya,12\n")
    assert codes(read(path, strict=False)) == {"CL-SOURCE-NO-TIME"}


@pytest.mark.parametrize("cells", [
    (AT, AT), ("5/3/26", "6/3/26"), ("1772701200", "1772701260"), ("46086.5", "46087"),
    ("5 de marzo", "6 de marzo"), ("hace 2 h", "hace 3 h"), ("20260305", ""),
])  # fmt: skip
def test_a_column_that_may_hold_times_is_asked_for(write: Write, cells: tuple[str, ...]) -> None:
    """Its name is not known, and a declaration of it would help."""
    rows = [f"{i},hola,{cell}" for i, cell in enumerate(cells)]
    loaded = read_posts(write("t.csv", table(*rows, header="id,text,c3")), strict=False)
    assert codes(loaded) == {"CL-SOURCE-UNKNOWN"}


def test_ids_of_posts_in_a_table_of_comments_are_called_so(write: Write) -> None:
    """They repeat because they name the post; the id beside them is that of the comment."""
    rows = (f"k{i};p{i % 2};2026-03-{5 + i:02d}T12:00:00Z;nota {i};u{i}" for i in range(6))
    path = write("c.csv", table(*rows, header="id;post_id;created_at;comment;author"))
    (problem,) = (p for p in read_posts(path, strict=False).problems if p.severity == "refused")
    assert (problem.code, problem.column) == ("CL-IDS-POST", "post_id")
    loaded = read_posts(path, columns={"post_id": "id", "root_id": "post_id"})
    assert (len(loaded.posts), loaded.posts["root_id"].nunique()) == (6, 2)


def test_a_sheet_without_times_beside_posts_is_no_reason_to_refuse_them(tmp_path: Path) -> None:
    """Texts without a time on another sheet are no export; the posts are loaded."""
    posts: list[tuple[object, ...]] = [("id", "created_at", "text"), ("a1", AT, "hola")]
    words: list[tuple[object, ...]] = [("id", "text"), ("x", "queja"), ("y", "elogio")]
    path = book(tmp_path / "book.xlsx", ("Posts", posts), ("Codes", words))
    loaded = read_posts(path)
    assert (loaded.posts["text"].tolist(), codes(loaded)) == (["hola"], {"CL-SHEET-OTHER"})


def test_large_tables_tell_the_same(
    write: Write, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is split by a program beside us has titles, counts and moved cells as all others."""
    said = request.getfixturevalue("seen")
    header = "id,title,selftext,Retweet,likes,created_utc,subreddit,,"
    rows = [f"k{i},Uno {i},hola {i},{i % 7},{i},{1772701200 + i},redes,x,y" for i in range(3000)]
    rows[2000] = "k,Dos,hola,3, que tal,1772701200,redes,x,y"
    rows[2900] = 'q,Tres,"dijo "no" y ya",3,4,1772701200,redes,x,y'
    path = write("large.csv", table(*rows, header=header))
    fast, careful = both(path, monkeypatch, platform="reddit")
    assert_same(fast, careful)
    assert "rows" in said
    assert codes(fast) == {"CL-COUNT-UNREADABLE", "CL-ROW-SHIFTED", "CL-ROW-QUOTE-INSIDE"}
    assert (len(fast.posts), fast.posts["n_reposts"].max()) == (3000, 6)
    assert 'Tres\ndijo "no" y ya' in set(fast.posts["text"])
