"""Links to other sites in an article: rows of friends, and anchors that something else on the page or the site gives away."""

from crawler.stripping.adverts import (
    host_of,
    is_link,
    is_link_row,
    is_set_in,
    leads_off,
    row_names,
    take_anchors,
    with_brackets,
)
from crawler.stripping.brands import label_of
from crawler.stripping.ledger import Cut
from crawler.stripping.names import says_its_host
from crawler.stripping.repeated import TAIL_LINES
from crawler.stripping.work import Work

ROW_FATES = frozenset(("text", "advert", "boilerplate", "template"))  # share and credit rows name honest places


def take_links(work: Work, numbers: list[int]) -> None:
    """Rows of links to other sites below the text, and links inside it that rows or hidden nodes repeat."""
    here = work.reading.url
    hidden = {host_of(link.url) for link in work.reading.hidden_links if leads_off(link.url, here)}
    linked = [n for n in numbers if work.rows[n].anchors and work.rows[n].text == work.ledger.lines[n]]
    names = set(work.names)
    still = set(numbers)
    for number, line in enumerate(work.rows):  # rows that are gone already
        if line.anchors and number not in still and line.fate in ROW_FATES and is_link_row(line, here):
            names |= row_names(line)
    for number in linked:
        line = work.rows[number]
        if number in numbers[-TAIL_LINES:] and is_link_row(line, here):
            names |= row_names(line)
            work.ledger.take_line(number, "advert", "link_row", "tail", ["off_site: nothing but links to other sites"])
            continue
        foreign = [a for a in line.anchors if host_of(a.url) in hidden]
        covered = sum(a.end - a.start for a in foreign if not says_its_host(line.text[a.start : a.end], host_of(a.url)))
        if covered and covered >= 0.8 * len(line.text.strip()):
            evidence = ["off_site: hidden links of this page lead to the same host"]
            work.ledger.take_line(number, "advert", "hidden_host", "anchor", evidence, label=label_of(line.text))
    hosts = frozenset(work.profile.advert_hosts)
    alone = repeated_links(work)
    for number in linked:
        text = work.rows[number].text
        for anchor in work.rows[number].anchors:
            if (text[anchor.start : anchor.end].strip(), host_of(anchor.url)) in alone and is_set_in(text, anchor):
                evidence = [f"off_site: a line of the site's own links by this name to {host_of(anchor.url)}"]
                start, end = with_brackets(text, anchor.start, anchor.end)
                work.ledger.take(number, Cut(start, end, "advert", "advert_link", "anchor", evidence))
        off = [anchor for anchor in work.rows[number].anchors if leads_off(anchor.url, here)]
        take_anchors(work.ledger, number, off, hosts, frozenset(names))


def repeated_links(work: Work) -> set[tuple[str, str]]:
    """(words, host) of links to other sites that are a line of their own, which the site repeats."""
    found = set()
    for number, line in enumerate(work.rows):
        cuts = work.ledger.cuts[number]
        if is_link(line) and cuts and cuts[0].rule == "repeated_line":
            found |= {
                (line.text[a.start : a.end].strip(), host_of(a.url))
                for a in line.anchors
                if leads_off(a.url, work.reading.url)
            }
    return found
