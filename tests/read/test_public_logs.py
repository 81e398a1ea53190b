"""Layouts of trackers, chats and desks as they are exported, with invented rows.

For each rule there are look-alikes in which it says nothing.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.errors import CrisisLabError
from crisislab.new import new_case
from crisislab.read import inspect, read_log, read_posts
from tests.read.exports import adds_up, codes, table

Write = Callable[[str, str | bytes], Path]
MADRID: dict[str, Any] = {"zone": "Europe/Madrid"}


def log(write: Write, header: str, *rows: str, **keywords: Any) -> Any:
    """A table read as a log."""
    loaded = read_log(write("log.csv", table(*rows, header=header)), **MADRID, **keywords)
    assert adds_up(loaded)
    return loaded


def told(loaded: Any) -> list[tuple[str, str | None, str | None, str]]:
    """Hour, actor, text and kind of each entry."""
    rows = loaded.log.astype(object).where(loaded.log.notna(), None)
    return [
        (f"{at:%d %H:%M}", who, what, kind)
        for at, who, what, kind in zip(
            loaded.log["logged_at"].dt.tz_convert("Europe/Madrid"),
            rows["actor"], rows["text"], rows["kind"], strict=True,
        )
    ]  # fmt: skip


# --- tickets -----------------------------------------------------------------------------------

GITLAB = "Title;Description;Issue ID;State;Author;Assignee;Created At;Closed At;Milestone"
NOW = "number;short_description;caller_id;state;assigned_to;opened_at;resolved_at;description"
LINEAR = "ID;Team;Title;Description;Status;Priority;Creator;Assignee;Created;Completed"
REGISTER = "ID;Fecha apertura;Hora apertura;Usuario;Incidencia;Técnico asignado;Estado;Fecha cierre"


@pytest.mark.parametrize(("header", "row"), [
    (GITLAB, "Cae la web;No responde;12;Closed;Ana;Luis;{0};{1};v2"),
    (NOW, "INC12;Cae la web;Ana;Closed;Luis;{0};{1};No responde"),
    (LINEAR, "CRI-12;Crisis;Cae la web;No responde;Done;High;Ana;Luis;{0};{1}"),
])  # fmt: skip
def test_read_log_reads_a_ticket_as_what_happened_to_it(
    write: Write, header: str, row: str
) -> None:
    """It was opened by who wrote it, with its title and its words, and ended by nobody knows."""
    rows = (row.format("2026-03-25 09:05", "2026-03-25 11:05"),
            row.replace("12;", "13;").format("2026-03-25 10:05", ""))  # fmt: skip
    loaded = log(write, header, *rows)
    end = "resolved" if header != GITLAB else "closed"
    assert told(loaded) == [
        ("25 09:05", "Ana", "Cae la web\nNo responde", "note"),
        ("25 10:05", "Ana", "Cae la web\nNo responde", "note"),
        ("25 11:05", None, f"{end}: Cae la web", "status"),
    ]
    assert loaded.log["thread_id"].nunique() == 2
    assert not codes(loaded)


def test_read_log_keeps_a_ticket_that_only_has_a_title(write: Write) -> None:
    """A title is all that was said where nothing else was."""
    loaded = log(write, GITLAB, "Lenta;;13;Open;Ana;;2026-03-25 10:05;;")
    assert told(loaded) == [("25 10:05", "Ana", "Lenta", "note")]


def test_read_log_joins_the_hours_of_a_ticket_to_its_days(write: Write) -> None:
    """A register by hand has days and hours apart, and a day alone where it was closed."""
    loaded = log(write, REGISTER, "1;25/03/2026;09:05;Ana;Cae la web;Luis;Cerrada;26/03/2026")
    assert told(loaded)[0] == ("25 09:05", "Ana", "Cae la web", "note")
    assert codes(loaded) == {"CL-TIME-DAY-ONLY", "CL-TIME-ORDER-FOUND"}


def test_read_log_reads_who_acknowledged_an_alert(write: Write) -> None:
    """Who took it and who solved it are named in columns of their own."""
    header = "pk;title;state;created_at;acknowledged_at;resolved_at;acknowledged_by;resolved_by"
    row = "I1;5xx;resolved;2026-03-25T09:00;2026-03-25T09:05;2026-03-25T10:00;ana;luis"
    assert [(who, what) for _, who, what, _ in told(log(write, header, row))] == [
        (None, "5xx"), ("ana", "acknowledged: 5xx"), ("luis", "resolved: 5xx"),
    ]  # fmt: skip


def test_read_log_does_not_take_yes_for_when_a_ticket_ended(write: Write) -> None:
    """Closed is a flag in some trackers."""
    header = "Ticket ID;Title;Status;Created;Closed"
    loaded = log(write, header, "1;Cae la web;open;2026-03-25 09:05;false")
    assert told(loaded) == [("25 09:05", None, "Cae la web", "note")]


@pytest.mark.parametrize(("header", "row", "text"), [
    # A log by hand with a number and a state.
    ("ID;Fecha;Hora;Responsable;Acción;Estado", "1;25/03/2026;09:05;Ana;Aviso;hecho", "Aviso"),
    # Entries with a title, and no tickets.
    ("id;created_at;title;author;text", "1;2026-03-25 09:05;Web;Ana;Aviso", "Web\nAviso"),
    # What was reached in a crisis is no release of a tracker.
    ("id;created_at;title;actor;text;milestone", "1;2026-03-25 09:05;Web;Ana;Aviso;first",
     "Web\nAviso"),
])  # fmt: skip
def test_read_log_takes_no_log_for_tickets(write: Write, header: str, row: str, text: str) -> None:
    """Entries stay one a row, each by who is named."""
    other = row.replace("1;", "2;", 1).replace("Web", "Prensa").replace("09:05", "10:05")
    loaded = log(write, header, row, other)
    assert told(loaded)[0] == ("25 09:05", "Ana", text, "note")
    assert len(loaded.log) == 2


def test_read_log_takes_what_was_said_of_one_ticket_for_entries(write: Write) -> None:
    """A number that comes twice is of updates, which keep their words."""
    header = "incident id;title;status;created at;author;comment"
    rows = (
        f"i1;Web;{state};2026-03-25 09:0{i};Ana;{words}"
        for i, (state, words) in enumerate((("open", "Lo miramos"), ("closed", "Ya va")))
    )
    loaded = log(write, header, *rows)
    assert loaded.log["text"].tolist() == ["Lo miramos", "Ya va"]


def test_read_log_names_who_wrote_inside_an_object(write: Write) -> None:
    """Answers of interfaces put who wrote into an object, beside whom it was given to."""
    issue = {"number": 12, "title": "Cae la web", "body": "", "user": {"login": "ana"},
             "assignee": {"login": "luis"}, "created_at": "2026-03-25T09:05:00Z"}  # fmt: skip
    loaded = read_log(
        write("i.json", json.dumps([issue, issue | {"number": 13, "title": "Lenta"}]))
    )
    assert [(who, what) for _, who, what, _ in told(loaded)] == [
        ("ana", "Cae la web"), ("ana", "Lenta"),
    ]  # fmt: skip


def test_read_log_takes_what_is_declared_about_tickets(write: Write) -> None:
    """Declared columns say that a row is an entry."""
    row = "Cae la web;No responde;12;Closed;Ana;Luis;2026-03-25 09:05;2026-03-25 11:05;"
    loaded = log(write, GITLAB, row, columns={"text": "Description"})
    assert [what for _, _, what, _ in told(loaded)] == ["No responde"]


def test_tables_of_customers_are_no_log(write: Write) -> None:
    """Tickets that customers wrote stay posts."""
    header = "Ticket ID;Subject;Description;Status;Customer Name;Created at;Priority"
    path = write("t.csv", table("1;Pago;No puedo pagar;open;Eva;2026-03-25T09:05Z;high",
                                "2;Pago;Cobro doble;open;Pep;2026-03-25T09:15Z;high",
                                header=header))  # fmt: skip
    assert inspect(path).gives == "posts"


@pytest.mark.parametrize(("header", "row", "text"), [
    # Words that no ticket has are those of an entry.
    ("ID;User;Created;Status;Title;Text", "1;Ana;2026-03-25 09:05;done;Web;Aviso", "Web\nAviso"),
    ("ID;Created;User;Title;Action taken;Status;Updated", "1;2026-03-25 09:05;Ana;Web;Aviso;ok;",
     "Web\nAviso"),
    # A name beside a number that any row may have is that of a person.
    ("Number;Opened;Closed;Name;Notes;Status",
     "1;2026-03-25 09:05;2026-03-25 10:00;Ana;Aviso;done", "Aviso"),
])  # fmt: skip
def test_read_log_loses_no_words_nor_people_to_tickets(
    write: Write, header: str, row: str, text: str
) -> None:
    """A log by hand has an id, a state and when a row was created, and says more than tickets."""
    loaded = log(write, header, row, row.replace("1;", "2;", 1).replace("Web", "Prensa"))
    assert told(loaded)[0] == ("25 09:05", "Ana", text, "note")
    assert len(loaded.log) == 2


@pytest.mark.parametrize("header", [
    "ID;Fecha;Hora;Creado;Título;Estado;Prioridad;Texto",
    "ID;Date;Time;Created;Subject;Status;Severity;Description",
])  # fmt: skip
def test_read_log_asks_when_an_entry_was_written_down_and_when_it_was(
    write: Write, header: str
) -> None:
    """A day and an hour beside when a row was created are asked about, also with a state."""
    rows = (f"{i};25/03/2026;09:0{i};26/03/2026;Web;ok;alta;Aviso" for i in (1, 2))
    loaded = log(write, header, *rows, strict=False)
    assert codes(loaded) == {"CL-COLUMN-TWO"}


@pytest.mark.parametrize("header", [
    "Case ID;Title;Created;Author;Followers;Network;Status;Assigned to;Closed",
    "Ticket ID;Subject;Created;Author;Likes;Network;Status;Assignee;Closed",
    "Post ID;Title;Created;Author;Views;Network;Status;Assignee;Closed",
])  # fmt: skip
def test_posts_with_a_state_are_no_tickets(write: Write, header: str) -> None:
    """An inbox of public posts says who looks after each, and that is no log."""
    row = "{};No puedo pagar;2026-03-25T09:05Z;eva;10;X;open;Luis;2026-03-25T10:05Z"
    path = write("p.csv", table(row.format(1), row.format(2), header=header))
    loaded = read_log(path, strict=False)
    assert loaded.log.empty
    assert inspect(path).gives != "log"


def test_read_log_keeps_the_votes_of_a_ticket(write: Write) -> None:
    """Trackers count votes, and their tickets are none the less tickets."""
    loaded = log(write, "Issue ID;Title;State;Author;Created;Closed;Votes",
                 "1;Web;Closed;Ana;2026-03-25 09:05;2026-03-25 10:05;3")  # fmt: skip
    assert [what for _, _, what, _ in told(loaded)] == ["Web", "closed: Web"]


def test_read_log_puts_remarks_behind_the_title_of_a_ticket(write: Write) -> None:
    """What else was written down beside a title is no less a part of the ticket; none may lack."""
    loaded = log(write, "ID;Título;Fecha alta;Estado;Autor;Observaciones;Fecha cierre",
                 "1;Web;2026-03-25 09:05;ok;Ana;Sin servicio;",
                 "2;;2026-03-25 09:06;ok;Ana;;2026-03-25 10:05")  # fmt: skip
    assert [what for _, _, what, _ in told(loaded)] == ["Web\nSin servicio", None, "closed"]


# --- who acted, and what an entry is called ----------------------------------------------------


def test_read_log_takes_who_created_a_task_and_its_name(write: Write) -> None:
    """A name in English beside whom a task was given to is that of the task."""
    header = "Name;Person;Status;Date;Notes"
    loaded = log(write, header, "Publicar;Ana;Done;2026-03-25 09:05;Aprobado",
                 "Avisar;Luis;To do;2026-03-25 10:05;")  # fmt: skip
    assert [(who, what) for _, who, what, _ in told(loaded)] == [
        ("Ana", "Publicar\nAprobado"), ("Luis", "Avisar"),
    ]  # fmt: skip


@pytest.mark.parametrize(("header", "row"), [
    ("Created;Assignee;Notes", "2026-03-25 09:05;Ana;Aviso"),
    ("Name;Date;Status;Notes", "Publicar comunicado;2026-03-25 09:05;Done;Aprobado"),
])  # fmt: skip
def test_read_log_tells_who_may_not_have_acted(write: Write, header: str, row: str) -> None:
    """Whom a task was given to, or what it is called, is told where it was taken for a person."""
    loaded = log(write, header, row, row.replace("Publicar comunicado", "Avisar a prensa"))
    assert "CL-LOG-ACTOR-DOUBT" in codes(loaded)
    named = {"actor": header.split(";")[0 if header.startswith("Name") else 1]}
    declared = log(write, header, row, columns=named)
    assert "CL-LOG-ACTOR-DOUBT" not in codes(declared)


@pytest.mark.parametrize(("header", "row"), [
    ("Time;Owner;What", "2026-03-25 09:05;Ana;Aviso"),
    ("Nombre;Fecha;Estado;Notas", "Ana;2026-03-25 09:05;hecho;Aviso"),
    ("Responsable;Creado;Qué", "Ana;2026-03-25 09:05;Aviso"),
])  # fmt: skip
def test_read_log_does_not_doubt_who_acted(write: Write, header: str, row: str) -> None:
    """People are named in a log by hand under the same names."""
    loaded = log(write, header, row, row.replace("Ana", "Luis Gil"))
    assert "CL-LOG-ACTOR-DOUBT" not in codes(loaded)
    assert set(loaded.log["actor"]) == {"Ana", "Luis Gil"}


@pytest.mark.parametrize(("header", "row"), [
    # Who asked for something did not do it.
    ("Created;Owner;Requested by;Action", "2026-03-25 09:05;Ana;CEO;Aviso"),
    ("Creado;Asignado a;Solicitante;Acción", "2026-03-25 09:05;Ana;CEO;Aviso"),
    # A name is that of a person, whoever else is named.
    ("Nombre;Operador;Fecha;Estado;Nota", "Ana;Movistar;2026-03-25 09:05;ok;Aviso"),
    ("Name;From;Date;Message;Status", "Ana;EFE;2026-03-25 09:05;Aviso;ok"),
    ("Name;Created by;Date;Note", "Ana;admin;2026-03-25 09:05;Aviso"),
    # A user has a name, and an account.
    ("Time;User;Username;Action", "2026-03-25 09:05;Ana;agil;Aviso"),
])  # fmt: skip
def test_read_log_takes_nobody_else_for_who_acted(write: Write, header: str, row: str) -> None:
    """Columns of other people stand behind the one that was taken before."""
    loaded = log(write, header, row, row.replace("Ana", "Luis").replace("09:05", "10:05"))
    assert loaded.log["actor"].tolist() == ["Ana", "Luis"]


def test_read_log_doubts_no_long_name_of_a_person(write: Write) -> None:
    """People have two surnames, and particles between them."""
    rows = ("María de los Ángeles Gómez Pérez;2026-03-25 09:05;ok;Aviso",
            "Luis Paz;2026-03-25 10:05;ok;Llamada")  # fmt: skip
    assert "CL-LOG-ACTOR-DOUBT" not in codes(log(write, "Nombre;Fecha;Estado;Nota", *rows))


def test_read_log_puts_no_post_of_a_person_before_what_was_done(write: Write) -> None:
    """A title may be that of who acted: it is the same whatever they do."""
    rows = [
        f"25/03/2026 09:0{i};{who};Aviso {i}"
        for i, who in enumerate(("Ana;Directora", "Luis;Jefe", "Ana;Directora", "Eva;Vocal"))
    ]
    loaded = log(write, "Fecha;Quién;Título;Acción", *rows)
    assert loaded.log["text"].tolist() == [f"Aviso {i}" for i in range(4)]


@pytest.mark.parametrize("rest", ["Estado;ok", "Observaciones;urgente ya"])
def test_read_log_takes_what_was_agreed_before_a_remark(write: Write, rest: str) -> None:
    """Minutes say what was agreed in few words, beside a state."""
    name, cell = rest.split(";")
    loaded = log(write, f"Fecha;Hora;Acuerdo;Responsable;{name}",
                 f"25/03/2026;09:05;Publicar;Ana;{cell}",
                 f"25/03/2026;10:05;Llamar;Luis;{cell}")  # fmt: skip
    assert loaded.log["text"].tolist() == ["Publicar", "Llamar"]


@pytest.mark.parametrize("header", ["ts;channel;date;user;text", "ts;channel;timestamp;user;text"])
def test_read_log_takes_a_number_of_a_tool_for_no_moment(write: Write, header: str) -> None:
    """Where a column says when, another one by a name of Slack does not."""
    loaded = log(write, header, "3;crisis;2026-03-25 09:05;ana;Aviso")
    assert [at for at, *_ in told(loaded)] == ["25 09:05"]


def test_the_fix_of_who_may_not_have_acted_works_in_a_case(write: Write) -> None:
    """What is told to be put into case.toml is TOML, in both languages."""
    header, row = "Created;Assignee;Notes", "2026-03-25 09:05;Ana;Aviso"
    loaded = log(write, header, row)
    (doubt,) = (p for p in loaded.problems if p.code == "CL-LOG-ACTOR-DOUBT")
    for lang in ("en", "es"):
        block = doubt.message(lang).split("[[sources]]")[1]
        (source,) = tomllib.loads("[[sources]]" + block)["sources"]
        again = log(write, header, row, columns=source["columns"])
        assert "CL-LOG-ACTOR-DOUBT" not in codes(again)


def test_read_log_puts_no_title_before_entries_that_all_share_it(write: Write) -> None:
    """The name of the crisis on every row is no part of what was done."""
    rows = [f"25/03/2026;09:0{i};Ana;Caída web;Aviso {i}" for i in range(4)]
    loaded = log(write, "Fecha;Hora;Quién;Título;Descripción", *rows)
    assert loaded.log["text"].tolist() == [f"Aviso {i}" for i in range(4)]


def test_read_log_reads_when_something_began(write: Write) -> None:
    """A calendar has days and hours of the beginning and of the end."""
    header = "Subject;Start Date;Start Time;End Date;End Time;Description"
    loaded = log(write, header, "Comité;25/03/2026;9:05 AM;25/03/2026;10:00 AM;Sala 1",
                 "Prensa;25/03/2026;1:05 PM;25/03/2026;2:00 PM;")  # fmt: skip
    assert [(at, what) for at, _, what, _ in told(loaded)] == [
        ("25 09:05", "Comité\nSala 1"), ("25 13:05", "Prensa"),
    ]  # fmt: skip


def test_read_log_reads_a_table_of_slack(write: Write) -> None:
    """The name of a user stands beside the account, and the thread has the time of its root."""
    header = "ts;user;user_name;text;channel_name;thread_ts"
    loaded = log(write, header, "1774425900.000100;U1;ana;Abrimos sala;crisis;1774425900.000100")
    entry = loaded.log.iloc[0]
    assert (entry["actor"], entry["actor_id"], entry["channel"]) == ("ana", "U1", "crisis")
    assert entry["thread_id"] == "1774425900.000100"


# --- Jira --------------------------------------------------------------------------------------


def test_read_log_names_who_commented_in_jira(write: Write) -> None:
    """Comments name accounts; the row says whose some of them are."""
    header = "Summary;Issue key;Created;Assignee;Assignee Id;Reporter;Reporter Id;Comment;Comment"
    row = 'Web;CRI-1;25/Mar/26 9:05 AM;Luis;5b2;Ana;5b1;"25/Mar/26 9:15 AM;5b2;voy"'
    loaded = log(write, header, row + ';"25/Mar/26 9:25 AM;5b9;ok"')
    assert [(who, what) for _, who, what, _ in told(loaded)] == [
        ("Ana", "Web"), ("Luis", "voy"), ("5b9", "ok"),
    ]  # fmt: skip


# --- chats -------------------------------------------------------------------------------------


def said(loaded: Any) -> list[tuple[str, str | None]]:
    """Hour and text of each message."""
    return [(at, what) for at, _, what, _ in told(loaded)]


@pytest.mark.parametrize(("media", "deleted"), [
    ("<Media tidak disertakan>", "Pesan ini dihapus"),
    ("<Media weggelaten>", "Dit bericht is verwijderd"),
    ("<Medya dahil edilmedi>", "Bu mesaj silindi"),
    ("<تم استبعاد الوسائط>", "تم حذف هذه الرسالة"),
])  # fmt: skip
def test_read_log_takes_no_words_of_a_phone_for_those_of_people(
    write: Write, media: str, deleted: str
) -> None:
    """What stands for a picture or a deleted message is nobody's text, in more languages."""
    lines = [f"25/03/2026 09:05 - Ana: {media}", f"25/03/2026 09:06 - Ana: {deleted}",
             "25/03/2026 09:07 - Ana: Waiting for this message",
             f"25/03/2026 09:08 - Ana: escribió {deleted}"]  # fmt: skip
    loaded = read_log(write("chat.txt", "\n".join(lines) + "\n"), **MADRID)
    assert [text for _, text in said(loaded)] == [None, None, None, f"escribió {deleted}"]


