"""What a question about related products asks for: the words for a relation, where the sentence has one."""

from __future__ import annotations

import re

from assistant.constraint import Relative

# The NLU says that other products are asked for; which relation is in a word, as in a property's name.
_WORDS = (
    (Relative.IN_SERIES_OF, r"\b(?:series|line-?up|product line|same line|range|family|collection)\b|系列"),
    (
        Relative.BOUGHT_WITH,
        r"\b(?:people|customers?|shoppers|buyers|others|everyone|most)\b.*\b(?:buy|bought|get|take|took|order|add)\b"
        r"|\b(?:bought|buy|purchased|ordered) (?:\w+ ){0,2}(?:together|with)\b|还买|也买|一起买|一块买|同时买|都买",
    ),
    (
        Relative.MADE_FOR,
        r"\b(?:accessor(?:y|ies)|add-?ons?|extras|spare parts?|spares|suppl(?:y|ies)|consumables?|refills?)\b"
        r"|配件|附件|周边|零件|耗材|补充装",
    ),
    (
        Relative.FITTED_BY,
        r"\b(?:fits?|fit|suits?|works? (?:with|in|on)|compatible|goes? (?:in|into|on)|made for|meant for|use(?:d)? (?:it )?(?:in|with|on))\b"
        r"|适合|适配|适用|兼容|能用在|可以用在|通用|支持哪|装在|用在",
    ),
)
_RELATIONS = tuple((relative, re.compile(pattern, re.I)) for relative, pattern in _WORDS)


def relation_words(text: str) -> Relative | None:
    """Return the relation that a question about related products names; None: whatever goes with the product."""
    return next((relative for relative, pattern in _RELATIONS if pattern.search(text)), None)
