"""From the graph to what the Explore tab shows: every name in the shopper's language, every number as the language writes it."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.catalogue.names import Names, plain
from assistant.catalogue.store import Catalogue
from assistant.page.explore_picture import Item
from assistant.page.explore_texts import KINDS, RELATIONS, TEXTS
from assistant.product import Availability, Language
from assistant.turn.phrase import money
from kg.explore import Link, Neighbour, Neighbourhood
from kg.explore_nodes import Node, NodeKind
from kg.related import STATED
from kg.vocabulary import SKOS

_USES = {
    NodeKind.VALUE: "uses_value",
    NodeKind.PROPERTY: "uses_property",
    NodeKind.SELLER: "uses_seller",
    NodeKind.SOURCE: "uses_source",
}
_OWN_NAMES = (NodeKind.RATING, NodeKind.OFFER, NodeKind.LIST_PRICE)
"""Kinds whose nodes have no name but what they say."""
_BROADER = str(SKOS.broader)


class View:
    """Words of one catalogue in one language."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        """Nothing is read before it is shown."""
        self._language = language
        self._names: Names = catalogue.names
        self._currency = catalogue.meta.currency or "USD"
        self.texts = TEXTS[language]

    def name(self, node: Node) -> str:
        """Return how a node is called: `colour: black`, `Canon`, `$549`."""
        if node.kind is NodeKind.VALUE and node.attribute:
            return f"{self._names.attribute(node.attribute.name, self._language)}: {self._value(node)}"
        if node.kind is NodeKind.RATING and node.rating is not None:
            return self.texts["stars"].format(rating=plain(node.rating))
        if node.kind in _OWN_NAMES and (price := self.price(node)):
            return f"{price} · {node.name(self._language)}" if node.names else price
        if node.kind in _OWN_NAMES:
            return self.kind(node.kind)
        return node.name(self._language)

    def kind(self, kind: NodeKind) -> str:
        """Return what one node of a kind is called."""
        return KINDS[kind][self._language][0]

    def price(self, node: Node) -> str:
        """Return the price of a product or an offer, or nothing."""
        if node.price is None:
            return ""
        return money(node.price, node.currency or self._currency, self._language)

    def note(self, node: Node) -> str:
        """Return what is said of a node in small letters: its price, or how many share it."""
        if node.kind is NodeKind.PRODUCT:
            return " · ".join(part for part in (self.price(node) or self.texts["no_price"], self.gone(node)) if part)
        if node.shared_by:
            key = _USES.get(node.kind, "uses")
            if node.shared_by == 1 and key in ("uses", "uses_value"):
                return self.texts["uses_one"]
            return self.texts[key].format(count=f"{node.shared_by:,}")
        return self.gone(node) or self.kind(node.kind)

    def gone(self, node: Node) -> str:
        """Return why a product or an offer can't be had at once, or nothing."""
        if node.availability in (None, Availability.IN_STOCK):
            return ""
        return self.texts[node.availability.value]

    def centre(self, around: Neighbourhood) -> Item:
        """Return the item in the middle of the picture."""
        node = around.centre
        note = self.note(node)
        if node.kind is not NodeKind.PRODUCT and self.kind(node.kind) not in note:
            note = f"{self.kind(node.kind)} · {note}"
        name = self.name(node)
        return Item(node.kind, name, note, self.texts["at"].format(name=name), f"walk:{node.iri}")

    def items(self, around: Neighbourhood) -> list[Item]:
        """Return what stands around it: the neighbours, and after each kind how many more there are of it."""
        items: list[Item] = []
        for kind in NodeKind:
            beside = [self._item(one) for one in around.neighbours if one.node.kind is kind]
            items += beside
            if count := around.folded.get(kind):
                # Chinese counts one as it counts several.
                several = count > 1 or self._language == "zh"
                text = self.texts["more" if beside else "some"].format(
                    count=f"{count:,}", kind=KINDS[kind][self._language][several]
                )
                items.append(Item(kind, text, "", text, f"open:{kind.value}", folded=True))
        return items

    def _item(self, neighbour: Neighbour) -> Item:
        node, links = neighbour.node, neighbour.links
        # The edge already says of what it is the value.
        is_fact = node.kind is NodeKind.VALUE and node.attribute is not None
        label = self._value(node) if is_fact else self.name(node)
        edges = dict.fromkeys(self._edge(node, link) for link in sorted(links, key=lambda link: -link.confidence))
        reasons = [self._reason(link) for link in links if link.relation]
        links_told = list(edges) if any(edges) else [self.kind(node.kind)]
        told = self.texts["walk"].format(name=label, link=", ".join([*links_told, self.note(node), *reasons]))
        doubt = 1 - max(link.confidence for link in links)
        return Item(node.kind, label, self.note(node), told, f"walk:{node.iri}", tuple(filter(None, edges)), doubt)

    def _value(self, node: Node) -> str:
        return self._names.value(node.attribute, self._language) if node.attribute else node.name(self._language)

    def _edge(self, node: Node, link: Link) -> str:
        if link.relation:
            text = RELATIONS[link.relation][self._language]
            return text if link.method == STATED else f"{text} · {link.confidence:.0%}"
        if node.kind is NodeKind.VALUE and node.attribute and link.outgoing:
            return self._names.attribute(node.attribute.name, self._language)
        if link.predicate == _BROADER:
            return self.texts["above" if link.outgoing else "below"]
        return "" if node.kind is NodeKind.PRODUCT else self.kind(node.kind)

    def _reason(self, link: Link) -> str:
        if link.method == STATED:
            return self.texts["stated"]
        how = self.texts["worked_out"].format(method=link.method, confidence=f"{link.confidence:.0%}")
        return f"{how}: {link.evidence}" if link.evidence else how

    def kinds(self, items: Iterable[Item]) -> list[tuple[NodeKind, str]]:
        """Return the kinds that are drawn, with their names, for the picture's legend."""
        return [(kind, self.kind(kind)) for kind in dict.fromkeys(item.kind for item in items)]
