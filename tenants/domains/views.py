"""The operator's list of domains that wait for their proof."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import (
    Access,
    Action,
    Column,
    Field,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    Section,
    Values,
    msg,
)
from core.i18n import phrase
from tenants.domains import claims
from tenants.life_models import DomainClaim
from tenants.models import Organization
from tenants.permissions import MANAGE, SEE


def _claim(session: Session, values: Values) -> DomainClaim:
    base_domain = binding(session).context["kernel"].config.base_domain
    organization = session.get_one(Organization, values["organization_id"])
    return claims.claim(session, organization, values["host"], base_domain=base_domain)


def _check(session: Session, claimed: DomainClaim) -> str:
    host = claimed.host
    if claims.check(session, claimed):
        return phrase("{host} is proved. The organization is served there.", host=host)
    return claimed.problem


DOMAIN_CLAIMS: Final = Resource(
    name="domain-claims",
    model=DomainClaim,
    title=msg("Unproved domains"),
    singular=msg("Unproved domain"),
    help=msg(
        "Nobody is served at these. Put the token into a TXT record named _domain-proof below the"
        " domain, or into the file /.well-known/domain-proof.txt at its address; then check."
    ),
    access=Access(read=SEE, create=MANAGE, delete=MANAGE),
    rules=RecordRules(),
    record_title=lambda claimed: claimed.host,
    columns=(
        Column("host", msg("Domain")),
        Column("organization.title", msg("Organization")),
        Column("token", msg("Token")),
        Column("checked_at", msg("Checked")),
        Column("problem", msg("What was found"), optional=True),
    ),
    search=("host", "organization.title"),
    order=("host",),
    form=(
        Section(
            msg("Domain"),
            (
                Field("host", msg("Domain")),
                Field("organization_id", msg("Organization"), reference="tenants.organizations"),
                Field("token", msg("Token"), readonly=True, required=False),
                Field("checked_at", msg("Checked"), readonly=True, required=False),
                Field("problem", msg("What was found"), readonly=True, required=False),
            ),
        ),
    ),
    actions=(Action("check", msg("Check"), MANAGE, _check, style="primary"),),
    operations=Operations(create=_claim),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(msg("Unproved domains"), "/tenants/domain-claims", SEE, icon="globe2", order=21),
)
