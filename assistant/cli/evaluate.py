"""`eval`: measured quality, with intervals."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, fail
from assistant.cli.talk import search_cards, started
from assistant.settings import settings
from assistant.stack import Stack
from retrieval.evaluate import MEASURES, NDCG, Run, difference, estimate, per_query, read_ratings

app = typer.Typer(no_args_is_help=True, help="Measure quality.")

_DEPTH = 100
_TURN = "whole turn (Rasa, graph, fusion, reranker)"


@app.command()
def retrieval(
    ratings: Annotated[Path, typer.Option(help="Human ratings: CSV with query,docid,rating (0 to 3).")],
    store: StoreOption = None,
) -> None:
    """Compare the whole turn with BM25 alone, vectors alone and their fusion, on rated queries."""
    if not ratings.is_file():
        raise fail(f"no ratings at {ratings}", 2)
    qrels = read_ratings(ratings)
    stack = started(store)
    try:
        runs = asyncio.run(_runs(stack, list(qrels)))
    finally:
        stack.stop()
    table = Table(title=f"{ratings.name}: {len(qrels)} queries, mean and 95 % bootstrap interval")
    table.add_column("system")
    for measure in MEASURES:
        table.add_column(str(measure), justify="right")
    table.add_column("nDCG@10 of the turn, less this", justify="right")
    ours = per_query(NDCG, qrels, runs[_TURN])
    for name, run in runs.items():
        cells = []
        for measure in MEASURES:
            e = estimate(per_query(measure, qrels, run))
            cells.append(f"{e.mean:.3f} [{e.low:.3f}, {e.high:.3f}]")
        gain = difference(ours, per_query(NDCG, qrels, run))
        cells.append("" if name == _TURN else f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
        table.add_row(name, *cells)
    # Wider than a terminal is better than cut numbers in a log.
    Console(width=170).print(table)


async def _runs(stack: Stack, queries: list[str]) -> dict[str, Run]:
    from retrieval.fusion import reciprocal_rank
    from retrieval.models import load_encoder

    config, catalogue = settings(), stack.catalogue.get()
    encoder = load_encoder(config.models, config.encoder)
    runs: dict[str, dict[str, dict[str, float]]] = {
        name: {} for name in ("BM25", "vectors", "BM25 + vectors (RRF)", _TURN)
    }
    with Bars() as bars, bars.step("Queries", len(queries)) as advance:
        for query in queries:
            lexical = catalogue.lexical.search(query, _DEPTH)
            vector = catalogue.vectors.search(encoder.queries([query])[0], _DEPTH)
            runs["BM25"][query] = dict(lexical)
            runs["vectors"][query] = dict(vector)
            fused = reciprocal_rank([[i for i, _ in lexical], [i for i, _ in vector]])
            runs["BM25 + vectors (RRF)"][query] = dict(fused[:_DEPTH])
            cards = await search_cards(stack, query, _DEPTH)
            # Ranks, not scores, are what a shopper sees.
            runs[_TURN][query] = {card.id: float(_DEPTH - rank) for rank, (card, _) in enumerate(cards)}
            advance(1)
    await stack.client.close()
    return runs  # type: ignore[return-value]


@app.command()
def categories(
    catalogue: Annotated[Path, typer.Option(help="The Icecat JSONL.")],
    labels: Annotated[Path, typer.Option(help="Rows labelled by hand: CSV with id,category.")] = Path(
        "tests/data/icecat_categories.csv"
    ),
) -> None:
    """Say how often the derived category is the one that a person chose."""
    from assistant.catalogue.categorise import Categoriser  # imports scikit-learn: only when it is needed
    from assistant.catalogue.categorise_eval import evaluate, read_labels
    from assistant.catalogue.glossary import bundled
    from assistant.catalogue.read import load_catalogue

    for path in (catalogue, labels):
        if not path.is_file():
            raise fail(f"no file {path}", 2)
    with Bars() as bars:
        with bars.step("Reading", None) as advance:
            products, _ = load_catalogue([catalogue])
            advance(len(products))
        with bars.step("Deriving categories", len(products)) as advance:
            found = Categoriser(bundled()).categorise(products, advance)
    derived = [p.model_copy(update={"category": path}) for p, path in zip(products, found, strict=True)]
    result = evaluate(derived, read_labels(labels))
    table = Table(title=f"{labels.name}: {result.total} rows labelled by hand, {result.answered} answered")
    for column in ("level", "right", "95 % interval (Wilson)"):
        table.add_column(column)
    for name, share in (("leaf", result.leaf), ("root", result.root)):
        table.add_row(name, f"{share.value:.3f}", f"{share.low:.3f} to {share.high:.3f}")
    Console().print(table)
