"""The names that one page and its site's profile know, and what speaks against each."""

from collections.abc import Sequence
from functools import lru_cache

from crawler.reading.profile import Profile
from crawler.reading.reading import Identity, Reading
from crawler.stripping.adverts import host_of, leads_off
from crawler.stripping.brands import Verdict, agree, fold, label_of, opens_with, weigh_identity
from crawler.stripping.elsewhere import Copy, named_elsewhere
from crawler.stripping.titles import Title, bare_name, squeezed

LONGEST_NAME = 24


def identities_of(identity: Identity) -> list[str]:
    """What the page calls its site outside the title, in the slots that a visitor reads as its name."""
    slots = (identity.og_site_name, identity.logo, identity.breadcrumb_root)
    return [slot for slot in slots if slot and bare_name(slot) not in _NO_NAMES]


def holders_of(identity: Identity) -> list[str]:
    """Who the page says it belongs to: companies, whose names often differ from their site's; they can only confirm one."""
    return [slot for slot in (identity.copyright_holder, identity.icp_holder) if slot]


_NO_NAMES = frozenset(
    ("首页", "主页", "网站首页", "Home", "home", "HOME", "logo", "Logo", "LOGO", "Start", "Accueil", "返回首页")
)


def judge(name: str, reading: Reading, profile: Profile, title: Title, copies: Sequence[Copy] = ()) -> Verdict:
    """Weigh one name of a title slot or an anchor on this page; the profile's evidence counts when it knows the name."""
    folded = fold(name)
    verdict = Verdict(name)
    spoke = verdict.evidence
    for phrase in profile.name_evidence.get(name, ()):
        key, _, rest = phrase.partition(": ")
        spoke[key] = rest
    said = [line for line in reading.lines if name in line.text]
    if glued := next(filter(None, (opens_with(line.text, name) for line in said)), None):
        spoke["glued"] = glued
    if folded in _folded_slots(profile.title_suffixes, profile.title_prefixes):
        spoke.setdefault("slot_repeats", "the title slot of this host's pages")
    if not any(line.fate == "text" and not opens_with(line.text, name) for line in said):
        spoke.setdefault("absent", "the article never speaks of it")
    if off_site := _leads_off(folded, reading):
        spoke["off_site"] = off_site
    if _is_hidden(folded, reading):
        spoke["hidden"] = "stands in a hidden node or outside the document"
    if any(fold(slot.name) == folded and slot.rule == "headline" for slot in title.slots) or (
        reading.headline
        and squeezed(reading.headline) == title.text
        and any(fold(s.name) == folded for s in title.slots)
    ):
        spoke.setdefault("not_headline", "the title without it is the headline")
    identities = [*identities_of(reading.identity), *profile.site_names]
    if elsewhere := named_elsewhere(name, title.text, reading.url, identities, copies):
        spoke["elsewhere"] = elsewhere
    weigh_identity(verdict, identities, holders_of(reading.identity), host_of(reading.url))
    verdict.label = label_of(name)
    if verdict.label:
        spoke.setdefault("lexicon", verdict.label)
    return verdict


@lru_cache(maxsize=256)
def _folded_slots(suffixes: tuple[str, ...], prefixes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(bare_name(slot)) for slot in (*suffixes, *prefixes))


def _leads_off(folded: str, reading: Reading) -> str | None:
    for link in reading.hidden_links:
        if link.text and fold(link.text) == folded and leads_off(link.url, reading.url):
            return f"a link by this name leads to {host_of(link.url)}"
    for line in reading.lines:
        for anchor in line.anchors:
            if leads_off(anchor.url, reading.url) and folded == fold(line.text[anchor.start : anchor.end]):
                return f"a link by this name leads to {host_of(anchor.url)}"
    return None


def _is_hidden(folded: str, reading: Reading) -> bool:
    hidden = [link.text for link in reading.hidden_links] + reading.outside_text
    hidden += [line.text for line in reading.lines if line.hidden]
    return any(folded in fold(text) for text in hidden if text and len(text) < 5000)


def injected_names(reading: Reading, profile: Profile, title: Title, copies: Sequence[Copy] = ()) -> dict[str, Verdict]:
    """The names that this page or its site was injected with, with their verdicts; longest first.

    On its own a page can only accuse a name of its title slots that its article never speaks of.
    """
    names: dict[str, Verdict] = {}
    for name in (*profile.injected_names, *(slot.name for slot in title.slots)):
        if 1 < len(name) <= LONGEST_NAME and name not in names:
            verdict = judge(name, reading, profile, title, copies)
            if name in profile.injected_names or (verdict.is_injected and "absent" in verdict.evidence):
                names[name] = verdict
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def other_name(name: str, reading: Reading, profile: Profile) -> list[str]:
    """The site's own name beside a slot that says another: a column, or a brand that nothing else speaks against."""
    verdict = Verdict(name)
    names = [*identities_of(reading.identity), *profile.site_names]
    weigh_identity(verdict, names, holders_of(reading.identity), host_of(reading.url))
    return verdict.phrases


def says_its_host(text: str, host: str) -> bool:
    """Whether a link says where it leads: "Facebook" to facebook.com is no brand set into this site."""
    return any(agree(text, label) for label in host.split(".")[:-1])
