"""Which encoding a text was probably written in, where it is neither UTF-8 nor Windows Western.

cp1252 reads almost any bytes, so what it makes of them is looked at: letters of Western languages
stand alone between ASCII ones, those of other alphabets side by side; marks such as ‡ or ¢ never
stand within a word. Nothing is decoded differently for it: the analyst is told, and declares.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from crisislab.read._bytes import Input
from crisislab.read._ledger import Findings

# Such a number of letters beyond ASCII is enough to tell, and so much of a text is looked at.
_LEAST, _MOST = 6, 2**20
# Western words have two of them in a row at most (ção); words of other alphabets are nothing else.
_SIDE_BY_SIDE, _LONG = 0.5, 3
_CLEARLY = 4
_RUN = re.compile(rb"[\x80-\xff]+")
# Bytes between two small letters.
_INSIDE = re.compile(rb"(?<=[a-z])[\x80-\xff](?=[a-z])")
# Such bytes are letters in one encoding, and within words nothing in cp1252.
_MARKS = {
    "mac-roman": frozenset(b"\x87\x88\x8d\x8e\x8f\x9f"),
    "cp850": frozenset(b"\x82\xa1\xa2\xa3\xa4"),
    "cp1250": frozenset(b"\xb3\xb9\xbf"),
}
_LEAST_MARKS = 3
# Letters of Western languages in cp1252, and the sharp s, as they stand within words.
_LETTERS = frozenset(range(0xE0, 0x100)) - {0xF0, 0xF7, 0xFD, 0xFE}
_TURKISH = frozenset(b"\xf0\xfd\xfe")
_ICELANDIC = frozenset(b"\xe6\xc6")
# One byte a letter -> the letters that are most frequent in that alphabet.
_ALPHABETS = {
    "cp1251": "оеаинтсрвл", "koi8-r": "оеаинтсрвл", "cp1253": "αοιετσνηυρ",
    "cp1256": "اليمونتربد", "cp1255": "יולהאמרתבש",
}  # fmt: skip
# Two bytes a letter -> how the usual letters look.
_SIGNS = {
    "shift_jis": re.compile(r"[ぁ-ヶー]"), "euc_jp": re.compile(r"[ぁ-ヶー]"),
    "euc_kr": re.compile(r"[가-힣]"),
    "gb18030": re.compile(r"[的了是我不在有人这他们你来就到说着]"),
    "big5": re.compile(r"[的了是我不在有人這他們你來就到說著]"),
}  # fmt: skip
_USUAL = {"shift_jis": 0.2, "euc_jp": 0.2, "euc_kr": 0.7, "gb18030": 0.05, "big5": 0.05}
_FREQUENT, _DIFFERENT = 0.4, 4


@dataclass(frozen=True)
class Foreign:
    """Another encoding that fits better than cp1252.

    Attributes:
        encoding: Its name.
        read: A word as it was read.
        meant: The same word in that encoding.
    """

    encoding: str
    read: str
    meant: str


def tell_western(source: Input, found: Findings) -> None:
    """Tell that a text was read as cp1252, and in which encoding it makes more sense, if any."""
    other = foreign_encoding(source)
    if other is None:
        found.note("CL-TEXT-CP1252", n=None)
        return
    found.note("CL-TEXT-CP1252-NOT", value=other.read, meant=other.meant, encoding=other.encoding,
               n=None)  # fmt: skip


def foreign_encoding(source: Input) -> Foreign | None:
    """Return the encoding that a text read as cp1252 was probably written in, if it is another."""
    data = _lines_beyond(source)
    name = probable_encoding(data)
    if not name:
        return None
    word = max(re.findall(rb"[\x80-\xffA-Za-z]+", data), key=_n_beyond)[:24]
    return Foreign(name, word.decode("cp1252", "replace"), word.decode(name, "replace"))


def _lines_beyond(source: Input) -> bytes:
    """Return the first lines of a text that hold more than ASCII."""
    kept: list[bytes] = []
    rest = b""
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        kept += [line for line in lines if not line.isascii()]
        if sum(map(len, kept)) > _MOST:
            return b"\n".join(kept)
    return b"\n".join([*kept, rest])


def probable_encoding(data: bytes) -> str:
    """Return which encoding other than cp1252 bytes are probably written in; empty for none.

    >>> text = "La compañía no contesta al teléfono, qué vergüenza; más días así desde el miércoles"
    >>> [probable_encoding(text.encode(name)) for name in ("cp1252", "mac-roman", "cp850")]
    ['', 'mac-roman', 'cp850']
    >>> probable_encoding("Где мои деньги? Уже три дня".encode("cp1251"))
    'cp1251'
    """
    runs = _RUN.findall(data)
    n = sum(map(len, runs))
    if n < _LEAST:
        return ""
    beside = sum(len(run) for run in runs if len(run) >= _LONG)
    other = _of_signs(data) or _of_alphabet(data) if beside >= _SIDE_BY_SIDE * n else ""
    return other or _of_marks(data)


def _n_beyond(word: bytes) -> int:
    return sum(byte >= 0x80 for byte in word)


def _of_marks(data: bytes) -> str:
    """Return the encoding in which bytes within words are letters, and marks in cp1252."""
    inside = Counter(found[0] for found in _INSIDE.findall(data))
    western = sum(inside[byte] for byte in _LETTERS)
    told = {name: sum(inside[byte] for byte in marks) for name, marks in _MARKS.items()}
    name = max(told, key=lambda own: told[own])
    if told[name] >= _LEAST_MARKS and told[name] > western:
        return name
    # Letters of Polish and Turkish that Western languages share stand between them.
    if told["cp1250"] >= _LEAST_MARKS and told["cp1250"] * _CLEARLY > western:
        return "cp1250"
    turkish = sum(inside[byte] for byte in _TURKISH)
    icelandic = sum(inside[byte] for byte in _ICELANDIC)
    return "cp1254" if turkish >= _LEAST and turkish * _CLEARLY > western and not icelandic else ""


def _of_signs(data: bytes) -> str:
    """Return the encoding of Asian signs in which all bytes are some, and many the usual ones."""
    for name, usual in _SIGNS.items():
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        beyond = [letter for letter in text if ord(letter) >= 0x80]
        if len(usual.findall(text)) >= _USUAL[name] * len(beyond):
            return name
    return ""


def _of_alphabet(data: bytes) -> str:
    """Return the encoding of one alphabet in which its frequent letters are frequent."""
    shares = {}
    for name, frequent in _ALPHABETS.items():
        letters = [c for c in data.decode(name, "ignore") if ord(c) >= 0x80 and c.isalpha()]
        enough = len(letters) >= _LEAST and len(set(letters)) >= _DIFFERENT
        shares[name] = enough * sum(c in frequent for c in letters) / max(1, len(letters))
    best = max(shares, key=lambda own: shares[own])
    return best if shares[best] >= _FREQUENT else ""
