"""Spider arguments are checked before anything starts."""

import pytest

from crawler.arguments import AnyArguments, ArgumentsError, SpiderArguments, parse_arguments


def test_a_sample_given_as_text_becomes_a_number() -> None:
    assert parse_arguments(SpiderArguments, {"sample": "20"}).sample == 20


def test_several_urls_stand_in_one_argument() -> None:
    arguments = parse_arguments(AnyArguments, {"url": "https://a.example/ https://b.example/x"})
    assert isinstance(arguments, AnyArguments)
    assert [str(url) for url in arguments.url] == ["https://a.example/", "https://b.example/x"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"smaple": "20"}, "unknown argument 'smaple'; this spider knows: sample"),
        ({"sample": "many"}, "argument 'sample'"),
        ({"sample": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_bad_argument_is_one_line_that_names_it(given: dict[str, str], says: str) -> None:
    with pytest.raises(ArgumentsError) as caught:
        parse_arguments(SpiderArguments, given)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_url_says_how_to_give_one() -> None:
    with pytest.raises(ArgumentsError, match="give it as -a url=VALUE"):
        parse_arguments(AnyArguments, {})


def test_a_url_that_is_no_web_address_is_refused() -> None:
    with pytest.raises(ArgumentsError, match="argument 'url'"):
        parse_arguments(AnyArguments, {"url": "file:///etc/passwd"})


def test_a_site_name_cannot_leave_its_folder() -> None:
    with pytest.raises(ArgumentsError, match="argument 'name'"):
        parse_arguments(AnyArguments, {"url": "https://a.example/", "name": "../../x"})
