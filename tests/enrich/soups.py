"""Texts that VADER's rules meet at their edges, drawn by a seed."""

from __future__ import annotations

import random

from crisislab.enrich.lexicon_entries import read_rows, vader_emoji, vader_valences

_RULED = ["no", "or", "nor", "never so", "never this", "without doubt", "without a doubt", "least",
          "at least", "very least", "kind of", "kind", "but", "BUT", "so", "this", "upper hand",
          "break a leg", "badass", "n't", "wasn't", "ain’t"]  # fmt: skip
_PLAIN = ["the", "a", "I", "flight", "was", "it's", "not's", "x", "ok", "12345", "123456!",
          "(77777)", "10001", "https://t.co/abc", "HTTPS://X.Y", "www.x.y", "@user", "@good",
          "#love", "n't", "İ", "Σ", "ß", "É", "1.9", ":D", ":Þ", "(:", "!", "?", "“good”",
          "\ufe0f", "\ud83d"]  # fmt: skip
_BLANKS = ["\u00a0", "\x00", "\x1c", "\u2028", "\n", "\t", "\u200b"]
_MARKS = ["!", "!!", "?", "??", "!!!!!", "???", "...", ",", ".", ")", '"', "'", "?!", "(!)"]
_USUAL = ["good", "bad", "great", "GOOD", "happy", "sad"]


def soups(n: int, *, seed: int) -> list[str]:
    """Return texts of listed words, emoji, words of the rules, marks, capitals and odd blanks."""
    dice = random.Random(seed)
    listed, emoji = list(vader_valences()), list(vader_emoji())
    ruled = [row["entry"] for row in read_rows("en_vader_markers.csv")] + _RULED * 3
    pots = [listed, ruled, _PLAIN, emoji, _USUAL, _BLANKS]

    def word() -> str:
        (pot,) = dice.choices(pots, weights=[30, 35, 18, 7, 8, 2])
        made = dice.choice(pot)
        if dice.random() < 0.17:
            made = made.upper() if dice.random() < 0.7 else made.capitalize()
        if dice.random() < 0.13:
            made = made + dice.choice(_MARKS) if dice.random() < 0.8 else dice.choice(_MARKS) + made
        return made + dice.choice([" "] * 9 + ["", "  ", "\n"])

    return ["".join(word() for _ in range(dice.randint(0, 14))) for _ in range(n)]
