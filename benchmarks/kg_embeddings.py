"""What the graph embeddings are worth: models compared, parity with pykeen, new products, substitutes, complements.

    python -m benchmarks.kg_embeddings nations --pykeen /tmp/pykeen-venv/bin/python
    python -m benchmarks.kg_embeddings models [--store DIR]
    python -m benchmarks.kg_embeddings new-products [--store DIR]
    python -m benchmarks.kg_embeddings substitutes [--store DIR] [--held similar | group | ATTRIBUTE …]
    python -m benchmarks.kg_embeddings complements [--store DIR] [--models-apart]

Intervals are 95 % bootstrap intervals over what was asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Table

from assistant.catalogue.store import Store
from assistant.cli.console import Bars, fail, say
from assistant.product import Product
from assistant.settings import settings
from kg.embeddings.fitting import embeddings, fit
from kg.embeddings.geometry import GEOMETRIES, geometry
from kg.embeddings.graph import HEAD, RELATION, TAIL, Split, TripleGraph
from kg.embeddings.ranking import MEASURES, Known, interval, measures, ranks
from kg.embeddings.training import Options, Trained, defaults, train
from kg.embeddings.triples import Binning, Entity, Triple, catalogue_triples, product_entity, product_relation
from retrieval.vectors import VectorIndex

app = typer.Typer(no_args_is_help=True, add_completion=False)
StoreOption = Annotated[Path | None, typer.Option("--store", help="Folder of the catalogue.")]
Score = Callable[[int], np.ndarray]
"""From the row of a product to the scores of all products, float [n]."""

_PRICE_WEIGHT = 2.0
_GOES_WITH = ("accessory", "compatible", "consumable")
_RRF = 60


@app.command()
def nations(
    pykeen: Annotated[Path | None, typer.Option(help="A Python that has pykeen.")] = None,
    triples: Annotated[Path | None, typer.Option(help="Folder with train.txt, valid.txt and test.txt.")] = None,
    seeds: int = 5,
    first_seed: int = 0,
    epochs: int = 100,
    only: Annotated[str | None, typer.Option(help="transe, complex or rotate; all without it.")] = None,
) -> None:
    """Compare filtered test MRRs with pykeen's on its Nations data set: same size, starts, loss and negatives."""
    folder = triples or _nations(pykeen)
    graph, parts = _read(folder)
    table = Table(
        title=f"Nations, {epochs} epochs, {seeds} seeds from {first_seed}: filtered test MRR, mean ± standard deviation"
    )
    for column in ("model", "ours", "pykeen", "difference / standard error"):
        table.add_column(column)
    for name, theirs, margin in (("transe", "TransE", 3.0), ("complex", "ComplEx", 0.0), ("rotate", "RotatE", 3.0)):
        if only not in (None, name):
            continue
        ours = []
        for seed in range(first_seed, first_seed + seeds):
            options = Options(
                name, 64, epochs, 0.01, negatives=16, chunk=1, chunks=256, typed=0, filtered=False, margin=margin,
                evaluate_every=epochs, seed=seed,
            )  # fmt: skip
            found = train(graph, parts, options)
            places = ranks(geometry(name), found.entities, found.relations, parts.test, Known(graph.triples))
            ours.append(float((1 / places).mean()))
        row = [f"{np.mean(ours):.4f} ± {np.std(ours, ddof=1):.4f}", "", ""]
        if pykeen:
            script = Path(__file__).with_name("kg_pykeen.py")
            arguments = [64, epochs, 16, 256, 0.01, margin, 0.1, first_seed, seeds]
            told = subprocess.run(
                [str(pykeen), str(script), theirs, *map(str, arguments)], capture_output=True, text=True, check=True
            )
            other = json.loads(told.stdout.splitlines()[-1])
            error = np.sqrt((np.var(ours, ddof=1) + np.var(other, ddof=1)) / seeds)
            row[1:] = [
                f"{np.mean(other):.4f} ± {np.std(other, ddof=1):.4f}", f"{(np.mean(ours) - np.mean(other)) / error:+.1f}"
            ]  # fmt: skip
        table.add_row(theirs, *row)
    Console(width=120).print(table)


