"""The XAdES block of a signed document, in the authority's own layout.

The layout matters: the digest of the signed properties is taken of their text with its blanks, and
with the namespace of XML Signature repeated on each of its elements (ETSI TS 101 903 v1.3.2; ZATCA,
Security Features Implementation Standards 2.3.3). The hexadecimal form under the base64 and the
digest over the certificate's text are the authority's reading of it, not the standard's."""

from __future__ import annotations

from typing import Final

from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.hashing import hex_in_base64

URN: Final = "urn:oasis:names:specification:ubl:"
SIGNATURE_ID: Final = f"{URN}signature:Invoice"
METHOD: Final = f"{URN}dsig:enveloped:xades"

_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_C14N: Final = "http://www.w3.org/2006/12/xml-c14n11"
_XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_ECDSA: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_SCHEMA: Final = "urn:oasis:names:specification:ubl:schema:xsd:"

_PROPERTIES: Final = """\
<xades:SignedProperties{xades} Id="xadesSignedProperties">
                                    <xades:SignedSignatureProperties>
                                        <xades:SigningTime>{time}</xades:SigningTime>
                                        <xades:SigningCertificate>
                                            <xades:Cert>
                                                <xades:CertDigest>
                                                    <ds:DigestMethod{ds} Algorithm="{sha256}"/>
                                                    <ds:DigestValue{ds}>{digest}</ds:DigestValue>
                                                </xades:CertDigest>
                                                <xades:IssuerSerial>
                                                    <ds:X509IssuerName{ds}>{issuer}</ds:X509IssuerName>
                                                    <ds:X509SerialNumber{ds}>{serial}</ds:X509SerialNumber>
                                                </xades:IssuerSerial>
                                            </xades:Cert>
                                        </xades:SigningCertificate>
                                    </xades:SignedSignatureProperties>
                                </xades:SignedProperties>"""

_EXTENSIONS: Final = f"""\
<ext:UBLExtensions>
    <ext:UBLExtension>
        <ext:ExtensionURI>{METHOD}</ext:ExtensionURI>
        <ext:ExtensionContent>
            <sig:UBLDocumentSignatures xmlns:sig="{_SCHEMA}CommonSignatureComponents-2" xmlns:sac="{_SCHEMA}SignatureAggregateComponents-2" xmlns:sbc="{_SCHEMA}SignatureBasicComponents-2">
                <sac:SignatureInformation>
                    <cbc:ID>{URN}signature:1</cbc:ID>
                    <sbc:ReferencedSignatureID>{SIGNATURE_ID}</sbc:ReferencedSignatureID>
                    <ds:Signature xmlns:ds="{_DS}" Id="signature">
                        <ds:SignedInfo>
                            <ds:CanonicalizationMethod Algorithm="{_C14N}"/>
                            <ds:SignatureMethod Algorithm="{_ECDSA}"/>
                            <ds:Reference Id="invoiceSignedData" URI="">
                                <ds:Transforms>
                                    <ds:Transform Algorithm="{_XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::ext:UBLExtensions)</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="{_XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::cac:Signature)</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="{_XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::cac:AdditionalDocumentReference[cbc:ID='QR'])</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="{_C14N}"/>
                                </ds:Transforms>
                                <ds:DigestMethod Algorithm="{_SHA256}"/>
                                <ds:DigestValue>{{hash}}</ds:DigestValue>
                            </ds:Reference>
                            <ds:Reference Type="{_DS}SignatureProperties" URI="#xadesSignedProperties">
                                <ds:DigestMethod Algorithm="{_SHA256}"/>
                                <ds:DigestValue>{{properties_digest}}</ds:DigestValue>
                            </ds:Reference>
                        </ds:SignedInfo>
                        <ds:SignatureValue>{{signature}}</ds:SignatureValue>
                        <ds:KeyInfo>
                            <ds:X509Data>
                                <ds:X509Certificate>{{certificate}}</ds:X509Certificate>
                            </ds:X509Data>
                        </ds:KeyInfo>
                        <ds:Object>
                            <xades:QualifyingProperties xmlns:xades="{_XADES}" Target="signature">
                                {{properties}}
                            </xades:QualifyingProperties>
                        </ds:Object>
                    </ds:Signature>
                </sac:SignatureInformation>
            </sig:UBLDocumentSignatures>
        </ext:ExtensionContent>
    </ext:UBLExtension>
</ext:UBLExtensions>"""  # noqa: E501 the layout is the authority's


def extensions(
    document_hash: str, signature: str, certificate: SigningCertificate, signed_at: str
) -> str:
    """The whole block, for a document of this hash and signature."""
    standing = _properties(certificate, signed_at, ds="", xades="")
    digested = _properties(
        certificate, signed_at, ds=f' xmlns:ds="{_DS}"', xades=f' xmlns:xades="{_XADES}"'
    )
    return _EXTENSIONS.format(
        hash=document_hash,
        properties_digest=hex_in_base64(digested.encode()),
        signature=signature,
        certificate=certificate.text,
        properties=standing,
    )


def _properties(certificate: SigningCertificate, signed_at: str, *, ds: str, xades: str) -> str:
    return _PROPERTIES.format(
        ds=ds,
        xades=xades,
        time=signed_at,
        sha256=_SHA256,
        digest=certificate.digest,
        issuer=certificate.issuer.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        serial=certificate.serial,
    )
