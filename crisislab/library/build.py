"""Build the reference library from public data: ``python -m crisislab.library.build DATA OUT``.

Only counts per hour leave the data. Sources: CrisisLexT26 (Olteanu, Vieweg and Castillo 2015,
doi 10.1145/2675133.2675242, MIT licence; instants of the collected tweets of 26 emergencies) and
the Twitter volumes of the Numenta Anomaly Benchmark (MIT licence; mentions of ten tickers).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from crisislab.estimate.baseline import seasonal_baseline
from crisislab.estimate.course import smooth3
from crisislab.library.book import Figure, Library, PastCase, withheld
from crisislab.library.keep import AFTER, BEFORE, slug

_HOUR_MS = 3_600_000
_TWITTER_EPOCH = 1_288_834_974_657
_START_SHARE = 0.1
_CRISISLEX = "CrisisLexT26, doi 10.1145/2675133.2675242"
_NAB = "Numenta Anomaly Benchmark, realTweets, github.com/numenta/NAB"

FIGURES = (
    Figure(what="half of all clicks on a link on Twitter", value="2.8 h", era="2011",
           collector="bitly", source="bitly blog 2011, as reported"),
    Figure(what="half of all clicks on a link on Facebook", value="3.2 h", era="2011",
           collector="bitly", source="bitly blog 2011, as reported"),
    Figure(what="firestorms with a loss of brand perception in the short term", value="58 %",
           n=78, era="published 2018", collector="brand tracking",
           source="Hansen, Kupfer and Hennig-Thurau 2018, IJRM 35"),
    Figure(what="firestorms with a loss of brand perception in the long term", value="40 %",
           n=78, era="published 2018", collector="brand tracking",
           source="Hansen, Kupfer and Hennig-Thurau 2018, IJRM 35"),
    Figure(what="firestorms followed on Twitter", value="80", n=80, era="2011-2014",
           collector="Twitter Decahose, 10 % sample",
           source="Lamba, Malik and Pfeffer 2015, ASONAM"),
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Write the library."""
    parser = argparse.ArgumentParser(prog="python -m crisislab.library.build", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args(argv)
    reference_library(asked.data).write(asked.out)
    return 0


def reference_library(data: Path) -> Library:
    """Return the reference library from a folder with the public data sets."""
    library = Library(figures=FIGURES)
    for case in [*_emergencies(data / "real" / "crisislex_t26"),
                 *_tickers(data / "reference" / "nab_twitter")]:  # fmt: skip
        library = library.add(case)
    return library


def _emergencies(folder: Path) -> Iterator[PastCase]:
    for event in sorted(path for path in folder.iterdir() if path.is_dir()):
        listed = next(event.glob("*-tweetids_entire_period.csv"), None)
        labelled = next(event.glob("*-tweets_labeled.csv"))
        at = _instants(labelled, "Tweet ID") if listed is None else _instants(listed, "Tweet-ID")
        year, title = event.name.replace("Philipinnes", "Philippines").split("_", 1)
        notes = ["no_baseline", "sampled"]
        notes += ["labelled_only"] if listed is None else []
        yield _aligned(
            _per_hour(at), name=f"{title.replace('_', ' ')} {year}",
            era=year, collector="Twitter stream by keywords and places, sampled (CrisisLex)",
            source=_CRISISLEX, notes=tuple(notes),
        )  # fmt: skip


def _instants(path: Path, column: str) -> pd.Series:
    """Return instants from the ids: a tweet's id holds its millisecond."""
    table = pd.read_csv(path, dtype="str", skipinitialspace=True, encoding_errors="replace")
    table.columns = [name.strip() for name in table.columns]
    ids = pd.to_numeric(table[column].str.strip().str.strip('"'), errors="coerce").dropna()
    return pd.Series((ids.astype("int64").to_numpy() >> 22) + _TWITTER_EPOCH)


def _per_hour(at_ms: pd.Series) -> pd.Series:
    hours = at_ms // _HOUR_MS
    counted = hours.value_counts()
    every = range(int(hours.min()), int(hours.max()) + 1)
    return counted.reindex(every, fill_value=0)


def _aligned(
    hours: pd.Series, *, name: str, era: str, collector: str, source: str,
    notes: tuple[str, ...],
) -> PastCase:  # fmt: skip
    # Collections begin with the event: the onset is the first of three hours whose mean passes
    # a tenth of the highest.
    smooth = smooth3(hours.to_numpy())
    onset = int(np.flatnonzero(smooth >= _START_SHARE * smooth.max())[0])
    first = max(onset - BEFORE, 0)
    kept = hours.iloc[first : onset + AFTER]
    return PastCase(
        id=slug(name), name=name, kind="public emergency", era=era, collector=collector,
        platforms=("x",), source=source, licence="MIT", onset=onset - first,
        onset_hour=int(hours.index[onset]) % 24, counts=tuple(withheld(int(n)) for n in kept),
        notes=notes,
    )  # fmt: skip


def _tickers(folder: Path) -> Iterator[PastCase]:
    labels = json.loads((folder / "labels" / "combined_labels.json").read_text("utf-8"))
    for path in sorted((folder / "data").glob("*.csv")):
        table = pd.read_csv(path, parse_dates=["timestamp"])
        hours = table.set_index("timestamp")["value"].resample("h").sum()
        events = [pd.Timestamp(t).floor("h") for t in labels[f"realTweets/{path.name}"]]
        ticker = path.stem.removeprefix("Twitter_volume_")
        for event in events:
            case = _ticker(hours, event, events, ticker)
            if case is not None:
                yield case


def _ticker(
    hours: pd.Series, event: pd.Timestamp, events: list[pd.Timestamp], ticker: str
) -> PastCase | None:
    calm = np.ones(len(hours), dtype=bool)
    for other in events:
        calm &= ~((hours.index >= other - pd.Timedelta(days=1))
                  & (hours.index < other + pd.Timedelta(days=3)))  # fmt: skip
    at = pd.DatetimeIndex(hours.index)
    slots = at.hour.to_numpy()
    base = seasonal_baseline(hours.to_numpy()[calm], slots[calm], n_slots=24)
    place = int(at.searchsorted(event))
    later = [o for o in events if o > event]
    ahead = 96 if not later else min(96, int((later[0] - event) / pd.Timedelta(hours=1)))
    if place < BEFORE or place + ahead > len(hours) or ahead < 48:
        return None
    kept = hours.iloc[place - BEFORE : place + ahead]
    return PastCase(
        id=slug(f"{ticker} {event:%Y-%m-%d %H}"), name=f"{ticker} {event:%Y-%m-%d}",
        kind="ticker", era=str(event.year), collector="Twitter mentions per 5 minutes (Numenta)",
        platforms=("x",), source=_NAB, licence="MIT", onset=BEFORE, onset_hour=event.hour,
        counts=tuple(withheld(int(n)) for n in kept),
        ordinary=tuple(round(float(mean), 1) for mean in base.expected),
        extra=round(float(base.extra), 3), notes=("hand_labelled_onset",),
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
