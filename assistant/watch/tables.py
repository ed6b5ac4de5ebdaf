"""The tables of watches and of what happened, and the database that they are in."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    make_url,
    select,
)

from assistant.watch.values import WatchError

VERSION = 1
"""Of the tables; raised with every change of them, together with a migration."""
_WAIT = 30
"""Seconds that one process waits for another to finish writing."""
_BEGIN = "sqlite_begin"

metadata = MetaData()
versions = Table("watch_schema", metadata, Column("version", Integer, primary_key=True))
watches = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("session", String(64), nullable=False),
    Column("product", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("since", DateTime, nullable=False),
    Column("below_amount", String),
    Column("below_currency", String(3)),
    Column("seen_amount", String),
    Column("seen_currency", String(3)),
    Column("seen_availability", String(20), nullable=False),
    Column("seen_stock", Integer),
    # Events up to this one happened before the shopper looked.
    Column("seen_event", Integer, nullable=False),
    Column("claim", String(32)),
    Column("claimed_until", DateTime),
    UniqueConstraint("session", "product", "kind"),
    # Ids are never given twice: an acknowledgement that comes late must not meet another watch.
    sqlite_autoincrement=True,
)
events = Table(
    "watch_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("product", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("old_amount", String),
    Column("new_amount", String),
    Column("currency", String(3)),
    Column("stock", Integer),
    Index("watch_event_product", "product", "id"),
    sqlite_autoincrement=True,
)


def open_database(url: str) -> tuple[Engine, Engine]:
    """Return the engine that writes and the one that only reads; tables that are missing are made.

    A transaction that writes takes SQLite's lock at its start, so that what it has read cannot be overtaken; the
    journal is a write-ahead log, so that readers do not wait. Raises `WatchError` when other tables are found.
    """
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    if is_sqlite and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": _WAIT} if is_sqlite else {})
    if is_sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        metadata.create_all(connection)
        found = connection.execute(select(versions.c.version)).scalars().all()
        if not found:
            connection.execute(insert(versions).values(version=VERSION))
        elif found != [VERSION]:
            raise WatchError(
                f"the watches in {address.render_as_string()} have tables of version {found}, this program needs "
                f"[{VERSION}]; migrate them, or name another database"
            )
    return engine, engine.execution_options(**{_BEGIN: "DEFERRED"})


def _prepare(connection: object, _: object) -> None:
    # The driver would begin transactions by itself, and only at the first write (docs.sqlalchemy.org, pysqlite dialect).
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'IMMEDIATE')}")
