"""Links to other sites in an article: rows of friends, and anchors that something else on the page or the site gives away."""

from crawler.reading.reading import Anchor, Line
from crawler.stripping.adverts import (
    host_of,
    is_cited,
    is_link,
    is_link_row,
    is_set_in,
    leads_off,
    leads_to_front,
    row_names,
    take_anchors,
    with_brackets,
)
from crawler.stripping.brands import label_of
from crawler.stripping.ledger import Cut
from crawler.stripping.lexicon import lexicon
from crawler.stripping.names import says_its_host
from crawler.stripping.repeated import HEAD_LINES, TAIL_LINES, normal_form
from crawler.stripping.titles import squeezed
from crawler.stripping.work import Work

LONGEST_BACK = 50
ROW_FATES = frozenset(("text", "advert", "boilerplate", "template"))  # share and credit rows name honest places


def take_links(work: Work, numbers: list[int]) -> None:
    """Rows of links to other sites around the text, and links inside it that rows, friends or hidden nodes repeat."""
    here = work.reading.url
    linked = [n for n in numbers if work.rows[n].anchors and work.rows[n].text == work.ledger.lines[n]]
    names = set(work.names)
    still = set(numbers)
    for number, line in enumerate(work.rows):  # rows that are gone already
        if line.anchors and number not in still and line.fate in ROW_FATES and is_link_row(line, here):
            names |= row_names(line)
    friends = _friends(work)
    for number in linked:
        line = work.rows[number]
        zone = "tail" if number in numbers[-TAIL_LINES:] else "head" if number in numbers[:HEAD_LINES] else None
        if zone and is_link_row(line, here):
            names |= row_names(line)
            work.ledger.take_line(number, "advert", "link_row", zone, ["off_site: nothing but links to other sites"])
        elif zone == "tail" and is_link(line) and _leads_back(line, here):
            evidence = ["off_site: the words of a link back, and it leads to another site"]
            work.take_names(number, line.text)
            work.ledger.take_line(number, "boilerplate", "back_link", zone, evidence, label=label_of(line.text))
        elif _leads_to_hidden(work, line):
            evidence = ["off_site: hidden links of this page lead to the same host"]
            work.ledger.take_line(number, "advert", "hidden_host", "anchor", evidence, label=label_of(line.text))
        elif zone and is_link(line) and line.text.strip() in friends:
            evidence = ["off_site: a link by this name to another site stands outside the article too"]
            work.ledger.take_line(number, "advert", "friend_link", zone, evidence, label=label_of(line.text))
    hosts = frozenset(work.profile.advert_hosts)
    alone = _repeated_links(work)
    for number in linked:
        off = [anchor for anchor in work.rows[number].anchors if leads_off(anchor.url, here)]
        for anchor in off:
            _take_known(work, number, anchor, alone, friends)
        take_anchors(work.ledger, number, off, hosts, frozenset(names))


def _leads_back(line: Line, here: str) -> bool:
    """Whether a line that is a link says that it leads back to its site, which this one is not."""
    text = line.text.strip().lower()
    back = text.startswith(tuple(lexicon()["back_link"]["words"])) and len(text) <= LONGEST_BACK
    return back and all(leads_off(anchor.url, here) for anchor in line.anchors)


def _take_known(work: Work, number: int, anchor: Anchor, alone: set[str], friends: set[str]) -> None:
    """Cut a link between clauses by a name that the site shows as a line or a friend; a friend's only where the article never
    speaks of it otherwise."""
    text = work.rows[number].text
    word = text[anchor.start : anchor.end].strip()
    if not is_set_in(text, anchor):
        return
    if word in alone:
        spoke = "a line of the site's own links by this name"
    elif (
        word in friends
        and leads_to_front(anchor.url)
        and not is_cited(text, anchor)
        and _count(work, word) == _anchors(work, word)
    ):
        spoke = "a link by this name to another site stands outside the article too"
    else:
        return
    start, end = with_brackets(text, anchor.start, anchor.end)
    evidence = [f"off_site: {spoke}; it leads to {host_of(anchor.url)}"]
    work.ledger.take(number, Cut(start, end, "advert", "advert_link", "anchor", evidence, None, label_of(word)))


def _friends(work: Work) -> set[str]:
    """Words of the links to front pages of other sites around the article, but those that say where they lead."""
    found = set()
    for link in work.reading.offsite_links:
        word = squeezed(link.text)
        is_front = leads_off(link.url, work.reading.url) and leads_to_front(link.url)
        if len(word) > 2 and is_front and not says_its_host(word, host_of(link.url)):
            found.add(word)
    return found


def _count(work: Work, word: str) -> int:
    return sum(work.ledger.lines[number].count(word) for number in work.open_lines())


def _anchors(work: Work, word: str) -> int:
    return sum(
        work.rows[number].text[a.start : a.end].strip() == word
        for number in work.open_lines()
        for a in work.rows[number].anchors
    )


def _leads_to_hidden(work: Work, line: Line) -> bool:
    """Whether a line is links to hosts whose front pages hidden links of the page lead to, by other words than the host's name."""
    here = work.reading.url
    links = work.reading.hidden_links
    hidden = {host_of(link.url) for link in links if leads_off(link.url, here) and leads_to_front(link.url)}
    foreign = [a for a in line.anchors if host_of(a.url) in hidden] if hidden else []
    covered = sum(a.end - a.start for a in foreign if not says_its_host(line.text[a.start : a.end], host_of(a.url)))
    return bool(covered) and covered >= 0.8 * len(line.text.strip())


def _repeated_links(work: Work) -> set[str]:
    """Words of links to other sites that are a line of their own, which the site repeats."""
    found = set()
    known = frozenset().union(*work.profile.repeated.values())
    for number, line in enumerate(work.rows):
        cuts = work.ledger.cuts[number]
        if (
            line.anchors
            and cuts
            and is_link(line)
            and (cuts[0].rule == "repeated_line" or normal_form(line.text) in known)
        ):
            found |= {line.text[a.start : a.end].strip() for a in line.anchors if leads_off(a.url, work.reading.url)}
    return found
