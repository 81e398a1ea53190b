"""Texts looked through ahead: what is found is what a search would find, in any process."""

from __future__ import annotations

import multiprocessing
import random
import sys

import pyarrow as pa
import pytest

from crisislab.privacy.secrets import MAY_HOLD
from crisislab.read._ahead import ahead
from crisislab.read._flat import places_like
from crisislab.read._mojibake import SIEVE

PARTS = ["hola", "estÃ¡ bien", "AKIA", "sk-1", "", None, "ñandú", "clave: 1", "€", "Ã"]


def _drawn(n: int, seed: int) -> pa.Array:
    return pa.array(random.Random(seed).choices(PARTS, k=n), pa.large_string())


@pytest.mark.parametrize("n", [0, 3, 999, 1000, 5000])
def test_a_look_ahead_finds_what_a_search_finds(n: int) -> None:
    """In the column it was given, in another one of the same length, and with another pattern."""
    texts, others = _drawn(n, 1), _drawn(n, 2)
    search = ahead(texts)
    for asked in (texts, others):
        for pattern in (SIEVE, MAY_HOLD, "ola"):
            assert search(asked, pattern).tolist() == places_like(asked, pattern).tolist()


def _n_found(seed: int) -> int:
    texts = _drawn(3000, seed)
    return len(ahead(texts)(texts, SIEVE))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_looks_ahead_too() -> None:
    """A thread that stayed behind in the process it was forked from is not waited for."""
    found = [_n_found(seed) for seed in range(3)]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.map_async(_n_found, range(3)).get(timeout=60) == found
