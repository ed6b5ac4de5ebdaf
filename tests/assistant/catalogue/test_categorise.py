from pathlib import Path

import pytest
import yaml

from assistant.catalogue import categorise as module
from assistant.catalogue.categorise import TAXONOMY, Categoriser, Taxonomy
from assistant.catalogue.categorise_eval import Share, evaluate, read_labels
from assistant.catalogue.glossary import BUNDLED, Glossary, bundled
from assistant.catalogue.read import read_catalogue
from assistant.product import Attribute, Product

ROOT = Path(__file__).parents[3]
ICECAT = ROOT.parent / "shared" / "data" / "icecat" / "products.jsonl.gz"
LABELS = ROOT / "tests" / "data" / "icecat_categories.csv"

LAPTOPS = ("Computing", "Laptops")
MICE = ("Computing", "Mice")


@pytest.fixture(scope="module")
def categoriser() -> Categoriser:
    return Categoriser(bundled())


def _product(
    title: str, *, id_: str = "1", language: str = "en", keys: tuple[str, ...] = (), **more: object
) -> Product:
    attributes = tuple(Attribute(name=key, value="given") for key in keys)
    return Product(id=id_, titles={language: title}, attributes=attributes, **more)


def _leaf(categoriser: Categoriser, title: str, **more: object) -> str | None:
    [path] = categoriser.categorise([_product(title, **more)], lambda _: None)
    return path[-1] if path else None


@pytest.mark.parametrize(
    ("title", "leaf"),
    [
        ("Acme Swift 3 notebook 14 in 512 GB", "Laptops"),
        ("Acme Rover laptop bag 15.6 in Black", "Laptop Bags"),
        ("Acme Rise Laptop Stand, Silver", "Laptop Stands"),
        ("Acme M1 Wireless Mouse", "Mice"),
        ("Acme Soft Mouse Pad", "Mouse Pads"),
        ("Acme 4 Port USB KVM Switch With Audio", "KVM Switches"),
        ("Acme 8-Port Gigabit Switch", "Network Switches"),
        ("Acme 7-Port USB Hub", "USB Hubs"),
        ("Acme 3 m Cat6 Patch Cable", "Network Cables"),
        ("Acme Duplex Fiber Patch Cable (LC/SC), 2M", "Fibre Optic Cables"),
        ("Acme 2 m HDMI Cable", "HDMI Cables"),
        ("Acme EF-12 mobile phone case 17 cm Cover", "Phone Cases"),
        ("Acme Desk Screen for Laptop 14 in", None),
        ("Acme Laser Jet 100 Laser Multifunction Printer", "Laser Printers"),
        ("Acme 12X toner cartridge Original Black", "Ink and Toner"),
        ("Acme X7 Original Cyan 1 pc(s)", "Ink and Toner"),
        ("Acme Printhead BX Original Black", "Print Heads"),
        ("Acme Combo drive optical disc drive Internal DVD-RW", "Optical Drives"),
        ("Acme mouse cable 2 m", None),
        ("Acme 9000", None),
    ],
)
def test_head_of_an_english_title(categoriser: Categoriser, title: str, leaf: str | None) -> None:
    assert _leaf(categoriser, title) == leaf


@pytest.mark.parametrize(
    ("title", "leaf"),
    [
        ("极光 Pro 14 轻薄笔记本电脑 银色", "Laptops"),
        ("极光 笔记本支架 铝合金", "Laptop Stands"),
        ("极光 激光打印机 黑白", "Laser Printers"),
        ("极光 六类网线 3米", "Network Cables"),
        ("极光 手机壳 透明", "Phone Cases"),
        ("极光 9000", None),
    ],
)
def test_head_of_a_chinese_title(categoriser: Categoriser, title: str, leaf: str | None) -> None:
    assert _leaf(categoriser, title, language="zh") == leaf


def test_a_caption_helps_but_prose_does_not(categoriser: Categoriser) -> None:
    assert _leaf(categoriser, "Acme 9000", descriptions={"en": "9000 A4 flatbed scanner"}) == "Scanners"
    assert _leaf(categoriser, "Acme 9000", descriptions={"en": "Goes well with your scanner."}) is None


def _catalogue() -> list[Product]:
    named = [
        _product(f"Acme L{i} notebook 14 in", id_=f"l{i}", keys=("screen_size", "battery_cells")) for i in range(100)
    ]
    named += [
        _product(f"Bolt M{i} mouse Black", id_=f"m{i}", keys=("buttons", "movement_resolution")) for i in range(100)
    ]
    unnamed = [
        _product("Acme 7000", id_="unnamed laptop", keys=("screen_size", "battery_cells")),
        _product("Bolt 7000", id_="unnamed mouse", keys=("buttons", "movement_resolution")),
        _product("Zed 1", id_="unknown"),
    ]
    return named + unnamed


