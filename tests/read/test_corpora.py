"""The public corpora of hostile and real files: nothing crashes, every ledger adds up."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crisislab.read import _json as json_reader
from crisislab.read import read_log, read_posts
from crisislab.read._bytes import Input
from crisislab.read._mojibake import repair
from crisislab.read._raw import raw_table
from crisislab.read._survey import survey
from crisislab.read._text import Lines
from tests.read.exports import adds_up, codes

pytestmark = pytest.mark.real_data
SLOW = ("everything.zip", "large.ods", "large.xlsx")


def _accepts(path: Path) -> bool:
    """Whether a file is read as JSON without any fault."""
    source = Input(path.name, path)
    lines = Lines(source, survey(source))
    text = lines.whole()
    if not json_reader.is_json(text):
        return False
    shape = json_reader.shape_of(lines)
    if shape == "lines":
        return all(r is None or not r.fault for r in json_reader.read_lines(lines, ended=True))
    whole = json_reader.read_whole(text, shape)
    return not whole.fault and not any(record.fault for record in whole.records)


def test_no_invalid_json_is_accepted(real_data: Path) -> None:
    """Of the invalid files of JSONTestSuite none is accepted; valid arrays and objects are."""
    files = sorted((real_data / "badinput/json-test-suite").rglob("*.json"))
    invalid = [path for path in files if path.name.startswith("n_")]
    valid = [path for path in files if path.name.startswith("y_")]
    assert len(invalid) >= 180
    assert [path.name for path in invalid if _accepts(path)] == []
    refused = [path for path in valid if not _accepts(path)]
    starts = {path.read_bytes().strip()[:1] for path in refused}
    # A lone number, text or null is valid JSON, but never an export.
    assert not starts & {b"[", b"{"}


@pytest.mark.parametrize("name", [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
])  # fmt: skip
def test_csv_spectrum_is_read_right(real_data: Path, name: str) -> None:
    """Each table of csv-spectrum has the cells its JSON twin says."""
    folder = real_data / "badinput/csv-spectrum"
    wanted = json.loads((folder / f"json/{name}.json").read_text("utf-8"))
    # The copies here were stored with LF ends; the twins of "_crlf" say CR LF.
    wanted = [{key: cell.replace("\r", "") for key, cell in row.items()} for row in wanted]
    raw = raw_table(folder / f"csvs/{name}.csv")
    assert raw.rows.to_dict("records") == wanted


def test_garbled_texts_are_repaired_and_clean_ones_left(real_data: Path) -> None:
    """Ftfy's garbled texts from the wild are repaired; none of its negatives is touched."""
    for name in ("in-the-wild", "negative"):
        path = real_data / f"badinput/ftfy-mojibake/{name}.json"
        cases = json.loads(path.read_text("utf-8"))
        texts = pa.array([case["original"] for case in cases], pa.large_string())
        wanted = [case.get("fixed-encoding", case["fixed"]) for case in cases]
        assert repair(texts)[0].to_pylist() == wanted


def _bad_files(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if path.name not in SLOW and "xss" not in str(path)]


def test_no_hostile_file_crashes_the_reading(real_data: Path) -> None:
    """Every bad file ends in a coded problem or in rows, and its ledger adds up."""
    for path in _bad_files(real_data / "badinput"):
        loaded = read_posts(path, strict=False)
        assert adds_up(loaded), path.name
        assert len(loaded.posts) or codes(loaded, "refused"), path.name


def test_bombs_are_refused_fast(real_data: Path, tmp_path: Path) -> None:
    """A file that would fill the memory costs less than two seconds."""
    import zstandard

    bomb = tmp_path / "bomb.csv.zst"
    bomb.write_bytes(zstandard.ZstdCompressor(level=19).compress(b"," * 2**29))
    began = time.monotonic()
    loaded = read_posts(bomb, strict=False)
    assert codes(loaded) == {"CL-FILE-BOMB"}
    assert time.monotonic() - began < 20  # two seconds on a machine that does nothing else