@pytest.mark.parametrize("line", [
    "\u200f25/3/2026، {0} م - Ana: {1}", "\u200f٢٥/٣/٢٠٢٦، {0} م - Ana: {1}",
    "[٢٥\u200f/٣\u200f/٢٠٢٦، {0} م] Ana: {1}",
])  # fmt: skip
def test_read_log_reads_the_clock_of_a_phone_in_arabic(write: Write, line: str) -> None:
    """Digits, the comma and the halves of the day are those of the phone; texts stay as written."""
    lines = [line.format("1:05", "١، ٢ ص"), line.format("12:06", "hola")]
    loaded = read_log(write("chat.txt", "\n".join(lines) + "\n"), **MADRID)
    assert sorted(said(loaded)) == [("25 12:06", "hola"), ("25 13:05", "١، ٢ ص")]


def test_read_log_takes_the_mark_off_who_is_no_contact(write: Write) -> None:
    """WhatsApp puts a tilde before a name that somebody gave themselves."""
    text = "[25/03/26, 9:05:00] ~\u202fAna: hola\n[25/03/26, 9:06:00] Ana: ~ dos\n"
    loaded = read_log(write("chat.txt", text), **MADRID)
    assert [(who, what) for _, who, what, _ in told(loaded)] == [("Ana", "hola"), ("Ana", "~ dos")]


