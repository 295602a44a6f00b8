"""rebuild_state(): the state was lost, the deliveries are there. Ids and revisions come back from the parts."""

from collections.abc import Callable
from pathlib import Path

from crawler.article import Article
from crawler.delivery.errors import DamagedError
from crawler.delivery.manifest import Link, manifest_name, read_chain
from crawler.delivery.parts import KINDS, read_lines
from crawler.delivery.verify import verify
from crawler.state import State
from crawler.state.outbox import Batch

_STREAM = {kind: stream for stream, kind in KINDS.items()}


def rebuild_state(state: State, output: Path, content_hash: Callable[[Article], str]) -> dict[str, int]:
    """Re-imports every delivery below `output` that the state does not know; returns site -> articles.

    `content_hash` must be the one that recording uses: else every article would be delivered again as an update. URLs
    are not known afterwards: the next run fetches them again and finds them unchanged.
    Raises DamagedError when a delivery is not sound, or when the state already holds other batches of its site.
    """
    imported: dict[str, int] = {}
    for first in sorted(output.glob(f"*/{manifest_name(1)}")):
        folder = first.parent
        chain = read_chain(folder)
        known = {batch.number: batch.manifest_sha256 for batch in state.outbox.batches(chain[0].manifest.site)}
        if known == {link.manifest.number: link.sha256 for link in chain}:
            continue
        if known:
            raise DamagedError(
                f"{folder}: {state.where} holds other batches of {chain[0].manifest.site}; rebuild into a new, empty state"
            )
        verify(folder)
        imported[chain[0].manifest.site] = _import(state, folder, chain, content_hash)
    return imported


def _import(state: State, folder: Path, chain: list[Link], content_hash: Callable[[Article], str]) -> int:
    # One transaction a site: a half-imported site would look like a damaged one.
    site = chain[0].manifest.site
    with state.durable() as connection:
        for manifest, sha256 in chain:
            state.outbox.import_batch(connection, Batch(site, manifest.number, manifest.run, "published", 0.0, sha256))
            for file in manifest.files:
                state.outbox.continue_after(connection, _STREAM[file.kind], file.last_seq)
                if file.kind != "articles":
                    continue
                for line in read_lines(folder / file.file):
                    article = Article.model_validate_json(line)
                    state.articles.import_revision(connection, article, content_hash(article))
    return state.articles.count(site)
