"""Logs as people keep them in spreadsheets and forms, and what was silently wrong in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crisislab.read import read_log, read_posts
from tests.read.exports import adds_up, codes, table
from tests.read.test_slack import USERS

Write = Callable[[str, str | bytes], Path]
HEADER = "Fecha;Hora;Quién;Qué"
MADRID: dict[str, Any] = {"zone": "Europe/Madrid"}


def hours(loaded: Any, zone: str = "Europe/Madrid") -> list[str]:
    """Times of a log or of posts as a clock shows them."""
    times = loaded.log["logged_at"] if hasattr(loaded, "log") else loaded.posts["created_at"]
    return [f"{time:%d %H:%M}" for time in times.dt.tz_convert(zone)]


def kept(*rows: str, header: str = HEADER) -> str:
    """A log that begins with a plain entry."""
    return table("25/03/2026;09:05;Ana;Primer aviso", *rows, header=header)


# --- zones -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Hora (UTC)", "Hora UTC", "Time (GMT+0)", "Time UTC"])
def test_read_log_reads_the_zone_in_the_name_of_the_hours(write: Write, name: str) -> None:
    """A zone that only the column of the hours names holds for the moment, and is told."""
    header = f"Fecha;{name};Quién;Qué" if name.startswith("Hora") else f"Date;{name};Who;What"
    loaded = read_log(write("log.csv", kept(header=header)), **MADRID)
    assert loaded.log["logged_at"][0] == pd.Timestamp("2026-03-25T09:05Z")
    assert "CL-TIME-ZONE-NAMED" in codes(loaded)


def test_read_posts_reads_the_zone_in_the_name_of_the_hours(write: Write) -> None:
    """So it is with posts whose day and time stand in two columns."""
    text = table("1;25/03/2026;09:05;no funciona;ana", header="id;Date;Time (UTC);Text;Author")
    loaded = read_posts(write("posts.csv", text), platform="facebook", **MADRID)
    assert loaded.posts["created_at"][0] == pd.Timestamp("2026-03-25T09:05Z")


def test_read_log_takes_a_whole_moment_of_utc_beside_a_day(write: Write) -> None:
    """A column of UTC that holds whole moments is not joined to the day beside it."""
    text = table("25/03/2026;2026-03-24T23:30;Ana;a", header="Date;Time UTC;Who;What")
    loaded = read_log(write("log.csv", text), **MADRID)
    assert loaded.log["logged_at"][0] == pd.Timestamp("2026-03-24T23:30Z")


def test_read_log_tells_a_column_of_zones_by_its_short_name(write: Write) -> None:
    """``Huso`` says the zone of each row as ``Huso horario`` does: it is not read, and told."""
    text = table("25/03/2026;09:05;UTC;Ana;Primer aviso", header="Fecha;Hora;Huso;Quién;Qué")
    assert "CL-TIME-ZONE-COLUMN" in codes(read_log(write("log.csv", text), **MADRID))


@pytest.mark.parametrize(("title", "told"), [
    ("Registro de crisis (horas en UTC)", True), ("All times in GMT", True),
    ("Registro de UTC Transportes", False),
])  # fmt: skip
def test_read_log_tells_a_zone_in_a_title_above(write: Write, title: str, told: bool) -> None:
    """A title that says in which zone the hours are is told where another one is declared."""
    loaded = read_log(write("log.csv", f"{title}\n{kept()}"), **MADRID)
    assert ("CL-TIME-ZONE-ABOVE" in codes(loaded)) == told


# --- hours and names ---------------------------------------------------------------------------


@pytest.mark.parametrize("hour", ["0905", "905", "9,05", "0.378472222", "0,378472222"])
def test_read_log_reads_hours_as_people_type_them(write: Write, hour: str) -> None:
    """Hours without a colon, with a comma or as part of a day are read beside a day."""
    loaded = read_log(write("log.csv", kept(f"25/03/2026;{hour};Luis;Aviso")), **MADRID)
    assert hours(loaded) == ["25 09:05", "25 09:05"]


@pytest.mark.parametrize("hour", ["2575", "9,5", "0.5", "12"])
def test_read_log_sets_hours_aside_that_may_be_two(write: Write, hour: str) -> None:
    """Numbers that are no clock, or might be two, are no hours."""
    loaded = read_log(write("log.csv", kept(f"26/03/2026;{hour};Luis;Aviso")), **MADRID)
    assert hours(loaded) == ["25 09:05"]
    assert "CL-TIME-UNREADABLE" in codes(loaded)


@pytest.mark.parametrize("header", [
    "Fecha:;Hora:;Quién *;¿Qué ha pasado?", "Data;Hora;Responsável;Descrição", "Data;Ora;Chi;Cosa",
    "Date;Heure;Qui;Quoi", "Datum;Uhrzeit;Wer;Beschreibung",
])  # fmt: skip
def test_read_log_knows_the_names_of_logs_kept_by_hand(write: Write, header: str) -> None:
    """Names with marks of a form, and those of neighbours, are known."""
    loaded = read_log(write("log.csv", kept(header=header)), **MADRID)
    assert hours(loaded) == ["25 09:05"]
    assert loaded.log.loc[0, ["actor", "text"]].tolist() == ["Ana", "Primer aviso"]


@pytest.mark.parametrize("name", ["Fecha/Hora", "Marca temporal", "Data/Hora"])
def test_read_log_knows_the_moments_of_forms(write: Write, name: str) -> None:
    """The moment of a form, and of a column for day and hour, is known."""
    text = table("25/03/2026 09:05;Ana;Primer aviso", header=f"{name};Nombre;Descripción")
    assert hours(read_log(write("log.csv", text), **MADRID)) == ["25 09:05"]


# --- Slack -------------------------------------------------------------------------------------

_RICH = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
    {"type": "text", "text": "Aviso a "}, {"type": "user", "user_id": "U1"},
    {"type": "link", "url": "https://a.b", "text": "aquí"}, {"type": "emoji", "name": "fire"}]}]},
]  # fmt: skip
_APP = [{"type": "header", "text": {"type": "plain_text", "text": "Caída"}}, {"type": "divider"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Web*"},
         "fields": [{"type": "mrkdwn", "text": "Alta"}]}]  # fmt: skip


@pytest.mark.parametrize(("blocks", "text"), [
    (_RICH, "Aviso a @Anaaquí (https://a.b):fire:"), (_APP, "Caída\n*Web*\nAlta"),
])  # fmt: skip
def test_read_log_reads_messages_of_slack_that_only_have_blocks(
    write: Write, blocks: list[Any], text: str
) -> None:
    """What apps and newer clients write into blocks is the text where there is no other."""
    messages = [{"type": "message", "user": "U1", "text": "", "ts": "1772712900.000100",
                 "blocks": blocks}]  # fmt: skip
    write("slack/users.json", json.dumps(USERS))
    path = write("slack/crisis/2026-03-05.json", json.dumps(messages))
    loaded = read_log(path.parents[1])
    assert loaded.log["text"].tolist() == [text]
    assert adds_up(loaded)


def test_read_log_reads_the_name_that_a_message_of_slack_shows(write: Write) -> None:
    """Who is not among the users of an export is called as the message itself calls them."""
    message = {"type": "message", "user": "U9", "text": "voy", "ts": "1772712900.000100",
               "user_profile": {"display_name": "Marta"}}  # fmt: skip
    write("slack/users.json", json.dumps(USERS))
    path = write("slack/crisis/2026-03-05.json", json.dumps([message]))
    assert read_log(path.parents[1]).log["actor"].tolist() == ["Marta"]


# --- days above, names in two rows ---------------------------------------------------------------


def test_read_log_gives_hours_the_day_written_above(write: Write) -> None:
    """A day written once holds for the entries below it, which are flagged."""
    loaded = read_log(write("log.csv", kept(";09:40;Luis;b", "26/03/2026;08:00;Ana;c",
                                            ";9:15 a. m.;Ana;d")), **MADRID)  # fmt: skip
    assert hours(loaded) == ["25 09:05", "25 09:40", "26 08:00", "26 09:15"]
    assert loaded.log["flags"].notna().tolist() == [False, True, False, True]
    assert codes(loaded) >= {"CL-LOG-DAY-ABOVE"}


@pytest.mark.parametrize("days", [
    ("25/03/2026", "26/03/2026"), ("miércoles, 25 de marzo de 2026", "Jueves 26 de marzo de 2026"),
])  # fmt: skip
def test_read_log_reads_hours_under_headings_of_days(write: Write, days: tuple[str, str]) -> None:
    """A row with nothing but a day is a heading: set aside, and the day of what follows."""
    rows = (f"{days[0]};;", "09:05;Ana;a", "17:30-18:00;Ana;b", f"{days[1]};;", "08:00;Luis;c")
    loaded = read_log(write("log.csv", table(*rows, header="Hora;Quién;Qué")), **MADRID)
    assert hours(loaded) == ["25 09:05", "25 17:30", "26 08:00"]
    assert loaded.rejects["source_row"].tolist() == [2, 5]
    assert adds_up(loaded)


@pytest.mark.parametrize("text", [
    kept(";;;26/03/2026", ";10:00;Ana;b"),
    table("25/03/2026;;", "09:05;Ana;a", ";;Reunión el 5 de mayo de 2026", "10:00;Ana;b",
          header="Hora;Quién;Qué"),
])  # fmt: skip
def test_read_log_takes_no_words_for_a_heading(write: Write, text: str) -> None:
    """An entry of which only its words are told changes the day of none below it."""
    loaded = read_log(write("log.csv", text), **MADRID)
    assert hours(loaded) == ["25 09:05", "25 10:00"]
    assert "CL-TIME-MISSING" in codes(loaded)


def test_read_log_refuses_hours_without_any_day(write: Write) -> None:
    """Hours that no day stands above are no moments, and the message says so."""
    text = table("09:05;Ana;a", "09:40;Luis;b", header="Hora;Quién;Qué")
    loaded = read_log(write("log.csv", text), strict=False, **MADRID)
    assert loaded.log.empty
    assert "no day with its year" in " ".join(loaded.issues["message"])


@pytest.mark.parametrize("day", ["25.03", "25 marzo", "?"])
def test_read_log_gives_no_day_to_entries_that_have_one(write: Write, day: str) -> None:
    """A day that cannot be read is not replaced by the one above, and none follows from it."""
    loaded = read_log(write("log.csv", kept(f"{day};09:40;Luis;b", ";;Ana;c", "26/03/2026;;Ana;d",
                                            header=HEADER)), **MADRID)  # fmt: skip
    assert hours(loaded) == ["25 09:05", "26 00:00"]
    assert "CL-LOG-DAY-ABOVE" not in codes(loaded)


def test_read_posts_gives_no_hour_the_day_above(write: Write) -> None:
    """Posts are exported: an hour without its day is set aside."""
    text = table("1;25/03/2026;09:05;a;ana", "2;;09:40;b;luis",
                 header="id;Fecha;Hora;Texto;Autor")  # fmt: skip
    loaded = read_posts(write("posts.csv", text), platform="facebook", **MADRID)
    assert loaded.rejects["code"].tolist() == ["CL-TIME-UNREADABLE"]


def test_read_log_reads_names_in_two_rows(write: Write) -> None:
    """Names under one that spans several columns are theirs; the state is not the text."""
    rows = (";;Quién;Qué;", "25/03/2026;09:05;Ana;Primer aviso;abierto")
    text = table(*rows, header="Fecha;Hora;Responsable;;Estado")
    loaded = read_log(write("log.csv", text), **MADRID)
    assert loaded.log.loc[0, ["actor", "text"]].tolist() == ["Ana", "Primer aviso"]
    assert adds_up(loaded)


@pytest.mark.parametrize("row", [
    ";;Ana;Primer aviso;ok", ";;;;nota", "25/03/2026;09:05;Ana;Qué;Estado", ";;Ana;b;Estado",
])  # fmt: skip
def test_read_log_takes_no_entry_for_a_second_row_of_names(write: Write, row: str) -> None:
    """An entry that fills a column without a name stays an entry."""
    text = table(row, "25/03/2026;09:05;Ana;Otro;bien", header="Fecha;Hora;Quién;Qué;")
    loaded = read_log(write("log.csv", text), **MADRID)
    assert loaded.log["text"].tolist()[-1] == "Otro"
    assert len(loaded.log) + len(loaded.rejects) == 2


# --- columns beside the day, other forms ---------------------------------------------------------


@pytest.mark.parametrize(("zone", "told"), [("UTC", True), ("+01:00", True), ("Norte", False)])
def test_read_log_tells_zones_by_the_cells_of_a_column(write: Write, zone: str, told: bool) -> None:
    """``Zona`` may be a clock or a place: its cells say which."""
    text = table(f"25/03/2026;09:05;{zone};Ana;a", header="Fecha;Hora;Zona;Quién;Qué")
    loaded = read_log(write("log.csv", text), **MADRID)
    assert ("CL-TIME-ZONE-COLUMN" in codes(loaded)) == told


def test_read_log_places_entries_at_the_hour_they_began(write: Write) -> None:
    """Beside a day, the hour of the beginning is the entry's; a whole moment is not joined."""
    header = "Fecha;Hora inicio;Hora fin;Responsable;Actuación"
    text = table("25/03/2026;09:05;10:00;Ana;a", header=header)
    assert hours(read_log(write("log.csv", text), **MADRID)) == ["25 09:05"]
    text = table("25/03/2026;24/03/2026 23:00;10:00;Ana;a", header=header)
    assert hours(read_log(write("whole.csv", text), **MADRID)) == ["25 00:00"]