MESSAGES = [
    {"id": "1", "type": "Default", "timestamp": "2026-03-25T09:05:00+01:00", "content": "sala",
     "author": {"id": "7", "name": "ana", "nickname": "Ana", "isBot": False}},
    {"id": "2", "type": "Reply", "timestamp": "2026-03-25T09:06:00+01:00", "content": "ok",
     "author": {"id": "8", "name": "luis", "isBot": False}, "reference": {"messageId": "1"}},
    {"id": "3", "type": "GuildMemberJoin", "timestamp": "2026-03-25T09:07:00+01:00",
     "content": "Joined the server.", "author": {"id": "8", "name": "luis"}},
    {"id": "4", "type": "Default", "timestamp": "2026-03-25T09:08:00+01:00", "content": "",
     "author": {"id": "9", "name": "hook", "isBot": True}, "embeds": [{"title": "5xx"}]},
]  # fmt: skip
DISCORD = {"guild": {"id": "1"}, "channel": {"id": "5", "name": "crisis"}, "messages": MESSAGES}


def test_read_log_reads_a_channel_of_discord(write: Write) -> None:
    """Who wrote is named, what Discord says itself is set aside, programs are told."""
    loaded = read_log(write("d.json", json.dumps(DISCORD)))
    assert [(who, what) for _, who, what, _ in told(loaded)] == [
        ("Ana", "sala"), ("luis", "ok"), ("hook", "5xx"),
    ]  # fmt: skip
    assert loaded.log["automated"].tolist() == [False, False, True]
    assert loaded.log["thread_id"].tolist()[1] == "1"
    assert codes(loaded) == {"CL-ROW-SYSTEM"}
    assert adds_up(loaded)


