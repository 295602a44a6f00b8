"""Hypothesis strategies for what a hostile web sends to a parser: structured enough to get deep, odd enough to break it."""

from hypothesis import strategies as st

MOST_BYTES = 1_000_000  # characters of one input; the limit of a download is 8 MiB
_TIMES = st.sampled_from([1, 1, 1, 1, 2, 3, 20, 300, 5_000, 60_000])

# Whole phrases that rules look for, and their loose ends.
_PHRASES = st.sampled_from(
    [
        "来源：",
        "来源:新华社",
        "作者：张三",
        "记者",
        "本报记者李四",
        "通讯员",
        "王五/文",
        "责任编辑：赵六",
        "编辑",
        "（记者",
        ")记者",
        "文/图",
        "摄影",
        "校对",
        "监制",
        "发布时间：",
        "2024-05-01",
        "2024年5月1日",
        "二〇二四年五月一日",
        "昨天",
        "3小时前",
        "刚刚",
        "10:20:30",
        "2024-05-01T10:20:30+08:00",
        "May",
        "1,",
        "2024",
        "1st",
        "of",
        "May",
        "Monday",
        "am",
        "12月",
        "31日",
        "周三",
        "阅读(123)",
        "浏览：1.2万",
        "评论",
        "0",
        "点赞",
        "分享",
        "上一篇：",
        "下一篇：没有了",
        "上一页",
        "下一页",
        "相关阅读",
        "推荐阅读",
        "热门文章",
        "阅读全文",
        "查看更多",
        "加载更多",
        "展开全文",
        "版权所有",
        "Copyright",
        "©",
        "免责声明",
        "转载请注明",
        "关注公众号",
        "微信号",
        "扫码",
        "www.example.com",
        "http://例子.com/",
        "首页",
        ">",
        "新闻",
        ">",
        "正文",
        "当前位置：",
        "_",
        "-",
        "|",
        "「",
        "」",
        "【",
        "】",
        "（",
        "）",
        "(",
        "[",
        "]",
        "《",
        "》",
        "“",
        "”",
        ":",
        "：",
        "；",
        ",",
        "，",
        "。",
        ".",
        "…",
        "...",
        "??",
        "!!",
        "\u3000",
        "\xa0",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "😀",
        "é",
        "ё",
        "ع",
        "ไ",
        "한",
        "㍿",
        "①",
        "Ⅷ",
        "０",
        "५",
        "by",
        "By:",
        "Source:",
        "Author",
        "Updated",
        "Published",
        "on",
        "澳门",
        "博彩",
        "admin",
        "小编",
        "佚名",
        "原标题：",
        "(完)",
        "[责任编辑",
        "END",
    ]
)
_ATOMS = st.sampled_from(
    [*" \t\n-—_|/\\:：.,，。()（）[]【】<>&;='\"0129aZé年月日时分秒点前后记者文图", "2024", "&nbsp;", "&#x41;", "&lt;"]
)
_SENTENCES = st.sampled_from(
    [
        "河湾镇的居民在雨后清理了街道，志愿者带来了热水和干粮，学校也在下午恢复上课。",
        "The council met on Tuesday and agreed to repair the bridge before winter comes.",
        "2024年，全县粮食产量达到12.5万吨，比上年增长3.2%。",
        "“我们等了很久。”她说，“终于等到了。”",
    ]
)


