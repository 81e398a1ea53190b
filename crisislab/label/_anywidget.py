"""The widget classes; apart, because importing anywidget is slow and only notebooks need it."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from crisislab.errors import CrisisLabError
from crisislab.label.chooser import ChoosingDesk
from crisislab.label.desk import Desk
from crisislab.label.widget import choices, script, state, words
from crisislab.words import say


class _DeskWidget(anywidget.AnyWidget):
    """A desk on the screen: an answer is kept before the next text is shown."""

    _esm = script("widget.js")
    _css = script("widget.css")
    state = traitlets.Dict().tag(sync=True)
    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    desk: Desk | ChoosingDesk
    lang: str

    def _now(self, note: str) -> dict[str, object]:
        """Return what the screen shows, with a word about the last answer."""
        raise NotImplementedError

    def _keep(self, answer: str, position: int) -> None:
        """Keep an answer."""
        raise NotImplementedError

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        note = say("label.widget.saved", self.lang)
        try:
            if message.get("back"):
                self.desk.back()
                note = ""
            else:
                self._keep(str(message.get("answer")), int(message.get("position", -1)))
        except (CrisisLabError, OSError) as error:
            note = say("label.widget.failed", self.lang, reason=str(error))
        # A new object each time: the screen waits for it even when nothing else has changed.
        self.state = {**self._now(note), "turn": int(self.state.get("turn", 0)) + 1}


class LabelWidget(_DeskWidget):
    """Texts to label on the screen."""

    desk: Desk

    def __init__(self, desk: Desk, *, lang: str) -> None:
        self.desk, self.lang = desk, lang
        super().__init__(
            state=self._now(""),
            choices=choices(desk.task, lang),
            words=words(desk.task, lang),
        )
        self.on_msg(self._heard)

    def _now(self, note: str) -> dict[str, object]:
        return state(self.desk, self.lang, note=note)

    def _keep(self, answer: str, position: int) -> None:
        self.desk.answer(answer, position=position)


class ChooserWidget(_DeskWidget):
    """Candidates of ambiguous actions on the screen; the script is that of labelling."""

    desk: ChoosingDesk

    def __init__(self, desk: ChoosingDesk, *, reason: str, lang: str) -> None:
        self.desk, self.reason, self.lang = desk, reason, lang
        said = {name: say(f"plan.choose.{name}", lang) for name in ("question", "keys", "name")}
        super().__init__(
            state=self._now(""),
            choices=[
                {"key": key, "label": label, "word": say(f"plan.choose.{label}", lang)}
                for key, label in (("1", "yes"), ("2", "no"), ("0", "unsure"))
            ],
            words=said | {"saving": say("label.widget.saving", lang)},
        )
        self.on_msg(self._heard)

    def _now(self, note: str) -> dict[str, object]:
        desk = self.desk
        done, total = len(desk.decided), len(desk.rows)
        return {
            "text": desk.text(self.lang), "lang": "", "position": desk.position, "done": done,
            "finished": desk.finished, "note": note,
            "progress": say("label.widget.progress", self.lang, done=done, total=total),
        }  # fmt: skip

    def _keep(self, answer: str, position: int) -> None:
        self.desk.answer(answer, position=position, reason=self.reason)
