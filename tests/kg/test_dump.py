"""N-Quads files: all of a graph comes back, and a file that is broken changes nothing."""

import gzip
import shutil

import pyoxigraph as ox
import pytest
import typer
from typer.testing import CliRunner

from assistant.catalogue.store import Catalogue, Store
from assistant.cli import kg_store
from assistant.product import RelationKind
from kg import dump as dumping
from kg.derivations import Derivation, Derived
from kg.dump import LoadError, dump, load
from kg.endpoint import EndpointError
from kg.store import build, drop
from tests.kg.test_bind import EVIL


@pytest.fixture(scope="module")
def folder(products, glossary, tmp_path_factory):
    place = tmp_path_factory.mktemp("graph") / "graph"
    made = Derivation("by name/1", EVIL[0], ("titles",), (Derived("a", RelationKind.SIMILAR, "b", 0.5, EVIL[7]),))
    build(place, products, glossary, lambda _: None, [made])
    store = ox.Store(str(place))
    says = ox.NamedNode("urn:says")
    store.bulk_extend([ox.Quad(ox.NamedNode("urn:a"), says, ox.Literal(text)) for text in [*EVIL, "\x00\x01\x7f"]])
    store.flush()
    return place


def quads(folder):
    return set(ox.Store.read_only(str(folder)))


@pytest.mark.parametrize("name", ["graph.nq", "graph.nq.gz"])
def test_everything_comes_back(name, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("kg.store._BULK", 100)
    written, read = [], []
    count = dump(folder, tmp_path / name, written.append)
    assert count == sum(written) == len(quads(folder))
    assert len(written) > 3
    report = load(tmp_path / name, tmp_path / "back", read.append)
    assert (report.quads, report.broken, report.problems) == (count, 0, [])
    assert read == written
    assert quads(tmp_path / "back") == quads(folder)
    assert {q.graph_name for q in quads(folder)} > {ox.DefaultGraph()}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["back", name])
    with (tmp_path / name).open("rb") as file:
        assert (file.read(2) == b"\x1f\x8b") == name.endswith(".gz")


def test_it_is_the_same_file_for_any_reader(folder, tmp_path):
    dump(folder, tmp_path / "graph.nq", lambda _: None)
    assert set(ox.parse(path=tmp_path / "graph.nq")) == quads(folder)
    dump(folder, tmp_path / "graph.nq.gz", lambda _: None)
    unpacked = gzip.decompress((tmp_path / "graph.nq.gz").read_bytes())
    assert unpacked == (tmp_path / "graph.nq").read_bytes()


BROKEN = '<urn:a> <urn:b> "1" .\n<urn:a> <urn b> "2" .\n\nnonsense\n<urn:a> <urn:b> "3" <urn:g> .\n<urn:a> <urn:b> "4'


def test_broken_lines_are_skipped_when_asked(tmp_path):
    file = tmp_path / "broken.nq"
    file.write_text(BROKEN)
    report = load(file, tmp_path / "graph", lambda _: None, skip=True)
    assert {q.object.value for q in quads(tmp_path / "graph")} == {"1", "3"}
    assert (report.quads, report.broken) == (2, 3)
    assert [problem.line for problem in report.problems] == [2, 4, 6]
    assert "Invalid IRI" in str(report.problems[0])


def test_of_many_broken_lines_the_first_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(dumping, "_TOLD", 3)
    file = tmp_path / "broken.nq"
    file.write_text('<urn:a> <urn:b> "1" .\n' + "nonsense\n" * 10)
    report = load(file, tmp_path / "graph", lambda _: None, skip=True)
    assert (report.broken, [p.line for p in report.problems]) == (10, [2, 3, 4])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.nq", lambda _: BROKEN.encode(), "line 2: .*nothing was changed"),
        ("a.nq.gz", lambda whole: gzip.compress(whole)[:-200], "cut off"),
        ("a.nq.gz", lambda whole: whole, "no gzip file"),
        ("a.nq", lambda _: b"", "no quad"),
        ("a.nq", lambda _: b"\n# only a comment\n", "no quad"),
        ("a.nq", lambda whole: whole + b"\xff\xfe", "line "),
    ],
)
def test_a_broken_file_changes_nothing(name, content, message, folder, tmp_path):
    dump(folder, tmp_path / "whole.nq", lambda _: None)
    file, target = tmp_path / name, tmp_path / "graph"
    file.write_bytes(content((tmp_path / "whole.nq").read_bytes()))
    load(tmp_path / "whole.nq", target, lambda _: None)
    before = quads(target)
    with pytest.raises(LoadError, match=message):
        load(file, target, lambda _: None)
    assert quads(target) == before == quads(folder)
    with pytest.raises(LoadError, match=message):
        load(file, tmp_path / "new", lambda _: None)
    assert {path.name for path in tmp_path.iterdir()} == {"whole.nq", name, "graph"}


def test_a_graph_is_replaced_as_a_whole(folder, tmp_path):
    file, target = tmp_path / "a.nq", tmp_path / "graph"
    dump(folder, file, lambda _: None)
    load(file, target, lambda _: None)
    file.write_text('<urn:a> <urn:b> "1" .\n')
    load(file, target, lambda _: None)
    assert len(quads(target)) == 1
    # As when the machine went down between two steps.
    target.rename(tmp_path / "graph.before")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.nq", target, lambda _: None)
    assert len(quads(target)) == 1


