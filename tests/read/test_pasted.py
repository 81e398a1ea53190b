"""What was pasted or added to an export by hand or program is told, taken off or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import _part, read_posts
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
HEAD = "id,created_at,username,text\n"
ORDERS = (("id", "created_at", "username", "text"), ("created_at", "id", "text", "username"))


def rows(order: tuple[str, ...], numbers: range) -> str:
    """Rows with their columns in an order."""
    told = (
        {"id": str(i), "created_at": f"2026-03-05T09:{i:02}:00Z", "username": "u", "text": f"t{i}"}
        for i in numbers
    )
    return "".join(",".join(row[name] for name in order) + "\n" for row in told)


@pytest.mark.parametrize("n", [5, 20, 35])
@pytest.mark.parametrize("block", [None, 8])
def test_a_second_header_in_another_order_is_named(
    write: Write, n: int, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much stands below it, the second header is what is told, not the times."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    first, second = ORDERS
    text = HEAD + rows(first, range(20)) + ",".join(second) + "\n" + rows(second, range(20, 20 + n))
    with pytest.raises(CrisisLabError, match=r"CL-TABLE-HEADER-OTHER  a\.csv:22") as refused:
        read_posts(write("a.csv", text), platform="facebook")
    assert [problem.code for problem in refused.value.problems] == ["CL-TABLE-HEADER-OTHER"]


def test_swallowed_rows_are_counted_and_flagged(write: Write) -> None:
    """The last row, which ends the quotation, is lost too; the row that holds them is flagged."""
    written = [f"{i},2026-03-05T09:00:00Z,a,t{i},3\n" for i in range(1, 41)]
    written[9] = written[9].replace("t10", '"hola')
    written[19] = written[19].replace("t20", 'adiós"')
    path = write("a.csv", HEAD.replace("text", "text,likes") + "".join(written))
    loaded = read_posts(path, platform="facebook")
    assert (len(loaded.posts), codes(loaded)) == (30, {"CL-TABLE-SWALLOWED"})
    assert loaded.issues["n"].tolist() == [10]
    flagged = loaded.posts.loc[loaded.posts["flags"].notna(), "post_id"]
    assert flagged.tolist() == ["10"]
    assert adds_up(loaded)


def test_apostrophes_of_exporters_are_taken_off(write: Write) -> None:
    """An account is found by its name again; what people wrote themselves stays."""
    own = "1,2026-03-05T09:00:00Z,'@marca,'@ana lo sentimos\n"
    loaded = read_posts(write("a.csv", HEAD + own), platform="x")
    row = loaded.posts.iloc[0]
    assert (row["author_handle"], row["text"]) == ("marca", "@ana lo sentimos")
    assert row["text_as_exported"] == "'@ana lo sentimos"
    assert codes(loaded) == {"CL-TEXT-APOSTROPHE"}
    for text in (
        "'-1' es lo que dijo",
        "'tis",
        f"'@ana dijo\n2{own[1:]}".replace("'@ana lo", "@ana lo"),
    ):
        kept = own.replace("'@marca", "marca").replace("'@ana lo sentimos", text)
        loaded = read_posts(write("a.csv", HEAD + kept.replace("'@marca", "marca")), platform="x")
        assert loaded.posts["text"].str.startswith("'").iloc[0]
        assert not codes(loaded)


def test_an_account_is_no_item_that_is_answered(write: Write) -> None:
    """A column "in reply to" may hold accounts; marks nobody sees are no part of an id."""
    text = HEAD.replace("text", "text,in reply to") + (
        "1\xad,2026-03-05T09:00:00Z,a,x,@marca\n2,2026-03-05T09:00:00Z,a,x,\u180e1\n"
    )
    loaded = read_posts(write("a.csv", text), platform="facebook")
    assert loaded.posts["post_id"].tolist() == ["1", "2"]
    assert loaded.posts["parent_id"].fillna("").tolist() == ["", "1"]
    assert loaded.posts["kind"].tolist() == ["reply", "reply"]
    assert codes(loaded) == {"CL-IDS-TIDIED"}


CHAT = "24/10/26, 23:58 - Ana: hola\n25/10/26, 00:10 - Luis: Copio:\n{}25/10/26, 01:05 - Ana: fin\n"


def test_messages_pasted_into_a_chat_stay_what_was_pasted(write: Write) -> None:
    """A line in the form of another phone is part of the message, which is flagged."""
    pasted = "[24/10/26, 20:01:05] Marta: mañana avisamos a prensa\n"
    loaded = read_posts(write("a.txt", CHAT.format(pasted)), zone="Europe/Madrid")
    assert loaded.posts["author_name"].tolist() == ["Ana", "Luis", "Ana"]
    assert loaded.posts["text"].tolist()[1] == "Copio:\n" + pasted.strip()
    assert loaded.posts["flags"].notna().tolist() == [False, True, False]
    assert "CL-CHAT-OTHER-FORM" in codes(loaded)
    agenda = "26/10/2026 13:00 reunión\n- 27/10/2026 10:00-11:00 sala: dos\n"
    plain = read_posts(write("b.txt", CHAT.format(agenda)), zone="Europe/Madrid")
    assert (len(plain.posts), plain.posts["flags"].notna().sum()) == (3, 0)


def test_a_chat_in_another_form_appended_is_told(write: Write) -> None:
    """Messages whose form is not known are not swallowed in silence."""
    german = "26.10.2026 um 13:00 Uhr - Ana: hallo\n26.10.2026 um 13:02 Uhr - Ana: danke\n"
    loaded = read_posts(write("a.txt", CHAT.format("") + german), zone="Europe/Madrid")
    assert "CL-CHAT-OTHER-FORM" in codes(loaded)
    assert loaded.posts["flags"].notna().tolist() == [False, False, True]


def test_a_chat_of_a_french_phone_appended_is_read(write: Write) -> None:
    """Its hours stand behind a word."""
    french = "26/10/2026 à 13:00 - Ana: bonjour\n26/10/2026 à 13:02 - Ana: merci\n"
    loaded = read_posts(write("a.txt", CHAT.format("") + french), zone="Europe/Madrid")
    assert loaded.posts["text"].tolist()[3:] == ["bonjour", "merci"]
    assert str(loaded.posts["created_at"].iloc[3]) == "2026-10-26 12:00:00+00:00"