@st.composite
def repeated(draw: st.DrawFn, pieces: st.SearchStrategy[str]) -> str:
    piece, times = draw(pieces), draw(_TIMES)
    return piece * max(1, min(times, MOST_BYTES // (2 * max(1, len(piece)))))


def joined(pieces: st.SearchStrategy[str], most: int, between: str = "") -> st.SearchStrategy[str]:
    return st.lists(pieces, max_size=most).map(lambda found: between.join(found)[:MOST_BYTES])


WORDS = st.one_of(_PHRASES, _ATOMS, _SENTENCES, st.text(max_size=8))
_UNITS = joined(st.one_of(_PHRASES, _ATOMS), 4)
LINES = joined(st.one_of(WORDS, repeated(_UNITS)), 8)

URLS = st.one_of(
    joined(
        st.one_of(
            st.sampled_from(
                [
                    "http://",
                    "https://",
                    "//",
                    "/",
                    "./",
                    "../",
                    "?",
                    "&",
                    "=",
                    "#",
                    "@",
                    ":",
                    ":80",
                    "[",
                    "]",
                    "[::1]",
                    "%2e",
                    "%00",
                    "%zz",
                    "%E4%BD%A0",
                    "a.cn",
                    "www.",
                    "xn--",
                    "例子.中国",
                    "127.1",
                    "0x7f",
                    "2024/05/01",
                    ".html",
                    "page/",
                    "p=1",
                    "sid=",
                    "utm_source=x",
                    "jsessionid",
                    ";",
                    ",",
                    "\\",
                    "\t",
                    "\n",
                    ".",
                    "..",
                    "index.php",
                    "list_2",
                    "javascript:",
                    "file:",
                    "data:",
                    "user:pass@",
                    "a1b2c3d4e5f60718",
                    "tag/",
                ]
            ),
            _ATOMS,
            st.text(max_size=4),
            repeated(joined(_ATOMS, 3)),
        ),
        10,
    ),
    st.text(max_size=40),
)

ROBOTS = st.one_of(
    joined(
        st.one_of(
            st.builds(
                "{}{}{}{}".format,
                st.sampled_from(
                    [
                        "User-agent",
                        "Disallow",
                        "Allow",
                        "Crawl-delay",
                        "Sitemap",
                        "Request-rate",
                        "Visit-time",
                        "Host",
                        "Clean-param",
                    ]
                ),
                st.sampled_from([":", " :", ": ", "", "::"]),
                st.one_of(
                    st.sampled_from(["*", "winnow", "/", "/*", "/*a$", "1", "1e999", "nan", "-1", "1/5s", "0900-1700"]),
                    URLS,
                ),
                st.sampled_from(["\n", "\r", "\r\n", " # x\n", ""]),
            ),
            repeated(
                st.sampled_from(
                    [
                        "Disallow: /a\n",
                        "User-agent: x\n",
                        "Disallow: /*a*b\n",
                        "*",
                        "*a",
                        "/*",
                        "%2",
                        "#",
                        "\n",
                        "Sitemap: /m\n",
                    ]
                )
            ),
            LINES,
        ),
        12,
    ),
    LINES,
)

_XML_PIECES = st.one_of(
    st.sampled_from(
        [
            "<?xml version='1.0' encoding='gbk'?>", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", "<urlset>", "</urlset>", "<sitemapindex>", "<rss><channel>", "<feed>",
            "<url><loc>http://a.cn/1</loc></url>", "<url>", "</url>", "<loc>", "</loc>", "<item>", "</item>", "<link/>", "<link href='/x'/>", "<title>", "</title>",
            "<![CDATA[", "]]>", "&a;", "&", "&#0;", "<", ">", "<a:b xmlns:a='x'>", "<!--", "-->", "<?p", "\0", "\ufffe", "<lastmod>2024-05-01</lastmod>",
        ]
    ),
    URLS,
    LINES,
)  # fmt: skip
XML = joined(st.one_of(_XML_PIECES, repeated(joined(_XML_PIECES, 3))), 12).map(
    lambda text: text.encode("utf-8", "replace")
)

ARGUMENTS = st.dictionaries(
    st.one_of(st.sampled_from(["url", "name", "sample", "max_pages", "max_depth", "revisit"]), st.text(max_size=6)),
    st.one_of(
        URLS,
        LINES,
        st.sampled_from(["1", "-1", "0", "1e9", "9" * 5_000, "true", "no", "", "http://a.cn/", "a" * 100_000]),
    ),
    max_size=5,
)
