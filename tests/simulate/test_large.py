"""Cases of any size: as many posts as asked for, whatever the form and the number of files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crisislab.read import read_posts
from crisislab.simulate import large, large_files, simulate_large


@pytest.mark.parametrize("form", large_files.FORMS)
def test_many_files_hold_all_posts(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every post is in the files once, but for the end of each file, which the next one repeats."""
    monkeypatch.setattr(large_files, "_FILE", 2000)
    truth = simulate_large(tmp_path, n_posts=9000, seed=5, form=form)
    files = sorted((tmp_path / "posts").iterdir())
    loaded = read_posts(tmp_path / "posts")
    assert 9000 <= truth["n_posts"] == len(loaded.posts) < 9200
    assert len(files) == 5
    assert loaded.ledger["n_duplicates"].sum() == 4 * 20


def test_ids_tell_the_time_however_many_posts_a_second_has() -> None:
    """The clock of the ids stays within the second, and no two posts have one id."""
    stream = large._Stream(dice=None)
    at = 1_772_000_000
    ids = [int(stream.id_at(at + i // 5000, i % 997 / 997)) for i in range(20_000)]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    seconds = [((one >> 22) + 1_288_834_974_657) // 1000 for one in ids]
    assert seconds == [at + i // 5000 for i in range(20_000)]


def test_a_busy_hour_goes_on_in_the_order_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many blocks an hour is drawn in, its posts follow each other."""
    monkeypatch.setattr(large, "_BLOCK", 50)
    simulate_large(tmp_path, n_posts=9000, seed=5)
    (path,) = (tmp_path / "posts").glob("*.csv")
    times = pd.read_csv(path, usecols=["created_at"])["created_at"].tolist()
    assert len(times) >= 9000
    assert times == sorted(times)
