"""What is learned of a site, and what is not."""

import ast

from crawler.profiles import SAMPLE, ProfileLearner, describe, has_changed, learn, site_class
from crawler.reading.profile import Profile
from crawler.reading.reading import Identity, PageLink, Reading
from crawler.stripping import strip
from crawler.stripping.audit import RemovedSample, alarming
from tests.farm.notices import notices
from tests.stripping.readings import PARAGRAPHS, article, line, site, varied


def listing(url: str) -> Reading:
    return Reading(url=url, kind="listing")


def test_title_slots_are_learned_with_their_separators() -> None:
    profile = learn(site(5, suffix="_要闻_河湾日报网"), None)
    assert "_河湾日报网" in profile.title_suffixes
    assert profile.pages == 5
    assert profile.version == 1


def test_the_same_readings_give_the_same_profile() -> None:
    pages = site(6, suffix=" | 河湾日报", tail=("扫码下载客户端",))
    assert learn(pages, None).to_json() == learn(list(pages), None).to_json()


def test_names_that_are_as_frequent_stand_in_the_order_of_the_page() -> None:
    identity = Identity(og_site_name="河湾日报", logo="江声", breadcrumb_root="两岸新闻")
    assert learn(site(4, identity=identity), None).site_names == ("河湾日报", "江声", "两岸新闻")


def test_a_profile_survives_its_json() -> None:
    identity = Identity(og_site_name="河湾日报")
    profile = learn(
        site(5, suffix="-木棉居家饰", identity=identity, tail=("木棉居家饰的版权声明：本站不担责任。",)), None
    )
    assert profile.injected_names
    assert Profile.from_json(profile.to_json()) == profile


def test_urls_of_articles_and_listings_become_patterns_that_do_not_mix() -> None:
    pages = [*site(5), *(listing(f"http://paper.example/news/list_{n}.html") for n in (1, 2, 3))]
    profile = learn(pages, None)
    assert profile.article_urls == (r"^https?://[^/]+/2026/05/12/\d+\.html(?:[?#]|$)",) or profile.article_urls == (
        r"^https?://[^/]+/\d{4}/\d{2}/\d{2}/\d+\.html(?:[?#]|$)",
    )
    assert profile.listing_urls == (r"^https?://[^/]+/news/list_\d+\.html(?:[?#]|$)",)


def test_link_lists_get_roles_by_what_repeats_in_them() -> None:
    pages = site(5)
    for number, page in enumerate(pages):
        page.links = [PageLink(f"http://paper.example/rel/{number}{n}.html", "x", "ul.a", "main") for n in range(3)]
        page.links += [PageLink(f"http://paper.example/about{n}", "x", "ul.b", "main") for n in range(3)]
        page.links += [PageLink(f"http://paper.example/hot{n}", "x", "ul.c", "nav") for n in range(3)]
    assert learn(pages, None).link_blocks == {"ul.a": "related", "ul.b": "nav", "ul.c": "nav"}


def test_headings_and_short_lines_between_paragraphs_are_not_boilerplate() -> None:
    pages = site(5)
    for page in pages:
        page.lines[2:2] = [line("活动背景", tag="h2"), line("记者："), line("本版编辑部启事请看第八版下方", tag="p")]
        page.lines += [line(text) for text in varied(9)[:1]]
        page.lines[-1].text = f"尾声 {page.url}"
    text = strip(pages[0], learn(pages, None)).text
    assert "活动背景" in text
    assert "记者：" in text


def test_hidden_menus_to_sister_sites_accuse_nobody() -> None:
    menu = (
        ("南河周刊", "http://weekly.example/"),
        ("Facebook", "https://facebook.com/paper"),
        ("登录", "http://login.sister.example/"),
    )
    profile = learn(site(5, suffix="_河湾日报", identity=Identity(og_site_name="河湾日报"), hidden_links=menu), None)
    assert profile.injected_names == ()
    assert profile.advert_hosts == ()


