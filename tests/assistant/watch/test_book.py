"""Shoppers who asked are told once, whatever processes run and die meanwhile."""

import datetime as dt
import multiprocessing
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.catalogue.changes import ChangeKind, changes
from assistant.product import Availability, Money, Product
from assistant.watch.book import LEASE, WatchBook
from assistant.watch.values import NoticeKind, WatchError, WatchKind

IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


def usd(amount):
    return Money(amount=Decimal(str(amount)), currency="USD")


def product(id_="p", amount=100, availability=IN, stock=None, currency="USD"):
    price = Money(amount=Decimal(str(amount)), currency=currency) if amount is not None else None
    return Product(id=id_, titles={"en": id_}, price=price, availability=availability, stock=stock)


class Clock:
    def __init__(self):
        self.now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'deep' / 'watch.db'}"


@pytest.fixture
def book(url, clock):
    book = WatchBook(url, clock=clock)
    yield book
    book.close()


def told(book, session, *now):
    """What a turn of the session tells, acknowledged."""
    shop = {p.id: p for p in now}
    notices = book.due(session, shop.get)
    assert book.acknowledge(notices) == len(notices)
    return [(n.product, n.kind) for n in notices]


def test_a_drop_is_told_once_with_both_prices(book):
    book.add("s", product(), WatchKind.PRICE_DROP, "zh")
    (notice,) = book.due("s", lambda _: product(amount=80))
    assert (notice.kind, notice.before.price, notice.now.price) == (NoticeKind.PRICE_DROP, usd(100), usd(80))
    assert (notice.watch.language, notice.watch.since.tzinfo) == ("zh", dt.UTC)
    assert book.acknowledge([notice]) == 1
    assert told(book, "s", product(amount=80)) == []
    assert told(book, "s", product(amount=90)) == []
    assert told(book, "s", product(amount=79.99)) == [("p", NoticeKind.PRICE_DROP)]


def test_amounts_stay_exact(book):
    book.add("s", product(amount="0.30"), WatchKind.PRICE_BELOW, "en", usd("0.1"))
    (watch,) = book.list("s")
    assert (watch.seen.price.amount, watch.below.amount) == (Decimal("0.30"), Decimal("0.1"))
    assert told(book, "s", product(amount="0.1")) == [("p", NoticeKind.PRICE_BELOW)]


@pytest.mark.parametrize("now", [product(amount=90), product(amount=70, currency="EUR"), product(amount=None),
                                 product(amount=70, availability=OUT), product(amount=70, stock=0)])  # fmt: skip
def test_a_price_below_is_told_when_it_is_one(book, now):
    book.add("s", product(), WatchKind.PRICE_BELOW, "en", usd(80))
    assert told(book, "s", now) == []
    assert told(book, "s", product(amount=80)) == [("p", NoticeKind.PRICE_BELOW)]
    assert book.list("s") == []


def test_back_in_stock(book):
    book.add("s", product(availability=OUT), WatchKind.BACK_IN_STOCK, "en")
    assert told(book, "s", product(availability=Availability.PREORDER)) == []
    assert told(book, "s", product()) == [("p", NoticeKind.BACK_IN_STOCK)]
    assert book.list("s") == []


def test_back_in_stock_after_it_was_out_between_two_turns(book):
    book.record(changes({"p": product()}, {"p": product(availability=OUT)}))
    book.add("s", product(), WatchKind.BACK_IN_STOCK, "en")
    assert told(book, "s", product()) == []
    book.record(changes({"p": product()}, {"p": product(availability=OUT)}))
    book.record(changes({"p": product(availability=OUT)}, {"p": product()}))
    assert told(book, "s", product()) == [("p", NoticeKind.BACK_IN_STOCK)]


def test_low_stock(book):
    book.add("s", product(stock=9), WatchKind.LOW_STOCK, "en")
    assert told(book, "s", product(stock=4)) == []
    assert told(book, "s", product(stock=0)) == []
    assert told(book, "s", product(stock=3)) == [("p", NoticeKind.LOW_STOCK)]


