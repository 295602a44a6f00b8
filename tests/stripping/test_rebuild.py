"""Text and removed spans give back what was read, character for character."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.profile import Profile
from crawler.reading.reading import Anchor, Identity, Line, PageLink, Reading
from crawler.stripping import Copy, normal_form, rebuild, strip
from crawler.stripping.ledger import Cut, Ledger

NAME = "木棉会"
PIECES = [
    NAME, "。", "，", " ", "\n", "（", "）", "当(dāng)", "🎉", "责任编辑：王海", "(0)", "上一篇", "版权声明：", "广告", "河边的渔民",
    "木棉会官网", "相关阅读", "http://win.example", "Read more: x", "\u3000", "扫码关注公众号", "——题目", "来源：报 作者：李四", "12",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join)
fates = st.sampled_from(["text"] * 5 + ["credit", "related", "template", "hidden", "advert"])


@st.composite
def lines(draw: st.DrawFn) -> Line:
    text = draw(texts)
    anchors = []
    if draw(st.booleans()) and text:
        start = draw(st.integers(0, len(text) - 1))
        anchors = [Anchor("http://win.example/reg", start, draw(st.integers(start, len(text))))]
    return Line(text, tag=draw(st.sampled_from(["p", "h2", "pre"])), fate=draw(fates), anchors=anchors)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Reading, Profile, list[Copy]]:
    read = draw(st.lists(lines(), max_size=14))
    forms = frozenset(normal_form(line.text) for line in read if draw(st.booleans())) - {""}
    profile = Profile(
        host="a.example",
        version=1,
        injected_names=(NAME,) if draw(st.booleans()) else (),
        advert_phrases=("河边的渔民",) if draw(st.booleans()) else (),
        advert_hosts=("win.example",) if draw(st.booleans()) else (),
        repeated=dict.fromkeys(("head", "inside", "tail"), forms) if draw(st.booleans()) else {},
    )
    reading = Reading(
        url="http://a.example/1.html",
        title="题目",
        title_raw=f"题目-{NAME}",
        headline="题目",
        lines=read,
        identity=Identity(og_site_name="河湾日报"),
        hidden_links=[PageLink("http://win.example/", NAME)] if draw(st.booleans()) else [],
    )
    copies = [Copy("http://b.example/1.html", text, f"题目-{NAME}") for text in draw(st.lists(texts, max_size=3))]
    return reading, profile, copies


@settings(max_examples=300, deadline=None)
@given(cases())
def test_text_and_removed_rebuild_the_lines_that_were_read(case: tuple[Reading, Profile, list[Copy]]) -> None:
    reading, profile, copies = case
    stripped = strip(reading, profile, copies)
    read = [part for line in reading.lines for part in line.text.split("\n")]
    assert rebuild(stripped.text, stripped.removed) == read
    assert all(line.strip() for line in stripped.text.split("\n")) or not stripped.text


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.characters(blacklist_characters="\n"), max_size=20), max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(0, 20)), max_size=12),
)
def test_cuts_may_overlap_in_any_way(read: list[str], cuts: list[tuple[int, int, int]]) -> None:
    ledger = Ledger(read)
    for number, start, end in cuts:
        if number < len(read) and start < end <= len(read[number]):
            ledger.take(number, Cut(start, end, "noise", "test"))
    assert rebuild(*ledger.close()) == read


def test_a_line_cut_to_nothing_and_a_line_cut_in_part_are_told_apart() -> None:
    ledger = Ledger(["广告", "广告在后"])
    ledger.take_line(0, "advert", "test")
    ledger.take(1, Cut(0, 2, "advert", "test"))
    text, removed = ledger.close()
    assert text == "在后"
    assert [span.place and span.place.whole for span in removed] == [True, False]
    assert rebuild(text, removed) == ["广告", "广告在后"]
