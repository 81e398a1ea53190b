"""The settings of the case and its manual, as an analyst would write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crisislab.simulate.chosen import Chosen
from crisislab.simulate.world import BRAND, MACHINE, PLATFORMS, ZONE, Calendar, there

_HEAD = """\
# Caso sintético de crisislab: Lácteos Brumaria no existe. Lo escribe
# python -m crisislab.simulate (semilla {seed}).

[case]
name = "Brumaria (ficticia): avellana sin declarar en un yogur"
language = "es"
zone = "{zone}"
scenario = "alergeno"

[brand]
name = "Lácteos Brumaria (ficticia)"
"""
_TAIL = """
[team]
zone = "{zone}"
region = "ES-MD"
hours = {{ mon = "09:00-21:00", tue = "09:00-21:00", wed = "09:00-21:00", thu = "09:00-21:00", \
fri = "09:00-21:00", sat = "10:00-20:00", sun = "10:00-20:00" }}

# Semanas sin crisis con las que se compara.
[quiet]
start = {start}
end = {quiet_end}

[window]
start = {start}
end = {end}

# Temas por las palabras con que la gente los nombra; cuenta el primero que encaja.
[response.topics]
salud = ["alergi", "urgencias", "vomit", "ronchas", "hinchad", "anafila"]
lotes = ["lote", "afectad", "devol", "reembols", "tíquet", "ticket", "batch", "refund"]
espera = ["sigo esperando", "sin respuesta", "no contest", "still waiting", "no answer"]

[log]
complete_channels = ["#crisis", "#social"]

# La pregunta sobre la respuesta, escrita antes de mirar las curvas.
[effect]
question = "¿Bajó el primer comunicado el número de mensajes sobre el caso?"
response = "first_statement"
decided = 2026-03-16

# El formulario de la web y el registro dan la hora local sin decirlo.
[[sources]]
file = "posts/opiniones_web.csv"
zone = "{zone}"
dates = "day-first"
platform = "web"
columns = {{ post_id = "N.º", created_at = "Fecha", author_name = "Nombre", text = "Opinión" }}

[[sources]]
file = "log/registro_incidencias.csv"
zone = "{zone}"
dates = "day-first"
columns = {{ logged_at = "Fecha y hora", actor = "Quién", channel = "Canal", text = "Qué", \
action = "Acción" }}
"""
_EFFECT = """\
[effect]
question = "¿Bajó la respuesta el número de mensajes sobre el caso?"
at = {at}
decided = 2026-03-16
"""
_README = """\
# Brumaria: una crisis sintética / a synthetic crisis

**ES.** Nada de esto ocurrió. Lácteos Brumaria, sus productos, su equipo, los medios y todas las
personas que escriben son inventados; cada nombre de usuario del público acaba en `_sim`. Sirve
para probar crisislab: se sabe la verdad de todo (`truth/`).

**EN.** None of this happened. The brand, its team, the media and everybody who writes here are
invented; every handle of the public ends in `_sim`. It is there to try crisislab: the truth
about everything is known (`truth/`).

Semilla / seed: `{seed}`. Se escribe con / written by:

    python -m crisislab.simulate data/sample/brumaria --seed {seed}{scale}

- `posts/`: X (twarc2 ×2 y / and twarc-csv), Facebook, Instagram, YouTube, web.
- `log/`: Slack (zip) y registro / and register (CSV).
- `case.toml`, `plan.toml`: ajustes y manual / settings and manual.
- `labels.csv`: 200 textos etiquetados por dos personas inventadas que a veces se equivocan / 200
  texts labelled by two invented people who slip at times. Es un sorteo elegido entre muchos: con
  otros, un intervalo del 95 % no contiene la verdad en 1 de cada 20 / it is one chosen draw of
  many: with others, a 95 % interval misses the truth in 1 of 20.
- `truth/`: la verdad del simulador / the truth of the simulator; la revisión no la lee / the
  review does not read it. Instantes en UTC / instants in UTC. `posts`, `conversations`, `hours`,
  `counts`, `reach`, `files`, `damage`, `milestones`, `rules`, `actions`, `targets`, `answered`.
- Conversación / conversation: una persona y la marca en una plataforma; otra nueva tras 24 h de
  silencio / one person and the brand on one platform; a new one after 24 h of silence. Las
  opiniones de la web no se pueden contestar / web opinions cannot be answered.
"""


def case_toml(calendar: Calendar, seed: int, chosen: Chosen | None = None) -> str:
    """Return ``case.toml``; of a chosen crisis it asks about the chosen response."""
    whole = _case_toml(calendar, seed, PLATFORMS if chosen is None else chosen.platforms)
    if chosen is None:
        return whole
    begin, end = whole.index("[effect]"), whole.index("# El formulario")
    asked = _EFFECT.format(at=there(chosen.response_at(calendar)).strftime("%Y-%m-%dT%H:%M:%S"))
    asked += 'control = "control.csv"\n' if chosen.controls else ""
    web = whole.index("[[sources]]"), whole.index('[[sources]]\nfile = "log/')
    sources = whole[end : web[0]] + (whole[web[0] : web[1]] if "web" in chosen.platforms else "")
    return whole[:begin] + asked + "\n" + sources + whole[web[1] :]


def _case_toml(calendar: Calendar, seed: int, platforms: Sequence[str]) -> str:
    lines = [_HEAD.format(zone=ZONE, seed=seed)]
    for platform, account in [*BRAND.items(), ("x", MACHINE)]:
        if platform not in platforms:
            continue
        lines.append(f'[[brand.accounts]]\nplatform = "{platform}"\nid = "{account.id}"')
        if platform in ("x", "instagram"):
            lines.append(f'handle = "{account.handle}"')
        if account is MACHINE:
            lines.append("automated = true")
        lines.append("")
    dates = {
        "start": calendar.start, "quiet_end": calendar.quiet_end, "end": calendar.end,
    }  # fmt: skip
    days = {name: there(at).strftime("%Y-%m-%d") for name, at in dates.items()}
    return "\n".join(lines) + _TAIL.format(zone=ZONE, **days)


def plan_toml() -> str:
    """Return ``plan.toml``."""
    return (Path(__file__).parent / "plan_sample.toml").read_text("utf-8")


def readme(seed: int, scale: float) -> str:
    """Return the README of the folder, in Spanish and English."""
    return _README.format(seed=seed, scale="" if scale == 1 else f" --scale {scale:g}")