def test_read_log_reads_a_dash_between_day_and_hour(write: Write) -> None:
    """``25/03/2026 - 09:05`` is one moment; from one hour to another stays a span."""
    text = table("25/03/2026 - 09:05;Ana;a", "25/03/2026 10:00 - 10:30;Ana;b",
                 header="Cuándo;Quién;Qué")  # fmt: skip
    assert hours(read_log(write("log.csv", text), **MADRID)) == ["25 09:05", "25 10:00"]


@pytest.mark.parametrize(("header", "created"), [
    ("Resumen;Clave de incidencia;Creada;Informador;Comentarios", "5/mar/26 9:05"),
    ("Zusammenfassung;Vorgangsschlüssel;Erstellt;Autor;Kommentar", "05/Mär/26 09:05"),
    ("Résumé;Clé de ticket;Création;Rapporteur;Commentaire", "05/mars/26 9:05"),
    ("Resumo;Chave da item;Criado;Relator;Comentário", "05/mar/26 9:05"),
    ("Summary;Issue key;Created;Reporter;Comments", "05/Mar/26 9:05 AM"),
])  # fmt: skip
def test_read_log_reads_jira_in_other_languages(write: Write, header: str, created: str) -> None:
    """Issues and their comments are read, whatever the language of the profile."""
    text = f'{header}\nCaída;CR-1;{created};Ana;"{created};Luis;lo veo; ya"\n'
    loaded = read_log(write("jira.csv", text), zone="UTC")
    assert loaded.log["actor"].tolist() == ["Ana", "Luis"]
    assert loaded.log["text"].tolist() == ["Caída", "lo veo; ya"]
    assert hours(loaded, "UTC") == ["05 09:05", "05 09:05"]


