import pytest
from typer.testing import CliRunner

from assistant.cli.main import app as _  # noqa: F401 (sets nothing up, but must go on importing)
from assistant.product import Product
from kg.embeddings.fitting import fit
from kg.embeddings.saved import GraphEmbeddings
from kg.embeddings.training import defaults


def test_what_is_held_out_is_found_far_above_chance(fitted):
    # Guessing among some 130 entities has an MRR of about 0.04.
    assert fitted.measured["fact (tail)"]["MRR"].mean > 0.4
    for row in fitted.measured.values():
        for value in row.values():
            assert 0 <= value.low <= value.mean <= value.high <= 1


def test_extra_links_are_trained_on(shop):
    links = [(f"Kettles-{n}", "bought_together", f"Shoes-{n}") for n in range(20)]
    found = fit(shop, defaults("transe", dimension=8, epochs=1), extra=links)
    assert {"to bought_together", "to accessory"} <= set(found.graph.relations)
    rows = found.graph.triples[:, 1] == found.graph.relation_index["to bought_together"]
    assert rows.sum() == 40


def test_an_empty_catalogue_is_refused():
    with pytest.raises(ValueError, match="found no triples"):
        fit([], defaults("rotate"))
    with pytest.raises(ValueError, match="found no triples"):
        fit([Product(id="one", titles={"en": "alone"})], defaults("rotate"))


@pytest.fixture
def command(monkeypatch, tmp_path):
    import typer

    from assistant.cli.kg_train import train_kg

    monkeypatch.setenv("ASSISTANT_VAR", str(tmp_path / "var"))
    from assistant.settings import settings

    settings.cache_clear()
    app = typer.Typer()
    app.command()(train_kg)
    yield lambda *arguments: CliRunner().invoke(app, list(arguments))
    settings.cache_clear()


def test_the_command_trains_measures_saves_and_resumes(command, ingested, catalogue_file, tmp_path):
    store = tmp_path / "shop"
    usual = ("--store", str(store), "--catalogue", str(catalogue_file), "--dimension", "8")
    first = command(*usual, "--epochs", "2")
    assert first.exit_code == 0, first.output
    assert "held-out triples" in first.output
    assert "fact (tail)" in first.output
    assert GraphEmbeddings.load(store / "embeddings").dimension == 8
    assert command(*usual, "--epochs", "3", "--resume").exit_code == 0
    again = command(*usual[:-1], "16", "--resume")
    assert again.exit_code == 1
    assert "belongs to another" in " ".join(again.output.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--model", "distmult"], "expected one of transe, complex, rotate"), ([], "no catalogue in")],
)
def test_the_command_says_what_is_wrong(command, tmp_path, arguments, message):
    told = command("--store", str(tmp_path / "none"), *arguments)
    assert told.exit_code in (1, 2)
    assert message in " ".join(told.output.split())
