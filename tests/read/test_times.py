"""Written times become UTC by rule: every form, every order, every zone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from crisislab.read import Declaration, read_log, read_posts
from tests.read.exports import codes, dated, instants, table

Write = Callable[[str, str | bytes], Path]

FORMS = [
    ("2026-03-05T12:15:00Z", "2026-03-05 12:15:00"),
    ("2026-03-05T12:15:00.123456789+02:00", "2026-03-05 10:15:00"),
    ("2026-03-05 12:15:00 -0330", "2026-03-05 15:45:00"),
    ("2026/03/05 12:15", "2026-03-05 12:15:00"),
    ("20260305T121500Z", "2026-03-05 12:15:00"),
    ("Wed Oct 31 22:10:47 +0000 2018", "2018-10-31 22:10:47"),
    ("1772712900", "2026-03-05 12:15:00"),
    ("1772712900123", "2026-03-05 12:15:00"),
    ("1772712900123456", "2026-03-05 12:15:00"),
    ("1772712900123456789", "2026-03-05 12:15:00"),
    ("1772712900.0", "2026-03-05 12:15:00"),
    ("46086.5104166667", "2026-03-05 12:15:00"),
    ("25/03/2026 12:15", "2026-03-25 12:15:00"),
    ("3/25/2026 1:15 PM", "2026-03-25 13:15:00"),
    ("25-03-2026 12.15", "2026-03-25 12:15:00"),
    ("25.03.26 12:15:30", "2026-03-25 12:15:30"),
    ("25/3/26, 1:15 p. m.", "2026-03-25 13:15:00"),
    ("5 mar 2026 12:15", "2026-03-05 12:15:00"),
    ("5 de marzo de 2026, 12:15", "2026-03-05 12:15:00"),
    ("jueves, 5 de marzo de 2026 a las 9:05", "2026-03-05 09:05:00"),
    ("Thu, 05 Mar 2026 12:15:00 GMT", "2026-03-05 12:15:00"),
    ("March 5th, 2026 12:15 PM", "2026-03-05 12:15:00"),
    ("12:15 PM · Mar 5, 2026", "2026-03-05 12:15:00"),
    ("5 de março de 2026 às 12:15", "2026-03-05 12:15:00"),
    ("jeu. 5 mars 2026 à 12:15", "2026-03-05 12:15:00"),
    ("05/Mar/26 12:15 AM", "2026-03-05 00:15:00"),
    ("2026-03-05 12:15:00 EST", "2026-03-05 17:15:00"),
    ("2026-07-05 12:15:00 EDT", "2026-07-05 16:15:00"),
    ("2026-03-05 12:15:00 CET", "2026-03-05 11:15:00"),
]


@pytest.mark.parametrize(("written", "utc"), FORMS)
def test_read_posts_reads_every_form_of_time(write: Write, written: str, utc: str) -> None:
    """A moment is the same instant however an export writes it."""
    loaded = read_posts(write("a.csv", dated(f'"{written}"')), zone="UTC")
    assert instants(loaded) == [utc]


@pytest.mark.parametrize(
    "written",
    ["2026-02-30 10:00", "25/13/2026 10:00", "2026-03-05 25:00", "2026-03-05 13:15 PM",
     "1.57713E+12", "hace 2 horas", "12:15", "2026-03-05 12:15 IST2"],
)  # fmt: skip
def test_read_posts_never_invents_a_time(write: Write, written: str) -> None:
    """What is no moment is set aside or refused by name."""
    good = ["2026-03-05 10:00"] * 3
    loaded = read_posts(write("a.csv", dated(written, *good)), zone="UTC", strict=False)
    assert len(loaded.posts) == 3
    assert loaded.rejects["code"].tolist() == ["CL-TIME-UNREADABLE"]
    assert loaded.rejects["source_row"].tolist() == [2]


def test_read_posts_takes_the_two_orders_of_two_files_apart(write: Write) -> None:
    """The order of dates is settled file by file."""
    paths = [
        write("us.csv", table("1;03/25/2026 10:00;a", "2;03/05/2026 10:00;b")),
        write("es.csv", table("3;25/03/2026 10:00;a", "4;05/03/2026 10:00;b")),
    ]
    loaded = read_posts(paths, zone="UTC")
    assert instants(loaded) == ["2026-03-25 10:00:00", "2026-03-05 10:00:00"] * 2


def test_read_posts_reads_a_declared_zone_through_summer_time(write: Write) -> None:
    """Madrid is one hour from UTC in winter and two in summer."""
    path = write("a.csv", dated("2026-03-28 12:00", "2026-03-30 12:00"))
    loaded = read_posts(path, declared={"a.csv": Declaration(zone="Europe/Madrid")})
    assert instants(loaded) == ["2026-03-28 11:00:00", "2026-03-30 10:00:00"]
    assert set(loaded.posts["zone_origin"]) == {"declared"}


def test_read_posts_keeps_named_zones_of_one_column_apart(write: Write) -> None:
    """EST and EDT in one column are each read right."""
    path = write("a.csv", dated("2023-10-27 15:00:03 EDT", "2023-11-27 15:00:03 EST"))
    assert instants(read_posts(path)) == ["2023-10-27 19:00:03", "2023-11-27 20:00:03"]


def clocked(*times: str, step: int = 0) -> str:
    """A table of X posts: ids of 5 March 2026 11:00 UTC and on, beside written times."""
    first = ((1772708400000 - 1288834974657) << 22) + 7
    rows = [f"{first + ((i * step * 1000) << 22)};{time};a" for i, time in enumerate(times)]
    return table(*rows)


def test_read_posts_lets_the_id_clock_settle_the_order(write: Write) -> None:
    """Ambiguous dates of X posts need no question: their ids prove the order."""
    times = ["05/03/2026 11:00:00", "05/03/2026 11:10:00", "05/03/2026 11:20:00"]
    loaded = read_posts(write("a.csv", clocked(*times, step=600)))
    assert instants(loaded)[0] == "2026-03-05 11:00:00"
    assert codes(loaded) == {"CL-TIME-ORDER-FOUND", "CL-TIME-PROVEN", "CL-PLATFORM-PROVEN"}
    assert set(loaded.posts["zone_origin"]) == {"id clock"}


def test_read_posts_exposes_a_shifted_file(write: Write) -> None:
    """Times eight hours behind their ids are corrected, flagged, and the shift is named."""
    times = ["2026-03-05 03:00:00", "2026-03-05 03:10:00", "2026-03-05 03:20:00"]
    loaded = read_posts(write("a.csv", clocked(*times, step=600)))
    assert instants(loaded)[0] == "2026-03-05 11:00:00"
    shift = next(p for p in loaded.problems if p.code == "CL-TIME-SHIFT")
    assert (shift.facts["hours"], shift.severity) == ("-8", "flagged")


def test_read_posts_takes_the_time_of_day_only_dates_from_ids(write: Write) -> None:
    """Day-only dates of X posts get the time their ids hold."""
    text = clocked(*["2026-03-05"] * 3, step=600)
    loaded = read_posts(write("a.csv", text), platform="x")
    assert instants(loaded) == ["2026-03-05 11:00:00", "2026-03-05 11:10:00", "2026-03-05 11:20:00"]
    assert codes(loaded) == {"CL-TIME-FROM-ID"}


def test_read_posts_settles_the_overlap_by_ids(write: Write) -> None:
    """Of the hour that happens twice, the id says which one it was."""
    ids = [((ms - 1288834974657) << 22) for ms in (1761438600000, 1761442200000)]
    text = table(*(f"{i};2025-10-26 02:30:00;a" for i in ids))
    loaded = read_posts(write("a.csv", text), zone="Europe/Madrid", platform="x")
    assert instants(loaded) == ["2025-10-26 00:30:00", "2025-10-26 01:30:00"]
    assert codes(loaded) == set()


def test_read_posts_reads_real_ambiguous_dates(write: Write, real_data: Path) -> None:
    """Spanish posts with ambiguous local dates are read right in both orders, by their ids."""
    source = real_data / "real/airline_tweets_es/data/tweets_public_es.csv"
    posts = read_posts(source).posts
    posts = posts.loc[posts["created_at"].dt.day <= 12].head(500)
    local = posts["created_at"].dt.tz_convert("Europe/Madrid")
    for form in ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"):
        cells = zip(posts["post_id"], local.dt.strftime(form), strict=True)
        loaded = read_posts(write("a.csv", table(*(f"{i};{time};a" for i, time in cells))))
        both = posts.merge(loaded.posts, on="post_id")
        gap = (both["created_at_x"] - both["created_at_y"]).dt.total_seconds()
        assert len(both) == 500
        assert gap.between(0, 59).all()


@pytest.mark.parametrize("zone", ["America/Bogota", "Europe/Madrid", "Asia/Kolkata"])
def test_read_posts_does_not_know_the_zone_of_the_machine(
    write: Write, set_machine_zone: Callable[[str], None], zone: str
) -> None:
    """The machine's own time zone changes no instant."""
    path = write("a.csv", dated("2026-03-05 12:00", "5 mar 2026 12:00", "46086.5"))
    set_machine_zone(zone)
    assert set(instants(read_posts(path, zone="UTC"))) == {"2026-03-05 12:00:00"}


