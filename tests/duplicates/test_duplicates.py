from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.duplicates import Decision, Document, PolicyError, Relation, duplicates_of, read_policy
from crawler.duplicates.duplicates import cluster_of
from crawler.state import State
from tests.duplicates.samples import ENGLISH, HARBOUR, ORCHARD, document, notice

TITLE = "老码头的渡船改班"


def take(state: State, documents: Iterable[Document], policy: dict[str, str] | None = None) -> list[Decision]:
    """Decides and remembers, as the pipelines do."""
    duplicates = duplicates_of(state)
    made = []
    for one in documents:
        with state.unit() as connection:
            decision = duplicates.decide(connection, one, read_policy(policy or {}))
            duplicates.remember(connection, decision)
        made.append(decision)
    return made


def test_the_same_text_on_another_site_is_exact_and_dropped(state: State) -> None:
    first, copy = take(state, [document("a", HARBOUR, TITLE), document("b", HARBOUR, "别的标题", "two.example")])
    assert (first.relation, first.role, first.drop) == (Relation.NONE, "canonical", False)
    assert (copy.relation, copy.of, copy.cluster, copy.drop) == (Relation.EXACT, "a", "a", True)


def test_a_copy_of_a_dropped_copy_joins_the_same_cluster(state: State) -> None:
    near = (*HARBOUR[:4], HARBOUR[4] + "点击领取新人礼包")
    decisions = take(
        state, [document(name, paras, TITLE) for name, paras in (("a", HARBOUR), ("b", near), ("c", near))]
    )
    assert [decision.cluster for decision in decisions] == ["a", "a", "a"]
    assert [decision.relation for decision in decisions[1:]] == [Relation.NEAR, Relation.NEAR]


def test_the_index_survives_runs(state_url: str) -> None:
    with State.open(state_url) as state:
        take(state, [document("a", HARBOUR, TITLE)])
    with State.open(state_url) as state:
        assert take(state, [document("b", HARBOUR, TITLE)])[0].of == "a"


