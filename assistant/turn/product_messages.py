"""What is said about products, the catalogue and the cart; `messages.say` finds these too.

`{subject}` is "the Sony WH-1000XM5" or "it" with a capital where a sentence begins; 它 in Chinese.
"""

from __future__ import annotations

from assistant.product import Language

PRODUCT_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    # One product's facts
    "it": {"en": ("it",), "zh": ("它",)},
    "tell_price": {
        "en": ("{subject} costs {value}.", "{subject} is {value}.", "{subject} sells for {value}."),
        "zh": ("{subject}售价{value}。", "{subject}的价格是{value}。", "{subject}现在卖{value}。"),
    },
    "tell_sale": {"en": ("{value}, reduced from {before}",), "zh": ("{value}（原价{before}）",)},
    "tell_weight": {"en": ("{subject} weighs {value}.",), "zh": ("{subject}重{value}。",)},
    "tell_brand": {"en": ("{subject} is made by {value}.",), "zh": ("{subject}是{value}的。",)},
    "tell_rating": {
        "en": ("Buyers rate {subject} {value} out of 5 ({count}).",),
        "zh": ("{subject}的买家评分是{value}分（满分5分，{count}）。",),
    },
    "ratings_one": {"en": ("1 rating",), "zh": ("1人评价",)},
    "ratings": {"en": ("{count} ratings",), "zh": ("{count}人评价",)},
    "tell_material": {"en": ("{subject} is made of {value}.",), "zh": ("{subject}的材质是{value}。",)},
    "tell_life": {"en": ("{subject} has a battery life of {value}.",), "zh": ("{subject}的续航时间是{value}。",)},
    "tell_year": {"en": ("{subject} came out in {value}.",), "zh": ("{subject}是{value}年推出的。",)},
    "tell_count": {"en": ("{subject} has {value} {label}.",), "zh": ("{subject}的{label}是{value}。",)},
    "tell_fact": {"en": ("The {label} of {subject} is {value}.",), "zh": ("{subject}的{label}是{value}。",)},
    "tell_fact_again": {"en": ("Its {label} is {value}.",), "zh": ("它的{label}是{value}。",)},
    "tell_comes_in": {"en": ("{subject} comes in {value}.",), "zh": ("{subject}有{value}可选。",)},
    "tell_is_in": {"en": ("{subject} is {value}.",), "zh": ("{subject}是{value}。",)},
    "tell_sized": {"en": ("{subject} is size {value}.",), "zh": ("{subject}的尺码是{value}。",)},
    "sold_out": {"en": ("{value} (sold out)",), "zh": ("{value}（缺货）",)},
    "tell_stock": {"en": ("{subject} is in stock, {count} left.",), "zh": ("{subject}有现货，还剩{count}件。",)},
    "tell_available": {"en": ("{subject} is in stock.",), "zh": ("{subject}有现货。",)},
    "tell_gone": {"en": ("{subject} is out of stock at the moment.",), "zh": ("{subject}暂时缺货。",)},
    "tell_preorder": {"en": ("{subject} can be pre-ordered.",), "zh": ("{subject}可以预订。",)},
    "tell_backorder": {"en": ("{subject} is on back order.",), "zh": ("{subject}需要等补货。",)},
    "tell_review": {"en": ("One buyer gave it {stars} out of 5: “{text}”",), "zh": ("有买家打了{stars}分：“{text}”",)},
    "tell_review_more": {"en": ("Another gave it {stars}: “{text}”",), "zh": ("另一位打了{stars}分：“{text}”",)},
    "no_reviews": {"en": ("Nobody has written a review of {subject} yet.",), "zh": ("还没有人给{subject}写过评价。",)},
    "unsaid": {
        "en": (
            "The catalogue doesn't give the {words} of {subject}, and I'd rather not guess.",
            "I can't find the {words} of {subject} in the catalogue.",
            "The {words} of {subject} isn't in the catalogue, so I can't say.",
        ),
        "zh": (
            "商品资料里没有写{subject}的{words}，我不乱猜。",
            "资料里查不到{subject}的{words}。",
            "{subject}的{words}没有标注，我没法确定。",
        ),
    },
    "yes_has": {"en": ("Yes, {subject} has {label}.",), "zh": ("是的，{subject}标注了“{label}”。",)},
    "yes_is": {"en": ("Yes, {subject} is {label}.",), "zh": ("是的，{subject}标注了“{label}”。",)},
    "yes_listed": {
        "en": ("Yes, {subject} is listed with {label}: {value}.",),
        "zh": ("是的，{subject}的{label}是{value}。",),
    },
    "yes_brand": {"en": ("Yes, {subject} is made by {value}.",), "zh": ("是的，{subject}是{value}的。",)},
    "no_has": {"en": ("No, {subject} doesn't have {label}.",), "zh": ("没有，{subject}标注不带“{label}”。",)},
    "no_is": {"en": ("No, {subject} isn't {label}.",), "zh": ("不是，{subject}标注为非“{label}”。",)},
    "no_listed": {
        "en": ("No: the {label} of {subject} is {value}.",),
        "zh": ("不是，{subject}的{label}是{value}。",),
    },
    "listed_otherwise": {
        "en": ("Not that I can see: the catalogue lists the {label} of {subject} as {value}.",),
        "zh": ("资料里没有这么写：{subject}的{label}标注的是{value}。",),
    },
    "no_but_variant": {
        "en": ("This one is {value}, but there is one in {words} too: {title}.",),
        "zh": ("这一款是{value}，不过也有{words}的：{title}。",),
    },
    "unclaimed": {
        "en": (
            "The catalogue doesn't say “{words}” of {subject}, so I can't promise it.",
            "I find nothing about “{words}” for {subject}, so I won't guess.",
            "“{words}” isn't mentioned for {subject}: I can't tell.",
        ),
        "zh": (
            "{subject}的资料里没有提到“{words}”，我不能保证。",
            "没查到{subject}关于“{words}”的说明，不敢乱说。",
            "资料没写{subject}是否“{words}”，我说不准。",
        ),
    },
    "short_yes": {"en": ("yes",), "zh": ("是",)},
    "short_no": {"en": ("no",), "zh": ("否",)},
    "short_other": {"en": ("not stated as {words} ({value})",), "zh": ("没有写{words}（{value}）",)},
    "short_unsaid": {"en": ("not stated",), "zh": ("资料没写",)},
    "each": {
        "en": ("For each of those on screen:", "Here is each of them:", "One by one:"),
        "zh": ("屏幕上这几款分别是：", "逐一看：", "每一款的情况："),
    },
    "each_line": {"en": ("{place}. {title}: {value}",), "zh": ("{place}. {title}：{value}",)},
    # Which one is meant
    "chosen": {
        "en": ("Good choice: {subject}{price}.", "You mean {subject}{price}.", "Here it is: {subject}{price}."),
        "zh": ("好的，就看{subject}{price}。", "您说的是{subject}{price}。", "这就是{subject}{price}。"),
    },
    "chosen_facts": {"en": ("The main facts: {facts}.",), "zh": ("主要参数：{facts}。",)},
    "place": {"en": ("Number {place}",), "zh": ("第{place}个",)},
    "availability_in_stock": {"en": ("in stock",), "zh": ("有现货",)},
    "availability_out_of_stock": {"en": ("out of stock",), "zh": ("缺货",)},
    "availability_preorder": {"en": ("pre-order",), "zh": ("可预订",)},
    "availability_backorder": {"en": ("back order",), "zh": ("待补货",)},
    "which_of": {
        "en": ("{count} of them fit that. Which one do you mean?", "There are {count} like that. Which one?"),
        "zh": ("有{count}款符合，您指的是哪一款？", "这样的有{count}款，您要哪一款？"),
    },
    "none_of": {
        "en": (
            "I don't see one like that on screen. Which one do you mean?",
            "No product on screen is like that. Which one?",
        ),
        "zh": ("屏幕上没有这样的，您指的是哪一款？", "这几款里没有符合的。"),
    },
    "nothing_shown": {
        "en": ("There's nothing on screen yet. What are you looking for?",),
        "zh": ("现在还没有展示商品，您想找什么？",),
    },
    "quick_add": {"en": ("Add it to my cart",), "zh": ("把它加入购物车",)},
    "quick_similar": {"en": ("More like this",), "zh": ("类似的还有吗",)},
    "quick_compare_two": {"en": ("Compare the first two",), "zh": ("对比前两款",)},
    "quick_all": {"en": ("Tell me more about it",), "zh": ("详细介绍一下这款",)},
    "quick_reviews": {"en": ("What do buyers say about it?",), "zh": ("买家怎么评价它？",)},
    # Comparing
    "compare_one": {
        "en": ("I need two products to compare. Which other one do you mean?",),
        "zh": ("需要两款才能对比，另一款是哪一个？",),
    },
    "compared": {
        "en": ("Side by side, with the differences first.", "Here is how they compare.", "The differences first:"),
        "zh": ("放在一起看，不同之处在前。", "对比如下：", "先看不同的地方："),
    },
    "compared_by": {"en": ("By {label}, {values}.",), "zh": ("{label}：{values}。",)},
    "verdict": {"en": ("{title} {points}.",), "zh": ("{title}{points}。",)},
    "is_cheapest": {"en": ("costs least ({value})",), "zh": ("价格最低（{value}）",)},
    "is_best_rated": {"en": ("is rated highest ({value})",), "zh": ("评分最高（{value}）",)},
    "is_lightest": {"en": ("is the lightest ({value})",), "zh": ("最轻（{value}）",)},
    "has_most": {"en": ("has the most {label} ({value})",), "zh": ("{label}最大（{value}）",)},
    "has_longest": {"en": ("has the longest battery life ({value})",), "zh": ("续航最长（{value}）",)},
    "has_biggest_screen": {"en": ("has the largest screen ({value})",), "zh": ("屏幕最大（{value}）",)},
    "only_one_with": {"en": ("is the only one listed with {labels}",), "zh": ("是唯一标注{labels}的",)},
    "no_difference": {
        "en": ("Going by the catalogue's facts, I see no difference that decides it.",),
        "zh": ("按资料看，没有能分出高下的差别。",),
    },
    # Why and similar
    "why_intro": {
        "en": (
            "I showed {subject} because:",
            "What speaks for {subject}:",
            "{subject} is on the list for these reasons:",
        ),
        "zh": ("推荐{subject}的理由：", "选{subject}是因为：", "{subject}在列表里的原因："),
    },
    "why_place": {"en": ("it is number {place} of the {count} that fit",), "zh": ("在符合的{count}款里排第{place}",)},
    "why_parts": {"en": ("its score comes from {parts}",), "zh": ("得分来自{parts}",)},
    "why_part_text": {
        "en": ("how well its description answers your words ({share}%)",),
        "zh": ("描述与您的话的契合度（{share}%）",),
    },
    "why_part_fusion": {
        "en": ("the search by words and by meaning ({share}%)",),
        "zh": ("关键词和语义检索（{share}%）",),
    },
    "why_part_quality": {"en": ("what buyers think of it ({share}%)",), "zh": ("买家口碑（{share}%）",)},
    "why_part_graph": {
        "en": ("what it has in common with what you looked at ({share}%)",),
        "zh": ("与您看过的商品的关联（{share}%）",),
    },
    "why_nothing": {
        "en": ("it came up among the closest matches; the catalogue gives no further reason",),
        "zh": ("它是最接近的几款之一，资料里没有更多理由",),
    },
    "similar_found": {
        "en": (
            "Similar to {subject}: {shared}.",
            "These are close to {subject}: {shared}.",
            "More like {subject}: {shared}.",
        ),
        "zh": (
            "与{subject}相近的有这些：{shared}。",
            "这几款和{subject}类似：{shared}。",
            "类似{subject}的：{shared}。",
        ),
    },
    "shared_facts": {"en": ("the first one shares {facts}",), "zh": ("第一款与它相同的是{facts}",)},
    "shared_kind": {"en": ("they are {what} too",), "zh": ("同属{what}",)},
    "similar_but": {
        "en": ("I see none listed as {words} among them, though.",),
        "zh": ("不过其中没有标注“{words}”的。",),
    },
    "similar_none": {
        "en": ("I have nothing else like {subject} in stock.",),
        "zh": ("没有其他与{subject}类似的现货了。",),
    },
    # The whole catalogue
    "most_is": {
        "en": (
            "{the} it is: {value}, the {superlative} of our {count} {what}.",
            "The {superlative} of our {count} {what} is {the}: {value}.",
            "Of our {count} {what}, {the} is the {superlative}: {value}.",
        ),
        "zh": (
            "我们{count}款{what}里，{superlative}的是{the}：{value}。",
            "{what}里{superlative}的是{the}，{value}（共{count}款）。",
            "{count}款{what}中，{superlative}的是{the}（{value}）。",
        ),
    },
    "most_tied": {"en": ("{count} share that value.",), "zh": ("并列的共有{count}款。",)},
    "most_gone": {
        "en": ("It is out of stock, though; the next that can be had is {the}: {value}.",),
        "zh": ("不过它缺货；能买到的是{the}：{value}。",),
    },
    "most_unknown": {
        "en": ("The catalogue doesn't give the {label} of our {what}, so I can't say which comes first.",),
        "zh": ("资料里没有{what}的{label}，没法排出先后。",),
    },
    "how_many": {
        "en": ("We have {count} {what}.", "There are {count} {what} in the shop.", "I count {count} {what}."),
        "zh": ("我们有{count}款{what}。", "店里一共有{count}款{what}。", "共有{count}款{what}。"),
    },
    "how_many_one": {"en": ("We have just one among the {what}:",), "zh": ("只有1款{what}：",)},
    "how_many_none": {"en": ("We have no {what} at the moment.",), "zh": ("目前没有{what}。",)},
    "sold_values": {
        "en": (
            "Among the {what}, by {label}: {values}.",
            "Our {what} by {label}: {values}.",
            "This is the {label} of our {what}: {values}.",
        ),
        "zh": (
            "{what}的{label}有：{values}。",
            "我们的{what}按{label}有：{values}。",
            "{what}可选的{label}：{values}。",
        ),
    },
    "sold_brands": {
        "en": ("Our {what} come from {values}.", "For {what} we carry {values}.", "We have {what} by {values}."),
        "zh": ("我们的{what}有这些品牌：{values}。", "{what}的品牌有：{values}。", "{what}有{values}等品牌。"),
    },
    "sold_kinds": {
        "en": ("We sell {values}.", "In this shop: {values}.", "You'll find {values} here."),
        "zh": ("我们卖{values}。", "店里有{values}。", "这里有{values}。"),
    },
    "counted": {"en": ("{value} ({count})",), "zh": ("{value}（{count}）",)},
    "and_more": {"en": ("{count} more",), "zh": ("其他{count}种",)},
    "spread": {
        "en": (
            "By {label}, our {what} go from {least} to {most}; half of them are at {middle} or less.",
            "Our {what} range from {least} to {most} ({label}), half of them at {middle} or less.",
            "From {least} to {most} is the {label} of our {what}; the middle one is at {middle}.",
        ),
        "zh": (
            "我们的{what}，{label}从{least}到{most}，一半不超过{middle}。",
            "{what}的{label}在{least}到{most}之间，中间的是{middle}。",
            "{label}：{what}最低{least}，最高{most}，一半在{middle}以内。",
        ),
    },
    "spread_one": {"en": ("The {label} of our {what}: {least}.",), "zh": ("我们的{what}，{label}是{least}。",)},
    "all_unsaid": {
        "en": ("The catalogue doesn't give the {label} of our {what}.",),
        "zh": ("资料里没有{what}的{label}信息。",),
    },
    "unchecked": {
        "en": ("I can't check {words} in the catalogue's facts, so it isn't counted in.",),
        "zh": ("资料里查不到{words}，所以没有算进去。",),
    },
    "no_such_kind": {
        "en": (
            "I know no products called “{words}” in this shop.",
            "“{words}”: nothing in the catalogue goes by that name.",
            "The catalogue has nothing called “{words}”.",
        ),
        "zh": ("店里没有叫“{words}”的商品。", "没查到“{words}”。", "目前没有“{words}”这类商品。"),
    },
    "named_found": {
        "en": (
            "I find {count} called “{words}”: {title} first.",
            "There are {count} with “{words}” in the name, {title} first.",
            "{count} go by the name “{words}”; here is {title}.",
        ),
        "zh": (
            "叫“{words}”的有{count}款，先看{title}。",
            "找到{count}款“{words}”：先看{title}。",
            "“{words}”有{count}款，{title}排在前面。",
        ),
    },
    "quick_show_those": {"en": ("Show me those",), "zh": ("给我看看这些",)},
    "what_with": {"en": ("{what} ({demands})",), "zh": ("{what}（{demands}）",)},
}