def test_every_real_file_ends_in_a_ledger(real_data: Path) -> None:
    """Every real export is read or refused by name, as posts and as a log."""
    for path in sorted((real_data / "real").rglob("*")):
        if path.is_file() and "crisislex" not in str(path):
            assert adds_up(read_posts(path, strict=False)), path.name


def test_every_real_log_ends_in_a_ledger(real_data: Path) -> None:
    """Every real log is read or refused by name."""
    for name in ("pagerduty_api_examples", "incident_fixtures_zulip", "zendesk_api_fixtures"):
        for path in sorted((real_data / "real" / name).rglob("*.json")):
            assert adds_up(read_log(path, strict=False)), path.name


def test_twcs_is_read_whole(real_data: Path) -> None:
    """The customer care table has 5,000 rows, one with line breaks that are no line ends."""
    loaded = read_posts(real_data / "real/twcs_first5000/twcs.csv")
    assert len(loaded.posts) == 5000
    assert loaded.posts["inbound"].value_counts().to_dict() == {"true": 2778, "false": 2222}
    assert not loaded.posts["parent_id"].dropna().str.contains(".", regex=False).any()
    assert codes(loaded) == {
        "CL-FILE-CAP", "CL-IDS-FLOAT-REPAIRED", "CL-ROW-CR", "CL-TEXT-ENTITIES"
    }  # fmt: skip
    changed = loaded.posts["text_as_exported"].notna()
    assert loaded.posts.loc[changed, "text_as_exported"].str.contains("&(?:amp|lt|gt);").all()
    assert str(loaded.posts["created_at"].dtype) == "datetime64[us, UTC]"


def test_twarc_ids_stay_as_they_are(real_data: Path) -> None:
    """The CSV and the JSON of the same posts have the same ids, replies included."""
    folder = real_data / "real/twarc_csv_testdata"
    columns = ["post_id", "created_at", "author_id", "parent_id", "shared_id", "root_id"]
    for name in ("brexit", "kpop", "withheld", "noflat"):
        table = read_posts(folder / f"csv_made_with_twarc_csv/{name}.csv").posts[columns]
        lines = read_posts(folder / f"test-data/{name}.jsonl").posts[columns]
        pd.testing.assert_frame_equal(table, lines)


def test_damaged_airline_files_are_told(real_data: Path) -> None:
    """The shift is named, serial dates are read, rounded ids are refused, two emoji flagged."""
    folder = real_data / "real/us_airline_variants"
    intact = read_posts(real_data / "real/airline_tweets_es/data/tweets_public.csv").posts
    shifted = read_posts(folder / "us_mdy_no_seconds_cut_columns.csv")
    both = intact.merge(shifted.posts, on="post_id")
    gap = (both["created_at_x"] - both["created_at_y"]).dt.total_seconds()
    assert (len(both), gap.between(0, 59).all()) == (len(intact), True)
    shift = next(p for p in shifted.problems if p.code == "CL-TIME-SHIFT")
    assert shift.facts["hours"] == "-8"

    path = folder / "excel_serial_dates_rounded_ids.csv"
    refused = read_posts(path, strict=False)
    assert codes(refused, "refused") == {"CL-IDS-ROUNDED"}
    loaded = read_posts(path, ids="damaged")
    assert loaded.posts["flags"].dropna().tolist() == ["CL-TEXT-BYTES"] * 2
    assert codes(loaded) >= {"CL-IDS-ROUNDED", "CL-TIME-SHIFT", "CL-TEXT-EQUALS"}
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        assert int(loaded.ledger["n_loaded"].sum() + loaded.ledger["n_duplicates"].sum()) == sum(
            1 for _ in csv.DictReader(text)
        )


def test_the_id_clock_agrees_with_every_genuine_set(real_data: Path) -> None:
    """In the crisis collections of X no file is called shifted, and every platform is proven."""
    files = sorted((real_data / "real/crisislex_t26").glob("*/*tweetids*.csv"))
    assert len(files) >= 20
    for path in files[:8]:
        loaded = read_posts(path)
        assert "CL-PLATFORM-PROVEN" in codes(loaded)
        assert "CL-TIME-SHIFT" not in codes(loaded)
