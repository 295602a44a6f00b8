"""Manifests: the only thing a consumer must read. Each names complete files and the manifest before it."""

import hashlib
import re
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.delivery.errors import DamagedError

FIRST_PREVIOUS = "0" * 64


class ManifestPart(BaseModel):
    """Base: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class DeliveredFile(ManifestPart):
    """One immutable file."""

    file: str = Field(description="Name in the folder of the manifest.")
    kind: Literal["articles", "copies", "quarantine"]
    records: int
    bytes: int
    sha256: str = Field(description="Of the file as it is.")
    lines_bytes: int = Field(description="Size when decompressed.")
    lines_sha256: str = Field(description="Of the file when decompressed.")
    first_seq: int
    last_seq: int
    ops: dict[str, int] = Field(default_factory=dict, description="Records by op; articles only.")


class Manifest(ManifestPart):
    """One delivery of one site."""

    schema_: Literal["manifest/1"] = Field("manifest/1", alias="schema")
    record_schema: str = "article/1"
    site: str
    number: int
    run: str = Field(description="The run that sealed it.")
    sealed_at: str
    previous_sha256: str = Field(description="Of the manifest before this one; zeros for the first.")
    files: list[DeliveredFile]

    def to_bytes(self) -> bytes:
        """As it stands on the disk."""
        return self.model_dump_json(by_alias=True, indent=1).encode() + b"\n"


class Link(NamedTuple):
    """A manifest of a chain with the hash of its file."""

    manifest: Manifest
    sha256: str


def manifest_name(number: int) -> str:
    """File name of a manifest."""
    return f"manifest-{number:06d}.json"


def file_name(stream: str, number: int) -> str:
    """File name of a part, of copies, or of quarantined pages."""
    return f"{stream}-{number:06d}.jsonl.zst"


def read_manifest(path: Path) -> Link:
    """Raises DamagedError."""
    try:
        data = path.read_bytes()
        return Link(Manifest.model_validate_json(data), hashlib.sha256(data).hexdigest())
    except FileNotFoundError as error:
        raise DamagedError(f"{path} is missing; restore it from a backup") from error
    except ValidationError as error:
        raise DamagedError(f"{path} is damaged: not a manifest; restore it from a backup") from error


def read_chain(folder: Path) -> list[Link]:
    """All manifests of a delivery, oldest first. Raises DamagedError when one is missing or altered."""
    found = (re.fullmatch(r"manifest-(\d{6,})\.json", path.name) for path in folder.glob("manifest-*.json"))
    numbers = sorted(int(match[1]) for match in found if match)
    chain: list[Link] = []
    previous = FIRST_PREVIOUS
    for position, number in enumerate(numbers, start=1):
        path = folder / manifest_name(number)
        if number != position:
            raise DamagedError(f"{folder / manifest_name(position)} is missing; restore it from a backup")
        link = read_manifest(path)
        if link.manifest.number != number or link.manifest.previous_sha256 != previous:
            # The chain tells that one of the two is not as it was, not which one.
            raise DamagedError(f"{path} does not continue the manifest before it; restore both from a backup")
        chain.append(link)
        previous = link.sha256
    return chain


def delivered_chain(folder: Path) -> list[Link]:
    """read_chain of a folder that must hold a delivery. Raises DamagedError when it does not."""
    chain = read_chain(folder)
    if not chain:
        raise DamagedError(f"{folder} holds no delivery: {folder / manifest_name(1)} is missing")
    return chain
