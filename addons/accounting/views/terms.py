"""Payment terms, what is agreed with each partner, and approvals of more credit."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.terms import (
    CREDIT_POLICIES,
    DUE_RULES,
    SHARE_KINDS,
    CreditApproval,
    PartnerTerms,
    PaymentTerm,
)
from addons.accounting.permissions import APPROVE_CREDIT, EDIT_TERMS, VIEW_BOOKS
from addons.accounting.services.payments import agreed, credit
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
    today,
)


def _new_partner_terms(session: Session, values: Any) -> PartnerTerms:
    return agreed.save_partner_terms(session, PartnerTerms(), values)


PAYMENT_TERMS: Final = Resource(
    name="payment-terms",
    model=PaymentTerm,
    title=msg("Payment terms"),
    singular=msg("Payment terms"),
    help=msg("When invoices are to be paid, in how many parts, and what early payment saves."),
    access=Access(VIEW_BOOKS, EDIT_TERMS, EDIT_TERMS, EDIT_TERMS),
    columns=(
        Column("name", msg("Name")),
        Column("note", msg("Note")),
        Column("discount_percent", msg("Early-payment discount (%)")),
        Column("discount_days", msg("Within days")),
        Column("active", msg("Active")),
    ),
    record_title=lambda term: term.name,
    form=(
        Section(
            msg("Payment terms"),
            (
                Field("name", msg("Name")),
                Field("note", msg("Note"), widget="multiline"),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("Early payment"),
            (
                Field("discount_percent", msg("Early-payment discount (%)"), widget="number"),
                Field("discount_days", msg("Within days")),
            ),
            help=msg("Whether it is of the invoice or of the price without VAT is an option."),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Parts"),
            (
                Field("kind", msg("Part"), choices=SHARE_KINDS),
                Field("value", msg("Percent or amount"), widget="number"),
                Field("months", msg("Months after")),
                Field("days", msg("Days after")),
                Field("due", msg("Due"), choices=DUE_RULES),
                Field("day", msg("Day of the month")),
            ),
            order="position",
        ),
    ),
    search=("name", "note"),
    filters=(Filter("active", msg("Active")),),
    order=("name",),
    operations=Operations(agreed.create_term, agreed.update_term),
)

PARTNER_TERMS: Final = Resource(
    name="partner-terms",
    model=PartnerTerms,
    title=msg("Partner terms"),
    singular=msg("Terms of a partner"),
    help=msg("Payment terms, credit limit and reminders, as agreed with each partner."),
    access=Access(VIEW_BOOKS, EDIT_TERMS, EDIT_TERMS, EDIT_TERMS),
    columns=(
        Column("partner", msg("Partner")),
        Column("customer_term.name", msg("Terms as a customer")),
        Column("supplier_term.name", msg("Terms as a supplier")),
        Column("credit_limit", msg("Credit limit"), widget="money"),
        Column("credit_policy", msg("Above the limit"), choices=CREDIT_POLICIES),
        Column("no_dunning", msg("Not reminded")),
    ),
    record_title=lambda terms: terms.partner,
    form=(
        Section(
            msg("Partner"),
            (
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field(
                    "customer_term_id",
                    msg("Terms as a customer"),
                    reference="accounting.payment-terms",
                ),
                Field(
                    "supplier_term_id",
                    msg("Terms as a supplier"),
                    reference="accounting.payment-terms",
                ),
                Field(
                    "receivable_id",
                    msg("Account as a customer"),
                    reference="accounting.accounts",
                    help=msg("Only where it is not the company's usual one."),
                ),
                Field("payable_id", msg("Account as a supplier"), reference="accounting.accounts"),
            ),
        ),
        Section(
            msg("Credit"),
            (
                Field(
                    "credit_limit",
                    msg("Credit limit"),
                    widget="money",
                    help=msg("In the company's currency. Empty means no limit."),
                ),
                Field("credit_policy", msg("Above the limit"), choices=CREDIT_POLICIES),
            ),
        ),
        Section(
            msg("Reminders"),
            (
                Field("no_dunning", msg("Not reminded")),
                Field("no_dunning_reason", msg("Why not")),
            ),
        ),
    ),
    search=("partner",),
    filters=(
        Filter("credit_limit", msg("Credit limit")),
        Filter("no_dunning", msg("Not reminded")),
    ),
    order=("partner",),
    operations=Operations(_new_partner_terms, agreed.save_partner_terms),
)

CREDIT_APPROVALS: Final = Resource(
    name="credit-approvals",
    model=CreditApproval,
    title=msg("Credit approvals"),
    singular=msg("Credit approval"),
    help=msg("Who was allowed to owe more than their limit, until when, by whom and why."),
    access=Access(VIEW_BOOKS, APPROVE_CREDIT),
    columns=(
        Column("partner", msg("Partner")),
        Column("amount", msg("May owe"), widget="money"),
        Column("until", msg("Until")),
        Column("reason", msg("Reason")),
        Column("approved_by", msg("Approved by")),
        Column("created_at", msg("Approved at"), optional=True),
    ),
    record_title=lambda approval: approval.partner,
    form=(
        Section(
            msg("Credit approval"),
            (
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field("amount", msg("May owe"), widget="money"),
                Field("until", msg("Until"), initial=today),
                Field("reason", msg("Reason"), widget="multiline"),
                Field("approved_by", msg("Approved by"), readonly=True),
            ),
        ),
    ),
    search=("partner", "reason"),
    filters=(Filter("until", msg("Until")),),
    views=(ListView("latest", msg("Latest"), sort=("-until",)),),
    order=("-until",),
    operations=Operations(credit.approve),
)

RESOURCES: Final = (PAYMENT_TERMS, PARTNER_TERMS, CREDIT_APPROVALS)