def test_read_posts_reads_a_public_channel_of_discord(write: Write) -> None:
    """A message answers another one, and has a platform."""
    posts = read_posts(write("d.json", json.dumps(DISCORD, indent=2))).posts
    assert posts["parent_id"].tolist()[1] == "1"
    assert set(posts["platform"]) == {"discord"}
    assert posts["author_handle"].tolist() == ["ana", "luis", "hook"]


def test_new_case_asks_whose_a_channel_of_discord_is(write: Write, tmp_path: Path) -> None:
    """It may be the public's or the team's, as any chat."""
    path = write("d.json", json.dumps(DISCORD))
    made = new_case(tmp_path / "case", [path], accounts=["discord:acme"], zone="Europe/Madrid")
    assert ("CL-NEW-CHAT", "posts/d.json") in {(p.code, p.file) for p in made.unsettled}


def test_read_log_sets_notices_aside_in_a_table_of_discord(write: Write) -> None:
    """A table does not say what a message is, but a notice has the same words each time."""
    rows = [
        f'"7","ana","2026-03-25T09:0{i}:00+01:00","{text}","",""'
        for i, text in enumerate(("hola", "Pinned a message.", "I pinned a message."))
    ]
    text = "AuthorID,Author,Date,Content,Attachments,Reactions\n" + "\n".join(rows) + "\n"
    loaded = read_log(write("d.csv", text))
    assert [what for _, what in said(loaded)] == ["hola", "I pinned a message."]


