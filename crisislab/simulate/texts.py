"""Wording: posts composed from templates, with the habits of people who type on a telephone."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from crisislab.simulate.dice import Dice
from crisislab.simulate.world import HANDLE, Author, Label

_SLOT = re.compile(r"\{(\w+?)(_may|_min)?(\?)?\}")
_BLANKS = re.compile(r"[ \t]{2,}")
_DOUBLED = re.compile(r"([.!?…])\s*\.(?!\.)")
_HOLLOW = re.compile(r"\s+([.,!?])|([¿¡])\s+")
_PLAIN = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")
_SHORT = (("que", "q"), ("porque", "xq"), ("por qué", "xq"), ("también", "tb"), ("para", "pa"))
_CALM = frozenset({"praise", "recipe", "question", "gripe", "chat"})
_LONGER = frozenset({"facebook", "web", "youtube"})
_UNTAGGED = frozenset({"thanks", "okay", "unmoved", "waiting"})


@cache
def _words(name: str) -> dict[str, Any]:
    with (Path(__file__).parent / f"{name}.toml").open("rb") as stream:
        return tomllib.load(stream)


def brand_words() -> dict[str, Any]:
    """Return what the brand publishes: scripted posts, replies and automatic answers."""
    return _words("brand")


class Writer:
    """Writes posts, replies and answers from the templates."""

    def __init__(self, dice: Dice) -> None:
        """Write with these draws."""
        self._dice = dice

    def post(self, topic: str, author: Author, *, named: bool = False) -> tuple[str, Label]:
        """Return a post of the public about a topic and its true label.

        Args:
            topic: Topic of the templates.
            author: Who writes: language and region.
            named: Whether the text must name the brand's handle.
        """
        words = _words(f"texts_{author.lang}")
        topics = words["topics"][topic]
        label: Label = topics["label"]
        slots = self._slots(words, author)
        text = self._fill(self._dice.pick(topics["texts"]), slots)
        if author.platform in _LONGER and self._dice.chance(0.22):
            text = f"{text.rstrip('.')}. {self._fill(self._dice.pick(topics['texts']), slots)}"
        text = self._name(text, author, named=named)
        if author.region == "latam":
            for spoken, said in words.get("latam", {}).items():
                text = text.replace(spoken, said)
        return self._habits(text, words, topic, label, author), label

    def reply(self, group: str, author: Author) -> str:
        """Return a human reply of the brand to an author."""
        words = brand_words()["replies"][author.lang]
        return self._answer(self._dice.pick(words[group]), words, author)

    def automatic(self, author: Author) -> str:
        """Return an automatic answer to an author."""
        words = brand_words()["automatic"]
        return self._answer(self._dice.pick(words[author.lang]), {}, author)

    def ordinary(self, platform: str) -> str:
        """Return an ordinary post of the brand."""
        slots = self._slots(_words("texts_es"), None)
        return _tidy(self._fill(self._dice.pick(brand_words()["ordinary"][platform]), slots))

    def _answer(self, template: str, words: dict[str, Any], author: Author) -> str:
        first = author.name.split()[0] if author.name else ""
        lists = {name: value for name, value in words.items() if isinstance(value, list)}
        return _tidy(self._fill(template, lists | {"nombre": [first]}))

    def _slots(self, words: dict[str, Any], author: Author | None) -> dict[str, list[str]]:
        slots: dict[str, list[str]] = words["slots"] | words.get("slots_made", {})
        if author is not None and author.region == "latam":
            slots = slots | words.get("slots_latam", {})
        return slots

    def _fill(self, template: str, slots: dict[str, list[str]], depth: int = 0) -> str:
        used: set[str] = set()

        def filled(found: re.Match[str]) -> str:
            name, form, optional = found.groups()
            if name == "marca" or depth > 4:
                return str(found[0])
            if optional and self._dice.chance(0.5):
                return ""
            value = self._dice.pick(slots[name])
            for _ in range(3):
                if value not in used:
                    break
                value = self._dice.pick(slots[name])
            used.add(value)
            value = self._fill(value, slots, depth + 1)
            return _cased(value, form)

        return _SLOT.sub(filled, template)

    def _name(self, text: str, author: Author, *, named: bool) -> str:
        plain = "Brumaria" if self._dice.chance(0.8) else "Lácteos Brumaria"
        if not named:
            return text.replace("{marca}", plain)
        if "{marca}" in text and self._dice.chance(0.7):
            return text.replace("{marca}", HANDLE, 1).replace("{marca}", "Brumaria")
        text = text.replace("{marca}", "Brumaria")
        before = author.platform == "x" or self._dice.chance(0.3)
        return f"{HANDLE} {text}" if before else f"{text} {HANDLE}"

    def _habits(
        self, text: str, words: dict[str, Any], topic: str, label: Label, author: Author
    ) -> str:
        dice = self._dice
        text = _tidy(text)
        if author.kind == "medium":
            return text
        if dice.chance(0.25):
            text = self._typed(text)
        if label == "negative" and dice.chance(0.2):
            text = text.rstrip(".") + dice.pick(["!!", "!!!", "…", "!", " !!"])
        if dice.chance(0.28):
            kind = topic if topic in ("irony", "joke") else label
            text += " " + dice.pick(words["emoji"][kind]) * dice.pick([1, 1, 1, 2, 3])
        tagged = author.platform in ("x", "instagram") and topic not in _UNTAGGED
        if tagged and dice.chance(0.18):
            text += " " + dice.pick(words["tags"]["calm" if topic in _CALM else "crisis"])
        return text

    def _typed(self, text: str) -> str:
        habit = self._dice.weighted(
            {"accents": 4, "lower": 3, "short": 2, "swap": 3, "drop": 2, "open": 3, "caps": 1}
        )
        if habit == "accents":
            return text.translate(_PLAIN)
        if habit == "lower":
            return text.lower()
        if habit == "open":
            return text.replace("¿", "").replace("¡", "")
        if habit == "short":
            for long, short in _SHORT:
                text = re.sub(rf"\b{long}\b", short, text)
            return text
        return self._slip(text, habit)

    def _slip(self, text: str, habit: str) -> str:
        words = text.split(" ")
        long = [i for i, w in enumerate(words) if len(w) > 5 and w.isalpha()]
        if not long:
            return text
        i = self._dice.pick(long)
        at = self._dice.whole(1, len(words[i]) - 3)
        word = words[i]
        if habit == "caps":
            words[i] = word.upper()
        elif habit == "swap":
            words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        else:
            words[i] = word[:at] + word[at + 1 :]
        return " ".join(words)


def _cased(value: str, form: str | None) -> str:
    if form == "_may":
        return value[:1].upper() + value[1:]
    return value[:1].lower() + value[1:] if form == "_min" else value


def _tidy(text: str) -> str:
    text = _BLANKS.sub(" ", text).strip()
    text = _HOLLOW.sub(lambda m: m[1] or m[2], text)
    text = _DOUBLED.sub(r"\1", text).replace(" de el ", " del ").replace(" a el ", " al ")
    text = re.sub(r"([.!?] |^)([a-záéíóúñ])", lambda m: m[1] + m[2].upper(), text)
    return text.strip(" ,")
