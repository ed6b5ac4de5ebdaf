"""Where the nodes of a neighbourhood stand in the picture. Sizes are in the SVG's own units, one a CSS pixel at full width.

Labels decide: a force-directed or a circular layout (networkx) puts two dozen of them over one another. So neighbours
stand in two columns bent around the middle, and on a narrow screen below one another on a trunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from kg.explore_nodes import NodeKind


@dataclass(frozen=True)
class Item:
    """What is drawn of a node: `label` and, in small letters, `note`; `edges` say what links it to the middle.

    `told` is read aloud and shown when pointed at. `action` is what a press does: `walk:IRI` or `open:KIND`. `doubt` is
    1 less the confidence of a relation that was worked out.
    """

    kind: NodeKind
    label: str
    note: str
    told: str
    action: str
    edges: tuple[str, ...] = ()
    doubt: float = 0.0
    folded: bool = False


@dataclass(frozen=True)
class Spot:
    """A node's box (`x`, `y`: its upper left corner) with its texts cut to fit, and its edge: path, place of its text."""

    item: Item
    x: float
    y: float
    width: float
    height: float
    label: str
    note: str
    column: int
    edge: str = ""
    path: str = ""
    edge_x: float = 0.0
    edge_y: float = 0.0
    anchor: str = "start"


@dataclass(frozen=True)
class Picture:
    """The spots of a drawing of `width` by `height`, the one in the middle first."""

    name: str
    width: float
    height: float
    spots: tuple[Spot, ...]


_BIG, _SMALL = 13.5, 11.0
"""Font sizes of labels and of notes."""
_LATIN, _HAN, _BOLD = 0.56, 1.0, 1.12
"""Width of a character, of the font's size, and what bold adds to it."""
_PADDING = 12


def fitted(text: str, width: float, size: float) -> str:
    """Return `text` cut to about `width` at a font size."""
    room = width / size
    for position, character in enumerate(text):
        room -= _HAN if east_asian_width(character) in "WF" else _LATIN
        if room < 0:
            return text[: max(position - 1, 1)].rstrip() + "…"
    return text


def _spot(item: Item, x: float, y: float, width: float, height: float, column: int, **edge: float | str) -> Spot:
    room = width - 2 * _PADDING
    # The one in the middle is set in bold.
    label = fitted(item.label, room, _BIG if column else _BIG * _BOLD)
    note = fitted(item.note, room, _SMALL)
    return Spot(item, x, y, width, height, label, note, column, **edge)  # type: ignore[arg-type]


def _edge(item: Item, width: float) -> str:
    """Return all that links a node, or the first of it and how much more there is."""
    whole = " + ".join(item.edges)
    if len(item.edges) < 2 or fitted(whole, width, _SMALL) == whole:
        return fitted(whole, width, _SMALL)
    rest = f" +{len(item.edges) - 1}"
    return fitted(item.edges[0], width - len(rest) * _SMALL * _LATIN, _SMALL) + rest


_WIDTH, _BOX, _MIDDLE, _HIGH, _STEP, _BEND = 1060.0, 270.0, 230.0, 42.0, 53.0, 36.0
_TURN = 0.16
"""How soon an edge turns to the level of its node: the text that stands on it is to be crossed by no other."""
_MARGIN = 2


def wide(centre: Item, items: Sequence[Item]) -> Picture:
    """Lay out two columns: what belongs to the node in the middle to its left, products to its right, as far as both go."""
    right = [item for item in items if item.kind is NodeKind.PRODUCT]
    left = [item for item in items if item.kind is not NodeKind.PRODUCT]
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    over = (len(longer) - len(shorter)) // 2
    shorter += longer[len(longer) - over :]
    del longer[len(longer) - over :]
    height = max(len(left), len(right), 2) * _STEP + 12
    middle = height / 2
    spots = [_spot(centre, (_WIDTH - _MIDDLE) / 2, middle - 32, _MIDDLE, 64, 0)]
    for side, column in ((-1, left), (1, right)):
        start = middle - len(column) * _STEP / 2 + (_STEP - _HIGH) / 2
        for place, item in enumerate(column):
            y = start + place * _STEP
            centre_y = y + _HIGH / 2
            inset = _BEND * ((centre_y - middle) / middle) ** 2
            x = inset + _MARGIN if side < 0 else _WIDTH - _BOX - inset - _MARGIN
            end = x + _BOX if side < 0 else x
            begin = (_WIDTH + side * _MIDDLE) / 2
            bend = begin + (end - begin) * _TURN
            path = (
                f"M{begin:.0f},{middle:.0f} C{bend:.0f},{middle:.0f} {bend:.0f},{centre_y:.0f} {end:.0f},{centre_y:.0f}"
            )
            text = _edge(item, abs(begin - end) - 12)
            spots.append(
                _spot(
                    item, x, y, _BOX, _HIGH, side, edge=text, path=path, edge_x=end - side * 7, edge_y=centre_y - 5,
                    anchor="start" if side < 0 else "end",
                )
            )  # fmt: skip
    return Picture("wide", _WIDTH, height, tuple(spots))


_NARROW, _TRUNK, _ROW, _TOP = 330.0, 14.0, 62.0, 64.0


def narrow(centre: Item, items: Sequence[Item]) -> Picture:
    """Lay out one column on a trunk that comes down from the node it is about."""
    spots = [_spot(centre, 1, 1, _NARROW - 2, 54, 0)]
    x = _TRUNK + 22
    for place, item in enumerate(items):
        y = _TOP + place * _ROW + 16
        middle = y + _HIGH / 2
        path = f"M{_TRUNK:.0f},55 V{middle:.0f} H{x:.0f}"
        width = _NARROW - x - 1
        spots.append(
            _spot(
                item,
                x,
                y,
                width,
                _HIGH,
                1,
                edge=fitted(" + ".join(item.edges), width, _SMALL),
                path=path,
                edge_x=x + 2,
                edge_y=y - 4,
            )
        )
    return Picture("narrow", _NARROW, _TOP + len(items) * _ROW + 6, tuple(spots))
