"""Labelling by keyboard in the notebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.label.desk import Desk
from crisislab.read.labels import RECEPTION, SENTIMENT, allowed_labels
from crisislab.words import default_language, say


def utc_now() -> datetime:
    """Return the present instant: the one place where labelling looks at a clock."""
    return datetime.now(UTC)


def label_posts(
    sample: pd.DataFrame,
    file: str | Path,
    *,
    coder: str,
    task: str = SENTIMENT,
    lang: str | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Any:
    """Return a widget to label a sample by keyboard: 1, 2, 3, and 0 or u for "unsure".

    Every answer is on the disk before the next text comes; the same call after a restart of the
    kernel goes on where it stopped. Coders do not see each other's answers or any score.

    Args:
        sample: What ``draw_sample`` returned.
        file: ``labels.csv`` in the case folder.
        coder: Who labels; two coders give two names.
        task: ``sentiment``, ``reception`` or a flag such as ``tone.apology``.
        lang: Language of the widget; that of this machine by default.
        now: Clock for the time of each answer.
    """
    from crisislab.label._anywidget import LabelWidget

    desk = Desk(sample, file, coder=coder, now=now, task=task)
    return LabelWidget(desk, lang=lang or default_language())


def choices(task: str, lang: str) -> list[dict[str, str]]:
    """Return keys, labels and words of a task; ``unsure`` is 0 and u.

    >>> [c["key"] + c["word"] for c in choices("sentiment", "es")]
    ['1negativo', '2neutro', '3positivo', '0no sé', 'uno sé']
    """
    *names, unsure = allowed_labels(task)
    keys = [(str(i), name) for i, name in enumerate(names, start=1)]
    keys += [("0", unsure), ("u", unsure)]
    return [{"key": k, "label": n, "word": say(f"label.answer.{n}", lang)} for k, n in keys]


def words(task: str, lang: str) -> dict[str, str]:
    """Return the fixed words of the widget."""
    keys = ", ".join(f"{c['key']} = {c['word']}" for c in choices(task, lang) if c["key"] != "u")
    return {
        "question": _question(task, lang),
        "keys": say("label.widget.keys", lang, keys=keys),
        "saving": say("label.widget.saving", lang),
        "name": say("label.widget.name", lang),
    }


def _question(task: str, lang: str) -> str:
    whole = {SENTIMENT: "label.widget.question", RECEPTION: "label.widget.question_reception"}
    if task in whole:
        return say(whole[task], lang)
    flag = say(f"tone.flag.{task.removeprefix('tone.')}", lang)
    return say("label.widget.question_flag", lang, flag=flag)


def state(desk: Desk, lang: str, *, note: str = "") -> dict[str, object]:
    """Return what the screen shows now."""
    total = len(desk.sample)
    end = say("label.widget.finished", lang, total=total, file=desk.file.name)
    return {
        "text": end if desk.finished else desk.text,
        "lang": desk.lang,
        "position": desk.position,
        "done": len(desk.answers),
        "finished": desk.finished,
        "progress": say("label.widget.progress", lang, done=len(desk.answers), total=total),
        "note": note,
    }


def script(name: str) -> str:
    """Return a file of the widget as text."""
    return resources.files("crisislab.label").joinpath(name).read_text("utf-8")
