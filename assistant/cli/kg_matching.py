"""`eval matching`: how well the same products are found in two feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.catalogue.store import Store
from assistant.cli.console import Bars, fail, out

_DEMO = Path(__file__).parent.parent / "demo"
_JUDGED = Path("tests/data/matching/judged.csv")
_SEED = 2


def eval_matching(
    store: Annotated[
        list[Path] | None, typer.Option(help="Stores of more catalogues to make second feeds of, such as Icecat's.")
    ] = None,
    judged: Annotated[Path, typer.Option(help="Pairs judged by hand: CSV with id,language,title,same.")] = _JUDGED,
    ditto: Annotated[Path | None, typer.Option(help="Folder `data` of github.com/megagonlabs/ditto.")] = None,
    errors: Annotated[bool, typer.Option(help="List the pairs that were joined and are not the same.")] = False,
) -> None:
    """Say how many joined pairs are the same product (precision), and how many of the same were joined (recall)."""
    from assistant.catalogue.glossary import bundled
    from assistant.catalogue.matching_eval import (
        DITTO,
        MatchingQuality,
        ditto_file,
        of_feeds,
        of_pairs,
        read_ditto,
        read_judged,
    )
    from assistant.catalogue.matching_feeds import second_feeds
    from assistant.catalogue.matching_model import bundled_model
    from assistant.catalogue.read import load_catalogue

    glossary, model = bundled(), bundled_model()
    demo, _ = load_catalogue([_DEMO], default_currency="USD")
    catalogues = [demo]
    for folder in store or ():
        generation = Store(folder).current()
        if generation is None:
            raise fail(
                f"no catalogue in {folder}; ingest one first: python -m assistant ingest FILE --store {folder}", 2
            )
        catalogues.append(list(generation.products()))
    found: list[MatchingQuality] = []
    with Bars() as bars, bars.step("Matching", None) as advance:
        for products in catalogues:
            for feeds in second_feeds(products, glossary, 1, _SEED):
                found.append(of_feeds(feeds, glossary, model))
                advance(1)
        if judged.is_file():
            found.append(of_feeds(read_judged(judged, demo), glossary, model))
        for name in DITTO if ditto else ():
            file = (ditto or Path()) / ditto_file(name, "test")
            if not file.is_file():
                raise fail(f"no file {file}; --ditto is the folder `data` of a checkout of megagonlabs/ditto", 2)
            pairs = read_ditto(file, f"{name}, test")
            found.append(of_pairs(pairs, glossary, model, one_to_one=not name.startswith("WDC")))
            advance(1)
    table = Table(title=f"Joined from probability {model.threshold:.3f}; Wilson 95 % intervals")
    for column in ("pairs", "the same", "joined", "precision", "recall"):
        table.add_column(column)
    for one in found:
        precision, recall = one.precision, one.recall
        table.add_row(
            one.name,
            str(one.same),
            str(one.joined),
            f"{precision.value:.3f} [{precision.low:.3f}, {precision.high:.3f}]" if precision else "none joined",
            f"{recall.value:.3f} [{recall.low:.3f}, {recall.high:.3f}]",
        )
    Console(width=120).print(table)
    if errors:
        for one in found:
            for left, right in one.wrong:
                out(f"{one.name}: {left} | {right}")
