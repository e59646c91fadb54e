"""How backups are sealed and how long they are kept: whatever is changed is noticed, and whatever
is asked for is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.backups import sealing
from tenants.backups.plan import BackupPlan
from tenants.backups.retention import kept
from tenants.backups.sealing import CHUNK, TAG, Damaged, inspect, open_stream, seal

KEY = bytes(range(32))
ZONE = ZoneInfo("Asia/Riyadh")
START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.lists(
    st.integers(0, 3 * 365 * 24).map(lambda hours: START + timedelta(hours=hours)),
    max_size=60,
    unique=True,
)
PLANS = st.builds(BackupPlan, *[st.just(2), *[st.integers(0, 20)] * 4])


def parts(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_was_sealed_opens_however_it_is_cut(size: int) -> None:
    content = bytes(size)
    sealed = b"".join(seal(parts(content, 70_001), KEY, "database"))
    assert b"".join(open_stream(parts(sealed, 123_457), KEY, "database")) == content


def test_a_flipped_bit_costs_its_own_chunk_and_no_other() -> None:
    content = bytes(3 * CHUNK + 5)
    sealed = bytearray(b"".join(seal([content], KEY, "database")))
    sealed[sealing.HEADER + CHUNK + TAG + 7] ^= 1
    chunks = list(inspect([bytes(sealed)], KEY, "database"))
    assert [chunk.number for chunk in chunks if chunk.content is None] == [1]
    assert len(chunks) == 4
    with pytest.raises(Damaged, match="chunk 1 "):
        list(open_stream([bytes(sealed)], KEY, "database"))


@settings(max_examples=25)
@given(cut=st.integers(1, 2 * (CHUNK + TAG)))
def test_a_stream_that_was_cut_off_is_noticed(cut: int) -> None:
    sealed = SEALED[:-cut]
    with pytest.raises(Damaged):
        list(open_stream([sealed], KEY, "database"))


def test_a_stream_opens_under_its_own_name_and_key_alone() -> None:
    for key, name in ((KEY, "files"), (bytes(32), "database")):
        with pytest.raises(Damaged):
            list(open_stream([SEALED], key, name))
    with pytest.raises(Damaged, match="does not begin"):
        list(open_stream([bytes(100)], KEY, "database"))


@given(MOMENTS, PLANS)
def test_the_plan_is_kept(moments: list[datetime], plan: BackupPlan) -> None:
    stay = kept(moments, plan, ZONE)
    assert stay <= set(moments)
    assert not moments or max(moments) in stay, "the newest always stays"
    assert len(stay) <= 1 + plan.days + plan.weeks + plan.months + plan.years
    days = sorted({moment.astimezone(ZONE).date() for moment in moments}, reverse=True)
    for day in days[: plan.days]:
        last = max(each for each in moments if each.astimezone(ZONE).date() == day)
        assert last in stay, "the last of each of the last days"
    months = sorted({(day.year, day.month) for day in days}, reverse=True)[: plan.months]
    there = {(each.astimezone(ZONE).year, each.astimezone(ZONE).month) for each in stay}
    assert set(months) <= there


@given(MOMENTS, PLANS, st.integers(1, 400))
def test_what_goes_does_not_come_back_into_the_plan(
    moments: list[datetime], plan: BackupPlan, later: int
) -> None:
    """Backups are removed one night after another: what the plan keeps in the end is the same as
    if nothing had been removed before."""
    stay = kept(moments, plan, ZONE)
    if moments:
        new = max(moments) + timedelta(days=later)
        assert kept([*stay, new], plan, ZONE) == kept([*moments, new], plan, ZONE)


SEALED = b"".join(seal([bytes(2 * CHUNK + 9)], KEY, "database"))
