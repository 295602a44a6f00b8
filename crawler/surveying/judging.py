"""Which names of a site are its own and which were injected, weighed over all pages that were read."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from crawler.stripping.adverts import host_of, sentence_at, shares_no_words
from crawler.stripping.brands import GLUED, GLUED_ENGLISH, Verdict, fold, label_of, opens_with, weigh_identity
from crawler.stripping.names import LONGEST_NAME, says_its_host
from crawler.stripping.titles import bare_name
from crawler.surveying.sketch import Sketch
from crawler.surveying.slots import LEAST_PAGES, Slots

MOST_NAMES = 40
MOST_CITED = (
    0.34  # articles that seem to cite a name, to those that it is set into: words before a link may look so by chance
)


def candidate_names(sketches: Sequence[Sketch]) -> list[str]:
    """Strings that pages use like names outside their titles: hidden links, repeated off-site lines, glued to boilerplate."""
    counts: Counter[str] = Counter()
    for one in sketches:
        # Hidden menus lead to sister sites: hidden words count where an advert in the article repeats them.
        shown = [(line.text, host) for line in one.lines for host in line.off_hosts]
        found = {t for t, h in one.hidden if not says_its_host(t, h) and any(h == o and t in text for text, o in shown)}
        found |= {match["name"] for line in one.glued if (match := GLUED.match(line) or GLUED_ENGLISH.match(line))}
        found |= {line.text.strip() for line in one.lines if line.off_hosts}
        found |= {link.word for link in one.set_in}
        counts.update(text for text in sorted(found) if 1 < len(text) <= LONGEST_NAME)
    return [name for name, count in counts.most_common(MOST_NAMES) if count >= 2]


def own_names(sketches: Sequence[Sketch]) -> list[str]:
    """The names that the pages' identity slots agree on, most frequent first."""
    counts = Counter(bare_name(name) for one in sketches for name in dict.fromkeys(one.identities))
    least = max(2, 0.3 * len(sketches))
    return [name for name, count in counts.most_common(8) if count >= least and 1 < len(name) <= 40]


def judge_names(sketches: Sequence[Sketch], slots: Slots, elsewhere: Mapping[str, str]) -> list[Verdict]:
    """A verdict for each name of a title slot or a candidate, the most frequent first.

    `elsewhere`: names under which articles stand here and not on other hosts -> the evidence.
    """
    own = own_names(sketches)
    names = [bare_name(text) for text in (*slots.suffixes, *slots.prefixes)]
    names += candidate_names(sketches)
    verdicts = []
    for name in dict.fromkeys(name for name in names if 1 < len(name) <= LONGEST_NAME):
        verdicts.append(_judge(name, sketches, slots, own, elsewhere.get(name)))
    return verdicts


def _judge(name: str, sketches: Sequence[Sketch], slots: Slots, own: Sequence[str], elsewhere: str | None) -> Verdict:
    folded = fold(name)
    verdict = Verdict(name)
    spoke = verdict.evidence
    pages = len(sketches)
    in_title = max(slots.pages[name], slots.confirmed[name])
    if in_title and any(opens_with(glued, name) for one in sketches for glued in one.glued):
        spoke["glued"] = "in a title slot and before a boilerplate noun"
    if in_title >= LEAST_PAGES:
        spoke["slot_repeats"] = f"in the title slot of {in_title} pages"
    if sum(name in one.prose for one in sketches) <= 0.2 * pages:
        spoke["absent"] = "the articles never speak of it"
    hosts = Counter(host for one in sketches for text, host in one.hidden if folded == fold(text))
    hosts.update(h for one in sketches for line in one.lines if fold(line.text) == folded for h in line.off_hosts)
    if set_in := _is_set_in(name, sketches):
        spoke["set_in"] = set_in
        spoke["absent"] = "the articles never speak of it"
        hosts.update(host for one in sketches for word, host in sorted(one.friends) if fold(word) == folded)
    if hosts:
        spoke["off_site"] = f"links by this name lead to {hosts.most_common(1)[0][0]}"
    elif set_in:
        spoke["off_site"] = "links by this name lead to other sites"
    hidden = sum(any(folded in fold(text) for text, _ in one.hidden) or name in one.outside for one in sketches)
    if hidden >= 2:
        spoke["hidden"] = f"stands in hidden nodes of {hidden} pages"
    if slots.confirmed[name]:
        spoke["not_headline"] = f"the title without it is the headline on {slots.confirmed[name]} pages"
    if own and in_title >= max(LEAST_PAGES, 0.9 * pages):
        spoke["every_page"] = f"in {in_title} of {pages} titles"
    if elsewhere:
        spoke["elsewhere"] = elsewhere
    weigh_identity(verdict, own, [holder for one in sketches for holder in one.holders], host_of(sketches[0].url))
    verdict.label = label_of(name)
    if verdict.label:
        spoke["lexicon"] = verdict.label
    return verdict


def _is_set_in(name: str, sketches: Sequence[Sketch]) -> str | None:
    """Evidence that links by a name are set into articles: on two of them or more, where such links stand outside the articles
    of the site too; else on three and a third of all, most of them between clauses (a word of the text may carry a link);
    always to front pages. No article may speak of it otherwise but in sentences that have nothing to do with the rest."""
    holders = [one for one in sketches if any(link.word == name for link in one.set_in)]
    friends = sum(any(word == name for word, _ in one.friends) for one in sketches)
    fronts = sum(any(link.word == name and link.to_front for link in one.set_in) for one in holders)
    between = sum(any(link.word == name and link.between for link in one.set_in) for one in holders)
    is_friend = friends >= 2 and fronts >= 2
    if not is_friend and (fronts < max(LEAST_PAGES, len(sketches) / 3) or 2 * between < len(holders)):
        return None
    if sum(name in one.cited for one in sketches) > MOST_CITED * len(holders):
        return None
    for one in sketches:
        said = one.said or one.prose
        for line in said.split("\n") if name in said else ():
            for at in (found.start() for found in re.finditer(re.escape(name), line)):
                start, end = sentence_at(line, at)
                if not shares_no_words(line[start:end], [said], name):
                    return None
    return f"links by this name are set into {len(holders)} articles"
