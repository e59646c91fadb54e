"""What codes mean that are not of the authority's rules, each with what mends it.

The codes are those of its API, release 2.1.0, and of its validation of hash, QR code, signature and
certificate; the last ones are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from addons.zatca.services.onboarding.certifying import (
    CLOCK_WRONG,
    EXPIRED,
    NOT_OURS,
    TILL_ASKED,
)
from addons.zatca.services.sending.timekeeping import ASKED
from addons.zatca.services.sending.verdicts import HEARD_LATER
from core.api import msg


@dataclass(frozen=True, slots=True)
class Words:
    """A code in plain words: what is wrong, and what to do."""

    sentence: str
    remedy: str


OUTCOMES: Final[dict[str, str]] = {
    "accepted": msg("Accepted"),
    "duplicate": msg("There already"),
    "use_reporting": msg("To be reported instead"),
    "rejected": msg("Rejected"),
    "unauthorized": msg("Not let in"),
    "too_large": msg("Too large"),
    "not_received": msg("Not received"),
    "unknown": msg("No clear answer"),
    "issued": msg("Certificate issued"),
    "refused": msg("Refused"),
    ASKED: msg("Time compared"),
}
"""What the log of exchanges calls an answer."""

_AGAIN: Final = msg("Make a new document of the sale: it is built and signed anew.")
_PASSWORD: Final = msg("Have the Fatoora portal make a new one-time password, and enter it here.")
_DEVICE: Final = msg("Make the key and the request anew, with the seller's data as registered.")
_WAIT: Final = msg("Nothing is to be done: it is sent again by itself.")

WORDS: Final[dict[str, Words]] = {
    "invalid-otp": Words(
        msg("The one-time password is wrong, used already, or older than an hour."), _PASSWORD
    ),
    "missing-otp": Words(msg("The one-time password is missing."), _PASSWORD),
    "invalid-csr": Words(
        msg("The authority does not accept the data of this device."),
        _DEVICE,
    ),
    "missing-csr": Words(msg("The device's request is missing."), _DEVICE),
    "missing-compliancesteps": Words(
        msg("The authority has not yet seen all documents that this device declares."),
        msg("Show the documents once more, then ask for the certificate."),
    ),
    "certificate-permissions": Words(
        msg(
            "The certificate is for another VAT number, or not for this kind of invoice: tax"
            " invoices and simplified ones are each allowed by it or not."
        ),
        msg("Compare the seller's VAT number, and register a device for this kind of invoice."),
    ),
    "invalid-signing-certificate": Words(
        msg("The document was signed with a certificate that is not this device's."),
        msg("Renew the device's certificate, then make a new document of the sale."),
    ),
    "invalid-invoice-hash": Words(
        msg("The document's hash is not the one that was stated with it."), _AGAIN
    ),
    "invoicehash-errors": Words(msg("The document's hash could not be read."), _AGAIN),
    "invalid-invoicehash": Words(msg("The document's hash could not be read."), _AGAIN),
    "signaturevalue": Words(msg("The signature does not fit the document."), _AGAIN),
    "signed-properties-hashing": Words(
        msg("What the signature says of itself does not fit its digest."), _AGAIN
    ),
    "xsd_zatca_invalid": Words(
        msg("The document is not built as UBL 2.1 wants it."),
        _AGAIN,
    ),
    "ksa-13": Words(
        msg("The document names another predecessor than the authority expected."),
        msg("Look at the chain with the chain doctor: it names the link that is wrong."),
    ),
    "401": Words(
        msg("The authority does not accept the device's certificate or its secret."),
        msg("Renew the certificate, or enter a new one-time password; then go on with the device."),
    ),
    "413": Words(
        msg("The document is larger than the authority takes."),
        msg("Divide the sale into several invoices."),
    ),
    "429": Words(msg("The authority asks us to send more slowly."), _WAIT),
    "500": Words(msg("The authority's server failed."), _WAIT),
    "503": Words(msg("The authority's server cannot be reached."), _WAIT),
    "504": Words(msg("The authority's server took too long."), _WAIT),
    CLOCK_WRONG: Words(
        msg("This server's clock is wrong: the authority's tells another time."),
        msg("Have the server's clock set by a time service (NTP), then repeat the step."),
    ),
    NOT_OURS: Words(
        msg("The certificate that came is not for this device's key."),
        _PASSWORD,
    ),
    EXPIRED: Words(msg("The certificate that came has ended already."), _PASSWORD),
    TILL_ASKED: Words(
        msg("The till has to sign this first, and was asked to."),
        msg("Have it on and online for a minute: this page goes on when it has signed."),
    ),
    HEARD_LATER: Words(
        msg("The authority had this document before its first answer reached us."),
        msg("Nothing is to be done: it counts once."),
    ),
}


def words_of(code: str) -> Words | None:
    """What a code means; the codes of QR tags all mean the same."""
    known = WORDS.get(code.casefold())
    if known is None and "qrcode" in code.casefold():
        return Words(msg("The QR code says something else than the document."), _AGAIN)
    return known