def test_model_sorts_what_no_name_heads(categoriser: Categoriser) -> None:
    products = _catalogue()
    paths = {p.id: path for p, path in zip(products, categoriser.categorise(products, lambda _: None), strict=True)}
    assert paths["l7"] == paths["unnamed laptop"] == LAPTOPS
    assert paths["m7"] == paths["unnamed mouse"] == MICE


def test_model_overrules_an_unlikely_name(categoriser: Categoriser) -> None:
    products = [*_catalogue(), _product("Acme L500 Kettle", id_="x", keys=("screen_size", "battery_cells"))]
    assert categoriser.categorise(products, lambda _: None)[-1] == LAPTOPS
    assert categoriser.categorise(products[-1:], lambda _: None) == [("Kitchen", "Kettles")]


def test_same_products_give_same_paths_and_full_progress(categoriser: Categoriser) -> None:
    products = _catalogue()
    steps: list[int] = []
    first = categoriser.categorise(products, steps.append)
    assert sum(steps) == len(products)
    assert first == categoriser.categorise(products, lambda _: None)


def test_small_and_empty_catalogues(categoriser: Categoriser) -> None:
    steps: list[int] = []
    assert categoriser.categorise([], steps.append) == []
    assert categoriser.categorise([_product("Acme Kettle"), _product("Acme 9")], steps.append)[1] == ()
    assert sum(steps) == 2


def test_one_kind_of_product_only(categoriser: Categoriser) -> None:
    products = [_product(f"Acme N{i} notebook", id_=str(i)) for i in range(module.MIN_PRODUCTS)]
    assert set(categoriser.categorise(products, lambda _: None)) == {LAPTOPS}


def test_every_category_has_names_in_both_languages() -> None:
    glossary = Glossary(sorted(BUNDLED.glob("*.yml")))
    taxonomy = Taxonomy()
    steps = {step for path in taxonomy.clues for step in path}
    assert not {step for step in steps if not glossary.category(step).get("zh")}
    leaves = [path[-1] for path in taxonomy.clues]
    assert len(leaves) == len(set(leaves))


def test_glossary_file_names_nothing_outside_the_tree() -> None:
    steps = {step for path in Taxonomy().clues for step in path}
    content = yaml.safe_load((BUNDLED / "taxonomy.yml").read_text("utf-8"))
    assert not content["categories"].keys() - steps
    assert TAXONOMY.exists()


QUERIES = (
    "printer, laser printer, laptop, laptop stand, memory card, mouse, usb hub, scanner, ssd, external hard drive, "
    "projector screen, phone case, batteries, keyboard, mouse pad, headphones, smartwatch, monitor, toner, router, "
    "switch, cable, webcam, camera, tv, 打印机, 墨盒, 网线, 鼠标, 显示器, 手机壳, 路由器, 耳机, 电视"
)


@pytest.mark.parametrize("query", QUERIES.split(", "))
def test_shoppers_words_name_a_category(query: str) -> None:
    steps = {step for path in Taxonomy().clues for step in path}
    labels = {label.casefold() for step in steps for names in bundled().category(step).values() for label in names}
    assert query in labels


def test_evaluation_counts_leaves_roots_and_confusions() -> None:
    products = [
        _product("a", id_="a", category=LAPTOPS),
        _product("b", id_="b", category=MICE),
        _product("c", id_="c"),
        _product("d", id_="d", category=LAPTOPS),
    ]
    result = evaluate(products, {"a": LAPTOPS, "b": LAPTOPS, "c": ()})
    assert (result.total, result.answered) == (3, 2)
    assert result.leaf.value == pytest.approx(2 / 3)
    assert result.root.value == 1
    assert result.confusions == {("Computing > Laptops", "Computing > Mice"): 1}
    with pytest.raises(ValueError, match="1 of 1 labelled ids"):
        evaluate(products, {"z": LAPTOPS})


def test_wilson_interval() -> None:
    share = Share.of(182, 200)
    assert (share.low, share.high) == (pytest.approx(0.8622, abs=1e-3), pytest.approx(0.9423, abs=1e-3))
    with pytest.raises(ValueError, match="at least one"):
        Share.of(0, 0)


def test_labels_are_paths_of_the_taxonomy() -> None:
    labels = read_labels(LABELS)
    assert len(labels) == 200
    assert set(labels.values()) - {()} <= Taxonomy().clues.keys()


@pytest.mark.slow
@pytest.mark.skipif(
    not ICECAT.exists(), reason="needs the Icecat catalogue, ../shared/data/icecat, not in the repository"
)
def test_icecat_categories(categoriser: Categoriser) -> None:
    products = [p for p in read_catalogue([ICECAT], default_currency="USD") if isinstance(p, Product)]
    paths = categoriser.categorise(products, lambda _: None)
    sorted_ = [p.model_copy(update={"category": path}) for p, path in zip(products, paths, strict=True)]
    result = evaluate(sorted_, read_labels(LABELS))
    assert result.leaf.value >= 0.88
    assert result.root.value >= 0.91
