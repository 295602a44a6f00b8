"""Practice archives: pages as bytes, gold texts, and the metric of the practice scorer."""

import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SETS = ("fundus", "magic_article", "magic_forum", "wcxb_articles", "zh_handmade_dev")
CJK = r"\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
PAGE_URL = re.compile(
    rb"""<(?:link[^>]{0,200}rel=["']?canonical["']?[^>]{0,200}href|meta[^>]{0,200}og:url["'][^>]{0,100}content"""
    rb"""|base[^>]{0,80}href)=["']?(https?://[^"'\s>]+)""",
    re.I,
)
ANY_URL = re.compile(rb"""(?:href|src)=["']?https?://([a-z0-9.-]+)""", re.I)


@dataclass(slots=True)
class Sample:
    """One practice page. `host` is the fold group: pages of one registrable host never stand in two folds."""

    corpus: str
    id: str
    body: bytes
    gold: dict[str, Any]
    url: str
    host: str
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_chinese(self) -> bool:
        return self.gold.get("lang") == "zh" or self.corpus == "zh_handmade_dev"


def tokens(text: str | None) -> list[str]:
    """One Han or kana character, or one word of any other script."""
    return TOKEN.findall((text or "").lower())


def shingles(toks: list[str], n: int = 4) -> Counter[tuple[str, ...]]:
    """Multiset of n-grams."""
    return Counter(tuple(toks[i : i + n]) for i in range(max(1, len(toks) - n + 1))) if toks else Counter()


def precision_recall(gold: Counter[tuple[str, ...]], pred: Counter[tuple[str, ...]]) -> tuple[float, float]:
    """Share of the prediction that is gold, share of the gold that was found."""
    hit = sum((gold & pred).values())
    return (hit / sum(pred.values()) if pred else 0.0), (hit / sum(gold.values()) if gold else 0.0)


def f1(precision: float, recall: float) -> float:
    """Harmonic mean, 0 when both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def archive_pages(path: Path) -> Iterator[tuple[str, bytes]]:
    """(id, bytes) of every page of an archive, in its order."""
    with tarfile.open(path) as tar:
        for member in tar:
            name = Path(member.name)
            if name.parent.name == "pages" and member.isfile():
                handle = tar.extractfile(member)
                assert handle is not None
                yield name.stem, handle.read()


def archive_gold(path: Path) -> dict[str, dict[str, Any]]:
    """Gold rows by id."""
    with tarfile.open(path) as tar:
        member = next(m for m in tar if m.name.endswith("gold.jsonl"))
        handle = tar.extractfile(member)
        assert handle is not None
        rows = map(json.loads, handle.read().decode().splitlines())
        return {row["id"]: row for row in rows}


def registrable(host: str) -> str:
    """A host's registrable part, near enough for grouping: "news.sina.com.cn" -> "sina.com.cn"."""
    parts = host.lower().split(":")[0].strip(".").split(".")
    second = (
        len(parts) >= 3
        and len(parts[-1]) == 2
        and parts[-2] in {"com", "net", "org", "gov", "co", "edu", "ac", "ne", "or"}
    )
    return ".".join(parts[-3:] if second else parts[-2:])


def guess_url(body: bytes) -> str:
    """The page's own word for its address, or the host that it mentions most; empty when it mentions none."""
    match = PAGE_URL.search(body)
    if match:
        return match.group(1).decode("ascii", "ignore")
    hosts = Counter(m.decode("ascii", "ignore").lower() for m in ANY_URL.findall(body))
    return f"http://{hosts.most_common(1)[0][0]}/" if hosts else ""


def read_corpus(shared: Path, names: tuple[str, ...] = SETS) -> list[Sample]:
    """All practice pages with a gold text."""
    samples = []
    for name in names:
        path = shared / "data" / "extraction" / f"{name}.tar.xz"
        gold = archive_gold(path)
        for page_id, body in archive_pages(path):
            row = gold.get(page_id)
            if row and row.get("text"):
                url = row.get("url") or guess_url(body)
                host = registrable(urlsplit(url).netloc) if url else f"{name}:{page_id}"
                samples.append(Sample(name, page_id, body, row, row.get("url") or "", host))
    return samples


def fold_of(host: str, folds: int) -> int:
    """Stable fold of a host (FNV-1a)."""
    value = 2166136261
    for byte in host.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value % folds