def test_what_a_unit_undoes_is_not_in_the_index(state: State) -> None:
    duplicates = duplicates_of(state)

    def fail_after_remembering() -> None:
        with state.unit() as connection:
            duplicates.remember(connection, duplicates.decide(connection, document("a", HARBOUR, TITLE)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_remembering()
    copy, later = take(state, [document("b", HARBOUR, TITLE), document("c", HARBOUR, TITLE)])
    assert (copy.relation, later.of) == (Relation.NONE, "b")


def test_a_teaser_that_comes_later_is_delivered_and_linked(state: State) -> None:
    _, teaser = take(state, [document("a", HARBOUR, TITLE), document("b", (HARBOUR[0],), TITLE)])
    assert (teaser.relation, teaser.of, teaser.drop, teaser.replaces) == (Relation.CONTAINED, "a", False, ())


def test_a_fuller_copy_replaces_the_teaser_and_keeps_its_cluster(state: State) -> None:
    _, full, again = take(
        state,
        [document("a", (HARBOUR[0],), TITLE), document("b", HARBOUR, TITLE), document("c", (HARBOUR[0],), TITLE)],
        {"contained": "drop"},
    )
    assert [(old.article, old.url, old.relation) for old in full.replaces] == [
        ("a", "https://one.example/a", Relation.CONTAINED)
    ]
    assert (full.cluster, full.role, full.drop) == ("a", "canonical", False)
    assert (again.of, again.drop) == ("b", True)


def test_a_digest_that_holds_a_whole_article_replaces_nothing(state: State) -> None:
    digest = document("d", (*ORCHARD, *HARBOUR), "一周简报")
    _, decision = take(state, [document("a", HARBOUR[:3], TITLE), digest])
    assert not decision.replaces
    assert not decision.drop


def test_two_parts_become_one_cluster_when_the_whole_arrives(state: State) -> None:
    whole = (*HARBOUR, *ORCHARD)
    parts = [document("a", HARBOUR, TITLE), document("b", ORCHARD, TITLE), document("c", whole, TITLE)]
    decision = take(state, parts)[-1]
    assert {old.article for old in decision.replaces} == {"a", "b"}
    with state.read() as connection:
        assert cluster_of(connection, "b") == cluster_of(connection, "a") == decision.cluster


def test_the_same_article_met_again_is_no_copy_of_itself(state: State) -> None:
    first, again = take(state, [document("a", HARBOUR, TITLE)] * 2)
    assert (again.relation, again.drop, again.known) == (first.relation, False, True)


def test_a_changed_article_stays_and_its_new_text_is_found(state: State) -> None:
    _, changed, copy = take(
        state, [document("a", HARBOUR, TITLE), document("a", ORCHARD, TITLE), document("b", ORCHARD, "果园")]
    )
    assert not changed.drop
    assert (copy.relation, copy.of) == (Relation.EXACT, "a")


def test_what_consumers_have_is_not_taken_back_by_its_own_revision(state: State) -> None:
    decisions = take(state, [document("a", HARBOUR, TITLE), document("b", ORCHARD), document("b", HARBOUR)])
    assert (decisions[-1].relation, decisions[-1].drop) == (Relation.EXACT, False)


def test_a_known_copy_is_written_once(state: State) -> None:
    duplicates = duplicates_of(state)
    take(state, [document("a", HARBOUR, TITLE)])
    with state.unit() as connection:
        written = [
            duplicates.remember(connection, duplicates.decide(connection, document("b", HARBOUR, TITLE)))
            for _ in range(2)
        ]
    assert written == [True, False]


def test_a_decision_held_is_remembered_when_it_is_settled(state: State) -> None:
    duplicates = duplicates_of(state)
    take(state, [document("a", (HARBOUR[0],), TITLE)])
    with state.unit() as connection:
        duplicates.hold(duplicates.decide(connection, document("b", HARBOUR, TITLE)))
    with state.unit() as connection:
        assert [old.article for old in duplicates.settle(connection, "b")] == ["a"]
        assert duplicates.settle(connection, "b") == ()
    assert take(state, [document("c", HARBOUR, TITLE)])[0].of == "b"


def test_a_retracted_article_does_not_keep_its_copies_out(state: State) -> None:
    take(state, [document("a", HARBOUR, TITLE), document("b", HARBOUR, TITLE)])
    with state.unit() as connection:
        duplicates_of(state).forget(connection, "a")
    assert take(state, [document("b", HARBOUR, TITLE)])[0].relation is Relation.NONE


def test_siblings_are_the_other_pages_with_the_same_body(state: State) -> None:
    take(state, [document(name, HARBOUR, TITLE, f"{name}.example") for name in "abc"])
    with state.read() as connection:
        found = duplicates_of(state).siblings(connection, "b")
    assert [(one.article, one.site, one.title_raw) for one in found] == [
        ("a", "a.example", f"{TITLE} - a.example"),
        ("c", "c.example", f"{TITLE} - c.example"),
    ]


def test_what_a_site_repeats_is_no_evidence(state: State) -> None:
    footer = "本网转载作品的目的在于传递更多信息，并不代表本网赞同其观点，如因版权等问题需要联系，请在三十日内来信说明，我们将及时处理。"
    bodies = [*HARBOUR, *ORCHARD]
    decisions = take(
        state, [document(str(i), (body[:45], footer, footer[:50]), f"第{i}篇") for i, body in enumerate(bodies)]
    )
    assert {decision.relation for decision in decisions} == {Relation.NONE}
    with state.read() as connection:
        later = duplicates_of(state).decide(connection, document("9", (ENGLISH[0], footer, footer[:50]), "The ferry"))
    assert later.prepared.body.text().strip() == ENGLISH[0].replace(",", " ").replace(".", " ").strip()


def test_a_long_series_of_notices_has_no_copies_and_a_repost_of_one_is_found(state: State) -> None:
    series = take(state, [notice(i) for i in range(50)])
    assert not [decision for decision in series if decision.drop]
    repost = Document("repost", "two.example", "https://two.example/1", notice(37).title, notice(37).text)
    assert take(state, [repost])[0].of == "notice37"


def test_policy_decides_what_is_kept_out(state: State) -> None:
    linked = take(state, [document("a", HARBOUR, TITLE), document("b", HARBOUR, TITLE)], {"exact": "link"})[1]
    assert (linked.relation, linked.drop, linked.role) == (Relation.EXACT, False, "exact")


def test_an_unknown_policy_is_an_error_that_names_it() -> None:
    with pytest.raises(PolicyError, match="'near': 'delete'"):
        read_policy({"near": "delete"})


POOL = [
    document("a1", HARBOUR, TITLE),
    document("a2", HARBOUR, TITLE, "two.example"),
    document("a3", (*HARBOUR[:4], HARBOUR[4] + "领取新人礼包"), TITLE, "three.example"),
    document("b1", ORCHARD, "苹果园里的滴灌"),
    document("b2", tuple(reversed(ORCHARD)), "苹果园里的滴灌", "two.example"),
    document("e1", ENGLISH, "The last ferry"),
    document("e2", ENGLISH[:3], "The last ferry", "two.example"),
    notice(1),
    notice(2),
    notice(3),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(POOL))
def test_clusters_do_not_depend_on_the_order_of_pages(
    order: list[Document], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with State.open(f"sqlite:///{tmp_path_factory.mktemp('order') / 'state.db'}") as state:
        groups: dict[str, set[str]] = {}
        for one, decision in zip(order, take(state, order), strict=True):
            groups.setdefault(decision.cluster, set()).add(one.article)
    assert {frozenset(group) for group in groups.values()} == {
        frozenset(names)
        for names in (("a1", "a2", "a3"), ("b1", "b2"), ("e1", "e2"), *((f"notice{i}",) for i in (1, 2, 3)))
    }
