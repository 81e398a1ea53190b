"""The scripts of the page: plotly's own file, packed, and the few lines that start it.

The page loads nothing: plotly's file comes from the installed wheel, gzipped, as text; the boot
script unpacks it in the browser. The content security policy names both scripts by their hash,
so nothing that came in with the data can run, even if it got past the escaping.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import Any

from babel import Locale
from markupsafe import Markup

from crisislab.report.drawing import NO_CLOUD
from crisislab.report.show import LOCALES, unmarked
from crisislab.report.value import Language
from crisislab.words import catalogue

_WIDTH = 1000
# Base 85 takes a sixteenth less room than base 64; "<" and ">" could end an element.
_SAFE = bytes.maketrans(b"<>", b".,")
_PLAIN = bytes.maketrans(b".,", b"<>")


@lru_cache(maxsize=1)
def plotly_source() -> str:
    """Return plotly.js as the installed plotly ships it."""
    return (resources.files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")


@lru_cache(maxsize=1)
def packed_plotly() -> Markup:
    """Return plotly.js gzipped, as base 85 in lines; the same bytes each time."""
    packed = gzip.compress(plotly_source().encode("utf-8"), compresslevel=9, mtime=0)
    return _lines(packed)


def packed_json(value: object) -> Markup:
    """Return JSON gzipped, as base 85 in lines: letters that can end no element; same bytes."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    text = unmarked(text)
    return _lines(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


def _lines(packed: bytes) -> Markup:
    # The first sign says how many bytes fill up the last four.
    left = -len(packed) % 4
    text = f"{left}{base64.b85encode(packed, pad=True).translate(_SAFE).decode('ascii')}"
    lines = (text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH))
    return Markup("\n".join(lines))


def unpacked(text: str) -> str:
    """Return what was packed, as the boot script of the page does.

    >>> unpacked(packed_json([1, "<"]))
    '[1,"<"]'
    """
    signs = "".join(text.split())
    packed = base64.b85decode(signs[1:].encode("ascii").translate(_PLAIN))
    return gzip.decompress(packed[: len(packed) - int(signs[0])]).decode("utf-8")


@lru_cache(maxsize=1)
def boot_source() -> Markup:
    """Return the script that draws the figures and opens the cards."""
    folder = resources.files("crisislab.report") / "templates"
    return Markup((folder / "boot.js").read_text("utf-8").strip())


def script_hash(source: str) -> str:
    """Return the hash by which a content security policy names an inline script.

    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@lru_cache(maxsize=1)
def content_policy() -> str:
    """Return the content security policy of the page."""
    scripts = f"{script_hash(plotly_source())} {script_hash(boot_source())}"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; connect-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-src 'none'; object-src 'none'"
    )


def inert_json(value: object) -> Markup:
    r"""Return JSON for a ``<script type="application/json">``, unable to end the element.

    >>> str(inert_json({"a": "</script>"}))
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def plotly_locale(lang: Language) -> dict[str, Any]:
    """Return plotly's locale: plotly's wheel ships none, Babel knows the names.

    >>> plotly_locale("es")["format"]["shortMonths"][:2]
    ['ene', 'feb']
    """
    locale = Locale.parse(LOCALES[lang])
    months, days = locale.months["format"], locale.days["format"]
    week = (6, 0, 1, 2, 3, 4, 5)
    prefix = "report.plotly."
    texts = {k: v for k, v in catalogue(lang).items() if k.startswith(prefix)}
    english = catalogue("en")
    return {
        "moduleType": "locale",
        "name": f"{lang}-crisislab",
        "dictionary": {english[key]: text for key, text in sorted(texts.items())},
        "format": {
            "days": [days["wide"][i] for i in week],
            "shortDays": [days["abbreviated"][i] for i in week],
            "months": [months["wide"][i] for i in range(1, 13)],
            "shortMonths": [months["abbreviated"][i] for i in range(1, 13)],
            "dateTime": "%-d %b %Y, %H:%M", "date": "%d/%m/%Y", "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "decimal": locale.number_symbols["latn"]["decimal"],
            "thousands": locale.number_symbols["latn"]["group"],
            "grouping": [3], "currency": ["", "\u00a0€"],
            "year": "%Y", "month": "%b %Y", "dayMonth": "%-d %b", "dayMonthYear": "%-d %b %Y",
        },
    }  # fmt: skip


def plotly_config(lang: Language) -> dict[str, Any]:
    """Return plotly's settings: no share button, no address to send a chart to."""
    unused = ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "sendChartToCloud"]
    return {
        "locale": f"{lang}-crisislab", "responsive": True, **NO_CLOUD,
        "modeBarButtonsToRemove": unused,
        "toImageButtonOptions": {"format": "png", "scale": 2},
    }  # fmt: skip
