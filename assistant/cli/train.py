"""`train`: the reranker, and Rasa's model."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.catalogue.glossary import Glossary, bundled
from assistant.cli.console import busy, fail, say
from assistant.product import Language, Product
from assistant.settings import ROOT, settings

if TYPE_CHECKING:
    import torch

    from retrieval.lexical import LexicalIndex
    from retrieval.training_data import Pair

app = typer.Typer(no_args_is_help=True, help="Train the models.")

_HELD_OUT = 15
_DEPTH = 50
_SEED = 11


@app.command()
def rasa(force: Annotated[bool, typer.Option("--force", help="Train even when nothing has changed.")] = False) -> None:
    """Train Rasa's model when its data, recipe or components have changed."""
    from dialogue.train import TrainingError, train_if_needed

    config = settings()
    try:
        trained = train_if_needed(config.rasa_python, config.var / "rasa", say, force=force)
    except TrainingError as error:
        raise fail(str(error)) from error
    say("The dialogue model is trained." if trained else "The dialogue model is up to date.")


@app.command()
def reranker(
    catalogue: Annotated[Path, typer.Option(help="Catalogue that queries are made from, in both languages.")] = ROOT
    / "assistant"
    / "demo",
    rated: Annotated[
        Path | None, typer.Option(help="Catalogue of the human ratings (queries are made from it too).")
    ] = None,
    ratings: Annotated[Path | None, typer.Option(help="Human ratings, CSV with query,docid,rating (0 to 3).")] = None,
    queries: Annotated[int, typer.Option(help="Queries made from each catalogue.")] = 2000,
    epochs: Annotated[float, typer.Option(help="Passes over the pairs.")] = 1.0,
    target: Annotated[
        Path | None, typer.Option(help="Where the adapter goes (default: the one that is served).")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Fine-tune the reranker on queries made from catalogues and on human ratings; logs for TensorBoard in var/train."""
    from retrieval.models import ADAPTER, checkpoint
    from retrieval.train_reranker import TrainingOptions, train

    config = settings()
    with busy("Making training pairs …"):
        pairs, checks = _material(catalogue, rated, ratings, queries)
    say(f"{len(pairs):,} pairs for training; checked on {len(checks)} held-out rated queries")
    best = train(
        pairs,
        checkpoint(config.models, say),
        config.var / "train" / "reranker",
        target or ADAPTER,
        _measure(checks, config.models),
        TrainingOptions(epochs=epochs),
        resume=resume,
    )
    say(f"Best nDCG@10 on the held-out queries: {best:.4f}")


Check = tuple[str, list[str], list[str], dict[str, int]]
"""A query, the ids and passages of its candidates, and the grades of those that were rated."""


def _material(
    catalogue: Path, rated: Path | None, ratings: Path | None, queries: int
) -> tuple[list[Pair], list[Check]]:
    from retrieval.lexical import LexicalIndex
    from retrieval.text import document, passage
    from retrieval.training_data import cross_rated_negatives, made_pairs, rated_pairs

    glossary = bundled()
    pairs: list[Pair] = []
    checks: list[Check] = []
    sources: list[tuple[Path, Sequence[Language]]] = [(catalogue, ("en", "zh"))]
    if rated:
        sources.append((rated, ("en", "en", "zh")))
    for number, (path, languages) in enumerate(sources):
        products = _products(path, glossary)
        passages = {p.id: passage(p, glossary.shown) for p in products}
        index = LexicalIndex.build([p.id for p in products], [document(p, glossary.words) for p in products])
        pairs += made_pairs(products, passages, _labels(glossary), index, queries, languages, _SEED + number)
        if ratings and path == rated:
            human = list(rated_pairs(ratings, passages))
            names = sorted({pair.query for pair in human})
            held = set(random.Random(_SEED).sample(names, min(_HELD_OUT, len(names) // 4)))
            train = [pair for pair in human if pair.query not in held]
            # People's grades are few and the best there is: each counts three times.
            pairs += 3 * train + list(cross_rated_negatives(train, _SEED, 30))
            checks = _checks(ratings, held, passages, index)
    return pairs, checks


def _products(path: Path, glossary: Glossary) -> list[Product]:
    from assistant.catalogue.categorise import Categoriser
    from assistant.catalogue.read import load_catalogue

    products, _ = load_catalogue([path], default_currency="USD")
    without = [p for p in products if not p.category]
    found = dict(zip((p.id for p in without), Categoriser(glossary).categorise(without, lambda _: None), strict=True))
    return [p.model_copy(update={"category": found[p.id]}) if found.get(p.id) else p for p in products]


def _labels(glossary: Glossary) -> Callable[[str, str], Mapping[Language, Sequence[str]]]:
    ask = {
        "category": glossary.category,
        "brand": glossary.brand,
        "attribute": glossary.attribute,
        "value": glossary.value,
    }
    return lambda kind, name: ask[kind](name)


def _checks(ratings: Path, queries: set[str], passages: Mapping[str, str], index: LexicalIndex) -> list[Check]:
    from retrieval.evaluate import read_ratings

    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for query, rated in read_ratings(ratings).items():
        if query in queries:
            grades[query] = rated
    result = []
    for query, rated in grades.items():
        ids = [id_ for id_, _ in index.search(query, _DEPTH)]
        result.append((query, ids, [passages[id_] for id_ in ids], rated))
    return result


def _measure(checks: list[Check], models: Path) -> Callable[[torch.nn.Module], float]:
    import ir_measures
    import torch
    from ir_measures import nDCG
    from transformers import PreTrainedTokenizerFast

    from retrieval.models import checkpoint
    from retrieval.reranker import MAX_TOKENS

    tokenizer = PreTrainedTokenizerFast.from_pretrained(checkpoint(models, say))

    def measure(model: torch.nn.Module) -> float:
        run: dict[str, dict[str, float]] = {}
        for query, ids, passages, _ in checks:
            if not ids:
                continue
            batch = tokenizer(
                [query] * len(ids), passages, truncation="longest_first", max_length=MAX_TOKENS, padding=True,
                return_tensors="pt",
            )  # fmt: skip
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits[:, 0]
            run[query] = dict(zip(ids, logits.float().tolist(), strict=True))
        if not run:
            return 0.0
        value = float(ir_measures.calc_aggregate([nDCG @ 10], {c[0]: c[3] for c in checks}, run)[nDCG @ 10])
        say(f"nDCG@10 of the reranker over BM25's top {_DEPTH} on held-out queries: {value:.4f}")
        return value

    return measure
