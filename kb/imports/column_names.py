"""Which column of a table is which, by the names that help desks and people give their columns. Pure."""

import re
from collections.abc import Sequence

SPELLINGS: dict[str, tuple[str, ...]] = {
    "id": ("ticket id", "ticket number", "ticket no", "ticketnumber", "id", "number", "nr", "case id", "case number", "case",
           "conversation id", "request id", "reference", "ref", "key", "issue key", "fallnummer", "numero", "identifiant"),
    "subject": ("subject", "title", "summary", "topic", "betreff", "titel", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp"),
    "body": ("body", "description", "message", "text", "content", "comment", "question", "request", "instruction", "inquiry", "query",
             "ticket description", "message body", "plain body", "customer message", "first message", "nachricht", "beschreibung",
             "frage", "anfrage", "mensaje", "descripcion", "messaggio", "descrizione", "mensagem", "descricao", "bericht"),
    "reply": ("reply", "response", "answer", "agent reply", "agent response", "resolution", "solution", "agent message", "antwort",
              "loesung", "reponse", "respuesta", "risposta", "resposta", "antwoord"),
    "conversation": ("conversation", "transcript", "messages", "comments", "thread", "dialog", "dialogue", "chat", "verlauf", "gespraech"),
    "author": ("author", "from", "sender", "writer", "author name", "from name", "posted by", "verfasser", "absender", "auteur", "autor"),
    "role": ("role", "author role", "author type", "sender type", "user type", "speaker", "direction", "message type", "type of author"),
    "requester": ("requester", "requester name", "customer", "customer name", "contact", "contact name", "name", "user name", "client",
                  "kunde", "kundenname", "client name", "cliente", "klant"),
    "email": ("requester email", "customer email", "email", "e mail", "mail", "email address", "e mail address", "contact email",
              "user email", "from email", "sender email", "author email", "kunden email", "correo", "correo electronico", "courriel"),
    "assignee": ("assignee", "assignee email", "agent", "agent email", "assigned to", "owner", "bearbeiter", "zustaendig"),
    "state": ("status", "state", "ticket status", "zustand", "statut", "estado", "stato"),
    "priority": ("priority", "ticket priority", "urgency", "prioritaet", "priorite", "prioridad", "priorita", "prioridade"),
    "tags": ("tags", "tag", "labels", "label", "categories", "category", "schlagworte", "kategorie", "etiquettes", "etiquetas"),
    "created_at": ("created at", "created", "date", "created date", "creation date", "created time", "timestamp", "time", "datetime",
                   "date created", "opened", "opened at", "date opened", "sent at", "erstellt", "erstellt am", "datum", "cree le",
                   "fecha", "data", "date de creation"),
    "solved_at": ("solved at", "resolved at", "closed at", "resolved", "date closed", "resolution date", "closed", "geloest am"),
    "rating": ("satisfaction", "satisfaction score", "satisfaction rating", "csat", "rating", "score", "zufriedenheit", "bewertung"),
}  # fmt: skip
"""By what a column holds, its names from the most to the least telling; in small letters, words apart by one space."""

_WORD_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[\W_]+")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ê": "e", "á": "a", "à": "a", "í": "i",
                        "ó": "o", "ú": "u", "ñ": "n", "ç": "c", "ã": "a", "õ": "o"})  # fmt: skip


def plain_name(name: str) -> str:
    """`ticketId`, `Ticket-ID` and `ticket_id` are one name."""
    return _NO_LETTERS.sub(" ", _WORD_EDGE.sub(" ", name).lower().translate(_PLAIN)).strip()


def guess_columns(header: Sequence[str]) -> dict[str, str]:
    """From what a column holds to the column's name as it stands there; no column is two things, the more telling name wins."""
    named = {plain_name(name): name for name in reversed(header)}
    ranked = sorted(
        (
            (rank, field, named[spelling])
            for field, names in SPELLINGS.items()
            for rank, spelling in enumerate(names)
            if spelling in named
        ),
        key=lambda one: one[0],
    )
    found: dict[str, str] = {}
    for _, field, column in ranked:
        if field not in found and column not in found.values():
            found[field] = column
    return found
