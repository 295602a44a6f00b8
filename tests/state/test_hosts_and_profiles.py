"""What is kept of hosts between runs, and what is kept aside."""

import base64
import json

from crawler.outcomes import Reason
from crawler.reading.profile import Profile
from crawler.state import State
from tests.state.records import NOW, RUN, SITE, article


def test_a_host_fact_is_known_until_it_expires(state: State) -> None:
    rules = {"rules": ["Disallow: /私"], "crawl_delay": 2.5}
    with state.unit() as connection:
        state.hosts.put(connection, "example.org", "robots", {"rules": []}, expires_at=NOW)
        state.hosts.put(connection, "example.org", "robots", rules, expires_at=NOW + 10)
        state.hosts.put(connection, "example.org", "backoff", 3, expires_at=None)
    assert state.hosts.get("example.org", "robots", NOW + 9) == rules
    assert state.hosts.get("example.org", "robots", NOW + 10) is None
    assert state.hosts.get("example.org", "backoff", NOW + 1e9) == 3
    assert state.hosts.get("example.com", "robots", NOW) is None
    assert state.hosts.all("robots", NOW) == {"example.org": rules}


def test_a_profile_is_kept_per_host_and_renewed(state: State) -> None:
    profile = Profile(host="example.org", version=2, site_names=("示例",), repeated={"tail": frozenset({"a", "b"})})
    with state.unit() as connection:
        state.profiles.put(connection, "example.org", Profile(host="example.org").to_json(), now=NOW)
        state.profiles.put(connection, "example.org", profile.to_json(), now=NOW)
    text = state.profiles.get("example.org")
    assert text is not None
    assert Profile.from_json(text) == profile
    assert state.profiles.get("example.com") is None


def test_a_quarantined_page_keeps_its_beginning_and_the_hash_of_all_of_it(state: State) -> None:
    body = b"\xff\x00" * 5000
    with state.unit() as connection:
        state.quarantine.add(
            connection,
            site=SITE,
            run=RUN,
            url="https://x/\ud800",
            reason=Reason.MOJIBAKE,
            detail="错" * 3000,
            body=body,
        )
    batch = state.outbox.seal(SITE, RUN, NOW, 10)
    assert batch is not None
    [line] = state.outbox.lines(batch, "quarantine")
    kept = json.loads(line.payload)
    assert (kept["reason"], kept["body_bytes"], len(kept["detail"])) == ("mojibake", 10_000, 1000)
    assert base64.b64decode(kept["body_head_base64"]) == body[:2048]


def test_a_copy_keeps_its_record_and_the_decision(state: State) -> None:
    record = article("copy", duplicates={"cluster": "c1", "role": "near", "of": "original", "score": 0.9})
    with state.unit() as connection:
        state.copies.add(connection, record)
    batch = state.outbox.seal(SITE, RUN, NOW, 10)
    assert batch is not None
    [line] = state.outbox.lines(batch, "copies")
    assert json.loads(line.payload) == record
