"""Our side of the story, networks side by side, who drove it: by hand."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds
from crisislab.enrich.reception import add_reception
from crisislab.enrich.same_statement import same_statements
from crisislab.enrich.sides import sides
from crisislab.measure.across_networks import across_networks, network_answers, network_numbers
from crisislab.measure.drivers import (
    amplification,
    authors,
    driver_numbers,
    items,
    reposts_seen,
)
from crisislab.measure.official_side import (
    official_numbers,
    reactions,
    side_items,
    two_sides,
    who_heard,
)
from crisislab.measure.reception import reception_shares
from crisislab.schema import LABELS
from tests.build import at, posts

STATEMENT = "Retiramos el lote L26-071 de nuestro yogur: puede contener avellana. Lo sentimos."


def _story() -> pd.DataFrame:
    return posts(
        {"post_id": "old", "created_at": at("08:00"), "author_id": "p3", "text": "hola"},
        {"post_id": "n1", "created_at": at("10:00"), "author_id": "p1", "n_impressions": 1000,
         "text": "avellana", "n_likes": 9},
        {"post_id": "n2", "created_at": at("11:00"), "author_id": "p2", "n_impressions": 500,
         "text": "Avellána", "n_likes": 30},
        {"post_id": "own", "created_at": at("12:00"), "own": True, "author_id": "brand",
         "text": STATEMENT, "n_impressions": 100, "n_likes": 4},
        {"post_id": "own2", "created_at": at("13:00"), "own": True, "author_id": "brand",
         "text": "Más sobre la avellana", "n_impressions": 100},
        {"post_id": "q1", "created_at": at("13:30"), "author_id": "p1", "kind": "quote",
         "shared_id": "own", "text": "jajaja, qué chiste de avellana"},
        {"post_id": "r1", "created_at": at("13:40"), "author_id": "p3", "kind": "reply",
         "parent_id": "own", "root_id": "own", "text": "gracias por avisar de la avellana"},
        {"post_id": "rp", "created_at": at("13:50"), "author_id": "p4", "kind": "repost",
         "shared_id": "n2", "n_likes": 30, "text": "RT avellana"},
    )  # fmt: skip


def _told(frame: object) -> object:
    return sides(frame, since=at("09:00"), stated=at("12:00"), words=["avellana"])


def test_two_sides_by_hand() -> None:
    """200 of 1,700 displays are ours; a tenth was passed at 13:00, three hours after the start."""
    found = two_sides(side_items(_told(_story()))).set_index("figure")  # type: ignore[arg-type]
    shown = found.loc["impressions"]
    assert (shown["narrative"], shown["official"]) == (1500, 200)
    assert shown["official_share"] == pytest.approx(200 / 1700)
    assert shown["passed_minutes"] == 180
    assert found.loc["engagement", "narrative"] == 39


def test_who_heard_and_how_it_was_taken() -> None:
    """Of four authors since the onset two engaged with the answer; one mocks, one accepts."""
    told = _told(_story())
    reacted = reactions(told)  # type: ignore[arg-type]
    assert reacted["post_id"].tolist() == ["q1", "r1"]
    heard = who_heard(told, reacted)  # type: ignore[arg-type]
    assert heard[["n_authors", "n_heard"]].to_numpy().tolist() == [[4, 2]]
    received = add_reception(reacted)
    assert received["stance"].tolist() == ["mocked", "accepted"]
    numbers = official_numbers(two_sides(side_items(told)), heard, received)  # type: ignore[arg-type]
    by_metric = numbers.set_index(["metric", "scope"])["value"]
    assert by_metric["heard_share", "platform=x"] == 0.5
    assert reception_shares(received, LABELS.empty())[2]["value"] == 0.5


def test_hand_labels_of_reception_go_before_words() -> None:
    """A labelled text counts as labelled, whatever words it has."""
    received = add_reception(reactions(_told(_story())))  # type: ignore[arg-type]
    from crisislab.enrich.copies import text_keys

    label = {"task": "reception", "text_key": text_keys([received["text"][0]])[0],
             "label": "rejected", "coder": "c"}  # fmt: skip
    labels = LABELS.conform(pd.DataFrame([label]))
    again = add_reception(received, labels)
    assert again["stance"].tolist() == ["rejected", "accepted"]
    assert again["stance_by"].tolist() == ["label", "cue"]


def test_two_sides_are_the_same_on_duckdb() -> None:
    """Engine and order change nothing."""
    frame = _story()
    first = two_sides(side_items(_told(frame)))  # type: ignore[arg-type]
    connection = duckdb.connect()
    connection.register("posts", _with_microseconds(frame.sample(frac=1, random_state=3)))
    relation = connection.sql("select * from posts")
    other = two_sides(side_items(_told(relation)))  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(other, first, check_dtype=False)
    assert len(reactions(_told(connection.sql("select * from posts")))) == 2  # type: ignore[arg-type]


def _networks() -> pd.DataFrame:
    own = {"own": True, "author_id": "brand", "text": STATEMENT}
    return posts(
        own | {"post_id": "x1", "created_at": at("12:00"), "n_likes": 5, "n_reposts": 2},
        own | {"post_id": "f1", "created_at": at("12:20"), "platform": "facebook", "n_likes": 9,
               "text": STATEMENT + " Más en nuestra web."},
        own | {"post_id": "i1", "created_at": at("12:10"), "platform": "instagram",
               "text": "Buenos días a todos desde la granja de siempre"},
        {"post_id": "c1", "created_at": at("12:30"), "platform": "facebook", "kind": "comment",
         "parent_id": "f1", "root_id": "f1", "author_id": "p1"},
        {"post_id": "c2", "created_at": at("12:31"), "platform": "facebook", "kind": "comment",
         "parent_id": "f1", "root_id": "f1", "author_id": "p2"},
        {"post_id": "a1", "created_at": at("12:40"), "platform": "facebook", "kind": "reply",
         "parent_id": "c1", "root_id": "f1", "own": True, "author_id": "brand"},
    )  # fmt: skip


def test_the_same_statement_is_matched_across_networks() -> None:
    """Near-equal words on two networks are one statement; a greeting of the same hour is not."""
    frame = _networks()
    found = across_networks(same_statements(frame), frame)
    assert found["platform"].tolist() == ["x", "facebook"]
    assert found["delay_minutes"].tolist() == [0, 20]
    assert found["n_answers"].tolist() == [0, 2]
    assert found["n_answered"].tolist() == [0, 1]
    assert found["reactions"].tolist() == [5, 9]


def test_a_network_without_an_answer_is_named() -> None:
    """People wrote on one network and nobody was answered; where nobody wrote none is left."""
    frame = pd.concat([_networks(), posts({"post_id": "w", "platform": "web",
                                           "created_at": at("12:00")})])  # fmt: skip
    waits = pd.DataFrame({"platform": ["x", "facebook"], "answered": [False, True]})
    found = network_answers(waits, frame).set_index("platform")["left_without_answer"]
    assert found.to_dict() == {"facebook": False, "instagram": False, "web": False, "x": True}
    numbers = network_numbers(same_statements(_networks()), network_answers(waits, frame))
    assert "statement_delay" in set(numbers["metric"])


def test_without_posts_of_the_brand_nothing_is_said_about_answers() -> None:
    """Who was answered is unknown, not nobody, where the brand's posts are not in the exports."""
    frame = _networks()
    waits = pd.DataFrame({"platform": ["facebook"], "answered": [False]})
    answers = network_answers(waits, frame[~frame["own"]])
    assert answers["n_conversations"].tolist() == [1]
    assert answers[["n_answered", "left_without_answer"]].isna().all(axis=None)
    told = network_numbers(same_statements(frame[frame["own"]].iloc[:0]), answers)
    assert told["value"].isna().all()
    assert told["note"].tolist() == ["no_brand_posts"]