def x_table(times: Callable[[pd.Timestamp], str], n: int = 40) -> str:
    """A table of X posts over some days, each with its time written so."""
    at = pd.date_range("2026-03-05T09:00:00Z", periods=n, freq="7h")
    ids = [((int(t.timestamp() * 1000) - 1288834974657) << 22) + 12345 for t in at]
    return table(*(f"{i};{times(t)};a" for i, t in zip(ids, at, strict=True)))


CONTRADICTIONS = [
    ("half of the day lost", lambda t: f"{t:%Y-%m-%d %I:%M:%S}", 20),
    ("a month off, in UTC", lambda t: f"{t + pd.Timedelta(days=31):%Y-%m-%dT%H:%M:%SZ}", 40),
    ("one day turned", lambda t: f"{t + pd.Timedelta(days=int(t.day == 6)):%Y-%m-%d %H:%M:%S}", 3),
]  # fmt: skip


@pytest.mark.parametrize(("_", "times", "n"), CONTRADICTIONS, ids=[c[0] for c in CONTRADICTIONS])
def test_times_that_are_not_those_of_their_ids_are_flagged_however_many(
    write: Write, _: str, times: Callable[[pd.Timestamp], str], n: int
) -> None:
    """What is far from the time its id tells is flagged, not only where nearly all agree."""
    loaded = read_posts(write("a.csv", x_table(times)), platform="x", zone="UTC")
    assert abs(int(loaded.posts["flags"].eq("CL-TIME-APART").sum()) - n) <= 1
    assert "CL-TIME-APART" in codes(loaded)