def test_names_that_say_nothing_are_refused(folder, tmp_path):
    with pytest.raises(ValueError, match=r"ends with \.nq or \.nq\.gz"):
        dump(folder, tmp_path / "graph.ttl", lambda _: None)
    with pytest.raises(ValueError, match=r"ends with \.nq or \.nq\.gz"):
        load(tmp_path / "graph.gz", tmp_path / "graph", lambda _: None)


def test_a_dump_that_breaks_off_leaves_no_file(folder, tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    (tmp_path / "graph.nq").write_text("the one of before")
    with pytest.raises(KeyboardInterrupt):
        dump(folder, tmp_path / "graph.nq", stop)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the one of before"]
    with pytest.raises(FileNotFoundError):
        dump(tmp_path / "no graph", tmp_path / "graph.nq", stop)


def test_to_and_from_an_endpoint(folder, sparql_server, tmp_path):
    plain = [quad for quad in quads(folder) if quad.subject != ox.NamedNode("urn:a")]
    ox.serialize(plain, tmp_path / "graph.nq", ox.RdfFormat.N_QUADS)
    there = f"{sparql_server}#dumped"
    try:
        assert load(tmp_path / "graph.nq", there, lambda _: None).quads == len(plain)
        assert dump(there, tmp_path / "back.nq.gz", lambda _: None) == len(plain)
        load(tmp_path / "back.nq.gz", tmp_path / "back", lambda _: None)
        assert quads(tmp_path / "back") == set(plain)
        (tmp_path / "broken.nq").write_text(BROKEN)
        with pytest.raises(LoadError, match="line 2"):
            load(tmp_path / "broken.nq", there, lambda _: None)
        with pytest.raises(EndpointError, match="no complete graph of dumped"):
            dump(there, tmp_path / "again.nq", lambda _: None)
        assert not (tmp_path / "again.nq").exists()
    finally:
        drop(there)


@pytest.fixture
def command():
    """Runs `kg dump` and `kg load` as the command line does; returns the exit code and what was said."""
    app = typer.Typer()
    app.command("dump")(kg_store.dump_command)
    app.command("load")(kg_store.load_command)

    def run(*words):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, " ".join(done.stderr.split())

    return run


def test_a_served_graph_is_dumped_changed_and_loaded(ingested, tmp_path, command):
    store = Store(shutil.copytree(ingested.folder, tmp_path / "store"))
    old = store.current()
    code, said = command("dump", tmp_path / "a.nq.gz", "--store", store.folder)
    assert code == 0
    assert f"{len(quads(old.graph)):,} quads" in said
    more = b'<urn:a> <urn:b> "added" .\nnonsense\n'
    whole = gzip.decompress((tmp_path / "a.nq.gz").read_bytes())
    (tmp_path / "b.nq").write_bytes(whole + more)
    code, said = command("load", tmp_path / "b.nq", "--store", store.folder)
    assert code == 1
    assert "nothing was changed" in said
    assert store.current() == old
    code, said = command("load", tmp_path / "b.nq", "--store", store.folder, "--skip")
    assert code == 0
    assert "1 broken lines" in said
    fresh = store.current()
    assert fresh != old
    assert quads(fresh.graph) - quads(old.graph) == set(ox.parse(more.split(b"\n")[0], ox.RdfFormat.N_QUADS))
    served = Catalogue.open(fresh)
    assert served.meta == old.meta()
    assert list(fresh.products()) == list(old.products())


def test_a_graph_behind_an_endpoint_is_loaded_there(ingested, tmp_path, command, sparql_server):
    store = Store(shutil.copytree(ingested.folder, tmp_path / "store"))
    old = store.current()
    file = tmp_path / "a.nq"
    count = dump(old.graph, file, lambda _: None)
    address = f"{sparql_server}#{old.folder.name}"
    load(file, address, lambda _: None)
    shutil.rmtree(old.graph)
    old.endpoint_file.write_text(address)
    assert command("load", file, "--store", store.folder)[0] == 0
    fresh = store.current()
    assert fresh.graph == f"{sparql_server}#{fresh.folder.name}" != address
    assert dump(fresh.graph, tmp_path / "b.nq", lambda _: None) == count
    for generation in (old, fresh):
        store.drop(generation)
    with pytest.raises(EndpointError, match="no complete graph"):
        dump(address, tmp_path / "c.nq", lambda _: None)


def test_a_graph_of_other_products_is_refused(ingested, tmp_path, command, folder, glossary, products):
    store = Store(shutil.copytree(ingested.folder, tmp_path / "store"))
    old = store.current()
    build(tmp_path / "fewer", products[2:], glossary, lambda _: None)
    dump(tmp_path / "fewer", tmp_path / "fewer.nq", lambda _: None)
    code, said = command("load", tmp_path / "fewer.nq", "--store", store.folder)
    assert code == 1
    assert f"it lacks 2 ({', '.join(sorted(p.id for p in products[:2]))})" in said
    assert store.current() == old
    assert [path.name for path in store.folder.glob("gen-*")] == [old.folder.name]


def test_without_a_catalogue_there_is_nothing_to_dump(tmp_path, command):
    code, said = command("dump", tmp_path / "a.nq", "--store", tmp_path)
    assert code == 1
    assert "no catalogue in" in said