def test_read_log_reads_discord_as_text(write: Write) -> None:
    """Messages begin with a moment and a name, and what was attached is no text."""
    line = "=" * 62
    text = (
        f"{line}\nGuild: Acme\nChannel: Ops / crisis\n{line}\n\n"
        "[25/03/2026 09:05] ana\nuno\n[no es] una cabecera\n\n\n"
        "[25/03/2026 09:06] luis (pinned)\n\n{Attachments}\nhttps://a.b/c.png\n\n\n"
        f"{line}\nExported 2 message(s)\n{line}\n"
    )
    loaded = read_log(write("d.txt", text), **MADRID)
    assert [(who, what) for _, who, what, _ in told(loaded)] == [
        ("ana", "uno\n[no es] una cabecera"), ("luis", None),
    ]  # fmt: skip
    assert adds_up(loaded)


def _others(**more: object) -> dict[str, Any]:
    message = {"id": "1", "timestamp": "2026-03-25T09:05:00Z", "content": "x",
               "author": {"id": "7", "name": "ana"}} | more  # fmt: skip
    return {"channel": {"id": "5", "name": "forum"}, "messages": [message]}


@pytest.mark.parametrize("record", [
    {"channel": {"name": "a"}, "messages": [{"id": 1, "text": "x"}]},
    # A forum has channels with messages too, and its own kinds of them.
    _others(), _others(type="comment"), _others() | {"guild": {"id": "1"}},
    {"messages": [{"id": "1", "timestamp": "2026-03-25T09:05:00Z", "content": "x"}]},
])  # fmt: skip
def test_other_messages_are_no_discord(write: Write, record: dict[str, Any]) -> None:
    """Only a channel with an id and messages with authors are."""
    seen = inspect(write("m.json", json.dumps(record)))
    assert not seen.reader.startswith("discord")


