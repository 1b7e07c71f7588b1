"""The tables, for both engines. What an earlier version cannot read raises `MAIL_SCHEMA_VERSION`."""

from __future__ import annotations

MAIL_SCHEMA_VERSION = 1

_TABLES = (
    "mail_schema (version integer NOT NULL)",
    """mail_reader (id {id}, address {text} NOT NULL UNIQUE, state {text} NOT NULL, columns {text} NOT NULL,
        created {text} NOT NULL, changed {text} NOT NULL)""",
    """mail_consent (id {id}, reader bigint NOT NULL, given {text} NOT NULL, how {text} NOT NULL,
        wording {text} NOT NULL, evidence {text} NOT NULL, withdrawn {text} NOT NULL, withdrawn_how {text} NOT NULL)""",
    "mail_wording (hash {text} PRIMARY KEY, text {text} NOT NULL)",
    "mail_never (mac {text} PRIMARY KEY, why {text} NOT NULL, since {text} NOT NULL)",
    """mail_token (hash {text} PRIMARY KEY, reader bigint NOT NULL, purpose {text} NOT NULL,
        expires {text} NOT NULL, address {text} NOT NULL, columns {text} NOT NULL, wording {text} NOT NULL)""",
    """mail_note (id {id}, address {text} NOT NULL, kind {text} NOT NULL, origin {text} NOT NULL,
        seed {text} NOT NULL, expires {text} NOT NULL, state {text} NOT NULL, message_id {text} NOT NULL,
        reply {text} NOT NULL, account {text} NOT NULL, at {text} NOT NULL)""",
    "mail_asked (id {id}, mac {text} NOT NULL, day {text} NOT NULL)",
    """mail_run (id {id}, issue {text} NOT NULL, kind {text} NOT NULL, letter {text} NOT NULL,
        created {text} NOT NULL, state {text} NOT NULL, scheduled {text} NOT NULL, reason {text} NOT NULL,
        total bigint NOT NULL)""",
    """mail_delivery (id {id}, run bigint NOT NULL, reader bigint, address {text}, state {text} NOT NULL,
        message_id {text} NOT NULL, reply {text} NOT NULL, account {text} NOT NULL, at {text} NOT NULL,
        UNIQUE (run, reader))""",
    "mail_quota (account {text}, day {text}, used bigint NOT NULL, PRIMARY KEY (account, day))",
    "mail_rest (account {text} PRIMARY KEY, until {text} NOT NULL, reason {text} NOT NULL)",
    "mail_test (letter {text} PRIMARY KEY, at {text} NOT NULL)",
    "mail_bounce (id {id}, reader bigint NOT NULL, run bigint NOT NULL, code {text} NOT NULL, at {text} NOT NULL)",
    """mail_folder (mailbox {text}, folder {text}, validity bigint NOT NULL, uid bigint NOT NULL, day {text} NOT NULL,
        PRIMARY KEY (mailbox, folder))""",
    "mail_collected (digest {text} PRIMARY KEY, day {text} NOT NULL)",
)
"""A reader's columns are joined by line feeds; empty text stands for what is not there."""

_INDEXES = (
    "mail_consent_reader ON mail_consent (reader)",
    "mail_asked_mac ON mail_asked (mac)",
    "mail_delivery_turn ON mail_delivery (run, state, at, id)",
    "mail_delivery_account ON mail_delivery (account, at)",
    "mail_delivery_reader ON mail_delivery (reader)",
    "mail_delivery_message ON mail_delivery (message_id)",
    "mail_bounce_reader ON mail_bounce (reader)",
    "mail_token_reader ON mail_token (reader)",
    "mail_token_address ON mail_token (address)",
    "mail_note_state ON mail_note (state, id)",
    "mail_note_address ON mail_note (address)",
)

TABLES = tuple(table.split(" ", 1)[0] for table in _TABLES)


def schema(id_type: str, text_type: str) -> tuple[str, ...]:
    """Statements that make what is missing."""
    tables = (f"CREATE TABLE IF NOT EXISTS {t.format(id=id_type, text=text_type)}" for t in _TABLES)
    return (*tables, *(f"CREATE INDEX IF NOT EXISTS {index}" for index in _INDEXES))
