"""The ten-turn conversations that the benchmark holds, one in each language."""

ENGLISH = (
    "hello",
    "noise cancelling headphones under $200",
    "only Sony",
    "any brand is fine",
    "in black",
    "anything cheaper?",
    "show me more",
    "tell me about the second one",
    "what's the weather tomorrow?",
    "goodbye",
)
CHINESE = (
    "你好",
    "我想买一款好用的手机",
    "三千块以内的",
    "只看三星的",
    "品牌不限",
    "有没有便宜点的",
    "再看几款",
    "第二个怎么样",
    "明天会下雨吗",
    "再见",
)
