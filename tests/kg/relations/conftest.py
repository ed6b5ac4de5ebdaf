"""Makers of small catalogues."""

from decimal import Decimal

import pytest

from assistant.product import Attribute, Money, Product

PRINTER = ("Printing", "Printers", "Laser Printers")
TONER = ("Printing", "Ink and Toner")


def product(id_, title, brand="HP", category=PRINTER, *, price=None, group=None, identifiers=None, zh=None, **facts):
    return Product(
        id=id_, titles={"en": title} | ({"zh": zh} if zh else {}), brand=brand, category=category, group=group,
        identifiers=identifiers or {}, price=Money(amount=Decimal(str(price)), currency="USD") if price is not None else None,
        attributes=tuple(Attribute(name=name, value=value) for name, value in facts.items()),
    )  # fmt: skip


@pytest.fixture(scope="session")
def make():
    return product


@pytest.fixture(scope="session")
def printer(make):
    return lambda id_, title, brand="HP", **more: make(id_, title, brand, PRINTER, **more)


@pytest.fixture(scope="session")
def toner(make):
    return lambda id_, compatibility, brand="HP", title="HP 42X Original Black", **more: make(
        id_, title, brand, TONER, **({"compatibility": compatibility} if compatibility else {}), **more
    )
