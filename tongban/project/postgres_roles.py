"""The two roles every node works with, and a database with the rights of both."""

from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tongban.project.postgres_layout import Layout
from tongban.project.postgres_making import write_password

OWNER = "tongban_owner"
APP = "tongban_app"

RIGHTS = (
    "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {name} TO {app}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {app}",
)


def ensure_roles(layout: Layout, connection: psycopg.Connection) -> None:
    for role in (OWNER, APP):
        _ensure_role(connection, role, layout.password(role))


def create_missing_database(connection: psycopg.Connection, name: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(_compose("CREATE DATABASE {name} OWNER {owner}", name))
    for shared in ("postgres", "template1"):
        connection.execute(_compose("REVOKE ALL ON DATABASE {name} FROM PUBLIC", shared))


def grant_rights(inside: psycopg.Connection, name: str) -> None:
    for statement in RIGHTS:
        inside.execute(_compose(statement, name))


def _compose(statement: LiteralString, name: str) -> sql.Composed:
    names = {"name": sql.Identifier(name), "owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
    return sql.SQL(statement).format(**names)


def _ensure_role(connection: psycopg.Connection, role: str, file: Path) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if known and file.exists():
        return
    write_password(file)
    # The server is given the SCRAM verifier, so the password itself stands in no statement.
    verifier = connection.pgconn.encrypt_password(file.read_bytes(), role.encode(), b"scram-sha-256").decode()
    verb: LiteralString = "ALTER" if known else "CREATE"
    statement = verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(verifier)))