@pytest.mark.parametrize("kind", WatchKind)
def test_a_product_that_is_gone_is_told_and_ends_the_watch(book, kind):
    book.add("s", product(), kind, "en", usd(1) if kind == WatchKind.PRICE_BELOW else None)
    assert told(book, "s") == [("p", NoticeKind.GONE)]
    assert book.list("s") == []


def test_asking_again_is_the_newer_wish(book):
    first = book.add("s", product(), WatchKind.PRICE_BELOW, "en", usd(50))
    second = book.add("s", product(amount=90), WatchKind.PRICE_BELOW, "zh", usd(60))
    assert (first.id, second.below, second.language) == (second.id, usd(60), "zh")
    assert book.list("s") == [second]


def test_what_was_seen_since_is_not_told(book):
    book.add("s", product(), WatchKind.PRICE_DROP, "en")
    book.saw("s", product(amount=80))
    assert told(book, "s", product(amount=80)) == []


def test_sessions_are_apart_and_can_be_forgotten(book, url):
    book.add("secret-1", product(), WatchKind.PRICE_DROP, "en")
    book.add("secret-2", product(), WatchKind.PRICE_DROP, "en")
    assert book.forget("secret-1") == 1
    assert (len(book.list("secret-1")), len(book.list("secret-2"))) == (0, 1)
    path = url.removeprefix("sqlite:///")
    kept = "\n".join(sqlite3.connect(path).iterdump())
    assert "secret" not in kept


def test_remove(book):
    for kind in (WatchKind.PRICE_DROP, WatchKind.LOW_STOCK):
        book.add("s", product(), kind, "en")
    assert book.remove("s", "p", WatchKind.LOW_STOCK) == 1
    assert book.remove("other", "p") == 0
    assert book.remove("s", "p") == 1


def test_too_many_watches_are_refused(url):
    book = WatchBook(url, limit=2)
    for n in "ab":
        book.add("s", product(n), WatchKind.PRICE_DROP, "en")
    book.add("s", product("a"), WatchKind.PRICE_DROP, "en")
    with pytest.raises(WatchError, match="2 may be"):
        book.add("s", product("c"), WatchKind.PRICE_DROP, "en")
    book.close()


def test_an_amount_goes_only_with_price_below(book):
    with pytest.raises(ValueError, match="only with it"):
        book.add("s", product(), WatchKind.PRICE_DROP, "en", usd(1))
    with pytest.raises(ValueError, match="None"):
        book.add("s", product(), WatchKind.PRICE_BELOW, "en")


def test_a_crash_before_the_reply_loses_nothing(book, clock):
    book.add("s", product(), WatchKind.PRICE_DROP, "en")
    lost = book.due("s", lambda _: product(amount=80))
    assert len(lost) == 1
    assert book.due("s", lambda _: product(amount=80)) == []
    clock.now += LEASE
    again = book.due("s", lambda _: product(amount=80))
    assert len(again) == 1
    assert book.acknowledge(lost) == 0
    assert book.acknowledge(again) == 1


def test_a_wish_that_changed_meanwhile_is_not_acknowledged_away(book):
    book.add("s", product(), WatchKind.PRICE_BELOW, "en", usd(80))
    notices = book.due("s", lambda _: product(amount=80))
    book.add("s", product(amount=80), WatchKind.PRICE_BELOW, "en", usd(50))
    assert book.acknowledge(notices) == 0
    assert book.list("s")[0].below == usd(50)


def test_history_and_expiry(book, clock):
    book.record(changes({"p": product()}, {"p": product(amount=80)}))
    clock.now += dt.timedelta(days=2)
    book.record(changes({"p": product(amount=80)}, {}))
    book.add("s", product(), WatchKind.PRICE_DROP, "en")
    assert [kind for _, kind in book.history("p")] == [ChangeKind.GONE, ChangeKind.PRICE_DROP]
    assert book.expire(clock.now - dt.timedelta(days=1)) == 0
    assert [kind for _, kind in book.history("p")] == [ChangeKind.GONE]
    assert book.expire(clock.now + dt.timedelta(days=1)) == 1


