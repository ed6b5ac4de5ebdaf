"""The headers that shops use, in English and Chinese, for the fields of a product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from assistant.catalogue.attributes import attribute_key, split_header
from assistant.catalogue.values import currency_of
from assistant.product import Language

# In the order of preference: the first with a value is the field, the others become attributes.
_ALIASES = {
    "id": "id product_id item_id 编号 商品编号 商品id 产品编号 产品id asin",
    "sku": "sku sku_id variant_sku 货号 商品货号 sku编码",
    "title": "titles title product_title name product_name item_name 标题 商品标题 名称 商品名称 商品名 "
    "产品名称 产品名 品名",
    "description": "descriptions description long_description product_description desc body details short_description "
    "summary brief 描述 商品描述 产品描述 详情 商品详情 简介 商品简介 介绍",
    "brand": "brand brand_name manufacturer vendor supplier 品牌 品牌名称 厂商 制造商",
    "category": "category category_path categories product_type google_product_category product_category department "
    "类目 商品类目 产品类别 商品类别 商品分类 产品分类 品类 类别 分类",
    "price": "price current_price selling_price unit_price 价格 售价 现价 商品价格 单价",
    "sale_price": "sale_price special_price 促销价 活动价 特价 优惠价",
    "list_price": "list_price original_price regular_price compare_at_price was_price msrp rrp 原价 市场价 "
    "划线价 吊牌价",
    "currency": "currency currency_code price_currency 币种 货币",
    "availability": "availability availability_status stock_status in_stock 库存状态 是否有货 供货状态",
    "stock": "stock current_stock stock_quantity inventory inventory_quantity quantity qty 库存 库存量 库存数量",
    "rating": "rating average_rating avg_rating stars 评分 平均评分 星级",
    "review_count": "review_count reviews_count rating_count num_reviews number_of_reviews 评论数 "
    "评价数 评论数量 评价数量",
    "image": "images image image_link image_url image_urls image_src additional_image_link img picture photo thumbnail "
    "图片 主图 图片链接 图片地址",
    "url": "url link product_url product_link 链接 商品链接 网址",
    "gtin": "gtin gtin14 gtin13 gtin12 gtin8 ean ean13 upc barcode 条码 条形码 商品条码 国际条码",
    "mpn": "mpn manufacturer_part_number part_number",
    "group": "group item_group_id group_id parent_id parent_sku 商品组",
    "attributes": "attributes specifications specs properties 属性 参数 规格参数 商品属性",
    "related": "related 相关商品",
    "reviews": "reviews 评论 评价",
    "seller": "seller seller_name merchant 卖家 卖家名称",
    "identifiers": "identifiers",
}
_RANKED = {alias: (name, rank) for name, words in _ALIASES.items() for rank, alias in enumerate(words.split())}
_LANGUAGES: dict[str, Language] = {
    "en": "en", "eng": "en", "english": "en", "en_us": "en", "en_gb": "en", "英文": "en", "英语": "en",
    "zh": "zh", "cn": "zh", "zh_cn": "zh", "zh_hans": "zh", "zh_hans_cn": "zh", "chinese": "zh", "中文": "zh",
    "汉语": "zh",
}  # fmt: skip
_SPOKEN = ("title", "description")
_PRICES = ("price", "sale_price", "list_price")


@dataclass(frozen=True, slots=True)
class Column:
    """What a header means: the field, its place in the order of preference, its language or currency."""

    field: str
    rank: int = 0
    language: Language | None = None
    currency: str | None = None


def language_tag(tag: str) -> Language | None:
    """Return the language of a tag such as "en-GB", "zh_CN" or "中文", None for another language."""
    return _LANGUAGES.get(attribute_key(tag))


@lru_cache(maxsize=4096)
def column_of(header: str) -> Column | None:
    """Return the field that `header` names, or None: then the column is an attribute."""
    key = attribute_key(header)
    if key in _RANKED:
        return Column(*_RANKED[key])
    for tag, language in _LANGUAGES.items():
        for base in (key.removesuffix(f"_{tag}"), key.removesuffix(tag), key.removeprefix(tag)):
            # "Zhname" is no header: the tag is set off by "_" or is Chinese.
            apart = base == key.removesuffix(f"_{tag}") or not tag.isascii()
            if base != key and apart and base in _RANKED and _RANKED[base][0] in _SPOKEN:
                return Column(*_RANKED[base], language=language)
    start, bracket = split_header(header)
    before, _, last = key.rpartition("_")
    for base, tail in ((attribute_key(start), bracket), (before, last)):
        if not tail or base not in _RANKED:
            continue
        if _RANKED[base][0] in _PRICES and (code := currency_of(tail)):
            return Column(*_RANKED[base], currency=code)
        if _RANKED[base][0] in _SPOKEN and (spoken := language_tag(tail)):
            return Column(*_RANKED[base], language=spoken)
    return None
