"""One article on its way through the rules: what was read, what is known of its site, and the ledger of cuts."""

from collections.abc import Sequence

from crawler.reading.profile import Profile
from crawler.reading.reading import Line, Reading
from crawler.stripping.brands import Verdict, is_glued
from crawler.stripping.elsewhere import Copy
from crawler.stripping.ledger import Cut, Ledger
from crawler.stripping.names import injected_names
from crawler.stripping.titles import Title, clean_title, squeezed


class Work:
    """The state that all rules share; a rule reads it and takes characters from the ledger."""

    def __init__(self, reading: Reading, profile: Profile, copies: Sequence[Copy]) -> None:
        self.reading = reading
        self.profile = profile
        self.title: Title = clean_title(
            reading.title,
            reading.title_raw,
            reading.headline,
            profile.title_suffixes,
            profile.title_prefixes,
            profile.injected_names,
            profile.site_names,
        )
        self.names: dict[str, Verdict] = injected_names(reading, profile, self.title, copies)
        self.rows: list[Line] = []
        texts: list[str] = []
        for line in reading.lines:
            for part in line.text.split("\n"):
                texts.append(part)
                self.rows.append(line)
        self.ledger = Ledger(texts)
        self.flags: list[str] = []
        self.fields: dict[str, str] = {}
        self.subtitle = reading.subtitle

    def titles(self) -> tuple[str, ...]:
        """What the page may call its article, the longest first: with names in the headline, and without."""
        found = {self.title.text, squeezed(self.reading.headline), squeezed(self.reading.title)} - {""}
        return tuple(sorted(found, key=lambda text: (-len(text), text)))

    def open_lines(self) -> list[int]:
        """Numbers of the lines that still give text."""
        return self.ledger.open_lines()

    def take_names(self, number: int, text: str) -> None:
        """Cut injected names out of a line that goes as a whole, so that the record says what they were."""
        for name, verdict in self.names.items():
            at = text.find(name)
            if at >= 0:
                slot = "disclaimer" if is_glued(text) else "anchor" if self.rows[number].anchors else "inside"
                self.ledger.take(number, _name_cut(at, at + len(name), verdict, slot))


def _name_cut(start: int, end: int, verdict: Verdict, slot: str) -> Cut:
    return Cut(start, end, "injected", "injected_name", slot, verdict.phrases, verdict.score, verdict.label)
