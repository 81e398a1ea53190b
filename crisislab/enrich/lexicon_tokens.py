"""From texts to tokens, and from a token to the one key under which the lexicon knows it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Container, Mapping
from functools import lru_cache
from itertools import chain

from crisislab.enrich.pieces import ADDRESS, MENTION, NUMBER, SEPARATOR, Reader

OTHER, WORD, DROP, PAUSE, EMOJI, BLANK = "<other>", "<word>", "<drop>", "<pause>", "<emoji>", "<b>"
ENDS = ("<end0>", "<end1>", "<end2>", "<end3>", "<end4>")
SPECIAL = (OTHER, WORD, DROP, SEPARATOR, PAUSE, *ENDS, EMOJI, BLANK)

TOKEN = re.compile(
    r"https?://\S+|www\.\S+|@\w+"
    r"|\w+(?:['’]\w+)*"
    r"|[:;=]['’]?[-^]?(?:[)(\]\[/\\|*@]+|[dpos]+(?!\w))|<3+|</3+|\^[_.]?\^|-[_.]-"
    r"|[!?.…¡¿;,]+"
    r"|[\u203c\u2049\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]"
    r"|\x00"
)
_URL = ("http://", "https://")
_TOLD_APART = re.compile(r"\d{5,}|@\w+|https?:.*")
_MOST_TOKENS = 100_000
_ACCENTS = str.maketrans("áéíóúüàèìòùâêîôûäëï", "aeiouuaeiouaeiouaei")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_PUNCTUATION = frozenset("!?.…¡¿;,")
_EYES = frozenset(":;=")
_MOUTHS = {")": ":)", "]": ":)", "d": ":d", "p": ":p", "(": ":(", "[": ":(", "/": ":/",
           "\\": ":/", "|": ":|", "*": ":*", "@": ":@", "o": ":o", "s": ":s"}  # fmt: skip
_ELONGATED = re.compile(r"(\w)\1{2,}")
_UNUSUAL = re.compile(r"(\w)\1\1|'|^a?[jh]")
_LAUGHTER = re.compile(r"(?:a?(?:j+[aeiou]+){2,}j*|a?(?:h+[aei]+){2,}h*)")


def reader_of(
    known: Mapping[str, int], aliases: Mapping[str, str], faces: Container[str]
) -> Reader:
    r"""Return the reader of a lexicon: case aside, pieces to the ids of their tokens.

    Where no listed word is a number, an address or a mention, one of them stands for all.

    >>> import pyarrow as pa
    >>> known = {"no": 1, "mal": 2, "<end1>": 3, "<drop>": 4, "\x00": 0}
    >>> reader_of(known, {}, set()).ids(pa.array(["no MAL! @x"], pa.large_string())).tolist()
    [1, 2, 3, 4, 0]
    """

    @lru_cache(maxsize=_MOST_TOKENS)
    def id_of(token: str) -> int:
        found = known.get(token)
        return known[canonical(token, known, aliases)] if found is None else found

    def read(piece: str) -> list[int]:
        return [
            id_of(token)
            for chunk in piece.lower().split()
            for token in ((chunk,) if chunk.isalpha() else tokens(chunk, faces))
        ]

    told = any(map(_TOLD_APART.fullmatch, chain(known, aliases)))
    return Reader(read, () if told else (NUMBER, ADDRESS, MENTION))


def tokens(chunk: str, faces: Container[str] = frozenset()) -> list[str]:
    """Return the tokens of one chunk: words, URLs, mentions, faces, punctuation runs, emoji.

    Exports write "&lt;3" and "don&#39;t": such references are read first. Letters are composed
    (NFC) and invisible format characters taken out. A chunk that is plainly one URL or mention
    is not read further: most distinct chunks are. A chunk that as a whole is one of ``faces``
    stays whole: "(:" is a smile by itself, and a bracket and a colon within "(a:b)".

    >>> tokens("bien!!:)"), tokens("@marca:"), tokens("https://t.co/x"), tokens("👍🏽👍")
    (['bien', '!!', ':)'], ['@marca'], ['<drop>'], ['👍', '🏽', '👍'])
    >>> tokens("(:", {"(:"}), tokens("(a:b)", {"(:"})
    (['(:'], ['a', 'b'])
    """
    if chunk.isascii():
        plain_url = chunk.startswith(_URL) and len(chunk) > len("https://")
        if plain_url or (chunk[0] == "@" and chunk[1:].isalnum()):
            return [DROP]
    if "&" in chunk:
        chunk = html.unescape(chunk).lower()
    if not chunk.isascii():
        chunk = unicodedata.normalize("NFC", chunk)
        if not chunk.isprintable():
            chunk = _INVISIBLE.sub("", chunk)
    return [chunk] if chunk in faces else TOKEN.findall(chunk)


def fold(word: str) -> str:
    """Return a word as the lexicon keys it: lower case, no accents (ñ and ç stay).

    >>> fold("Pésimo"), fold("Vergüenza"), fold("daño")
    ('pesimo', 'verguenza', 'daño')
    """
    lowered = unicodedata.normalize("NFC", word.lower())
    return lowered.strip("_").replace("’", "'").translate(_ACCENTS)


def canonical(token: str, known: Container[str], aliases: Mapping[str, str]) -> str:
    """Return the key of a token: a known word, or one of the ``SPECIAL`` kinds.

    A word is tried as written, then without accents, then with a run of three or more
    letters cut to two and to one, then as laughter or an English contraction.

    >>> canonical("maaaalo", {"malo"}, {}), canonical("xq", {"porque"}, {"xq": "porque"})
    ('malo', 'porque')
    >>> canonical("@marca", set(), {}), canonical("!!!", set(), {}), canonical("42", set(), {})
    ('<drop>', '<end3>', '<other>')
    """
    if token in known or token == SEPARATOR:
        return token
    head = token[0]
    if token.isalpha():
        return _word(token, known, aliases)
    if head == "@" or token.startswith((*_URL, "www.")):
        return DROP
    if head.isalnum() or head == "_":
        return _word(token, known, aliases)
    if head in _EYES and len(token) > 1 and token[-1] in _MOUTHS:
        return _emoticon(token, known)
    return _punctuation(token) if head in _PUNCTUATION else _symbol(token, known)


def _emoticon(token: str, known: Container[str]) -> str:
    face = _MOUTHS[token[-1]]
    tearful = ":'(" if face == ":(" and token[1] in "'’" else face
    return tearful if tearful in known else EMOJI


def _punctuation(token: str) -> str:
    if not token.strip("¡¿,"):
        return PAUSE
    return ENDS[min(token.count("!"), len(ENDS) - 1)]


def _symbol(token: str, known: Container[str]) -> str:
    if len(token) > 1:
        heart = "</3" if token.startswith("</3") else "<3" if token[0] == "<" else token
        return heart if heart in known else EMOJI
    if token in "‼⁉":
        return ENDS[2 if token == "‼" else 1]
    modifier = "\U0001f3fb" <= token <= "\U0001f3ff" or "\U0001f1e6" <= token <= "\U0001f1ff"
    return DROP if modifier else EMOJI


def _word(token: str, known: Container[str], aliases: Mapping[str, str]) -> str:
    plain = (token if token.isascii() else token.replace("’", "'").translate(_ACCENTS)).strip("_")
    target = aliases.get(plain, plain)
    if target in known:
        return target
    if _UNUSUAL.search(plain):
        for form in _forms(plain):
            target = aliases.get(form, form)
            if target in known:
                return target
    return WORD if token.isalpha() or any(map(str.isalpha, token)) else OTHER


def _forms(plain: str) -> list[str]:
    forms = [_ELONGATED.sub(r"\1\1", plain), _ELONGATED.sub(r"\1", plain)]
    if _LAUGHTER.fullmatch(plain):
        forms.append("jaja")
    if plain.endswith("n't"):
        forms.append("not")
    elif plain.endswith(("'s", "'d", "'m")):
        forms.append(plain[:-2])
    return forms
