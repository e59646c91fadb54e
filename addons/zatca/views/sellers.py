"""Who sells: the company, and branches with data of their own."""

from __future__ import annotations

from typing import Final

from addons.zatca.models import SELLER_SCHEMES, Seller
from addons.zatca.permissions import EDIT_SELLERS, VIEW_DOCUMENTS
from addons.zatca.services import sellers
from core.api import Access, Column, Field, Operations, Resource, Section, msg

SELLERS: Final = Resource(
    name="sellers",
    model=Seller,
    title=msg("Sellers"),
    singular=msg("Seller"),
    help=msg("How the company, or a branch, is named on electronic invoices."),
    access=Access(VIEW_DOCUMENTS, EDIT_SELLERS, EDIT_SELLERS, EDIT_SELLERS),
    columns=(
        Column("name", msg("Name")),
        Column("branch_id", msg("Branch")),
        Column("vat_number", msg("VAT number")),
        Column("identity", msg("Registration")),
        Column("city", msg("City")),
    ),
    record_title=lambda seller: seller.name,
    form=(
        Section(
            msg("Seller"),
            (
                Field("name", msg("Name"), help=msg("As in the certificate of VAT registration.")),
                Field(
                    "branch_id",
                    msg("Branch"),
                    reference="core.branches",
                    help=msg("Empty for the company itself."),
                ),
                Field("vat_number", msg("VAT number")),
                Field("identity_scheme", msg("Registered by"), choices=SELLER_SCHEMES),
                Field("identity", msg("Number")),
            ),
        ),
        Section(
            msg("National address"),
            (
                Field("building", msg("Building number")),
                Field("street", msg("Street")),
                Field("additional_street", msg("Additional street")),
                Field("plot", msg("Secondary number")),
                Field("district", msg("District")),
                Field("city", msg("City")),
                Field("postal_zone", msg("Postal code")),
                Field("province", msg("Region")),
            ),
        ),
    ),
    operations=Operations(sellers.create_seller, sellers.update_seller, sellers.delete_seller),
    customizable=False,
)
