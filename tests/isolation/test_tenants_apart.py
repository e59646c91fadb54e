"""Many companies at once on long-lived pooled workers, and no trace of one in another.

Hypothesis drives four companies over real sockets through HTTP, jobs, cache, files and
websockets, on fewer connections than threads. It throws in mistakes of an addon, statements
that time out, callers that hang up, settings, temporary tables, advisory locks and cursors
left behind. Every word that a company writes bears its name, so any word that turns up
elsewhere is a leak; and what was confirmed is never lost.
"""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from websockets.exceptions import InvalidStatus

from core.kernel import Kernel
from tests.isolation.company import Company, heard
from tests.waiting import wait_until

LITTER = (
    "settings", "temporary", "advisory", "cursor", "listen", "read only", "identity",
)  # fmt: skip
CLEAN = {
    "search_path": "pg_catalog,pg_temp",
    "zone": "UTC",
    "read_only": "off",
    "actor": "",
    "tables": 0,
    "locks": 0,
    "cursors": 0,
    "channels": 0,
}
whose = st.integers(0, 3)
ACTIONS = (
    "write", "read", "dawdle", "fail", "long", "hang up", "litter", "look",
    "cache", "file", "job", "tell",
)  # fmt: skip


class Companies(RuleBasedStateMachine):
    """The rules drive; the invariant looks at every company's books after each step."""

    everyone: list[Company]

    def __init__(self) -> None:
        super().__init__()
        self.pool = ThreadPoolExecutor(12)

    def teardown(self) -> None:
        self.pool.shutdown()

    @rule(steps=st.lists(st.tuples(whose, st.sampled_from(ACTIONS)), min_size=4, max_size=24))
    def many_at_once(self, steps: list[tuple[int, str]]) -> None:
        """A burst of everything, by everybody."""
        list(self.pool.map(lambda step: act(self.everyone[step[0]], step[1]), steps))

    @rule(who=whose, kind=st.sampled_from(LITTER), times=st.integers(1, 6))
    def leave_litter_everywhere(self, who: int, kind: str, times: int) -> None:
        company = self.everyone[who]
        list(self.pool.map(lambda _: company.post("/litter", kind=kind), range(times)))

    @rule(who=whose, other=whose)
    def ask_with_a_strangers_token(self, who: int, other: int) -> None:
        company, stranger = self.everyone[who], self.everyone[other]
        if company is stranger:
            return
        answer = company.http.get(
            "/noise/marks", headers={"Authorization": f"Bearer {stranger.token}"}
        )
        assert answer.status_code == 401

    @invariant()
    def nobody_has_another_ones_words(self) -> None:
        for company in self.everyone:
            seen = words(company)
            assert [word for word in seen if not company.owns(word)] == []
            assert company.kept <= set(seen), "a confirmed write was lost"


def act(company: Company, action: str) -> None:
    """One thing that a company does; checks what it gets to see."""
    word = company.word()
    match action:
        case "write":
            if ok(company.post("/marks", word=word)):
                company.kept.add(word)
        case "read" | "dawdle":
            answer = company.get("/marks" if action == "read" else "/dawdle")
            if ok(answer):
                assert answer.json()["database"] == company.tenant.runtime.database
                assert all(company.owns(seen) for seen in answer.json()["words"])
        case "fail":
            answer = company.post("/fail", word=word)
            assert answer.status_code in (500, 503)
            assert word not in answer.text
        case "long":
            assert company.post("/long", word=word).status_code >= 500
        case "hang up":
            company.send_and_hang_up("/marks", {"word": word})
        case "litter":
            company.post("/litter", kind=LITTER[len(word) % len(LITTER)])
        case "look":
            answer = company.get("/litter")
            assert not ok(answer) or answer.json() == CLEAN
        case "cache":
            company.post("/cache", word=word)
            seen = company.get("/cache").json().get("word")
            assert seen is None or company.owns(seen)
        case "file":
            answer = company.post("/file", word=word)
            if ok(answer):
                assert company.get("/file", digest=answer.json()["digest"]).json()["word"] == word
        case "job":
            if ok(company.post("/job", word=word)):
                company.kept.add(word)
                wait_for(company, word)
        case "tell":
            company.post("/tell", word=word)