def test_other_tables_are_refused(book, url):
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE watch_schema SET version = 7")
    with pytest.raises(WatchError, match=r"version \[7\]"):
        WatchBook(url)


def test_it_is_still_there_for_the_next_process(book, url):
    watch = book.add("s", product(), WatchKind.PRICE_DROP, "en")
    other = WatchBook(url)
    assert other.list("s") == [watch]
    other.close()


def _teller(url, sessions, barrier, results):
    book = WatchBook(url)
    barrier.wait()
    count = 0
    for round_ in range(3):
        for session in sessions:
            count += book.acknowledge(book.due(session, lambda _, r=round_: product(amount=90 - 10 * r)))
    book.close()
    results.put(count)


def test_two_processes_tell_each_notice_once(url):
    book = WatchBook(url)
    sessions = [f"s{n}" for n in range(15)]
    for session in sessions:
        book.add(session, product(), WatchKind.PRICE_BELOW, "en", usd(95))
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_teller, args=(url, sessions, barrier, results)) for _ in range(2)]
    for process in processes:
        process.start()
    counts = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(10)
    assert sum(counts) == len(sessions)
    assert all(process.exitcode == 0 for process in processes)
    book.close()


def _adder(url, name, barrier, results):
    book = WatchBook(url, limit=10)
    barrier.wait()
    refused = 0
    for n in range(10):
        try:
            book.add("s", product(f"{name}{n}"), WatchKind.PRICE_DROP, "en")
        except WatchError:
            refused += 1
    book.close()
    results.put(refused)


def test_two_processes_do_not_pass_the_limit(url):
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_adder, args=(url, name, barrier, results)) for name in "ab"]
    WatchBook(url).close()
    for process in processes:
        process.start()
    refused = sum(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(10)
    book = WatchBook(url)
    assert (refused, len(book.list("s"))) == (10, 10)
    book.close()


class Shop(RuleBasedStateMachine):
    """A shop whose prices and stock change, against what a shopper with a good memory would expect to hear."""

    @initialize()
    def start(self):
        self.clock = Clock()
        self.book = WatchBook("sqlite://", clock=self.clock)
        self.shop = {id_: product(id_) for id_ in "ab"}
        self.seen, self.kept, self.claimed = {}, set(), []

    @rule(id_=st.sampled_from("ab"), amount=st.integers(1, 4), availability=st.sampled_from([IN, OUT]))
    def ingest(self, id_, amount, availability):
        before = dict(self.shop)
        self.shop[id_] = product(id_, amount, availability)
        self.book.record(changes(before, self.shop))

    @rule(id_=st.sampled_from("ab"))
    def add(self, id_):
        self.book.add("s", self.shop[id_], WatchKind.PRICE_DROP, "en")
        self.seen[id_] = self.shop[id_].price.amount
        self.kept.add(id_)

    @rule(id_=st.sampled_from("ab"))
    def remove(self, id_):
        assert self.book.remove("s", id_) == (id_ in self.kept)
        self.kept.discard(id_)

    def _expected(self):
        return {
            id_: (self.seen[id_], self.shop[id_].price.amount)
            for id_ in self.kept
            if self.shop[id_].availability == IN and self.shop[id_].price.amount < self.seen[id_]
        }

    @rule(crash=st.booleans())
    def turn(self, crash):
        expected = self._expected()
        notices = self.book.due("s", self.shop.get)
        assert {n.product: (n.before.price.amount, n.now.price.amount) for n in notices} == expected
        if crash:
            self.clock.now += LEASE
            return
        assert self.book.acknowledge(notices) == len(expected)
        self.seen |= {id_: now for id_, (_, now) in expected.items()}
        assert self.book.due("s", self.shop.get) == []

    @invariant()
    def the_book_lists_what_is_kept(self):
        if hasattr(self, "book"):
            assert {w.product for w in self.book.list("s")} == self.kept

    def teardown(self):
        if hasattr(self, "book"):
            self.book.close()


TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