@pytest.mark.parametrize("text", [
    "{line}\nChannel: crisis\n[09:05] Ana: hola\n",
    "{line}\nINFORME DE TURNO\nChannel: radio 3\n{line}\n\n25/03/2026 09:05 Ana: hola\n",
    "{line}\nGuild: X\nChannel: crisis\n{line}\n\n25/03/2026 09:05 Ana: hola\n",
])  # fmt: skip
def test_other_texts_are_no_discord(write: Write, text: str) -> None:
    """Only a text that names a guild and a channel, with messages below, is taken for one."""
    seen = inspect(write("t.txt", text.format(line="=" * 62)))
    assert not seen.reader.startswith("discord")


def test_tables_with_more_than_discord_has_are_no_discord(write: Write) -> None:
    """Likes and addresses of another network would be lost."""
    path = write("t.csv", table("7;ana;2026-03-25T09:05Z;hola;;3;https://a.b/1",
                 header="AuthorID;Author;Date;Content;Attachments;Likes;URL"))  # fmt: skip
    post = read_posts(path).posts.iloc[0]
    assert (post["n_likes"], post["url"]) == (3, "https://a.b/1")


@pytest.mark.parametrize("text", ["esperando mensaje", "aguardando mensagem"])
def test_read_log_keeps_what_people_type_in_whatsapp(write: Write, text: str) -> None:
    """Two words that anybody writes are nobody's notice."""
    chat = f"25/03/2026, 09:05 - Ana: {text}\n25/03/2026, 09:06 - Luis: ok\n"
    assert [what for _, what in said(read_log(write("c.txt", chat), **MADRID))] == [text, "ok"]


