"""The widget class; apart, because importing anywidget is slow and only notebooks need it."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from crisislab.errors import CrisisLabError
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
