"""The ledger of one article: what of every line is kept, and what was cut by which rule."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.article import Place, Removed


@dataclass(slots=True)
class Cut:
    """Characters [start:end] of one line, taken out, and why."""

    start: int
    end: int
    kind: str
    rule: str
    slot: str | None = None
    evidence: list[str] = field(default_factory=list)
    score: float | None = None
    label: str | None = None


class Ledger:
    """The lines of an article with their cuts; cuts never overlap, the first rule that takes a character owns it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self.cuts: list[list[Cut]] = [[] for _ in self.lines]
        self._open = [number for number, text in enumerate(self.lines) if text and not text.isspace()]
        self._touched = False  # whether something was cut since those were asked for

    def take(self, line: int, cut: Cut) -> int:
        """Take what is still free of the cut's characters; returns how many that were."""
        start, taken = cut.start, 0
        for other in sorted(self.cuts[line], key=lambda c: c.start):
            if other.end <= start:
                continue
            if other.start >= cut.end:
                break
            if other.start > start:
                taken += self._add(line, cut, start, other.start)
            start = max(start, other.end)
        if start < cut.end:
            taken += self._add(line, cut, start, cut.end)
        return taken

    def take_line(
        self,
        line: int,
        kind: str,
        rule: str,
        slot: str | None = None,
        evidence: list[str] | None = None,
        score: float | None = None,
        label: str | None = None,
    ) -> int:
        """Take everything that is left of a line."""
        return self.take(line, Cut(0, len(self.lines[line]), kind, rule, slot, evidence or [], score, label))

    def _add(self, line: int, cut: Cut, start: int, end: int) -> int:
        self._touched = True
        self.cuts[line].append(Cut(start, end, cut.kind, cut.rule, cut.slot, list(cut.evidence), cut.score, cut.label))
        return end - start

    def left(self, line: int) -> str:
        """What is kept of a line so far."""
        text, cuts = self.lines[line], self.cuts[line]
        if not cuts:
            return text
        kept, at = [], 0
        for cut in sorted(cuts, key=lambda c: c.start):
            kept.append(text[at : cut.start])
            at = cut.end
        kept.append(text[at:])
        return "".join(kept)

    def is_open(self, line: int) -> bool:
        """Whether the line still gives text."""
        cuts = self.cuts[line]
        if not cuts:
            return not self.lines[line].isspace() and self.lines[line] != ""
        if len(cuts) == 1 and cuts[0].end - cuts[0].start == len(self.lines[line]):
            return False
        return bool(self.left(line).strip())

    def open_lines(self) -> list[int]:
        """Numbers of the lines that still give text."""
        if self._touched:
            self._open = [number for number in self._open if self.is_open(number)]
            self._touched = False
        return self._open

    def close(self) -> tuple[str, list[Removed]]:
        """The article's text, and every cut as a span of the record, in reading order."""
        kept, removed = [], []
        for number, text in enumerate(self.lines):
            cuts = self.cuts[number]
            if not cuts and text and not text.isspace():
                kept.append(text)
                continue
            is_gone = len(cuts) == 1 and 0 < len(text) == cuts[0].end - cuts[0].start
            if not is_gone:
                self._settle(number)
            left = self.left(number)
            if left:
                kept.append(left)
            for cut in sorted(self.cuts[number], key=lambda c: c.start):
                removed.append(
                    Removed(
                        kind=cut.kind,
                        slot=cut.slot,
                        text=text[cut.start : cut.end],
                        rule=cut.rule,
                        evidence=cut.evidence,
                        score=None if cut.score is None else round(cut.score, 3),
                        label=cut.label,
                        place=Place(line=number, start=cut.start, whole=not left),
                    )
                )
        return "\n".join(kept), removed

    def _settle(self, line: int) -> None:
        """Let cuts take along the blanks at their seams, and a rest that says nothing."""
        text = self.lines[line]
        if not any(character.isalnum() for character in self.left(line)):
            cuts = self.cuts[line]
            last = cuts[-1] if cuts else Cut(0, 0, "template", "empty_line")
            self.take(line, Cut(0, len(text), last.kind, last.rule, last.slot, last.evidence, last.score, last.label))
            if not text:
                self.cuts[line] = [Cut(0, 0, "template", "empty_line")]
            return
        cuts = sorted(self.cuts[line], key=lambda c: c.start)
        at = 0
        for cut in cuts:  # blanks before the first kept word
            if text[at : cut.start].strip():
                break
            cut.start, at = at, cut.end
        at = len(text)
        for cut in reversed(cuts):  # blanks behind the last kept word
            if text[cut.end : at].strip():
                break
            cut.end, at = at, cut.start
        for cut, upper in zip(cuts, [*(c.start for c in cuts[1:]), len(text)], strict=True):
            while cut.start and text[cut.start - 1].isspace() and cut.end < upper and text[cut.end].isspace():
                cut.end += 1


def rebuild(text: str, removed: Iterable[Removed]) -> list[str]:
    """The lines that were read, from an article's text and its removed spans.

    Spans without a place stood outside the text (in the title, in a hidden node) and take no part. Lines of a <pre>
    that hold newlines come back one by one.
    """
    spans: dict[int, list[Removed]] = {}
    for span in removed:
        if span.place is not None:
            spans.setdefault(span.place.line, []).append(span)
    kept = text.split("\n") if text else []
    lines: list[str] = []
    while kept or len(lines) in spans:
        here = sorted(spans.get(len(lines), []), key=lambda s: s.place.start if s.place else 0)
        rest = "" if here and here[0].place and here[0].place.whole else kept.pop(0)
        line = ""
        for span in here:
            assert span.place is not None
            missing = span.place.start - len(line)
            line += rest[:missing] + span.text
            rest = rest[missing:]
        lines.append(line + rest)
    return lines
