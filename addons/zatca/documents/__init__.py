"""Electronic invoices as the Saudi authority asks for them: built, hashed, signed, read again.

Pure: no session, no settings, no clock. Sources: ZATCA, Electronic Invoice XML Implementation
Standard; Security Features Implementation Standards; UBL 2.1 (OASIS)."""
