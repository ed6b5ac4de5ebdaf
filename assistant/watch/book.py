"""The book of watches: who waits for what, what happened, and what there is to tell."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from assistant.catalogue.changes import LOW_STOCK, Change, ChangeKind
from assistant.product import Availability, Language, Money, Product
from assistant.watch.tables import events, open_database, watches
from assistant.watch.values import Notice, Seen, Watch, WatchError, WatchKind, due

Lookup = Callable[[str], Product | None]
"""Returns the product of an id, or None when the catalogue has no such product (any more)."""

LIMIT = 50
"""Watches of one session."""
LEASE = dt.timedelta(seconds=30)
"""For how long a notice belongs to whoever asked first; a reply takes a few seconds at most."""


class WatchBook:
    """Watches kept in a database that several processes share.

    A notice is told once: `due` hands it out to one caller for `LEASE`, and `acknowledge`, called when it was put into a
    reply, ends it for good. If the program dies in between, the notice is due again when the lease is over: nothing is
    lost, and what had reached the shopper just before is told once more. Sessions are kept as SHA-256 only.
    """

    def __init__(
        self,
        url: str,
        *,
        limit: int = LIMIT,
        low_stock: int = LOW_STOCK,
        lease: dt.timedelta = LEASE,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open the database at an SQLAlchemy `url` (`sqlite:///var/watch.db`); `clock` tells the time with its zone.

        Raises `WatchError` when the database has other tables.
        """
        self._writer, self._reader = open_database(url)
        self._limit, self._low_stock, self._lease, self._clock = limit, low_stock, lease, clock

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()

    def add(
        self, session: str, product: Product, kind: WatchKind, language: Language, below: Money | None = None
    ) -> Watch:
        """Watch `product`, which the shopper sees now, for a session; once more is no second watch, but the newer wish.

        Raises `WatchError` when the session has too many, and `ValueError` when `below` does not go with `kind`.
        """
        if (below is not None) != (kind == WatchKind.PRICE_BELOW):
            raise ValueError(f"an amount goes with {WatchKind.PRICE_BELOW} and only with it, found {kind} and {below}")
        key = {"session": _hashed(session), "product": product.id, "kind": kind.value}
        is_it = [watches.c[name] == value for name, value in key.items()]
        with self._writer.begin() as connection:
            last = connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()
            wish = _seen_row(Seen.of(product.offer), last) | {
                "language": language,
                "below_amount": str(below.amount) if below else None,
                "below_currency": below.currency if below else None,
                "claim": None,
                "claimed_until": None,
            }
            changed = connection.execute(update(watches).where(*is_it).values(wish))
            if not changed.rowcount:
                count = connection.execute(
                    select(func.count()).select_from(watches).where(watches.c.session == key["session"])
                ).scalar_one()
                if count >= self._limit:
                    raise WatchError(
                        f"{count} products are watched already, and {self._limit} may be; remove one first"
                    )
                connection.execute(insert(watches).values(key | wish | {"since": self._now()}))
            row = connection.execute(select(watches).where(*is_it)).one()
        return _watch(row)

    def remove(self, session: str, product: str, kind: WatchKind | None = None) -> int:
        """End the watches of a session for a product (of one kind or all); returns how many there were."""
        what = [watches.c.session == _hashed(session), watches.c.product == product]
        if kind:
            what.append(watches.c.kind == kind.value)
        with self._writer.begin() as connection:
            return connection.execute(delete(watches).where(*what)).rowcount

    def list(self, session: str) -> list[Watch]:
        """Return what a session watches, the oldest first."""
        with self._reader.begin() as connection:
            return [_watch(row) for row in connection.execute(_of(session))]

    def forget(self, session: str) -> int:
        """Erase all that is kept of a session; returns how many watches that were."""
        with self._writer.begin() as connection:
            return connection.execute(delete(watches).where(watches.c.session == _hashed(session))).rowcount

    def expire(self, before: dt.datetime) -> int:
        """Erase watches and events from before a time (with its zone); returns how many watches that were."""
        limit = before.astimezone(dt.UTC).replace(tzinfo=None)
        with self._writer.begin() as connection:
            connection.execute(delete(events).where(events.c.at < limit))
            return connection.execute(delete(watches).where(watches.c.since < limit)).rowcount

    def record(self, changes: Iterable[Change]) -> int:
        """Write down what an ingest noticed, in one transaction; returns how many events that were."""
        now = self._now()
        rows = [_event_row(change, now) for change in changes]
        if rows:
            with self._writer.begin() as connection:
                connection.execute(insert(events), rows)
        return len(rows)

    def saw(self, session: str, product: Product) -> None:
        """Note that the shopper sees `product` as it is now, so that nobody tells what they know."""
        with self._writer.begin() as connection:
            last = connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()
            mine = (watches.c.session == _hashed(session), watches.c.product == product.id)
            connection.execute(update(watches).where(*mine).values(_seen_row(Seen.of(product.offer), last)))

    def due(self, session: str, lookup: Lookup) -> Sequence[Notice]:
        """Return what there is to tell a session, the oldest watch first, and hold it for this caller for `LEASE`."""
        with self._reader.begin() as connection:
            rows = connection.execute(_of(session)).all()
            out = self._sold_out(connection, rows) if rows else set()
        claim, found = uuid.uuid4().hex, []
        for row in rows:
            watch = _watch(row)
            product = lookup(watch.product)
            kind = due(watch, product.offer if product else None, watch.id in out, self._low_stock)
            if kind:
                found.append(Notice(kind, watch, watch.seen, Seen.of(product.offer) if product else None, claim))
        if not found:
            return []
        now = self._now()
        with self._writer.begin() as connection:
            return [
                notice for notice, row in self._with_rows(found, rows) if self._claimed(connection, row, claim, now)
            ]

    def acknowledge(self, notices: Iterable[Notice]) -> int:
        """Note that `notices` were put into a reply; returns how many were still this caller's to tell."""
        count = 0
        with self._writer.begin() as connection:
            for notice in notices:
                mine = (watches.c.id == notice.watch.id, watches.c.claim == notice.claim)
                if notice.watch.kind != WatchKind.PRICE_DROP or notice.now is None:
                    count += connection.execute(delete(watches).where(*mine)).rowcount
                else:
                    told = _seen_row(notice.now, None) | {"claim": None, "claimed_until": None}
                    count += connection.execute(update(watches).where(*mine).values(told)).rowcount
        return count

    def history(self, product: str) -> Sequence[tuple[dt.datetime, ChangeKind]]:
        """Return what was recorded of a product, the latest first, times in UTC."""
        asked = select(events.c.at, events.c.kind).where(events.c.product == product).order_by(events.c.id.desc())
        with self._reader.begin() as connection:
            return [(row.at.replace(tzinfo=dt.UTC), ChangeKind(row.kind)) for row in connection.execute(asked)]

    @staticmethod
    def _with_rows(notices: Iterable[Notice], rows: Iterable[Row[Any]]) -> Iterable[tuple[Notice, Row[Any]]]:
        by_id = {row.id: row for row in rows}
        return ((notice, by_id[notice.watch.id]) for notice in notices)

    def _claimed(self, connection: Any, row: Row[Any], claim: str, now: dt.datetime) -> bool:  # noqa: ANN401
        # What was read must still stand: another process may have told it, or the shopper changed the wish.
        same: list[ColumnElement[bool]] = [
            watches.c[name].is_not_distinct_from(getattr(row, name))
            for name in ("id", "seen_amount", "seen_currency", "seen_availability", "seen_stock", "seen_event",
                         "below_amount", "below_currency")
        ]  # fmt: skip
        free = or_(watches.c.claim.is_(None), watches.c.claimed_until <= now)
        values = {"claim": claim, "claimed_until": now + self._lease}
        return connection.execute(update(watches).where(*same, free).values(values)).rowcount == 1

    @staticmethod
    def _sold_out(connection: Any, rows: Sequence[Row[Any]]) -> set[int]:  # noqa: ANN401
        """Return the watches whose product was sold out at some time since it was last seen."""
        products = {row.product for row in rows if row.kind == WatchKind.BACK_IN_STOCK}
        asked = (
            select(events.c.product, func.max(events.c.id))
            .where(events.c.product.in_(products), events.c.kind == ChangeKind.OUT_OF_STOCK.value)
            .group_by(events.c.product)
        )
        latest = dict(connection.execute(asked).tuples().all()) if products else {}
        return {row.id for row in rows if latest.get(row.product, 0) > row.seen_event}

    def _now(self) -> dt.datetime:
        return self._clock().astimezone(dt.UTC).replace(tzinfo=None)


