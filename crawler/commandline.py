"""What the commands share: how they fail, the names they check, and the state they look at."""

import argparse
import os
import sys
from abc import abstractmethod
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from crawler.exitcodes import Exit, WinnowError, WrongUsageError
from crawler.run import state_url
from crawler.state import State
from crawler.web.secrets import masked


class WinnowCommand(ScrapyCommand):
    """A command states its usage and what it does, and does it in `work`; an error ends it with one line and its code."""

    requires_project = True
    requires_crawler_process = False
    usage: ClassVar[str] = ""
    does: ClassVar[str]

    def syntax(self) -> str:
        """The command's arguments, as --help shows them."""
        return self.usage

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return self.does

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's entry."""
        assert self.settings is not None
        try:
            self.exitcode = self.work(self.settings, args, opts)
            sys.stdout.flush()
        except WinnowError as error:
            self.exitcode = fail(error)
        except BrokenPipeError:  # `| head` has seen enough; what is left must not fail again at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.exitcode = Exit.OK

    @abstractmethod
    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """The command itself. Raises WinnowError, and UsageError for a wrong number of arguments."""


def fail(error: WinnowError) -> Exit:
    """One line on standard error, without secrets (an address may hold a password); returns the code to end with."""
    sys.stderr.write(f"winnow: {masked(str(error))}\n")
    return error.exit_code


def check_site_name(name: str, known: Collection[str], hint: str = "") -> None:
    """Raises WrongUsageError for a site that does not exist, naming the one that may be meant or all that are known."""
    if name in known:
        return
    near = get_close_matches(name, known, 1)
    help_ = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)) or 'none yet'}"
    raise WrongUsageError(f"no site {name!r}; {help_}{hint}")


def existing_state(settings: BaseSettings) -> State:
    """The state, for commands that look at what was harvested. Raises WrongUsageError where nothing ever was."""
    url = state_url(settings)
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        raise WrongUsageError(f"nothing was harvested yet: there is no {path}")
    return State.open(url)