def test_adverts_in_articles_and_hidden_links_to_one_host_name_each_other() -> None:
    pages = site(6, hidden_links=(("木棉会", "http://win.example/"),))
    for page in pages[:4]:
        page.lines.insert(2, line("注册即送礼金 木棉会", url="http://win.example/reg"))
    profile = learn(pages, None)
    assert profile.advert_hosts == ("win.example",)
    assert profile.injected_names == ("木棉会",)


def test_renewal_keeps_what_still_shows_and_forgets_what_is_gone() -> None:
    first = learn(site(5, suffix="_河湾日报", tail=("旧的启事一则请读者留意",)), None)
    few = learn(site(4, suffix="_河湾日报"), first)
    assert "旧的启事一则请读者留意" in few.repeated["tail"], "four pages are too few to forget"
    many = learn(site(24, suffix="_河湾日报", tail=("新的启事一则请读者留意",)), few)
    assert many.repeated["tail"] == frozenset({"新的启事一则请读者留意"})
    assert many.version == 3


def test_a_learner_is_bounded_and_does_not_mind_the_order() -> None:
    pages = site(SAMPLE * 2, suffix="_河湾日报", tail=("扫码下载客户端",))
    one, other = ProfileLearner("paper.example"), ProfileLearner("paper.example")
    for page in pages:
        one.add(page)
    for page in reversed(pages):
        other.add(page)
    assert one.seen == SAMPLE * 2
    profile = one.profile()
    assert profile is not None
    assert profile.pages == SAMPLE
    assert profile == other.profile()


def test_a_learner_that_saw_too_little_says_nothing() -> None:
    learner = ProfileLearner("paper.example")
    for page in site(2):
        learner.add(page)
    assert learner.profile() is None


def test_a_template_change_is_noticed_and_a_quiet_day_is_not() -> None:
    pages = site(6, suffix="_河湾日报")
    for page in pages:
        page.body_path, page.body_confidence, page.published_at = "div.content", 0.9, "2026-05-12"
    profile = learn(pages, None)
    assert has_changed(profile, pages) is None
    assert has_changed(profile, pages[:2]) is None
    for page in pages:
        page.body_path = "main.story"
    assert "div.content" in (has_changed(profile, pages) or "")
    for page in pages:
        page.body_path, page.kind = "div.content", "other"
    assert has_changed(profile, pages) is not None


def test_listings_at_the_end_of_a_run_are_no_template_change() -> None:
    pages = site(12, suffix="_河湾日报")
    for page in pages:
        page.body_path, page.body_confidence, page.published_at = "div.content", 0.9, "2026-05-12"
    learner = ProfileLearner("paper.example", learn(pages, None))
    for page in pages:
        page.kind = "listing"
        learner.add(page, expected=False)
    assert learner.changed() is None
    for page in pages:
        learner.add(page, expected=True)
    assert "read as none" in (learner.changed() or "")


def test_a_section_with_a_template_of_its_own_is_no_template_change() -> None:
    pages = site(40, suffix="_河湾日报")
    for number, page in enumerate(pages):
        english = number >= 30
        page.body_path, page.body_confidence = "main.story" if english else "div.content", 0.9
        page.published_at = "2026-05-12"
    run = ProfileLearner("paper.example", learn(pages[:5], None))
    for page in pages:  # the other section comes last
        run.add(page)
    assert run.changed() is None
    profile = run.profile()
    assert profile is not None
    assert profile.selectors == {"body": "div.content"}
    quiet = ProfileLearner("paper.example", profile)
    for page in pages[30:]:  # and in the next run nothing else is new
        quiet.add(page)
    assert quiet.changed() is None


