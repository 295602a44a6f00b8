"""Signs of a page that only a browser can fill."""

import re

from crawler.reading.links import Links
from crawler.reading.page import Page
from crawler.reading.reading import Shell

_ROOTS = re.compile(
    r"""<(?:div|main|section)\b[^>]*\bid=["']?(?:app|root|__next|__nuxt|___gatsby|q-app|svelte|ember\d*|react-root|main-app)["']?[^>]*>\s*(?:<[^>]+>\s*){0,3}</""",
    re.IGNORECASE,
)
_NOSCRIPT = re.compile(
    r"<noscript[^>]*>.{0,400}?(?:enable javascript|javascript (?:is )?(?:required|disabled|to run)|启用\s*javascript|开启\s*javascript|允许\s*javascript|需要.{0,6}javascript)",
    re.IGNORECASE | re.DOTALL,
)
_LOAD_MORE = re.compile(r"加载更多|点击加载|load more|正在加载|loading\.{3}|加载中", re.IGNORECASE)
_THIN = 25.0  # weighted length of all visible text


def judge_shell(page: Page, links: Links) -> Shell:
    """is_shell when the page shows next to nothing and at least two signs say that scripts would show it."""
    shown = 0.0
    for block in page.blocks:
        if not block.hidden:
            shown += block.length
            if shown > 400:
                break
    signs = []
    if shown <= 400:
        if _ROOTS.search(page.text):
            signs.append("app_root")
        if _NOSCRIPT.search(page.text):
            signs.append("noscript")
        if shown < _THIN and page.text.count("<script") >= 2:
            signs.append("scripts_without_text")
        if not links.links:
            signs.append("no_links")
    thin = bool(signs)
    if any(len(b.text) < 20 and _LOAD_MORE.search(b.text) for b in page.blocks) and len(links.listed) < 3:
        signs.append("load_more")
    return Shell(is_shell=thin and shown < 8 * _THIN and len(signs) >= 2, signs=signs)