def ok(answer: httpx.Response) -> bool:
    """Whether it was done; being busy is the only other answer allowed."""
    assert answer.status_code in (200, 503), answer.text
    return answer.status_code == 200


def words(company: Company) -> list[str]:
    answer = company.get("/marks")
    assert answer.status_code == 200, answer.text
    return answer.json()["words"]


def wait_for(company: Company, word: str) -> None:
    wait_until(lambda: word in words(company), f"the job for {word}")


def test_no_trace_of_one_tenant_in_another(companies: list[Company]) -> None:
    machine = type("Machine", (Companies,), {"everyone": companies})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("kind", LITTER)
def test_what_an_addon_leaves_on_a_connection_is_gone_with_it(
    companies: list[Company], kind: str
) -> None:
    company = companies[0]
    for _ in range(6):
        assert company.post("/litter", kind=kind).status_code == 200
    assert [company.get("/litter").json() for _ in range(6)] == [CLEAN] * 6


def test_a_file_is_found_by_its_own_tenant_alone(companies: list[Company]) -> None:
    owner, *others = companies
    word = owner.word()
    digest = owner.post("/file", word=word).json()["digest"]
    assert owner.get("/file", digest=digest).json() == {"word": word}
    assert [other.get("/file", digest=digest).json() for other in others] == [{"word": None}] * 3


def test_a_page_hears_its_own_company_alone(companies: list[Company]) -> None:
    with ExitStack() as open_pages:
        pages = [open_pages.enter_context(company.listening()) for company in companies]
        spoken = [company.word() for company in companies]
        for company, word in zip(companies, spoken, strict=True):
            assert company.post("/tell", word=word).status_code == 200
        for page, word in zip(pages, spoken, strict=True):
            assert heard(page, bool) == [{"word": word}]


def test_a_list_hears_of_its_own_companys_records_alone(companies: list[Company]) -> None:
    with ExitStack() as open_pages:
        pages = [
            open_pages.enter_context(company.listening("noise.words")) for company in companies
        ]
        own: list[list[str]] = [[] for _ in companies]
        for number, company in enumerate(companies):
            for _ in range(number):
                made = company.post("/marks", word=company.word())
                assert made.status_code == 200
                own[number].append(made.json()["id"])
        for page, ids in zip(pages, own, strict=True):
            told = heard(page, lambda told, ids=ids: len(_ids(told)) >= len(ids))
            assert _ids(told) == ids


def _ids(told: list[dict[str, Any]]) -> list[str]:
    return [key for one in told for key in one["ids"]]


def test_a_strangers_browser_session_opens_no_socket(companies: list[Company]) -> None:
    mine, theirs = companies[:2]
    with pytest.raises(InvalidStatus), mine.listening(cookie=theirs.cookie):
        pytest.fail("the socket was opened")


def test_companies_share_connections_within_the_budget(
    companies: list[Company], isolation_kernel: Kernel
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: companies[n % 4].get("/dawdle").status_code, range(80)))
    figures = isolation_kernel.engine.broker.figures()
    assert set(answers) <= {200, 503}
    assert answers.count(200) > 40
    assert figures.open <= figures.budget


def test_a_log_line_names_its_tenant_and_holds_nothing_of_another(
    companies: list[Company], log_lines: io.StringIO
) -> None:
    for company in companies:
        company.get("/marks")
        company.post("/fail", word=company.word())
    lines = [json.loads(line) for line in log_lines.getvalue().splitlines()]
    assert lines, "nothing was logged"
    for company in companies:
        strangers = [other.tenant for other in companies if other is not company]
        mine = [
            line for line in lines if line.get("tenant") in (company.tenant.id, company.tenant.slug)
        ]
        assert mine, f"no log line of {company.tenant.slug}"
        for line in mine:
            text = json.dumps(line)
            assert not any(f"{other.slug}-{other.id}" in text for other in strangers)
