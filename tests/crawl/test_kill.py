"""A crawl that is killed at any instant loses nothing and repeats nothing."""

from tests.bench.kill import run


def test_ten_kills_lose_no_article_and_deliver_none_twice() -> None:
    score = run(10, seed=7, per_round=10)
    assert score.kills == 10
    assert (score.lost, score.twice, score.torn, score.faults) == (0, 0, 0, [])


def test_the_same_harness_sees_articles_lost_when_done_comes_before_durable() -> None:
    assert run(6, seed=8, per_round=6, broken=True).lost > 0