SLACK = [{"type": "message", "ts": f"17744259{i:02d}.000100", **more} for i, more in enumerate((
    {"user": "U1", "subtype": "huddle_thread", "text": ""},
    {"user": "USLACKBOT", "text": "Recuerda"},
    {"user": "U1", "subtype": "me_message", "text": "va"},
))]  # fmt: skip


def test_read_log_tells_people_from_slack_itself(write: Write) -> None:
    """A huddle that began is no message, and Slackbot is a program."""
    write("s/users.json", json.dumps([{"id": "U1", "name": "ana"}]))
    path = write("s/crisis/2026-03-25.json", json.dumps(SLACK))
    entries = read_log(path.parents[1]).log
    assert entries["kind"].tolist() == ["system", "message", "message"]
    assert entries["automated"].tolist() == [False, True, False]
    assert entries["actor"].tolist() == ["ana", "Slackbot", "ana"]


def test_read_log_reads_cards_of_teams(write: Write) -> None:
    """Applications write into cards; what is no card is passed over."""
    card = json.dumps({"body": [{"type": "TextBlock", "text": "Nueva incidencia"}]})
    message = {
        "Id": "4", "CreatedDateTime": "2026-03-25T09:05:00+01:00", "MessageType": "message",
        "Body": {"ContentType": "html", "Content": '<attachment id="x"></attachment>'},
        "From": {"Application": {"DisplayName": "Incidencias"}},
        "Attachments": [{"content": card}, {"content": "{"}, {"name": "a.pdf"}],
    }  # fmt: skip
    assert read_log(write("t.json", json.dumps([message]))).log["text"].tolist() == [
        "Nueva incidencia"
    ]


def _teams(content: str, card: object) -> str:
    return json.dumps([{
        "Id": "4", "CreatedDateTime": "2026-03-25T09:05:00+01:00", "MessageType": "message",
        "Body": {"ContentType": "html", "Content": content},
        "From": {"User": {"DisplayName": "Ana"}}, "Attachments": [{"content": json.dumps(card)}],
    }])  # fmt: skip


