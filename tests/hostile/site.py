"""A small healthy site: articles with texts of their own, and listings that name them."""

import random
from collections.abc import Iterable

_WHO = [
    "县文化馆",
    "老船工",
    "气象站",
    "小学的孩子们",
    "博物馆",
    "合作社",
    "车站的调度员",
    "养蜂人",
    "图书管理员",
    "乡村医生",
    "渔民协会",
    "地质队",
    "剧团",
    "面包师",
    "护林员",
    "桥梁工程师",
    "邮递员",
    "茶农",
    "天文爱好者",
    "修表匠",
]
_DID = [
    "整理出",
    "记录下",
    "修复了",
    "带来了",
    "收集到",
    "展示了",
    "测量了",
    "重新发现",
    "捐出",
    "清点了",
    "描绘出",
    "比较了",
    "保存着",
    "交换了",
    "借来了",
    "检查了",
]
_WHAT = [
    "一批旧照片",
    "三十年的水位数据",
    "一座木桥的图纸",
    "失传的曲谱",
    "几百封家书",
    "新的种植方法",
    "山谷里的足迹",
    "手写的账本",
    "一口古井",
    "候鸟的路线",
    "早年的地图",
    "陶器碎片",
    "船模",
    "口述的故事",
    "星图",
    "药草标本",
    "织布机",
    "灯塔的日志",
]
_WHERE = [
    "在河湾",
    "在旧城墙下",
    "在镇上的礼堂",
    "在雨后的山坡",
    "在码头",
    "在林场",
    "在废弃的站台",
    "在湖心岛",
    "在校舍里",
    "在集市旁",
    "在北边的高地",
    "在盐田",
    "在峡谷入口",
    "在竹林深处",
]
_WHY = [
    "人们说这件事等了很久",
    "负责人希望更多人看到它",
    "结果和去年相差不多",
    "这让许多人感到意外",
    "详细的报告将在秋天公布",
    "他们打算下个月再来一次",
    "有人为此写了一首诗",
    "经费来自居民的捐款",
    "专家认为还需要核实",
    "孩子们提出了最多的问题",
]


def sentences(seed: int, count: int) -> list[str]:
    """Sentences that hardly ever meet twice."""
    pick = random.Random(seed).choice
    return [
        f"{pick(_WHO)}{pick(_WHERE)}{pick(_DID)}{pick(_WHAT)}，{pick(_WHY)}，第{seed % 9973 + n}号记录。"
        for n in range(count)
    ]


def title(number: int) -> str:
    """The title of article `number`."""
    pick = random.Random(number * 7919 + 1).choice
    return f"{pick(_WHO)}{pick(_WHERE)}{pick(_DID)}{pick(_WHAT)}（{number}）"


def text(number: int) -> str:
    """The body text of article `number`, paragraphs joined by a newline."""
    own = sentences(number * 104729 + 13, 15)
    return "\n".join("".join(own[at : at + 3]) for at in range(0, 15, 3))


def article_page(number: int, *, head: str = "", tail: str = "", charset: str = "utf-8") -> str:
    """Article `number` as HTML; `head` and `tail` are added to the head and behind the article."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text(number).split("\n"))
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="{charset}"><title>{title(number)}</title>{head}</head><body>'
        f'<nav><a href="/">首页</a> <a href="/list">新闻</a></nav><div class="article"><h1>{title(number)}</h1>'
        f'<div class="meta">2024-05-{number % 28 + 1:02d} 10:00:00 来源：河湾日报</div><div class="content">{body}</div></div>{tail}'
        "<footer>版权所有 河湾日报</footer></body></html>"
    )


def listing_page(links: Iterable[tuple[str, str]], extra: str = "") -> str:
    """A listing of (URL, title)."""
    items = "".join(f'<li><a href="{url}">{name}</a> <span>2024-05-01</span></li>' for url, name in links)
    return f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>新闻 - 河湾日报</title></head><body><div class="list"><ul>{items}</ul></div>{extra}</body></html>'
