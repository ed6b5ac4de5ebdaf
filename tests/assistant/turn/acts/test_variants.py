"""Which variant is bought: the named one, the one that the title names, or a choice to ask for."""

import pytest

from assistant.turn.variants import Choice, chosen_variant


@pytest.fixture
def chosen(catalogue, understood):
    def run(marked, id_):
        found = chosen_variant(catalogue, catalogue.product(id_), understood(marked, "cart_add"), "en")
        return (found.key, list(found.options)) if isinstance(found, Choice) else found.id

    return run


@pytest.mark.parametrize(
    ("marked", "id_", "expected"),
    [
        ("I'll take it", "echo", "echo"),
        ("I'll take it", "hush-black", "hush-black"),
        ("I'll take it", "hush-red", "hush-red"),
        ("in [red](colour) please", "hush-black", "hush-red"),
        ("I'll take it", "run-41-black", ("size", ["EU 41", "EU 42"])),
        ("I'll take [size 42](attribute)", "run-41-black", "run-42-black"),
        ("add it in [EU 41](attribute)", "run-42-black", "run-41-black"),
        ("要42码的", "run-41-black", "run-42-black"),
        ("the [red](colour) one in [42](attribute)", "run-41-black", "run-42-red"),
    ],
)
def test_variants(marked, id_, expected, chosen):
    assert chosen(marked, id_) == expected