def test_authors_are_ranks_and_newcomers_are_new() -> None:
    """Accounts are ranked by attention; who wrote before the onset is no newcomer."""
    ranked = authors(_story(), since=at("09:00"))
    assert ranked["author"].tolist() == ["a1", "a2", "a3", "a4"]
    assert ranked["person"].tolist()[:2] == ["p2", "p1"]
    assert ranked["attention"].tolist() == [30, 9, pd.NA, 0]
    assert dict(zip(ranked["person"], ranked["newcomer"], strict=True))["p3"] is False
    top = items(_story(), ranked, since=at("09:00"))
    assert top["author"].tolist()[:2] == ["a1", "a2"]
    assert top["attention"].isna().tolist() == [False, False, True, True]
    numbers = driver_numbers(ranked, reposts_seen(_story())).set_index("metric")
    assert numbers["value"]["newcomer_share"] == 0.75
    assert numbers["note"]["n_reposts_seen"] == "no_cascade_depth"


def test_items_and_attention_are_of_one_set_of_accounts() -> None:
    """Ten loud accounts and one that writes all day: the shares are those of the ten loud."""
    loud = [{"post_id": f"l{i}", "author_id": f"l{i}", "n_likes": 9} for i in range(10)]
    busy = [{"post_id": f"b{i}", "author_id": "busy", "n_likes": 0} for i in range(30)]
    told = driver_numbers(authors(posts(*loud, *busy)), (0, 0)).set_index("scope")["value"]
    assert told["figure=attention;accounts=10"] == 1
    assert told["figure=n_items;accounts=10"] == 0.25
    plain = driver_numbers(authors(posts(*[one | {"n_likes": None} for one in busy])), (0, 0))
    assert plain["scope"].tolist() == ["figure=n_items;accounts=10"]


def test_networks_and_drivers_are_the_same_on_duckdb() -> None:
    """Engine and order change nothing."""
    connection = duckdb.connect()
    for name, frame in (("story", _story()), ("networks", _networks())):
        mixed = _with_microseconds(frame.sample(frac=1, random_state=5))
        connection.register(name, mixed)
    story = connection.sql("select * from story")
    first = authors(_story(), since=at("09:00"))
    pd.testing.assert_frame_equal(authors(story, since=at("09:00")), first, check_dtype=False)
    pd.testing.assert_frame_equal(
        items(connection.sql("select * from story"), first), items(_story(), first),
        check_dtype=False,
    )  # fmt: skip
    pd.testing.assert_frame_equal(
        amplification(connection.sql("select * from story")), amplification(_story()),
        check_dtype=False,
    )  # fmt: skip
    said = same_statements(_networks())
    pd.testing.assert_frame_equal(
        across_networks(said, connection.sql("select * from networks")),
        across_networks(said, _networks()), check_dtype=False,
    )  # fmt: skip


def test_amplification_gives_no_depth() -> None:
    """Reposts are counted per item they hang on, with the time to half of them and no depth."""
    found = amplification(_story())
    assert found[["shared_id", "n_reposts", "n_accounts"]].to_numpy().tolist() == [["n2", 1, 1]]
    assert found["minutes_to_half"].tolist() == [170]
    assert not {"depth", "generation", "r0"} & set(found.columns)
    assert reposts_seen(_story()) == (1, 1)
    assert reposts_seen(_story().iloc[:0]) == (0, 0)
    assert amplification(_story().iloc[:0]).empty
