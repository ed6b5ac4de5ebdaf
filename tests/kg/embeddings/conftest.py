"""A catalogue in which kind, maker and facts go together, and a model of it."""

from decimal import Decimal

import numpy as np
import pytest

from assistant.product import Attribute, Money, Product, Relation
from kg.embeddings.fitting import fit
from kg.embeddings.training import defaults

KINDS = {
    "Laptops": ("Lumora", "silver", 14, 900),
    "Kettles": ("Brightpeak", "white", 2, 40),
    "Shoes": ("Fleet", "black", 40, 80),
    "Cases": ("Lumora", "grey", 15, 30),
}


def make(kind, number):
    """Return product `number` of a kind: mostly its colour, a size near its own; laptops take cases."""
    brand, colour, size, price = KINDS[kind]
    random = np.random.default_rng([list(KINDS).index(kind), number])
    related = ()
    if kind == "Laptops":
        related = tuple(Relation(kind="accessory", id=f"Cases-{n}") for n in {number, (number + 1) % 20})
    return Product(
        id=f"{kind}-{number}",
        titles={"en": f"{brand} {kind} {number}"},
        brand=brand,
        category=("All", kind),
        price=Money(amount=Decimal(price + int(random.integers(price // 4))), currency="USD"),
        attributes=(
            Attribute(name="colour", value=colour if random.random() < 0.8 else "red"),
            Attribute(name="size", value=Decimal(size + int(random.integers(3))), unit="in"),
            Attribute(name="washable", value=kind == "Shoes"),
        ),
        related=related,
    )


@pytest.fixture(scope="session")
def made():
    """Makes a product of the invented catalogue."""
    return make


@pytest.fixture(scope="session")
def shop():
    """Eighty products of four kinds."""
    return [make(kind, number) for kind in KINDS for number in range(20)]


@pytest.fixture(scope="session")
def fitted(shop, tmp_path_factory):
    """RotatE, trained on the shop."""
    options = defaults("rotate", dimension=32, epochs=60, chunk=16, chunks=16, evaluate_every=20, learning_rate=0.03)
    return fit(shop, options, tmp_path_factory.mktemp("work"))
