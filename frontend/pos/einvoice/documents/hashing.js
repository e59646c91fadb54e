// Digests as the authority writes them. They are worked out at once, without a promise: a document needs several,
// each of what the one before gave.
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { hex } from "../../store/chain.js";

const encoder = new TextEncoder();

export const bytesOf = (text) => encoder.encode(text);
export const sha256 = (bytes) => digest(bytes);

// Base64 without line breaks.
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Base64 of the hexadecimal SHA-256: how signed properties are digested.
export const hexInBase64 = (text) => btoa(hex(sha256(bytesOf(text))));