@pytest.mark.parametrize(("written", "month"), [
    ("5. Okt 2026", 10), ("5 gennaio 2026", 1), ("5. Dezember 2025", 12), ("5 giu 2026", 6),
])  # fmt: skip
def test_read_log_reads_german_and_italian_months(write: Write, written: str, month: int) -> None:
    """Names of months of Germany and Italy are known."""
    text = table(f"{written} 09:05;Ana;a", header="Cuándo;Quién;Qué")
    assert read_log(write("log.csv", text), zone="UTC").log["logged_at"][0].month == month


def test_read_posts_reads_chats_of_french_phones(write: Write) -> None:
    """Phones set to French write a word between day and hour."""
    text = "25/03/2026 à 09:05 - Ana: bonjour\n25/03/2026 à 09:06 - Luis: salut\n"
    loaded = read_posts(write("chat.txt", text), **MADRID)
    assert hours(loaded) == ["25 09:05", "25 09:06"]


def test_read_log_joins_the_hours_to_a_day_that_is_declared(write: Write) -> None:
    """Of two days with hours one is asked for; what is suggested then reads its hours too."""
    header = "Fecha registro;Hora registro;Fecha evento;Hora evento;Quién;Qué"
    path = write("log.csv", table("25/03/2026;10:00;25/03/2026;09:05;Ana;a", header=header))
    asked = read_log(path, strict=False, **MADRID)
    assert codes(asked, "refused") == {"CL-COLUMN-TWO"}
    loaded = read_log(path, columns={"logged_at": "Fecha evento"}, **MADRID)
    assert hours(loaded) == ["25 09:05"]


def test_read_log_takes_a_whole_moment_that_is_declared_as_it_is(write: Write) -> None:
    """Hours beside a declared column that holds whole moments change nothing."""
    text = table("25/03/2026 09:05;11:30;Ana;a", header="Fecha evento;Hora evento;Quién;Qué")
    loaded = read_log(write("log.csv", text), columns={"logged_at": "Fecha evento"}, **MADRID)
    assert hours(loaded) == ["25 09:05"]
