"""What fuzzing found stays found; each target is tried for a moment in every run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import CORPUS, CRASHES, TARGETS, changed, seeds, survives
from crisislab.errors import CrisisLabError
from crisislab.privacy.patterns import find
from crisislab.privacy.redact import redact
from crisislab.read import read_log

FILES = sorted(CORPUS.glob("*-*")) + sorted(CRASHES.glob("*-*"))
SOME = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_corpus_and_former_crashes_are_survived(path: Path) -> None:
    """Every kept input ends in tables or in a coded message."""
    target = path.name.split("-")[0]
    try:
        TARGETS[target](path.read_bytes())
    except CrisisLabError as error:
        assert error.codes  # noqa: PT017


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_has_a_corpus(target: str) -> None:
    """A target without a corpus would be fuzzed from nothing."""
    assert seeds(target) != [b""]


@SOME
@given(st.sampled_from(sorted(TARGETS)), st.data(), st.randoms(use_true_random=False))
def test_changed_inputs_are_survived(target: str, data: st.DataObject, chance: object) -> None:
    """Inputs of the corpus with a few bytes changed crash nothing."""
    corpus = seeds(target)
    first, second = data.draw(st.sampled_from(corpus)), data.draw(st.sampled_from(corpus))
    assert survives(target, changed(first, second, chance))  # type: ignore[arg-type]


@SOME
@given(st.text(max_size=200))
def test_redact_is_done_once_and_keeps_the_rest(text: str) -> None:
    """What is outside the marks stays letter by letter, in order."""
    spans, at, rest = find(text), 0, []
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        rest.append(text[at : span.start])
        at = span.end
    rest.append(text[at:])
    left = redact(text)
    for part in rest:
        place = left.find(part)
        assert place >= 0
        left = left[place + len(part) :]


@SOME
@given(st.binary(max_size=300))
def test_any_bytes_as_a_log_end_in_a_ledger(content: bytes) -> None:
    """The incident log is read as carefully as posts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(b"logged_at;actor;text\n" + content)
        ledger = read_log(path, strict=False).ledger
        parts = ledger.filter(regex="^n_").drop(columns="n_lines").sum(axis=1)
        assert (parts == ledger["n_lines"]).all()
