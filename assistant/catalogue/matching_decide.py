"""Which products of one feed are those of others: by code, then by title and attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.catalogue.matching_candidates import candidates
from assistant.catalogue.matching_codes import gtin14, part_number
from assistant.catalogue.matching_features import features, unlike, vetoes
from assistant.catalogue.matching_model import MatchingModel, probability
from assistant.catalogue.matching_profile import Profile, Vocabulary

Reason = Literal["gtin", "part number", "text"]
_OF_VARIANTS = {"brand", "colour", "measure", "size"}
"""Contradictions that keep apart what has one part number."""
_CERTAIN = 1.0
"""A shared code is what "the same product" means; no estimate."""


@dataclass(frozen=True)
class Merged:
    """Product `other` of one feed became an offer of product `id` of another: why, and how surely (0 to 1)."""

    id: str
    other: str
    reason: Reason
    confidence: float


@dataclass
class Cluster:
    """What is one product, in the order of the feeds."""

    members: list[Profile]

    @property
    def first(self) -> Profile:
        """The product whose id stays."""
        return self.members[0]

    @property
    def sources(self) -> set[str | None]:
        """The feeds that have an offer of it."""
        return {offer.source for member in self.members for offer in member.product.offers}


class Matcher:
    """Finds for the products of one feed those that are known already."""

    def __init__(self, vocabulary: Vocabulary, model: MatchingModel, vectors: Mapping[str, np.ndarray] | None) -> None:
        """`vectors` has a unit vector by id of a product; they add candidates."""
        self._vocabulary, self._model, self._vectors = vocabulary, model, vectors

    def join(self, clusters: list[Cluster], feed: Sequence[Profile], source: str | None) -> Iterator[Merged]:
        """Put every profile of `feed` into its cluster, or a new one; yields the pairs that were joined."""
        every = list(clusters)
        open_ = [cluster for cluster in clusters if source not in cluster.sources]
        rest = list(feed)
        pairs: list[tuple[Cluster, Profile, Reason, float]] = []
        for reason in ("gtin", "part number"):
            found = self._by_code(open_, rest, reason)
            pairs += found
            open_, rest = _left(open_, rest, found)
        pairs += self._by_text(every, {cluster.first.place for cluster in open_}, rest)
        joined = {profile.place for _, profile, _, _ in pairs}
        for cluster, profile, reason, confidence in pairs:
            cluster.members.append(profile)
            yield Merged(cluster.first.product.id, profile.product.id, reason, confidence)
        clusters += [Cluster([profile]) for profile in feed if profile.place not in joined]

    def _by_code(
        self, open_: Sequence[Cluster], feed: Sequence[Profile], reason: Reason
    ) -> list[tuple[Cluster, Profile, Reason, float]]:
        code = _gtin if reason == "gtin" else _part
        known: dict[tuple[str, ...], tuple[Cluster, Profile]] = {}
        by_feed: dict[str | None, list[Profile]] = {}
        home = {member.place: cluster for cluster in open_ for member in cluster.members}
        for cluster in open_:
            for member in cluster.members:
                by_feed.setdefault(member.product.source, []).append(member)
        for members in by_feed.values():
            for key, profile in self._telling(members, code).items():
                known.setdefault(key, (home[profile.place], profile))
        pairs: list[tuple[Cluster, Profile, Reason, float]] = []
        taken: set[int] = set()
        for key, profile in self._telling(feed, code).items():
            if key not in known or profile.place in taken:
                continue
            cluster, member = known[key]
            if not self._ruled_out(reason, member, profile) and cluster.first.place not in taken:
                taken |= {profile.place, cluster.first.place}
                pairs.append((cluster, profile, reason, _CERTAIN))
        return pairs

    def _telling(
        self, feed: Sequence[Profile], code: Callable[[Profile], tuple[str, ...] | None]
    ) -> dict[tuple[str, ...], Profile]:
        """Return the first product of each code, less the codes that one feed gives to different products."""
        found: dict[tuple[str, ...], list[Profile]] = {}
        for profile in feed:
            if key := code(profile):
                found.setdefault(key, []).append(profile)
        return {
            key: members[0]
            for key, members in found.items()
            if not any(
                set(vetoes(members[0], other)) - {"number"} or unlike(members[0], other, self._vocabulary)
                for other in members[1:]
            )
        }

    def _ruled_out(self, reason: Reason, one: Profile, other: Profile) -> bool:
        if reason == "part number":
            # A maker gives one product several GTINs, one for each region or packaging.
            return bool(set(vetoes(one, other)) & _OF_VARIANTS)
        # A shared GTIN is a mistake of one feed only when brand and title both say so.
        return "brand" in vetoes(one, other) and unlike(one, other, self._vocabulary)

    def _by_text(
        self, clusters: Sequence[Cluster], free: Set[int], feed: Sequence[Profile]
    ) -> list[tuple[Cluster, Profile, Reason, float]]:
        home = {cluster.first.place: cluster for cluster in clusters}
        pairs = [
            pair
            for pair in candidates([cluster.first for cluster in clusters], feed, self._vocabulary, self._vectors)
            if not vetoes(*pair)
        ]
        if not pairs:
            return []
        odds = self._model.log_odds(np.array([features(*pair, self._vocabulary) for pair in pairs]))
        chosen = best_pairs(
            [(a.place, b.place, float(o)) for (a, b), o in zip(pairs, odds, strict=True)],
            self._model.threshold,
            self._model.margin,
        )
        by_place = {profile.place: profile for profile in feed}
        # Whoever is most like a product that has found its own already is a variant of it, and no second choice's twin.
        return [(home[a], by_place[b], "text", probability(o)) for a, b, o in chosen if a in free]


def best_pairs(
    scored: Sequence[tuple[int, int, float]], threshold: float, margin: float
) -> list[tuple[int, int, float]]:
    """Return the pairs (left, right, log-odds) from probability `threshold` that are the best of both sides, by `margin`."""
    sides: Counter[tuple[str, int]] = Counter()
    runner_up: dict[tuple[str, int], float] = {}
    order = sorted(scored, key=lambda pair: (-pair[2], pair[0], pair[1]))
    for left, right, odds in order:
        for side in (("left", left), ("right", right)):
            sides[side] += 1
            if sides[side] == 2:
                runner_up[side] = odds
    first: set[tuple[str, int]] = set()
    chosen: list[tuple[int, int, float]] = []
    for left, right, odds in order:
        both = ("left", left), ("right", right)
        is_best = not first & set(both)
        first |= set(both)
        clear = all(odds - runner_up.get(side, -np.inf) >= margin for side in both)
        if is_best and clear and probability(odds) >= threshold:
            chosen.append((left, right, odds))
    return chosen


def _left(
    open_: Sequence[Cluster], feed: Sequence[Profile], pairs: Sequence[tuple[Cluster, Profile, Reason, float]]
) -> tuple[list[Cluster], list[Profile]]:
    clusters = {id(cluster) for cluster, *_ in pairs}
    places = {profile.place for _, profile, *_ in pairs}
    return [c for c in open_ if id(c) not in clusters], [p for p in feed if p.place not in places]


def _gtin(profile: Profile) -> tuple[str, ...] | None:
    code = gtin14(profile.product.identifiers.get("gtin", ""))
    return (code,) if code else None


def _part(profile: Profile) -> tuple[str, ...] | None:
    code = part_number(profile.product.identifiers.get("mpn", ""))
    return (profile.brand, code) if code and profile.brand else None
