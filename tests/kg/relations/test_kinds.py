"""The file of what categories are to one another."""

from pathlib import Path

import yaml

from assistant.product import RelationKind
from kg.relations.kinds import fits, role, roles

_TAXONOMY = Path("assistant/catalogue/taxonomy.yml")


def _paths(tree, above=()):
    for name, below in tree.items():
        if name != "clues":
            yield " > ".join((*above, name))
            if isinstance(below, dict):
                yield from _paths(below, (*above, name))


def test_every_path_is_a_category_of_ours():
    import json

    known = set(_paths(yaml.safe_load(_TAXONOMY.read_text("utf-8"))["tree"]))
    for file in Path("assistant/demo").glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            category = json.loads(line).get("category")
            known.add(" > ".join(category) if isinstance(category, list) else category)
    named = set(roles()) | {host for part in roles().values() for host in part.hosts}
    assert named - known == set()


def test_a_role_holds_for_all_below_it():
    assert role(("Printing", "Ink and Toner", "Solid Ink")) == role(("Printing", "Ink and Toner"))
    assert role(("Printing", "Printers")) is None
    assert role(()) is None
    assert role(("Printing", "Ink and Toner")).kind == RelationKind.CONSUMABLE_OF


def test_hosts():
    ink = role(("Printing", "Ink and Toner"))
    assert fits(ink, ("Printing", "Printers", "Laser Printers"))
    assert not fits(ink, ("Computing", "Laptops"))
    assert not fits(ink, ())
    assert fits(None, ("Computing", "Laptops"))
    assert not fits(None, ("Printing", "Ink and Toner"))
