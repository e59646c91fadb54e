// Seller and buyer. Registration numbers and postal codes are matched by digits, so Arabic-Indic ones are written as
// 0 to 9; names and streets stay as they were given.
import { block, leaf, taxScheme, text } from "./markup.js";
import { escaped, escapedAttribute, western } from "../texts.js";

export const seller = (party) => block("cac:AccountingSupplierParty", partyOf(party));

// The buyer's block, which UBL demands even where nobody is named.
export const buyer = (party) => (party ? block("cac:AccountingCustomerParty", partyOf(party)) : [leaf("cac:AccountingCustomerParty", "")]);

const partyOf = (party) =>
  block(
    "cac:Party",
    identity(party),
    address(party),
    registration(party),
    party.name ? block("cac:PartyLegalEntity", text("cbc:RegistrationName", party.name)) : [],
  );

function identity({ identity: one }) {
  if (!one) return [];
  return block("cac:PartyIdentification", leaf("cbc:ID", escaped(western(one.value)), ` schemeID="${escapedAttribute(one.scheme)}"`));
}

function address(party) {
  const parts = [
    ...text("cbc:StreetName", party.street),
    ...text("cbc:AdditionalStreetName", party.additional_street),
    ...text("cbc:BuildingNumber", western(party.building ?? "")),
    ...text("cbc:PlotIdentification", western(party.plot ?? "")),
    ...text("cbc:CitySubdivisionName", party.district),
    ...text("cbc:CityName", party.city),
    ...text("cbc:PostalZone", western(party.postal_zone ?? "")),
    ...text("cbc:CountrySubentity", party.province),
  ];
  if (!parts.length) return []; // a name without an address, as on a receipt: the country alone is none
  return block("cac:PostalAddress", parts, block("cac:Country", text("cbc:IdentificationCode", party.country)));
}

function registration(party) {
  if (!party.vat_number) return [];
  return block("cac:PartyTaxScheme", text("cbc:CompanyID", western(party.vat_number)), taxScheme());
}