def _hashed(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


def _of(session: str) -> Any:  # noqa: ANN401
    return select(watches).where(watches.c.session == _hashed(session)).order_by(watches.c.id)


def _seen_row(seen: Seen, last_event: int | None) -> dict[str, object]:
    row: dict[str, object] = {
        "seen_amount": str(seen.price.amount) if seen.price else None,
        "seen_currency": seen.price.currency if seen.price else None,
        "seen_availability": seen.availability.value,
        "seen_stock": seen.stock,
    }
    return row if last_event is None else row | {"seen_event": last_event}


def _event_row(change: Change, at: dt.datetime) -> dict[str, object]:
    old = change.before.price if change.before else None
    new = change.after.price if change.after else None
    currency = (new or old).currency if new or old else None  # type: ignore[union-attr]
    return {
        "at": at,
        "product": change.id,
        "kind": change.kind.value,
        "old_amount": str(old.amount) if old and old.currency == currency else None,
        "new_amount": str(new.amount) if new else None,
        "currency": currency,
        "stock": change.after.stock if change.after else None,
    }


def _watch(row: Row[Any]) -> Watch:
    return Watch(
        id=row.id,
        product=row.product,
        kind=WatchKind(row.kind),
        since=row.since.replace(tzinfo=dt.UTC),
        seen=Seen(_money(row.seen_amount, row.seen_currency), Availability(row.seen_availability), row.seen_stock),
        language=row.language,
        below=_money(row.below_amount, row.below_currency),
    )


def _money(amount: str | None, currency: str | None) -> Money | None:
    return Money(amount=Decimal(amount), currency=currency) if amount is not None and currency else None
