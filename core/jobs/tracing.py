"""The span of a job, which is a part of the request that asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.jobs.claiming import Claim
from core.tenancy.tenant import Tenant
from core.tracing.current import Span, Tracer, within


@contextmanager
def traced_job(tracer: Tracer | None, tenant: Tenant, claim: Claim) -> Iterator[Span | None]:
    """What runs within is this job; None where no traces are made."""
    if tracer is None:
        yield None
        return
    span = tracer.begin(
        "job",
        tenant.id,
        {"aorabooks.job.id": claim.id, "aorabooks.job.attempt": claim.attempts + 1},
        parent=claim.trace,
    )
    span.name_it(claim.name, {"aorabooks.job": claim.name}, claim.name.partition(".")[0])
    try:
        with within(span):
            yield span
    finally:
        span.end()


def name_result(span: Span, claim: Claim, result: str) -> None:
    """Say what became of the job."""
    span.name_it(claim.name, {"aorabooks.job.result": result})
