"""The elements of an OFX file: OFX 2 is XML, OFX 1 is SGML whose values close themselves.

ofxtools reads what keeps to the standard. What banks send beside it (no header, tags that are
never closed) is first put in order by ofxparse, and then read the same way. Both are loaded by
the first such file: they bring the whole of the standard along, a fifth of a second.
"""

from __future__ import annotations

import io
import re
from typing import Final
from xml.etree.ElementTree import Element

from addons.accounting.services.bank.errors import unreadable
from core.api import phrase

SIGN: Final = re.compile(rb"<OFX>|OFXHEADER\s*[:=]", re.IGNORECASE)
"""What such a file is known by."""
_FORBIDDEN: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)


def elements_of(content: bytes) -> Element:
    """The root element, `OFX`; raises BankFileIsUnreadable."""
    if _FORBIDDEN.search(content):
        raise unreadable(phrase("A bank statement has no document type; this file has one."))
    root = _by_standard(content)
    if root is None:
        root = _leniently(content)
    if root is None:
        raise unreadable(
            phrase("The file begins as OFX, but its elements cannot be told apart."),
            fix=phrase("Ask the bank for the file again; it is damaged or cut off."),
        )
    return root


def _by_standard(content: bytes) -> Element | None:
    from ofxtools.Parser import OFXTree

    tree = OFXTree()
    try:
        tree.parse(io.BytesIO(content))
    except Exception:
        return None
    return tree.getroot()


def _leniently(content: bytes) -> Element | None:
    from ofxparse.ofxparse import OfxPreprocessedFile
    from ofxtools.Parser import TreeBuilder

    start = content.upper().find(b"<OFX>")
    if start < 0:
        return None
    try:
        ordered = OfxPreprocessedFile(io.BytesIO(content)).fh
        text = ordered.read()
    except Exception:
        text = content.decode("utf-8", errors="replace")
    text = text if isinstance(text, str) else text.decode("utf-8", errors="replace")
    body = _COMMENT.sub("", text[text.upper().find("<OFX>") :])
    builder = TreeBuilder()
    try:
        builder.feed(body)
        return builder.close()
    except Exception:
        return None