def _nations(pykeen: Path | None) -> Path:
    where = "import importlib.util as u; print(u.find_spec('pykeen').submodule_search_locations[0])"
    try:
        python = str(pykeen or sys.executable)
        told = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise fail(
            "found no pykeen, whose package carries the Nations triples; make an environment for it: "
            "python3.11 -m venv /tmp/pykeen-venv && /tmp/pykeen-venv/bin/pip install torch==2.13.0 pykeen, "
            "then pass --pykeen /tmp/pykeen-venv/bin/python"
        ) from error
    return Path(told.stdout.strip()) / "datasets" / "nations"


def _read(folder: Path) -> tuple[TripleGraph, Split]:
    parts = []
    for name in ("train", "valid", "test"):
        lines = (folder / f"{name}.txt").read_text("utf-8").splitlines()
        rows = (line.split("\t") for line in lines if line)
        parts.append([Triple(Entity("node", h), r, Entity("node", t)) for h, r, t in rows])
    graph = TripleGraph.of(triple for part in parts for triple in part)
    return graph, Split(*map(graph.numbered, parts))


@app.command()
def models(
    store: StoreOption = None,
    epochs: Annotated[int, typer.Option(help="Passes at most; 0: as trained.")] = 0,
    dimension: int = 128,
    seed: Annotated[int, typer.Option(help="Of split and starts; margins were chosen with split 0 in view.")] = 1,
) -> None:
    """Train all models on a catalogue with the same budget and compare them on the same held-out triples."""
    products = _products(store)
    table = Table(
        title=f"{len(products):,} products, vectors of {dimension} numbers, filtered ranks of held-out triples"
    )
    for column in ("model", *MEASURES, "MRR of facts", "seconds", "epochs", "parameters"):
        table.add_column(column, justify="right")
    for name in GEOMETRIES:
        options = defaults(name, dimension=dimension, seed=seed, **({"epochs": epochs} if epochs else {}))
        started, used = time.monotonic(), time.process_time()
        with Bars() as bars, bars.step(name, options.epochs) as advance:
            found = fit(products, options, advance=advance, say=say)
        seconds = f"{time.monotonic() - started:.0f} ({time.process_time() - used:.0f} of a core)"
        size = found.trained.entities.size + found.trained.relations.size // (2 if name == "rotate" else 1)
        row = found.measured
        cells = [str(row["both"][m]) for m in MEASURES]
        table.add_row(name, *cells, str(row["fact (tail)"]["MRR"]), seconds, str(found.trained.epoch), f"{size:,}")
    Console(width=190).print(table)


@app.command()
def new_products(
    store: StoreOption = None, model: str = "rotate", epochs: int = 0, share: float = 0.1,
    seed: Annotated[int, typer.Option(help="Of what is held out; the method was chosen with 0 in view.")] = 1,
) -> None:  # fmt: skip
    """Hold whole products out of training: are vectors from their triples as good as trained ones?

    Of the triples of each new product 80 % are known and 20 % are asked for.
    """
    products = _products(store)
    binning = Binning.fit(products)
    graph = TripleGraph.of(catalogue_triples(products, binning))
    options = defaults(model, **({"epochs": epochs} if epochs else {}))
    random, rows = np.random.default_rng(seed), graph.triples
    positions = graph.product_positions
    new = random.choice(positions, round(share * len(positions)), replace=False)
    is_new = np.isin(np.arange(len(graph.entities)), new)
    rest = rows[~(is_new[rows[:, HEAD]] | is_new[rows[:, TAIL]])]
    met = np.isin(np.arange(len(graph.entities)), rest[:, [HEAD, TAIL]])
    met_relation = np.isin(np.arange(len(graph.relations)), rest[:, RELATION])
    told = rows[is_new[rows[:, HEAD]] & met[rows[:, TAIL]] & met_relation[rows[:, RELATION]]]
    # Links between products are only used, not asked for: what ties two products would be given away by its inverse.
    asked = (random.random(len(told)) < 0.2) & ~np.isin(told[:, TAIL], positions)
    known, test = told[~asked], told[asked]
    test = test[random.permutation(len(test))[:4000]]
    checked = np.isin(np.arange(len(rest)), random.choice(len(rest), 1000, replace=False))
    say(f"{len(new):,} new products, {len(known):,} triples known of them, {len(test):,} asked for")
    shape, truth = geometry(model), Known(rows)
    outside = train(graph, Split(rest[~checked], rest[checked], test), options)
    inside = train(graph, Split(np.concatenate([rest[~checked], known]), rest[checked], test), options)
    trained = embeddings(graph, rest[~checked], outside, options, binning)
    old = np.setdiff1d(positions, new)
    vectors = {
        "trained with the rest": inside,
        "from its triples": _with(outside, new, trained.inducer.vectors(
            shape, outside.entities, outside.relations, known, new)),
        "mean of the places": _with(outside, new, _mean_place(graph, outside, known, new, model)),
        "of another product": _with(outside, new, outside.entities[random.choice(old, len(new))]),
    }  # fmt: skip
    table = Table(title=f"{model}: {len(test):,} held-out triples of products that are new, filtered ranks")
    for column in ("vector of the product", *MEASURES, "MRR of facts"):
        table.add_column(column)
    for name, found in vectors.items():
        places = ranks(shape, found.entities, found.relations, test, truth)
        table.add_row(
            name, *(str(interval(v)) for v in measures(places).values()), str(interval(measures(places[:, 1])["MRR"]))
        )
    Console(width=170).print(table)


