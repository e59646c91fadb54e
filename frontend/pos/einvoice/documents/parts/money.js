// Allowances, VAT and totals of a document (BG-20 to BG-23).
import { money, written } from "../figures.js";
import { amount, block, leaf, taxScheme, text } from "./markup.js";

const DISCOUNT = "Discount | خصم"; // the reason of those that name none

// A VAT category: of a subtotal, an allowance, an item.
export const taxCategory = (name, category, rate, exemption) =>
  block(
    name,
    leaf("cbc:ID", category),
    leaf("cbc:Percent", written(rate)),
    exemption ? text("cbc:TaxExemptionReasonCode", exemption.code) : [],
    exemption ? text("cbc:TaxExemptionReason", exemption.reason) : [],
    taxScheme(),
  );

// A discount of the document.
export const allowance = ({ amount: taken, reason, reason_code: code, category, rate }) =>
  block(
    "cac:AllowanceCharge",
    leaf("cbc:ChargeIndicator", "false"),
    text("cbc:AllowanceChargeReasonCode", code),
    text("cbc:AllowanceChargeReason", reason || DISCOUNT),
    amount("cbc:Amount", money(taken)),
    taxCategory("cac:TaxCategory", category, rate, null),
  );

// VAT in riyals (BT-111), then in the document's currency with its breakdown (BT-110); both are there even if the
// currency is the same.
export const taxTotals = (totals) => [
  ...block("cac:TaxTotal", amount("cbc:TaxAmount", totals.tax)),
  ...block("cac:TaxTotal", amount("cbc:TaxAmount", totals.tax), totals.subtotals.flatMap(subtotal)),
];

const subtotal = ({ taxable, tax, category, rate, exemption }) =>
  block("cac:TaxSubtotal", amount("cbc:TaxableAmount", taxable), amount("cbc:TaxAmount", tax), taxCategory("cac:TaxCategory", category, rate, exemption));

// The totals. Sums of what is not there are left out.
export const monetaryTotal = (invoice, totals) =>
  block(
    "cac:LegalMonetaryTotal",
    amount("cbc:LineExtensionAmount", totals.line_extension),
    amount("cbc:TaxExclusiveAmount", totals.tax_exclusive),
    amount("cbc:TaxInclusiveAmount", totals.tax_inclusive),
    invoice.allowances.length ? amount("cbc:AllowanceTotalAmount", totals.allowances) : [],
    totals.rounding.eq(0) ? [] : amount("cbc:PayableRoundingAmount", totals.rounding),
    amount("cbc:PayableAmount", totals.payable),
  );
