"""One article once: relations between articles, an index of them in the state's database, and gates against false joins."""

from crawler.duplicates.corpus import rebuild_index, recluster
from crawler.duplicates.decision import DEFAULT_POLICY, Decision, Policy, PolicyError, Replaced, read_policy
from crawler.duplicates.duplicates import Duplicates, Sibling, duplicates_of
from crawler.duplicates.prepare import Document
from crawler.duplicates.relations import Relation

__all__ = [
    "DEFAULT_POLICY",
    "Decision",
    "Document",
    "Duplicates",
    "Policy",
    "PolicyError",
    "Relation",
    "Replaced",
    "Sibling",
    "duplicates_of",
    "read_policy",
    "rebuild_index",
    "recluster",
]
