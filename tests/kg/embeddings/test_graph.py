import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.embeddings.graph import TripleGraph, split
from kg.embeddings.triples import Binning, Entity, Triple, catalogue_triples


def product(n):
    return Entity("product", str(n))


nodes = st.one_of(st.integers(0, 12).map(product), st.integers(0, 6).map(lambda n: Entity("value", f"v{n}")))
triples = st.lists(
    st.builds(Triple, st.integers(0, 12).map(product), st.sampled_from("abc"), nodes), min_size=1, max_size=80
)


@given(triples, st.integers(0, 5))
def test_a_split_loses_nothing_and_leaves_every_entity_and_relation_in_training(said, seed):
    graph = TripleGraph.of(said)
    parts = split(graph, 0.2, 0.2, seed)
    rows = [tuple(row) for part in (parts.train, parts.validation, parts.test) for row in part]
    assert sorted(rows) == sorted({tuple(row) for row in graph.triples})
    assert set(parts.train[:, [0, 2]].ravel()) == set(range(len(graph.entities)))
    assert set(parts.train[:, 1]) == set(range(len(graph.relations)))
    assert len(parts.validation) + len(parts.test) <= 2 * round(0.2 * len(rows))


@given(triples, st.integers(0, 5))
def test_links_between_two_products_are_held_out_together(said, seed):
    graph = TripleGraph.of(said)
    parts = split(graph, 0.2, 0.2, seed)

    def pairs(rows):
        kinds = [entity.kind for entity in graph.entities]
        return {frozenset((h, t)) for h, _, t in rows.tolist() if kinds[h] == kinds[t] == "product"}

    assert not pairs(parts.train) & pairs(np.concatenate([parts.validation, parts.test]))
    assert not pairs(parts.validation) & pairs(parts.test)


@given(triples)
def test_numbering_can_be_undone(said):
    graph = TripleGraph.of(said)
    back = {Triple(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.triples}
    assert back == set(said)
    assert graph.numbered([*said, Triple(product("nobody"), "a", product(1))]).tolist() == [
        [graph.entity_index[h], graph.relation_index[r], graph.entity_index[t]] for h, r, t in said
    ]


def test_a_split_is_the_same_for_the_same_seed(products):
    graph = TripleGraph.of(catalogue_triples(products, Binning.fit(products)))
    first, again, other = split(graph, 0.1, 0.1, 1), split(graph, 0.1, 0.1, 1), split(graph, 0.1, 0.1, 2)
    np.testing.assert_array_equal(first.test, again.test)
    assert len(first.test) > 10
    assert {tuple(r) for r in first.test} != {tuple(r) for r in other.test}


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0.2)])
def test_impossible_shares_are_refused(products, shares):
    graph = TripleGraph.of(catalogue_triples(products, Binning.fit(products)))
    with pytest.raises(ValueError, match="expected them to add up"):
        split(graph, *shares)


def test_no_triples_are_refused():
    with pytest.raises(ValueError, match="found no triples"):
        TripleGraph.of([])
