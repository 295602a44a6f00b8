"""A profile in plain words, and as the source of a site class."""

import re
from urllib.parse import urlsplit

from crawler.reading.profile import Profile

SHOWN = 6
SITE_NAME = re.compile(r"[a-z][a-z0-9_]*")  # also a module's name
_NOISE = {"pinyin_noise": "pronunciations in brackets", "emoji_noise": "emoji"}
_ROLES = (
    ("related", "Links that vary from article to article (related posts, neighbours, tags) are in"),
    ("hot", "Links to articles that are the same everywhere (hot, latest) are in"),
    ("nav", "Navigation is in"),
)


def describe(profile: Profile, unrendered: int = 0) -> str:
    """The profile for a reader, one fact a line. `unrendered`: pages that found no browser although they wanted one."""
    lines = [f"{profile.host or 'unknown host'}: learned from {profile.pages} articles (version {profile.version})"]
    if profile.site_names:
        lines.append(f"The site calls itself {_listed(profile.site_names)}.")
    for name in profile.injected_names:
        spoke = [_plain(phrase) for phrase in profile.name_evidence.get(name, ())] or ["known from earlier runs"]
        lines.append(f"Injected name {name!r}: {'; '.join(spoke)}.")
    if profile.title_suffixes:
        lines.append(f"Behind headlines in <title>: {_listed(profile.title_suffixes)}")
    if profile.title_prefixes:
        lines.append(f"Before headlines in <title>: {_listed(profile.title_prefixes)}")
    if profile.theme:
        lines.append(f"Theme: {profile.theme}.")
    for name, selector in sorted(profile.selectors.items()):
        lines.append(f"The {name} is in {selector}")
    for zone, where in (("head", "above the text"), ("inside", "between paragraphs"), ("tail", "below the text")):
        if forms := profile.repeated.get(zone):
            shown = [form.partition("~")[0] + "..." if "~" in form else form for form in sorted(forms)]
            lines.append(f"{len(forms)} lines repeat {where}: {_listed(shown)}")
    if profile.advert_phrases:
        lines.append(f"Set into paragraphs: {_listed(profile.advert_phrases)}")
    if profile.noise:
        lines.append(f"Set into texts to make copies look new: {_listed([_NOISE[name] for name in profile.noise])}")
    if profile.advert_names:
        lines.append(f"Sentences set into paragraphs speak of {_listed(profile.advert_names)}")
    if profile.advert_hosts:
        lines.append(f"Adverts lead to {_listed(profile.advert_hosts)}.")
    for role, meaning in _ROLES:
        if blocks := sorted(signature for signature, r in profile.link_blocks.items() if r == role):
            lines.append(f"{meaning}: {_listed(blocks)}")
    lines += [f"Articles: {pattern}" for pattern in profile.article_urls]
    lines += [f"Listings: {pattern}" for pattern in profile.listing_urls]
    if profile.timezone:
        lines.append(f"Time zone: {profile.timezone}.")
    needy = sorted(shape for shape, needed in profile.render.items() if needed)
    kinds = [shape for shape in needy if not shape.startswith("/")]
    if needy:
        which = _listed([shape for shape in needy if shape.startswith("/")]) or "all of them"
        lines.append(f"Needs a browser for pages of the kind {' and '.join(kinds) or 'listing'}: {which}.")
    elif unrendered:
        lines.append(f"Seems to need a browser: {unrendered} pages were empty without one, and no Chromium was found.")
    else:
        lines.append("Needs no browser.")
    return "\n".join(lines)


def _plain(phrase: str) -> str:
    """Evidence without its key."""
    key, _, words = phrase.partition(": ")
    return f"it reads like {words}" if key == "lexicon" else words


def _listed(values: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(repr(value) for value in values[:SHOWN])
    return shown + (f" and {len(values) - SHOWN} more" if len(values) > SHOWN else "")


def site_class(profile: Profile, name: str, url: str) -> str:
    """Source code of a site class: attributes only, what the survey is sure of. `name` is a SITE_NAME."""
    title = profile.site_names[0] if profile.site_names else urlsplit(url).netloc
    rows = [f"    name = {_quoted(name)}", f"    start_urls = [{_quoted(url)}]"]
    if profile.article_urls:
        rows.append(f"    article_urls = {_pattern(profile.article_urls)}")
    if profile.listing_urls:
        rows.append(f"    listing_urls = {_pattern(profile.listing_urls)}")
    if profile.timezone:
        rows.append(f"    timezone = {_quoted(profile.timezone)}")
    if profile.selectors:
        inner = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in sorted(profile.selectors.items()))
        rows.append(f"    selectors = {{{inner}}}")
    if profile.remove:
        rows.append(f"    remove = ({', '.join(map(_quoted, profile.remove))},)")
    class_name = "".join(part.capitalize() for part in name.split("_"))
    doc = f"{title}: {url}".replace("\\", "").replace('"""', "")
    return (
        "from crawler.site import SiteSpider\n\n\n"
        f"class {class_name}(SiteSpider):\n"
        f'    """{doc}"""\n\n' + "\n".join(rows) + "\n"
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pattern(patterns: tuple[str, ...]) -> str:
    joined = "|".join(patterns)
    return f'r"{joined}"' if '"' not in joined else repr(joined)
