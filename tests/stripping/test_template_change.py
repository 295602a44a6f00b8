"""Sites that change between two runs. A new template is noticed, told, learned afresh; a rule that goes wild holds the run."""

from pathlib import Path

from crawler.exitcodes import Exit
from crawler.reading.profile import Profile
from crawler.state import State
from crawler.stripping.audit import LEAST_ARTICLES, LEAST_RUNS
from crawler.summary import last_summary
from tests.crawl.harvesting import Ended, records, scrapy
from tests.stripping.newspaper import newspaper, page, story

COUNT = 6


def test_a_changed_template_is_an_event_and_a_new_profile(tmp_path: Path) -> None:
    numbers = range(1, COUNT + 1)
    paths = [f"/news/{number}.html" for number in numbers]
    with newspaper() as paper:
        host = paper.url.removeprefix("http://")

        def harvest() -> Ended:
            paper.hits.clear()
            command = ["crawl", "any", "-a", f"url={paper.url}/", "-a", "name=paper", "-a", "revisit=1"]
            ended = scrapy(command, tmp_path, timeout=400)
            assert ended.code == 0, ended.err[-2000:]
            return ended

        def learned() -> tuple[Profile, dict[str, int]]:
            with State.open(f"sqlite:///{tmp_path}/state/winnow.db") as state:
                summary = last_summary(state, "paper")
                assert summary is not None
                return Profile.from_json(state.profiles.get(host) or "{}"), summary.events

        paper.front(paths)
        for number, path in zip(numbers, paths, strict=True):
            paper.pages[path] = page(number, "_河湾日报", box="article-content")
        harvest()
        assert {path: paper.hits[path] for path in paths} == dict.fromkeys(paths, 1), "no page is fetched twice"
        before, events = learned()
        assert "article-content" in before.selectors["body"]
        assert "template_changed" not in events

        for number, path in zip(numbers, paths, strict=True):
            paper.pages[path] = page(number, " - 河湾新闻网", box="story-text")
        ended = harvest()
        after, events = learned()
        assert events["template_changed"] == 1
        assert "the body is no longer in" in ended.err
        assert "story-text" in after.selectors["body"]
        assert after.version > before.version
        assert after.title_suffixes == (" - 河湾新闻网",)
        delivered = {record["url"].removeprefix(paper.url): record for record in records(tmp_path, "paper")}
        for number, path in zip(numbers, paths, strict=True):
            title, paragraphs = story(number)
            assert (delivered[path]["title"], delivered[path]["text"]) == (title, "\n".join(paragraphs))


def test_a_rule_that_suddenly_removes_far_more_holds_the_run_back(tmp_path: Path) -> None:
    numbers = range(1, LEAST_ARTICLES + 2)
    paths = [f"/news/{number}.html" for number in numbers]
    with newspaper() as paper:

        def harvest() -> Ended:
            command = ["crawl", "any", "-a", f"url={paper.url}/", "-a", "name=paper", "-a", "revisit=1"]
            return scrapy(command, tmp_path, timeout=400)

        paper.front(paths)
        for number, path in zip(numbers, paths, strict=True):
            paper.pages[path] = page(number, "_河湾日报")
        assert harvest().code == Exit.OK
        with State.open(f"sqlite:///{tmp_path}/state/winnow.db") as state:
            summary = last_summary(state, "paper")
            assert summary is not None
            for again in range(LEAST_RUNS - 1):  # as many runs like it as there must be to compare with
                state.runs.start(f"again{again}", "paper", 1.0 + again)
                state.runs.finish(f"again{again}", "closed", 2.0 + again, verdict="ok", detail=summary.to_dict())
        before = records(tmp_path, "paper")
        for number, path in zip(numbers, paths, strict=True):
            noisy = [text.replace("，", "🔥，🎯") for text in (*story(number)[1], story(number + 100)[1][0])]
            paper.pages[path] = page(number, "_河湾日报", paragraphs=noisy)
        ended = harvest()
        assert ended.code == Exit.HELD, ended.err[-1500:]
        assert "rule emoji_noise removed" in ended.err
        assert records(tmp_path, "paper") == before, "nothing of the run was delivered"
        assert harvest().code == Exit.HELD, "a run that finds nothing new does not let out what was held"
        assert records(tmp_path, "paper") == before
        for number, path in zip(numbers, paths, strict=True):
            paper.pages[path] = page(number, "_河湾日报", paragraphs=[*story(number)[1], story(number + 200)[1][0]])
        assert harvest().code == Exit.OK, "what is read rightly again goes out"
        assert records(tmp_path, "paper") != before
