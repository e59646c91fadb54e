"""Two contacts turn out to be one: what was agreed with either is found by both of their ids, and
what was agreed with the one that remains comes first."""

from __future__ import annotations

from decimal import Decimal

from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.payments.agreed import partner_terms, save_partner_terms
from addons.contacts.api import add_contact
from addons.contacts.services.merging import merge_contacts
from core.kernel import Kernel
from core.tenancy.tenant import Tenant


def test_terms_are_found_under_every_id_of_a_contact(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        noor, twin, other = (
            add_contact(session, {"name": name, "is_customer": True}).id
            for name in ("Noor Trading", "Noor Trading Co.", "Somebody else")
        )
        for contact, limit in ((twin, "100"), (noor, "250"), (other, "900")):
            values = {"partner_id": contact, "credit_limit": Decimal(limit)}
            save_partner_terms(session, PartnerTerms(), values)
        session.flush()
        merge_contacts(session, noor, twin)
        session.flush()

        found = [partner_terms(session, one) for one in (noor, twin, other)]

        limits = [terms.credit_limit if terms else None for terms in found]
        assert limits == [Decimal(250), Decimal(250), Decimal(900)]
        assert partner_terms(session, 1_000_000) is None