def test_read_log_adds_no_preview_to_what_people_say_in_teams(write: Write) -> None:
    """The page that somebody points at is none of their words."""
    page = {"title": "El País", "text": "Cae la web"}
    path = write("t.json", _teams("<p>mirad</p><attachment></attachment>", page))
    assert read_log(path).log["text"].tolist() == ["mirad"]


def test_read_log_reads_facts_of_a_card_and_no_buttons(write: Write) -> None:
    """What may be pressed is not said, and a fact is a name with its value."""
    card = {
        "body": [{"type": "FactSet", "facts": [{"title": "Host", "value": "web1"}]},
                 {"type": "Input.ChoiceSet", "choices": [{"title": "Sí", "value": "1"}]}],
        "actions": [{"type": "Action.OpenUrl", "title": "Ver", "url": "https://a.b"}],
    }  # fmt: skip
    path = write("t.json", _teams("<attachment></attachment>", card))
    assert read_log(path).log["text"].tolist() == ["Host\nweb1"]


def test_read_log_reads_what_a_poll_of_telegram_asks(write: Write) -> None:
    """A poll has no text of its own."""
    message = {"id": 7, "type": "message", "date": "2026-03-25T09:05:00",
               "date_unixtime": "1774425900", "from": "Ana", "from_id": "user1", "text": "",
               "poll": {"question": "¿Publicamos?"}}  # fmt: skip
    chat = {"name": "Crisis", "type": "private_group", "id": 7, "messages": [message]}
    assert read_log(write("r.json", json.dumps(chat))).log["text"].tolist() == ["¿Publicamos?"]


@pytest.mark.parametrize("header", [
    "Date;Creator;Text", "Fecha;Solicitante;Mensaje", "Date;Channel name;Text",
    "Date;Operator;Comment",
])  # fmt: skip
def test_posts_by_whoever_stay_posts(write: Write, header: str) -> None:
    """Who created something, or where, says nothing of a team."""
    path = write("p.csv", table("2026-03-25T09:05Z;ana;hola", header=header))
    assert inspect(path).gives == "posts"


@pytest.mark.parametrize(("more", "cell", "left"), [
    ("Comments", "Llamamos al proveedor y prometió una solución", "Comments"),
    ("Work notes", "We called the supplier, twice, about all of it", "Work notes"),
    ("Closed at (UTC)", "2026-03-25 11:00", "Closed at (UTC)"),
    ("Labels", "web, pago", ""), ("Priority", "alta", ""),
    ("Link", "https://a.example/t/1?a=b", ""),
    ("Description", "Nadie puede pagar en la web desde las nueve", ""),
])  # fmt: skip
def test_what_no_entry_of_a_ticket_says_is_told(
    write: Write, more: str, cell: str, left: str
) -> None:
    """Words without a time of their own, and steps in another zone; not marks and addresses."""
    loaded = log(write, f"Ticket ID;Title;Created at;Status;{more}",
                 f"T-1;Web caída;2026-03-25 09:05;open;{cell}")  # fmt: skip
    (found, *_) = [p.value for p in loaded.problems if p.code == "CL-LOG-TICKET-LEFT"] or [""]
    assert found == left
    assert "Web caída" in loaded.log["text"].iloc[0]


# --- customer care -----------------------------------------------------------------------------

FRESHDESK = ("Ticket ID;Subject;Status;Source;Agent;Created time;Last update time;Full name;Title;"
             "Contact ID")  # fmt: skip
DESKS = [
    (FRESHDESK, "1;Pago;Open;Email;Luis;{at};{at};Eva;Dra.;9", "Pago"),
    ("Ticket ID;Ticket name;Pipeline;Create date;Ticket description;Associated Contact",
     "1;Pago;Care;{at};No puedo;Eva", "Pago\nNo puedo"),
    ("Case Number;Subject;Status;Case Owner;Contact Name;Date/Time Opened;Description",
     "1;Pago;New;Luis;Eva;{at};No puedo", "Pago\nNo puedo"),
    ("Ticket Number;Date Created;Subject;From;Priority;Current Status;Assigned To",
     "1;{at};Pago;Eva;High;Open;Luis", "Pago"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "text"), DESKS)
def test_read_posts_reads_tickets_of_a_desk(write: Write, header: str, row: str, text: str) -> None:
    """Customers wrote them, under a subject; whom they were given to wrote nothing."""
    path = write("t.csv", table(row.format(at="2026-03-25 09:05"), header=header))
    post = read_posts(path, **MADRID).posts.iloc[0]
    assert (post["author_name"], post["text"], post["post_id"]) == ("Eva", text, "1")
    with pytest.raises(CrisisLabError, match="CL-SOURCE-KIND"):
        read_log(path, **MADRID)