def test_a_learner_forgets_a_template_that_is_gone() -> None:
    pages = site(12, suffix="_河湾日报", tail=("扫码下载客户端",))
    for page in pages:
        page.body_path, page.body_confidence, page.published_at = "div.content", 0.9, "2026-05-12"
    learner = ProfileLearner("paper.example", learn(pages, None))
    assert learner.changed() is None
    for page in site(12, suffix="_河湾日报"):
        page.body_path, page.body_confidence, page.published_at = "main.story", 0.9, "2026-05-12"
        learner.add(page)
    assert "div.content" in (learner.changed() or "")
    renewed = learner.profile()
    assert renewed is not None
    assert (renewed.selectors, renewed.repeated, renewed.version) == ({"body": "main.story"}, {}, 2)


def test_text_that_repeats_from_page_to_page_is_a_template_change() -> None:
    pages = site(6)
    for page in pages:
        page.body_confidence = 0.9
    profile = learn(pages, None)
    for page in pages:
        page.lines += [line(f"本站第{sign}条说明请各位读者留意并遵守有关的规定") for sign in "甲乙丙丁戊己庚"]
    assert "repeats" in (has_changed(profile, pages) or "")


def test_a_profile_is_described_in_plain_words() -> None:
    identity = Identity(og_site_name="河湾日报")
    words = describe(learn(site(5, suffix="-木棉居家饰", identity=identity, tail=("扫码下载客户端",)), None))
    assert "The site calls itself '河湾日报'." in words
    assert "Injected name '木棉居家饰': in the title slot of 5 pages; " in words
    assert "扫码下载客户端" in words


def test_a_site_class_is_attributes_only_and_valid_python() -> None:
    profile = learn(site(5, identity=Identity(og_site_name="河湾日报")), None)
    tree = ast.parse(site_class(profile, "hewan", "http://paper.example/"))
    (made,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert made.name == "Hewan"
    assert [base.id for base in made.bases if isinstance(base, ast.Name)] == ["SiteSpider"]
    assert all(isinstance(node, ast.Assign | ast.Expr) for node in made.body)


def test_a_rule_gone_wild_alarms_and_a_usual_one_does_not() -> None:
    usual = [{"articles": 100, "repeated_line": 120, "editor": 90} for _ in range(4)]
    assert alarming({"articles": 100, "repeated_line": 150, "editor": 95}, usual) == []
    (alarm,) = alarming({"articles": 100, "repeated_line": 900, "editor": 95}, usual)
    assert "repeated_line" in alarm
    assert alarming({"articles": 100, "keyword_block": 300}, usual), "a rule that never fired before"
    assert alarming({"articles": 100, "repeated_line": 900}, usual[:2]) == [], "two runs are no history"
    assert alarming({"articles": 5, "repeated_line": 90}, usual) == [], "five articles are no run"


def test_the_sample_of_removed_spans_is_bounded_and_sorted() -> None:
    sample = RemovedSample()
    pages = site(5, tail=("扫码下载客户端",))
    profile = learn(pages, None)
    for page in pages:
        sample.add(strip(page, profile).removed)
    top = sample.top()
    assert top["rules"][0] == {"rule": "repeated_line", "count": 5}
    assert top["strings"][0] == {"rule": "repeated_line", "text": "扫码下载客户端", "count": 5}


def test_first_articles_of_an_empty_site_teach_nothing() -> None:
    assert learn([], None) == Profile(version=1)
    assert learn([article(*PARAGRAPHS)], None).repeated == {}


def test_articles_of_one_form_keep_what_they_repeat() -> None:
    pages = []
    for number, notice in enumerate(notices("tender", 6, 1)):
        pages.append(article(*notice["paras"], title=notice["title"], number=number))
    profile = learn(pages, None)
    for page in pages:
        assert strip(page, profile).text == page.text


def test_a_word_for_a_kind_of_text_before_each_headline_is_no_site_name() -> None:
    pages = site(6, identity=Identity(og_site_name="河湾日报"))
    for page in pages:
        page.title = page.title_raw = page.headline = f"停水通知：{page.title}"
    profile = learn(pages, None)
    assert profile.injected_names == ()
    assert strip(pages[0], profile).title == pages[0].title
