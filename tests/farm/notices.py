"""Texts for the bench of duplicates: formulaic notices that are not copies, and English articles with their copies."""

import random
from datetime import timedelta
from typing import Any

from tests.farm.articles import Article, Section, write_article
from tests.farm.farm import NOW
from tests.farm.grammar import Text, load_rules

KINDS = (
    "obituary",
    "tender",
    "award",
    "weather",
    "lottery",
    "market",
    "appointment",
    "watercut",
    "powercut",
    "traffic",
    "recruitment",
    "exam",
    "lost",
    "prices",
    "auction",
    "sampling",
    "land",
    "air",
    "quake",
    "dividend",
    "recall",
    "relief",
)
_ISSUER = ("city", "county", "bureau", "firm")
RELATIONS = ("exact", "source", "truncated", "advert", "edited")

_ENGLISH = Section("english", "English", "main", "business", "wordpress", 1)
_SOURCES = (
    "Source: {site}",
    "This article first appeared in {site}.",
    "Republished from {site} with permission.",
    "Originally published by {site}",
)
_ADVERTS = (
    "Sign up for our newsletter and get the best stories every morning",
    "Advertisement: save 30 per cent on garden furniture this week only",
    "Read more: the ten best walks within an hour of the city",
)
# what a light edit swaps, as editors do; never a number or a name
_SWAPS = {
    "according to": "as reported in",
    "because of": "owing to",
    "between": "in between",
    "nearly": "almost",
    "cut the": "reduced the",
    "because": "since",
    "said": "added",
    "only": "just",
    "money": "funding",
    "first": "initial",
    "depends on": "hinges on",
    "in favour": "for it",
    "mainly": "chiefly",
    "waited": "held on",
}


def notices(kind: str, n: int, seed: int) -> list[dict[str, Any]]:
    """`n` notices of a kind of KINDS, each about other people, places, days and amounts: dicts of title and paras.

    Every second one comes from one of five issuers, as a series does (the same office, other days and amounts). No two
    are the same article, however alike they read. KeyError for an unknown kind.
    """
    rules = load_rules("zh", "zh_topics", "notices")
    made: list[dict[str, Any]] = []
    seen: set[str] = set()
    while len(made) < n:
        text = Text(rules, random.Random(f"{seed}:{kind}:{len(seen)}:{len(made)}"), "chengshi")
        if len(made) % 2:
            issuer = Text(rules, random.Random(f"{seed}:{kind}:issuer:{len(made) % 10}"), "chengshi")
            text.fixed = {f"@{name}": issuer.write(name) for name in _ISSUER}
        body = text.write(f"{kind}.body")
        title = text.write(f"{kind}.title")
        if body not in seen:
            made.append({"title": title, "paras": body.split(" / ")})
        seen.add(body)
    return made


def english_reposts(n: int, seed: int) -> list[dict[str, Any]]:
    """A stream of `n` English documents: originals and, somewhere behind each, up to three reposts.

    Dicts of id, url, host, title, paras, cluster (the original's id), relation ("original" or one of RELATIONS) and
    published_at. The stream's order is the order of publication.
    """
    rng = random.Random(f"{seed}:reposts")
    documents: list[dict[str, Any]] = []
    number = 0
    while len(documents) < n:
        number += 1
        published = NOW - timedelta(minutes=rng.randint(5_000, 500_000))
        article = write_article(900_000 + seed, number, _ENGLISH, published, "head")
        paras = [line.text for line in article.lines if line.is_article]
        cluster = f"en{seed}-{number}"
        documents.append(
            _document(cluster, "original", "origin", article, article.title, paras, published.isoformat(), 0)
        )
        for copy in range(rng.choice([0, 0, 1, 1, 2, 3])):
            relation = rng.choice(RELATIONS)
            title, changed = _copied(relation, article.title, paras, rng)
            moment = published + timedelta(minutes=rng.randint(15, 4_500))
            host = f"copy{rng.randint(1, 9)}"
            documents.append(_document(cluster, relation, host, article, title, changed, moment.isoformat(), copy + 1))
    return sorted(documents[:n], key=lambda d: (d["published_at"], d["id"]))


def _document(
    cluster: str, relation: str, host: str, article: Article, title: str, paras: list[str], published: str, copy: int
) -> dict[str, Any]:
    return {
        "id": f"{cluster}.{copy}",
        "url": f"http://{host}.paper.example/{article.number}-{copy}.html",
        "host": f"{host}.paper.example",
        "title": title,
        "paras": paras,
        "cluster": cluster,
        "relation": relation,
        "published_at": published,
    }


def _copied(relation: str, title: str, paras: list[str], rng: random.Random) -> tuple[str, list[str]]:
    """Title and paragraphs of a repost."""
    paras = list(paras)
    if relation == "source":
        paras.insert(rng.choice([0, len(paras)]), rng.choice(_SOURCES).format(site="the Qingyuan Review"))
    elif relation == "truncated":
        paras = paras[: max(2, round(len(paras) * rng.uniform(0.45, 0.85)))]
        if rng.random() < 0.5:
            paras[-1] += " […]"
    elif relation == "advert":
        paras.insert(rng.randint(1, max(1, len(paras) - 1)), rng.choice(_ADVERTS))
    elif relation == "edited":
        paras = [_edited(para, rng) for para in paras]
        if rng.random() < 0.4:
            title = title.partition(":")[0]
    return title, paras


def _edited(para: str, rng: random.Random) -> str:
    """`para` with a few words swapped and its quotation marks set another way; numbers and names stay."""
    for word, other in _SWAPS.items():
        if rng.random() < 0.5:
            para = para.replace(f" {word} ", f" {other} ")
    return para.replace("“", '"').replace("”", '"') if rng.random() < 0.5 else para
