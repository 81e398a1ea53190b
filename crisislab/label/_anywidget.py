"""The widget class; apart, because importing anywidget is slow and only notebooks need it."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from crisislab.errors import CrisisLabError
from crisislab.label.chooser import ChoosingDesk
from crisislab.label.desk import Desk
from crisislab.label.widget import choices, script, state, words
from crisislab.words import say


class LabelWidget(anywidget.AnyWidget):
    """A desk on the screen."""

    _esm = script("widget.js")
    _css = script("widget.css")
    state = traitlets.Dict().tag(sync=True)
    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk, *, lang: str) -> None:
        self.desk = desk
        self.lang = lang
        super().__init__(
            state=state(desk, lang),
            choices=choices(desk.task, lang),
            words=words(desk.task, lang),
        )
        self.on_msg(self._heard)

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        note = say("label.widget.saved", self.lang)
        try:
            if message.get("back"):
                self.desk.back()
                note = ""
            else:
                self.desk.answer(
                    str(message.get("answer")), position=int(message.get("position", -1))
                )
        except (CrisisLabError, OSError) as error:
            note = say("label.widget.failed", self.lang, reason=str(error))
        # A new object each time: the screen waits for it even when nothing else has changed.
        self.state = {**state(self.desk, self.lang, note=note), "turn": self._turn()}

    def _turn(self) -> int:
        return int(self.state.get("turn", 0)) + 1


class ChooserWidget(anywidget.AnyWidget):
    """Candidates of ambiguous actions on the screen; the script is that of labelling."""

    _esm = script("widget.js")
    _css = script("widget.css")
    state = traitlets.Dict().tag(sync=True)
    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

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

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        note = say("label.widget.saved", self.lang)
        try:
            if message.get("back"):
                self.desk.back()
                note = ""
            else:
                answer, position = str(message.get("answer")), int(message.get("position", -1))
                self.desk.answer(answer, position=position, reason=self.reason)
        except OSError as error:
            note = say("label.widget.failed", self.lang, reason=str(error))
        turn = int(self.state.get("turn", 0)) + 1
        self.state = {**self._now(note), "turn": turn}
