"""Spider arguments: what may follow `-a`, validated before anything starts."""

from typing import Annotated, Any

from pydantic import AnyHttpUrl, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crawler.exitcodes import WrongUsageError


class ArgumentsError(WrongUsageError):
    """An unknown or bad spider argument; the message is one line for the user."""


class SpiderArguments(BaseModel):
    """Arguments of every spider."""

    model_config = ConfigDict(extra="forbid")

    sample: int | None = Field(None, ge=1, description="Stop after this many articles.")
    max_pages: int | None = Field(None, ge=1, description="Fetches in this run; default MAX_PAGES.")
    max_depth: int | None = Field(None, ge=0, description="Clicks from a start page; default MAX_DEPTH.")
    revisit: bool = Field(
        False, description="Read every known article again, whatever its revisit time, changed or not."
    )


def _urls(value: Any) -> Any:
    return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value


class AnyArguments(SpiderArguments):
    """Arguments of the spider `any`."""

    url: Annotated[list[AnyHttpUrl], BeforeValidator(_urls)] = Field(
        min_length=1, description="Where to start; several, separated by spaces."
    )
    name: str | None = Field(
        None, pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="Name of the site; default: from the host."
    )


def parse_arguments(model: type[SpiderArguments], given: dict[str, Any]) -> SpiderArguments:
    """The validated arguments of a spider.

    Raises ArgumentsError with one line that names the argument, the fault and, for an unknown one, those that exist.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            raise ArgumentsError(
                f"unknown argument {name!r}; this spider knows: {', '.join(model.model_fields)}"
            ) from None
        if first["type"] == "missing":
            raise ArgumentsError(f"argument {name!r} is missing: give it as -a {name}=VALUE") from None
        raise ArgumentsError(f"argument {name!r}: {first['msg']} (got {str(first['input'])[:80]!r})") from None
