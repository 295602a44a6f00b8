"""Walls are recognised; articles, also those about walls, are not."""

import time

import pytest
from scrapy.http import HtmlResponse

from crawler.outcomes import Reason
from crawler.web.blocked import judge, judge_redirect, judge_response, visible_text

WALLS = [
    (200, "安全验证", "请完成下方验证后继续操作", Reason.BLOCKED),
    (200, "百度安全验证", "网络不给力，请稍后重试 返回首页 问题反馈", Reason.BLOCKED),
    (200, "", "您的访问过于频繁，请稍后再试", Reason.BLOCKED),
    (200, "提示信息", "抱歉，检测到您的网络环境存在异常，请完成验证", Reason.BLOCKED),
    (403, "Attention Required! | Cloudflare", "Sorry, you have been blocked", Reason.BLOCKED),
    (503, "Just a moment...", "Enable JavaScript and cookies to continue", Reason.BLOCKED),
    (200, "滑动验证页面", "访问验证 请按住滑块，拖动到最右边", Reason.BLOCKED),
    (200, "网站防火墙", "您的请求带有不合法的参数，已被网站管理员设置拦截！", Reason.BLOCKED),
    (200, "Access Denied", 'You don\'t have permission to access "http://x/" on this server.', Reason.BLOCKED),
    (200, "登录 - 某某论坛", "请登录 用户名 密码 记住我 忘记密码", Reason.LOGIN_WALL),
    (200, "提示信息 - 论坛", "抱歉，您没有权限 您需要登录后才能查看该主题", Reason.LOGIN_WALL),
    (
        200,
        "Page not found – My Blog",
        "Skip to content Home About Oops! That page can’t be found.",
        Reason.NOT_FOUND_PAGE,
    ),
    (200, "404 Not Found", "", Reason.NOT_FOUND_PAGE),
    (200, "页面不存在_某某网", "首页 新闻 体育 财经 " * 300, Reason.NOT_FOUND_PAGE),
    (200, "提示信息", "指定的主题不存在或已被删除或正在被审核", Reason.NOT_FOUND_PAGE),
    (200, "", "该内容已被发布者删除", Reason.NOT_FOUND_PAGE),
]
SENTENCES = "研究人员说，这种图形在过去二十年里变了很多次。人们先是辨认歪斜的字母，后来要点选红绿灯，再后来只需拖动滑块完成验证。"
ARTICLES = [
    ("验证码的前世今生 - 科技周刊", SENTENCES * 30),
    ("验证码", SENTENCES * 40),
    ("访问过于频繁？一位网管的日记", SENTENCES * 20),
    (
        "404 Not Found: a short history of an error",
        "The page was not found. " * 3 + "It began at CERN, people say. " * 60,
    ),
    (
        "Why websites ask: are you a robot?",
        "You have been blocked, the screen said. " + "She laughed and went on reading the news. " * 40,
    ),
    ("登录系统改版公告", "各位用户：本站的登录系统将于下周改版。" * 30),
    ("市图书馆周末闭馆通知", "因设备检修，市图书馆本周六、周日闭馆两天，周一照常开放。"),
    ("天气：明天有雨", "明天白天到夜间有小雨，气温十二到十八度，出门请带伞。"),
]


@pytest.mark.parametrize(("status", "title", "text", "reason"), WALLS)
def test_walls_are_recognised(status: int, title: str, text: str, reason: Reason) -> None:
    assert judge(status, title, text) is reason


@pytest.mark.parametrize(("title", "text"), ARTICLES)
def test_articles_are_not_taken_for_walls(title: str, text: str) -> None:
    assert judge(200, title, text) is None


def test_other_statuses_speak_for_themselves() -> None:
    assert judge(404, "404 Not Found", "") is None
    assert judge(403, "Forbidden", "You don't have permission to access /x on this server.") is Reason.BLOCKED


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://wappass.baidu.com/static/captcha/?u=x", Reason.BLOCKED),
        ("/antispider/?from=%2Fnews", Reason.BLOCKED),
        ("https://passport.example.cn/?next=x", Reason.LOGIN_WALL),
        ("/news/2024/1.html", None),
        ("/login-problems-solved.html", None),
    ],
)
def test_redirects_to_walls_are_recognised(location: str, reason: Reason | None) -> None:
    assert judge_redirect(location) is reason


def test_a_page_that_only_loads_a_challenge_is_blocked() -> None:
    body = b"<html><head><script src='/_____tmd_____/punish?x5secdata=1'></script></head><body></body></html>"
    assert (
        judge_response(HtmlResponse("http://a.cn/", body=body, headers={"Content-Type": "text/html"})) is Reason.BLOCKED
    )


def test_pages_in_gbk_are_judged_too() -> None:
    body = "<html><head><title>访问过于频繁</title></head><body>请稍后再试</body></html>".encode("gb18030")
    assert judge_response(HtmlResponse("http://a.cn/", body=body)) is Reason.BLOCKED


@pytest.mark.parametrize("piece", [b"<script>", b"<", b"<!--", b"<a ", b"<style", b"<title>", b"</"])
def test_judging_takes_linear_time(piece: bytes) -> None:
    body = piece * (1_000_000 // len(piece))
    started = time.process_time()
    visible_text(body)
    judge_response(HtmlResponse("http://a.cn/", body=body))
    assert time.process_time() - started < 2