def _with(trained: Trained, new: np.ndarray, vectors: np.ndarray) -> Trained:
    entities = trained.entities.copy()
    entities[new] = vectors
    return Trained(entities, trained.relations, trained.epoch, trained.validation_mrr)


def _mean_place(graph: TripleGraph, trained: Trained, known: np.ndarray, new: np.ndarray, model: str) -> np.ndarray:
    places = geometry(model).heads(trained.entities[known[:, TAIL]], trained.relations[known[:, RELATION]])
    total = np.zeros_like(trained.entities)
    np.add.at(total, known[:, HEAD], places)
    return (total / np.maximum(np.bincount(known[:, HEAD], minlength=len(total)), 1)[:, None])[new]


@app.command()
def substitutes(
    store: StoreOption = None,
    held: Annotated[list[str] | None, typer.Option(help="similar, group, or attributes that name a series.")] = None,
    model: str = "rotate",
    epochs: int = 0,
    queries: int = 1000,
) -> None:
    """Hide what says that products are alike from training, and look for it among the nearest neighbours."""
    products, hidden = _products(store), set(held or ["similar"])
    relevant = _alike(products, hidden)
    shown = [_without(product, hidden) for product in products]
    found = fit(shown, defaults(model, **({"epochs": epochs} if epochs else {})), say=say)
    rows = np.array(sorted(relevant))
    rows = np.random.default_rng(0).permutation(rows)[:queries]
    variants: dict[str | None, set[int]] = defaultdict(set)
    for position, product in enumerate(products):
        if product.group:
            variants[product.group].add(position)
    vectors = found.embeddings.vectors(shown)
    fresh = found.embeddings.inducer.vectors(
        found.embeddings.geometry, found.trained.entities, found.trained.relations, found.split.train,
        found.graph.product_positions,
    )  # fmt: skip
    place = {int(p): row for row, p in enumerate(found.graph.product_positions)}
    order = [place[found.graph.entity_index[product_entity(p.id)]] for p in shown]
    systems: dict[str, Score] = {
        "graph embeddings": _cosine(vectors),
        "graph embeddings, as of new products": _cosine(fresh[order]),
        "shared facts and near price": _facts(shown),
        "text vectors": _cosine(_text(store, products)),
    }
    systems["facts + text (RRF)"] = _fused(systems, "shared facts and near price", "text vectors")
    systems["embeddings + facts (RRF)"] = _fused(systems, "graph embeddings", "shared facts and near price")
    systems["all three (RRF)"] = _fused(systems, "graph embeddings", "shared facts and near price", "text vectors")
    # A variant takes no product's place; it does not compete unless variants are what is looked for.
    tied = {row: {row} if "group" in hidden else variants[products[row].group] | {row} for row in rows.tolist()}
    ranked = {
        name: np.array([_first(score(row), tied[row], relevant[row]) for row in rows.tolist()])
        for name, score in systems.items()
    }
    _show(
        f"substitutes ({', '.join(sorted(hidden))} hidden): {len(rows):,} products, rank of the first right one", ranked
    )


