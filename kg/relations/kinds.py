"""What the products of a category are to what they fit: consumables, accessories, services, or nothing in particular."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.product import RelationKind

SEPARATOR = " > "
_FILE = Path(__file__).with_name("kinds.yml")
_KINDS = {
    "consumable": RelationKind.CONSUMABLE_OF,
    "accessory": RelationKind.ACCESSORY_OF,
    "service": RelationKind.COMPATIBLE,
}


@dataclass(frozen=True)
class Role:
    """What a product is to what it fits, and of which categories that can be (`()`: any that has no role itself)."""

    kind: RelationKind
    hosts: tuple[str, ...]
    service: bool = False


@cache
def roles() -> dict[str, Role]:
    """Return the role of each category path that has one, from `kinds.yml`.

    Raises `ValueError` for a section or a value that the file should not have.
    """
    data = yaml.safe_load(_FILE.read_text("utf-8"))
    if unknown := data.keys() - _KINDS.keys() - {"sets"}:
        raise ValueError(f"{_FILE}: unknown sections {sorted(unknown)}; expected {sorted(_KINDS)} and sets")
    return {
        path: Role(kind, tuple(hosts or ()), section == "service")
        for section, kind in _KINDS.items()
        for path, hosts in data[section].items()
    }


def role(category: tuple[str, ...]) -> Role | None:
    """Return the role of a category: its own, or that of the nearest one above it."""
    for depth in range(len(category), 0, -1):
        if found := roles().get(SEPARATOR.join(category[:depth])):
            return found
    return None


def fits(source: Role | None, host: tuple[str, ...]) -> bool:
    """Return whether products of the category `host` are what products in the role `source` can be for."""
    if not host:
        return False
    if source is None or not source.hosts:
        return role(host) is None
    path = SEPARATOR.join(host)
    return any(path == above or path.startswith(above + SEPARATOR) for above in source.hosts)