def test_midnights_are_days_and_ids_tell_the_time(write: Write) -> None:
    """A spreadsheet writes a date as midnight; of X, the ids hold the time."""
    midnights = x_table(lambda t: f"{t:%d/%m/%Y} 0:00")
    loaded = read_posts(write("a.csv", midnights), platform="x", zone="UTC")
    assert instants(loaded)[:2] == ["2026-03-05 09:00:00", "2026-03-05 16:00:00"]
    assert "CL-TIME-FROM-ID" in codes(loaded)


@pytest.mark.parametrize("days", [
    ["25/03/2026 0:00", "25/03/2026 0:00", "26/03/2026 0:00"],
    ["2026-03-24T00:00:00Z", "2026-03-25T00:00:00Z", "2026-03-26T00:00:00Z"],
    ["25/03/2026 0:00"] * 4 + ["26/03/2026 09:15", "26/03/2026 10:20", "27/03/2026 11:01"],
], ids=["all", "in UTC", "half"])  # fmt: skip
def test_midnights_of_other_networks_are_told(write: Write, days: list[str]) -> None:
    """More midnights than posts are made at are days without an hour."""
    loaded = read_posts(write("a.csv", dated(*days)), zone="UTC", platform="facebook")
    assert loaded.posts["flags"].eq("CL-TIME-DAY-ONLY").sum() == sum("0:00" in d for d in days)


