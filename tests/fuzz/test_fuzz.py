"""What fuzzing found stays found; each target is tried for a moment in every run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import BEGINS, CORPUS, CRASHES, survives
from benchmarks.fuzz import seeds as seeds_of
from benchmarks.fuzz_changes import changed
from benchmarks.fuzz_targets import TARGETS
from crisislab.errors import CrisisLabError
from crisislab.privacy.patterns import find
from crisislab.privacy.redact import redact
from crisislab.read._load import Loading
from crisislab.read._recognise import Want
from crisislab.read.declare import Declaration
from crisislab.read.sources import readers

READERS = [p for shape in BEGINS["posts"] for p in sorted(CORPUS.glob(f"{shape}-*"))]
FORMER = sorted(CRASHES.glob("*-*"))
# Its files are members of an archive.
ARCHIVED = {"slack-export"}
# How often each target is tried: those that take long, seldom.
TRIES = {"posts": 25, "log": 25, "mapping": 150, "archive": 10, "book": 10, "plan_book": 10,
         "office": 2, "drawn": 1, "ratings": 15, "page": 15}  # fmt: skip
SOME = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CACHE: dict[str, list[bytes]] = {}


def seeds(target: str) -> list[bytes]:
    """The corpus of a target, made once."""
    if target not in CACHE:
        CACHE[target] = seeds_of(target)
    return CACHE[target]


@pytest.mark.parametrize("path", FORMER, ids=lambda path: path.name)
def test_former_crashes_are_survived(path: Path) -> None:
    """Every input that once crashed ends in tables or in a coded message."""
    try:
        TARGETS[path.name.split("-")[0]](path.read_bytes())
    except CrisisLabError as error:
        assert error.codes  # noqa: PT017


def test_every_reader_has_a_file_in_the_corpus() -> None:
    """Each reader recognises a file of the corpus, so that each is reached by changing one."""
    seen = set(ARCHIVED)
    for path in READERS:
        seen |= recognised(path, "posts") | recognised(path, "log")
    assert {reader.name for reader in readers()} <= seen


def recognised(path: Path, want: Want) -> set[str]:
    """The readers of a file."""
    parts, _ = Loading(want, None, Declaration(zone="Europe/Madrid")).read(path, root=None)
    return {part.reader.name for part in parts if part.reader is not None}


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_has_a_corpus(target: str) -> None:
    """A target without a corpus would be fuzzed from nothing."""
    assert seeds(target) != [b""]


def test_the_corpus_is_small() -> None:
    """A corpus is kept for every reader, in a few hundred kilobytes."""
    files = [*CORPUS.glob("*-*"), *CRASHES.glob("*-*")]
    assert sum(path.stat().st_size for path in files) < 400_000


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_changed_inputs_are_survived(target: str) -> None:
    """Files of the corpus with cells, keys, quotes, dates or nesting changed crash nothing."""
    corpus = seeds(target)

    @settings(SOME, max_examples=TRIES.get(target, 40))
    @given(st.integers(0, 2**32))
    def tried(seed: int) -> None:
        chance = random.Random(seed)
        data = changed(chance.choice(corpus), chance.choice(corpus), chance)
        assert survives(target, changed(data, chance.choice(corpus), chance))

    tried()


@SOME
@given(st.sampled_from(["posts", "log"]), st.binary(max_size=300))
def test_any_bytes_end_in_a_ledger(target: str, content: bytes) -> None:
    """Bytes of any kind under a header are read with a ledger that adds up, or refused."""
    header = b"id;created_at;text\n" if target == "posts" else b"logged_at;actor;text\n"
    assert survives(target, header + content)


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
