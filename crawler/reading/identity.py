"""The names by which a page calls its site, slot by slot: what injected brands are compared with."""

import re
from urllib.parse import urlsplit

from crawler.reading.page import Page, folded
from crawler.reading.reading import Identity
from crawler.reading.titles import SEPARATOR, Title
from crawler.reading.trail import Trail

_COPYRIGHT = re.compile(
    r"(?:copyright|©|&copy;|\(c\)|版权所有|版權所有)\s{0,3}[:：]?\s{0,3}(?:©|\(c\)|copyright)?\s{0,3}(?:\d{4}(?:\s{0,2}[-–—－~至]\s{0,2}(?:\d{4}|now|present|今))?年?)?\s{0,3}(?:by\s|版权所有\s?[:：]?|版權所有)?\s{0,3}"
    r"(?P<name>[^|｜丨\n©,，。;；:：]{2,40})",
    re.IGNORECASE,
)
_HOLDER = re.compile(r"(?P<name>[^|｜\s©,，。;；:：]{2,24})\s?(?:版权所有|版權所有)")
_NOT_HOLDER = re.compile(
    r"\s?(?:all rights? reserved|版权所有|版權所有|保留所有权利|powered by|theme|未经|不得|备案|ICP|京公网|[粤沪京浙苏鲁闽川渝津冀晋蒙辽吉黑皖赣豫鄂湘桂琼贵云藏陕甘青宁新]ICP).*$",
    re.IGNORECASE,
)
_ICP = re.compile(r"(?:主办单位|主办|承办单位|承办)\s?[:：]\s?(?P<name>[^\s|｜，,。]{4,30})")
_LOGO_NAMES = re.compile(r"\blogo|site-?(?:title|name|brand)|\bbrand\b|navbar-brand")
_HOME_WORD = re.compile(r"首\s?页|主\s?页|返回|^home|home$|^start|accueil|inicio|skip", re.IGNORECASE)
_FOOT = 40  # last blocks in which a copyright line is looked for


def read_identity(page: Page, title: Title, trail: Trail) -> Identity:
    """The slots of a page; each is None where the page does not fill it."""
    identity = Identity(og_site_name=page.meta.get("og:site_name") or page.meta.get("sitename"))
    raw, text = page.title_raw or "", title.text or ""
    at = raw.find(text) if text else -1
    if at >= 0:
        identity.title_suffix = _segment(raw[at + len(text) :]) or None
        identity.title_prefix = _segment(raw[:at]) or None
    elif text and folded(text) in folded(raw):
        pieces = [p for p in SEPARATOR.split(raw) if p]
        if len(pieces) > 1 and folded(pieces[-1]) not in folded(text):
            identity.title_suffix = pieces[-1].strip()
    identity.logo = _logo(page)
    root = trail.crumbs[0] if trail.crumbs and trail.root else None
    identity.breadcrumb_root = root
    identity.copyright_holder, identity.icp_holder = _footer(page)
    return identity


def _segment(text: str) -> str:
    """What is left beside the headline, its separators taken off."""
    return text.strip(" \u3000_|｜丨»›«•·-–—－:/<>【】")


def _logo(page: Page) -> str | None:
    """The alt text of the logo, or the text of the element called so."""
    for image in page.images[:12]:
        node = page.nodes[image.node]
        names = f"{node.names} {image.element.get('class') or ''} {image.element.get('id') or ''} {image.url.rsplit('/', 1)[-1]}".lower()
        if image.alt and len(image.alt) <= 30 and _LOGO_NAMES.search(names):
            return image.alt
    for block in page.blocks[:25]:
        if len(block.text) <= 30 and _LOGO_NAMES.search(f"{page.nodes[block.node].names} {block.inline}"):
            return block.text
    return _home_link(page)


def _home_link(page: Page) -> str | None:
    """The words of a line at the top that is one link to the site's front page: a logo in letters."""
    for block in page.blocks[:12]:
        if len(block.anchors) == 1 and block.link_share > 0.9 and 2 <= len(block.text) <= 30:
            url = urlsplit(block.anchors[0].url)
            home = urlsplit(page.url).netloc == url.netloc and url.path in ("", "/") and not url.query
            if home and not _HOME_WORD.search(block.text):
                return block.text
    return None


def _footer(page: Page) -> tuple[str | None, str | None]:
    holder = organiser = None
    for block in page.blocks[-_FOOT:]:
        text = block.text[:300]
        if holder is None and (
            "版权" in text or "版權" in text or "©" in text or "opyright" in text or "(C)" in text or "OPYRIGHT" in text
        ):
            match = _COPYRIGHT.search(text) or _HOLDER.search(text)
            name = _NOT_HOLDER.sub("", match["name"]).strip(" .-–—_《》") if match else ""
            if len(name) < 2 or name.isdigit():
                match = _HOLDER.search(text)
                name = match["name"].strip(" .-–—_《》") if match else ""
            holder = name if len(name) >= 2 and not name.isdigit() else None
        if organiser is None and "办" in text and (match := _ICP.search(text)):
            organiser = match["name"]
    return holder, organiser
