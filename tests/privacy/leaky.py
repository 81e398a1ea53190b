"""A small case whose posts and log are full of what must never leave it. Everybody is invented."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd

# handle, id, display name
PEOPLE = [
    ("lucia_mz82", "991827364550001", "Lucía Menéndez Zaldo"),
    ("Tono.Garcia-7", "991827364550002", "Toño García Pumar"),
    ("xX_rafa_Xx", "991827364550003", "Rafa Ordiales"),
    ("brezo2019", "991827364550004", "Brezo Villar"),
    ("ñandu_es", "991827364550005", "Ñandú Peláez"),
    ("m4ri_luz", "991827364550006", "Mari Luz Otero"),
]
MAYOR = ("alcaldia_sim", "991827364550099", "Alcaldía de Prueba")
BRAND = ("marca_sim", "991827364551111", "Marca de Prueba")
TOLD = {
    "mail": "lucia.menendez@correo.example",
    "mail spelt": "brezo arroba correo punto example",
    "phone": "612 345 678",
    "phone in pairs": "698 12 34 56",
    "phone abroad": "+44 7700 900123",
    "dni": "12345678Z",
    "nie": "X1234567L",
    "iban": "ES91 2100 0418 4502 0005 1332",
    "card": "4111 1111 1111 1111",
    "address": "Calle de los Olmos 14, 3º B",
    "profile": "https://x.com/lucia_mz82",
    "secret": "xoxb-123456789012-abcdefghij",
}
_TEXTS = [
    f"Llevo días sin respuesta, escribidme a {TOLD['mail']} o al {TOLD['phone']}",
    f"@marca_sim mi pedido 20260315001 no, soy {TOLD['dni']} y mi móvil {TOLD['phone in pairs']}",
    f"RT @lucia_mz82: qué vergüenza {TOLD['profile']}/status/1772000000000001234",
    f"Devolvedme el dinero: {TOLD['iban']}, o a la tarjeta {TOLD['card']}",
    f"Vivo en {TOLD['address']} y nadie viene. @Tono.Garcia-7 lo vio, NIE {TOLD['nie']}",
    f"call me {TOLD['phone abroad']} or write {TOLD['mail spelt']}",
]


def post_id(i: int) -> str:
    """Id of a post: an X id of its minute."""
    ms = int(pd.Timestamp("2026-03-05T08:00:00Z").timestamp() * 1000) + i * 600_000
    return str((ms - 1288834974657) << 22)


def _row(i: int) -> list[str]:
    """A post of the public; each sixth is the brand's answer to the one before."""
    if i % 6 == 5:
        said = f"@{PEOPLE[i % 5][0]} te respondemos ya"
        return [post_id(i), *BRAND, said, post_id(i - 1)]
    handle, account, shown = MAYOR if i % 10 == 3 else PEOPLE[i // 5 % len(PEOPLE)]
    parent = post_id(i - 1) if i % 6 == 0 and i else ""
    return [post_id(i), handle, account, shown, _TEXTS[i % 7 % len(_TEXTS)], parent]


def leaky_case(folder: Path, *, privacy: str = "") -> Path:
    """Write the case and return its folder."""
    for name in ("posts", "log"):
        (folder / name).mkdir(parents=True)
    rows = [_row(i) for i in range(120)]
    with (folder / "posts" / "x.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["tweet_id", "fecha", "usuario", "uid", "nombre", "texto", "responde"])
        for i, (item, handle, account, shown, text, parent) in enumerate(rows):
            at = pd.Timestamp("2026-03-05T08:00:00Z") + pd.Timedelta(minutes=10 * i)
            lines.writerow([item, at.isoformat(), handle, account, shown, text, parent])
        lines.writerow([post_id(150), "2026-03-06T09:00:00Z", "brezo2019", "roto"])
    _slack(folder / "log" / "slack")
    (folder / "case.toml").write_text(_case(privacy), "utf-8")
    from tests.build import PLAN

    (folder / "plan.toml").write_text(PLAN, "utf-8")
    (folder / "narrative.md").write_text("# Qué pasó\n\nLo contó @lucia_mz82 primero.\n", "utf-8")
    return folder


def _slack(folder: Path) -> None:
    def told(text: str, second: int) -> dict[str, str]:
        return {
            "type": "message",
            "user": "U1",
            "text": text,
            "ts": f"{1772704800 + second}.000100",
        }

    closed = told("esto es solo del comité: despido de Gaspar", 9)
    files = {
        "users.json": [{"id": "U1", "name": "ana", "profile": {"real_name": "Ana"}}],
        "channels.json": [{"id": "C1", "name": "crisis"}],
        "groups.json": [{"id": "G1", "name": "comite-cerrado"}],
        "dms.json": [{"id": "D012345678", "members": ["U1", "U2"]}],
        "crisis/2026-03-05.json": [
            told(f"called the board; client at {TOLD['phone']} and {TOLD['mail']}", 60),
            told(f"el bot usa {TOLD['secret']}", 120),
        ],
        "comite-cerrado/2026-03-05.json": [closed],
        "D012345678/2026-03-05.json": [closed | {"ts": "1772704890.01"}],
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")


def _case(privacy: str) -> str:
    return f"""[case]
name = "Fuga"
language = "es"
zone = "Europe/Madrid"
scenario = "a"
[brand]
name = "Marca de Prueba"
[[brand.accounts]]
platform = "x"
id = "{BRAND[1]}"
handle = "{BRAND[0]}"
[quiet]
start = 2026-03-05T08:00:00
end = 2026-03-05T12:00:00
[response]
spam = ["xX_rafa_Xx"]
{privacy}
[[sources]]
file = "posts/x.csv"
platform = "x"
[sources.columns]
post_id = "tweet_id"
created_at = "fecha"
author_handle = "usuario"
author_id = "uid"
author_name = "nombre"
text = "texto"
parent_id = "responde"
"""
