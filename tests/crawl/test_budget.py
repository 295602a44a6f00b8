"""Budgets end what a site never would."""

from crawler.budget import Budget
from crawler.outcomes import Reason


def budget() -> Budget:
    return Budget(max_pages=10, max_depth=3, paging_patience=2, patience=4)


def test_pages_beyond_the_budget_are_not_fetched() -> None:
    spent = budget()
    for _ in range(10):
        assert not spent.is_spent()
        spent.count_page()
    assert spent.is_spent()


def test_a_url_too_deep_is_refused() -> None:
    assert budget().refusal("/a", 3) is None
    assert budget().refusal("/a", 4) is Reason.BUDGET_DEPTH


def test_a_shape_that_yields_nothing_is_given_up_and_others_go_on() -> None:
    calendar = budget()
    for _ in range(4):
        assert calendar.refusal("/calendar/N/N", 1) is None
        calendar.judge_page("/calendar/N/N", fruitful=False)
    assert calendar.refusal("/calendar/N/N", 1) is Reason.BUDGET_PATTERN
    assert calendar.refusal("/news/N.html", 1) is None


def test_one_fruitful_page_renews_the_patience_with_its_shape() -> None:
    shape = budget()
    for fruitful in (False, False, False, True, False, False, False):
        shape.judge_page("/list/N", fruitful=fruitful)
    assert shape.refusal("/list/N", 1) is None


def test_paging_stops_after_pages_without_a_new_article() -> None:
    paging = budget()
    assert paging.paging_goes_on("/page/N", new_articles=5)
    assert paging.paging_goes_on("/page/N", new_articles=0)
    assert not paging.paging_goes_on("/page/N", new_articles=0)
    assert paging.paging_goes_on("/other/page/N", new_articles=0)