def _alike(products: Sequence[Product], hidden: set[str]) -> dict[int, set[int]]:
    row = {product.id: position for position, product in enumerate(products)}
    relevant: dict[int, set[int]] = defaultdict(set)
    if "similar" in hidden:
        for position, product in enumerate(products):
            for relation in product.related:
                if relation.kind == "similar" and relation.id in row:
                    relevant[position].add(row[relation.id])
                    relevant[row[relation.id]].add(position)
    groups: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for position, product in enumerate(products):
        if "group" in hidden and product.group:
            groups["group", product.group].add(position)
        for attribute in product.attributes:
            # The first attribute named says what a series is, the rest only have to be out of sight.
            if attribute.name == min(hidden - {"group", "similar"}, default=None) and product.brand:
                groups[product.brand.casefold(), str(attribute.value).casefold()].add(position)
    for members in groups.values():
        for position in members:
            relevant[position] |= members
    return {position: others - {position} for position, others in relevant.items() if others - {position}}


def _without(product: Product, hidden: set[str]) -> Product:
    return product.model_copy(
        update={
            "attributes": tuple(a for a in product.attributes if a.name not in hidden),
            "related": tuple(r for r in product.related if r.kind not in hidden),
            "group": None if "group" in hidden else product.group,
        }
    )


@app.command()
def complements(
    store: StoreOption = None,
    models_apart: Annotated[
        bool, typer.Option("--models-apart", help="Hold links of all variants of both products out together.")
    ] = False,
    model: str = "rotate",
    epochs: int = 0,
) -> None:
    """Hide 20 % of the links to what goes with a product (10 % stop the training), and look for them."""
    products = _products(store)
    graph = TripleGraph.of(catalogue_triples(products, Binning.fit(products)))
    row = {graph.entity_index[product_entity(p.id)]: n for n, p in enumerate(products)}
    wanted = {graph.relation_index.get(product_relation(kind)) for kind in _GOES_WITH}
    links = np.isin(graph.triples[:, RELATION], [r for r in wanted if r is not None])
    groups = {e: (products[n].group if models_apart else None) or products[n].id for e, n in row.items()}
    bundles: dict[frozenset[str], list[int]] = defaultdict(list)
    # Any other link between the two would give them away.
    for position, (head, _, tail) in enumerate(graph.triples.tolist()):
        if head in row and tail in row:
            bundles[frozenset((groups[head], groups[tail]))].append(position)
    order = [b for b in bundles.values() if links[b].any()]
    order = [order[n] for n in np.random.default_rng(0).permutation(len(order))]
    part = np.zeros(len(links), np.int8)
    for number, bundle in enumerate(order):
        part[bundle] = 2 if number * 10 < len(order) else 1 if number * 5 < len(order) else 0
    rest, checked, test = (graph.triples[part == n] for n in range(3))
    options = defaults(model, **({"epochs": epochs} if epochs else {}))
    found = train(graph, Split(rest, checked, test), options, say=say)
    entity = np.array([graph.entity_index[product_entity(p.id)] for p in products])
    vectors, shape, text = found.entities[entity], geometry(model), _text(store, products)
    facts = _facts(products)
    test = test[np.isin(test[:, RELATION], [r for r in wanted if r is not None])]
    truth: dict[tuple[int, int], set[int]] = defaultdict(set)
    for head, relation, tail in graph.triples.tolist():
        if head in row and tail in row:
            truth[row[head], relation].add(row[tail])
    popular, nearby = _popularity(rest, row, products)
    ranked: dict[str, list[float]] = defaultdict(list)
    for head, relation, tail in test.tolist():
        own, right = row[head], row[tail]
        expected = shape.tails(vectors[[own]], found.relations[[relation]])
        systems = {
            "graph embeddings": shape.compare_all(expected, vectors)[0],
            "popular for the category": nearby[relation, products[own].category] * 1000 + popular[relation],
            "popular": popular[relation],
            "shared facts and near price": facts(own),
            "text vectors": text @ text[own],
        }
        systems["embeddings + popular for the category (RRF)"] = _rrf(
            systems["graph embeddings"], systems["popular for the category"]
        )
        for name, scores in systems.items():
            scores = scores.astype(float)
            scores[[own, *(truth[own, relation] - {right})]] = -np.inf
            ranked[name].append(_first(scores, {own}, {right}))
    how = "variants together" if models_apart else "variants not tied"
    _show(f"complements ({how}): {len(test):,} hidden links", {name: np.array(r) for name, r in ranked.items()})