@pytest.mark.parametrize("times", [
    ["2026-03-25T12:00:00Z"] * 5, [f"2026-03-25 {h:02d}:00" for h in range(24)],
    [f"25/03/2026 0:{m:02d}" for m in range(30)], ["2026-03-25T00:00:00Z"],
    [f"{d}/03/2026 {h}:00" for d in range(20, 27) for h in (0, 8, 16)],
    ["24/03/2026 00:00"] * 3 + ["24/03/2026 00:01"],
    [f"2026-03-{d:02d}T09:00:00Z" for d in range(1, 21)],
], ids=["one moment", "whole hours", "an hour past midnight", "one midnight", "shifts",
        "a new year", "daily at nine"])  # fmt: skip
def test_other_round_times_stay_times(write: Write, times: list[str]) -> None:
    """What posts may be made at is no day."""
    loaded = read_posts(write("a.csv", dated(*times)), zone="UTC", platform="facebook")
    assert loaded.posts["flags"].isna().all()


def test_days_with_few_decimals_are_told(write: Write) -> None:
    """09:11 as 46086,38 is minutes off; .5 is noon, and longer ones tell the second."""
    cut = read_posts(write("a.csv", dated("46086,38", "46086,42", "46087,5")), zone="UTC")
    assert cut.posts["flags"].tolist() == ["CL-TIME-COARSE"] * 3
    for good in (["46086,5", "46086,25"], ["46086,38", "46086,4201389"]):
        assert read_posts(write("b.csv", dated(*good)), zone="UTC").posts["flags"].isna().all()


def test_two_orders_in_one_file_of_x_are_asked_for(write: Write) -> None:
    """Exports of two countries pasted together: the ids say that neither order holds for all."""
    first = x_table(lambda t: f"{t:%m/%d/%Y %H:%M}", 12).splitlines()
    second = x_table(lambda t: f"{t:%d/%m/%Y %H:%M}", 40).splitlines()[13:]
    path = write("a.csv", "\n".join([*first, *second, ""]))
    loaded = read_posts(path, platform="x", zone="UTC", strict=False)
    assert "CL-TIME-ORDER-BOTH" in codes(loaded)
    assert not len(loaded.posts)


def test_a_column_that_names_utc_is_in_utc(write: Write) -> None:
    """The name of the column is nearer to its times than a zone declared for all files."""
    text = table("1;2026-03-05 09:00:00;a", header="id;created_utc;text")
    loaded = read_posts(write("a.csv", text), zone="Europe/Madrid")
    assert instants(loaded) == ["2026-03-05 09:00:00"]
    assert "CL-TIME-ZONE-NAMED" in codes(loaded)
    assert "CL-TIME-ZONE-NAMED" not in codes(read_posts(write("b.csv", text)))


def test_a_column_of_zones_is_told(write: Write) -> None:
    """One declared zone for rows that have their own is told; offsets in the times need none."""
    head = "id;created_at;timezone;text"
    rows = ["1;2026-03-05 10:00:00;Europe/Madrid;a", "2;2026-03-05 04:05:00;America/Bogota;b"]
    loaded = read_posts(write("a.csv", table(*rows, header=head)), zone="Europe/Madrid")
    assert "CL-TIME-ZONE-COLUMN" in codes(loaded)
    whole = table("1;2026-03-05T10:00:00+01:00;Europe/Madrid;a", header=head)
    assert "CL-TIME-ZONE-COLUMN" not in codes(read_posts(write("b.csv", whole)))


@pytest.mark.parametrize(
    "row",
    [
        "02/03/2026;30/12/1899 09:11:00",
        "02/03/2026 0:00:00;09:11:00",
        "02/03/2026 00:00;0/1/1900 9:11:00",
        "2026-03-02 00:00:00;1899-12-30 09:11:00",
        "02/03/2026;09:11",
    ],
)
def test_a_day_and_an_hour_that_a_spreadsheet_wrote_are_one_moment(write: Write, row: str) -> None:
    """A workbook's day is at midnight, and its hour on the first day it knows."""
    path = write("a.csv", f"Fecha;Hora;Quién;Qué se hizo\n{row};Ana;Aviso\n")
    loaded = read_log(path, zone="UTC", dates="day-first")
    assert str(loaded.log["logged_at"].iloc[0])[:19] == "2026-03-02 09:11:00"
