"""What is decided about one article, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.duplicates.prepare import Prepared
from crawler.duplicates.relations import Relation, Role
from crawler.exitcodes import WinnowError

Policy = Mapping[Relation, str]

# drop: one of the two is kept, the fuller one; link: both are delivered, the later one says what it is to the other.
DEFAULT_POLICY: Policy = {
    Relation.EXACT: "drop",
    Relation.NEAR: "drop",
    Relation.CONTAINED: "link",
    Relation.REWRITTEN: "link",
}


class PolicyError(WinnowError):
    """DUPLICATES_POLICY names an unknown relation or action."""


def read_policy(setting: Mapping[str, str]) -> Policy:
    """DUPLICATES_POLICY as a Policy; what it does not name keeps its default. Raises PolicyError."""
    policy = dict(DEFAULT_POLICY)
    for name, action in setting.items():
        if name not in set(DEFAULT_POLICY) or action not in ("drop", "link"):
            raise PolicyError(
                f"DUPLICATES_POLICY: {name!r}: {action!r} is not one of "
                f"{', '.join(sorted(DEFAULT_POLICY))} with 'drop' or 'link'"
            )
        policy[Relation(name)] = action
    return policy


@dataclass(frozen=True, slots=True)
class Replaced:
    """A delivered article that the new one makes superfluous: to be retracted with `reason`."""

    article: str
    site: str
    url: str
    relation: Relation
    score: float
    doc: int
    cluster: str

    @property
    def reason(self) -> str:
        """For the retraction's record."""
        return f"replaced by the original or a fuller copy ({self.relation})"


@dataclass(frozen=True, slots=True)
class Decision:
    """One article's place among the known ones.

    relation: what it is to `of`; NONE when it stands alone. role: for the record's `duplicates` (canonical when others
    are copies or parts of it, else the relation). drop: it is kept out as a copy. replaces: delivered articles it makes
    superfluous. cluster: id of the cluster's first member; near and exact copies share it.
    """

    relation: Relation
    of: str | None
    of_doc: int | None
    cluster: str
    role: Role
    score: float | None
    drop: bool
    prepared: Prepared = field(repr=False)
    hashes: tuple[int, ...] = field(default=(), repr=False)  # its postings, when it is delivered
    replaces: tuple[Replaced, ...] = ()
    known: bool = False  # the article has not changed: nothing to write
    merged: tuple[str, ...] = ()  # clusters that become aliases of `cluster`