def _popularity(
    triples: np.ndarray, row: Mapping[int, int], products: Sequence[Product]
) -> tuple[dict[int, np.ndarray], dict[tuple[int, tuple[str, ...]], np.ndarray]]:
    popular: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(len(products)))
    nearby: dict[tuple[int, tuple[str, ...]], np.ndarray] = defaultdict(lambda: np.zeros(len(products)))
    for head, relation, tail in triples.tolist():
        if head in row and tail in row:
            popular[relation][row[tail]] += 1
            nearby[relation, products[row[head]].category][row[tail]] += 1
    return popular, nearby


def _cosine(vectors: np.ndarray) -> Score:
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return lambda row: vectors @ vectors[row]


def _facts(products: Sequence[Product]) -> Score:
    """As `kg.compared.alike`, without looking at stock and variants: same category, shared facts, near price."""
    holders: dict[object, list[int]] = defaultdict(list)
    for row, product in enumerate(products):
        for attribute in set(product.attributes):
            holders[attribute].append(row)
    kinds = np.array([hash(p.category) for p in products])
    prices = np.array([float(p.price.amount) if p.price else np.nan for p in products])

    def score(row: int) -> np.ndarray:
        shared = np.zeros(len(products))
        for attribute in set(products[row].attributes):
            shared[holders[attribute]] += 1
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.abs(np.log(prices / prices[row]))
        scores = shared - _PRICE_WEIGHT * np.where(np.isfinite(away), away, 1.0)
        return np.where(kinds == kinds[row], scores, scores - 1e6)

    return score


def _text(store: Path | None, products: Sequence[Product]) -> np.ndarray:
    generation = Store(store or settings().store).current()
    assert generation is not None
    vectors = VectorIndex(generation.vectors).everything()
    return np.stack([vectors[product.id][1] for product in products]).astype(np.float32)


def _rrf(*scores: np.ndarray) -> np.ndarray:
    return sum((1 / (_RRF + 1 + np.argsort(np.argsort(-s, kind="stable"))) for s in scores), np.zeros(len(scores[0])))


def _fused(systems: Mapping[str, Score], *names: str) -> Score:
    parts = [systems[name] for name in names]
    return lambda row: _rrf(*(part(row) for part in parts))


def _first(scores: np.ndarray, out: set[int], relevant: set[int]) -> float:
    """The realistic rank of the best of `relevant`; the others of them, and those `out`, are not in its way."""
    scores = scores.astype(float)
    best = max(scores[list(relevant)])
    scores[[*out, *relevant]] = -np.inf
    return 1 + float((scores > best).sum()) + float((scores == best).sum()) / 2


def _show(title: str, ranked: Mapping[str, np.ndarray]) -> None:
    table = Table(title=title)
    for column in ("system", "MRR", "Hits@1", "Hits@3", "Hits@10", "MRR of the embeddings, less this"):
        table.add_column(column)
    ours = 1 / ranked["graph embeddings"]
    for name, found in ranked.items():
        gain = "" if name == "graph embeddings" else str(interval(ours - 1 / found))
        table.add_row(name, *(str(interval(v)) for v in measures(found).values()), gain)
    Console(width=170).print(table)


def _products(store: Path | None) -> list[Product]:
    generation = Store(store or settings().store).current()
    if generation is None:
        raise fail(f"no catalogue in {store or settings().store}; run: python -m assistant ingest PATH")
    return list(generation.products())


@app.callback()
def _start(threads: Annotated[int, typer.Option(help="Threads of torch.")] = 1) -> None:
    torch.set_num_threads(threads)


if __name__ == "__main__":
    app()
