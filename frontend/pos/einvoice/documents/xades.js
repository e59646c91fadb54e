// The XAdES block of a signed document, in the authority's own layout.
//
// The layout matters: the digest of the signed properties is taken of their text with its blanks, and with the namespace
// of XML Signature repeated on each of its elements. The hexadecimal form under the base64 is the authority's reading of
// it, not the standard's.
import { hexInBase64 } from "./hashing.js";
import { escaped } from "./texts.js";

const URN = "urn:oasis:names:specification:ubl:";
export const SIGNATURE_ID = `${URN}signature:Invoice`;
export const METHOD = `${URN}dsig:enveloped:xades`;

const DS = "http://www.w3.org/2000/09/xmldsig#";
const XADES = "http://uri.etsi.org/01903/v1.3.2#";
const SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const C14N = "http://www.w3.org/2006/12/xml-c14n11";
const XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116";
const ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:";

// The whole block, for a document of this hash and signature. `certificate` is the feed's.
export function extensions(hash, signature, certificate, signedAt) {
  const standing = properties(certificate, signedAt, "", "");
  const digested = properties(certificate, signedAt, ` xmlns:ds="${DS}"`, ` xmlns:xades="${XADES}"`);
  return `<ext:UBLExtensions>
    <ext:UBLExtension>
        <ext:ExtensionURI>${METHOD}</ext:ExtensionURI>
        <ext:ExtensionContent>
            <sig:UBLDocumentSignatures xmlns:sig="${SCHEMA}CommonSignatureComponents-2" xmlns:sac="${SCHEMA}SignatureAggregateComponents-2" xmlns:sbc="${SCHEMA}SignatureBasicComponents-2">
                <sac:SignatureInformation>
                    <cbc:ID>${URN}signature:1</cbc:ID>
                    <sbc:ReferencedSignatureID>${SIGNATURE_ID}</sbc:ReferencedSignatureID>
                    <ds:Signature xmlns:ds="${DS}" Id="signature">
                        <ds:SignedInfo>
                            <ds:CanonicalizationMethod Algorithm="${C14N}"/>
                            <ds:SignatureMethod Algorithm="${ECDSA}"/>
                            <ds:Reference Id="invoiceSignedData" URI="">
                                <ds:Transforms>
                                    <ds:Transform Algorithm="${XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::ext:UBLExtensions)</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="${XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::cac:Signature)</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="${XPATH}">
                                        <ds:XPath>not(//ancestor-or-self::cac:AdditionalDocumentReference[cbc:ID='QR'])</ds:XPath>
                                    </ds:Transform>
                                    <ds:Transform Algorithm="${C14N}"/>
                                </ds:Transforms>
                                <ds:DigestMethod Algorithm="${SHA256}"/>
                                <ds:DigestValue>${hash}</ds:DigestValue>
                            </ds:Reference>
                            <ds:Reference Type="${DS}SignatureProperties" URI="#xadesSignedProperties">
                                <ds:DigestMethod Algorithm="${SHA256}"/>
                                <ds:DigestValue>${hexInBase64(digested)}</ds:DigestValue>
                            </ds:Reference>
                        </ds:SignedInfo>
                        <ds:SignatureValue>${signature}</ds:SignatureValue>
                        <ds:KeyInfo>
                            <ds:X509Data>
                                <ds:X509Certificate>${certificate.text}</ds:X509Certificate>
                            </ds:X509Data>
                        </ds:KeyInfo>
                        <ds:Object>
                            <xades:QualifyingProperties xmlns:xades="${XADES}" Target="signature">
                                ${standing}
                            </xades:QualifyingProperties>
                        </ds:Object>
                    </ds:Signature>
                </sac:SignatureInformation>
            </sig:UBLDocumentSignatures>
        </ext:ExtensionContent>
    </ext:UBLExtension>
</ext:UBLExtensions>`;
}

const properties = (certificate, signedAt, ds, xades) => `<xades:SignedProperties${xades} Id="xadesSignedProperties">
                                    <xades:SignedSignatureProperties>
                                        <xades:SigningTime>${signedAt}</xades:SigningTime>
                                        <xades:SigningCertificate>
                                            <xades:Cert>
                                                <xades:CertDigest>
                                                    <ds:DigestMethod${ds} Algorithm="${SHA256}"/>
                                                    <ds:DigestValue${ds}>${certificate.digest}</ds:DigestValue>
                                                </xades:CertDigest>
                                                <xades:IssuerSerial>
                                                    <ds:X509IssuerName${ds}>${escaped(certificate.issuer)}</ds:X509IssuerName>
                                                    <ds:X509SerialNumber${ds}>${certificate.serial}</ds:X509SerialNumber>
                                                </xades:IssuerSerial>
                                            </xades:Cert>
                                        </xades:SigningCertificate>
                                    </xades:SignedSignatureProperties>
                                </xades:SignedProperties>`;
