"""The smallest relaxation, compared with trying every set of demands on the plain catalogue."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.relaxing import relaxations
from tests.kg.filters import constraints_on, filtered


def tried(products, constraints):
    """Every smallest set of at most three demands without which something is left, the category last."""
    for droppable in ([c for c in constraints if c.attribute != "category"], constraints):
        for size in range(1, min(3, len(droppable)) + 1):
            found = {}
            for gone in combinations(droppable, size):
                left = filtered(products, [c for c in constraints if c not in gone])
                if left:
                    found[frozenset(c.key for c in gone)] = len(left)
            if found:
                return found
    return {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_is_the_one_that_trying_finds(data, catalogue, products):
    drawn = data.draw(st.lists(constraints_on(products), min_size=1, max_size=5, unique_by=lambda c: c.key))
    constraints = [c.model_copy(update={"turn": n}) for n, c in enumerate(drawn)]
    if filtered(products, constraints):
        return
    found = relaxations(catalogue.graph, constraints)
    assert {frozenset(c.key for c in gone): count for gone, count in found} == tried(products, constraints)
    latest = [sorted(-c.turn for c in gone) for gone, _ in found]
    assert latest == sorted(latest)
