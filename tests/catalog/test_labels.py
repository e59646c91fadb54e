"""Labels that a company designs: what is placed on one is what is printed, on sheets, on rolls and
for label printers, in every script."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from addons.catalog.models import LabelDesign
from addons.catalog.services.labels.designs import create_design, set_elements
from addons.catalog.services.labels.printing import read_wanted
from addons.catalog.services.products import create_product
from core.errors import InvalidInput
from core.kernel import Kernel
from core.printing.codes import datamatrix_svg
from core.printing.datamatrix import modules
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "labels") as tenant:
        yield tenant


def product(session, **more) -> int:
    values = {
        "name": "Basmati rice",
        "name_local": "أرز بسمتي",
        "sale_price": Decimal("34.5"),
        **more,
    }
    return create_product(session, values).id


def text(x=2, y=2, width=40, height: float = 5, said="{name}", **more):
    return {"kind": "text", "x": x, "y": y, "width": width, "height": height, "text": said, **more}


def design(session, *elements, **more) -> LabelDesign:
    values = {"name": "Roll", "kind": "product", "width": 50, "height": 30, **more}
    made = create_design(session, values)
    if elements:
        set_elements(session, made, json.dumps(elements))
    return made


def token(page) -> str:
    return page.text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_data_matrix_code_is_drawn_as_the_standard_draws_it() -> None:
    # "123456" is the example of ISO/IEC 16022: three pairs of digits in ten by ten modules.
    rows = ["".join("x" if dark else "." for dark in row) for row in modules("123456")]
    assert rows == [
        "x.x.x.x.x.",
        "xx..x.xx.x",
        "xx.....x..",
        "xx...xxx.x",
        "xx....x...",
        "x.....xxxx",
        "xxx.xx....",
        "xxxx.xx..x",
        "x..xxx.x..",
        "xxxxxxxxxx",
    ]
    assert datamatrix_svg("(01)06291041500213(10)A7").count("viewBox") == 1
    with pytest.raises(InvalidInput, match="too long"):
        modules("x" * 500)


def test_what_a_designer_sends_is_checked_against_the_label_and_its_fields(session) -> None:
    made = design(session)
    assert made.elements[0]["text"] == "{name}"
    for wrong, message in (
        (text(width=60), "beyond the label"),
        (text(said="{nothing}"), "no field nothing"),
        (text(size=1000), "number from 3"),
        ({"kind": "script"}, "nothing that stands"),
    ):
        with pytest.raises(InvalidInput, match=message):
            set_elements(session, made, json.dumps([wrong]))
    with pytest.raises(InvalidInput, match="no design"):
        set_elements(session, made, "{")
    with pytest.raises(InvalidInput, match="need 150 mm"):
        design(session, name="Sheet", columns=3, rows=8, page_width=100, page_height=297)


def test_one_design_of_a_kind_is_the_usual_one(session) -> None:
    first, second = design(session), design(session, name="Other")
    assert (first.is_default, second.is_default) == (True, False)
    third = design(session, name="Third", is_default=True)
    session.expire_all()
    assert [one.is_default for one in (first, second, third)] == [False, False, True]


def test_labels_are_printed_as_pdf_and_for_label_printers(as_user, session) -> None:
    rice = product(session, barcode="6291041500213")
    tea = product(session, name="Tea", name_local="")
    made = design(
        session,
        text(bold=True),
        text(y=8, said="{name_local}", align="right"),
        {"kind": "code", "x": 2, "y": 14, "width": 46, "height": 12, "text": "{barcode}"},
        text(y=26, height=3.5, said="{price}"),
        columns=2, rows=3, page_width=110, page_height=100,
    )  # fmt: skip
    session.commit()
    browser = as_user()
    page = browser.get(f"/catalog/labels/print?kind=product&items={rice}x2,{tea}")
    assert "Basmati rice" in page.text
    asked = {
        "csrf_token": token(page),
        "kind": "product",
        "design": str(made.id),
        "items": f"{rice}x2,{tea}",
        "skip": "5",
    }
    pdf = browser.post("/catalog/labels/print", data={**asked, "as": "pdf"})
    assert pdf.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    # The sixth place of the first sheet, then two of the second.
    assert len(pages) == 2
    zpl = browser.post("/catalog/labels/print", data={**asked, "as": "zpl"}).text
    assert zpl.count("^XA") == 2
    assert "^PQ2^XZ" in zpl
    assert re.search(r"\^BEN,\d+,Y,N\^FD629104150021\^FS", zpl)
    assert "^FDBasmati rice^FS" in zpl
    assert "^GFA," in zpl, "Arabic is sent as a picture"
    refused = browser.post("/catalog/labels/print", data={**asked, "items": "99999999"})
    assert refused.status_code == 422


def test_a_label_is_previewed_with_a_real_record_and_saved(as_user, session) -> None:
    rice = product(session)
    made = design(session, name="Preview")
    session.commit()
    browser = as_user()
    page = browser.get(f"/catalog/label-designs/{made.id}/designer")
    elements = json.dumps([text(said="{name} {amount}")])
    asked = {"csrf_token": token(page), "elements": elements, "record": str(rice)}
    shown = browser.post(f"/catalog/label-designs/{made.id}/preview", data=asked).json()
    assert base64.b64decode(shown["picture"].split(",")[1]).startswith(b"\x89PNG")
    wrong = {**asked, "elements": json.dumps([text(width=99)])}
    answer = browser.post(f"/catalog/label-designs/{made.id}/preview", data=wrong).json()
    assert "beyond the label" in answer["problem"]
    saved = browser.post(f"/catalog/label-designs/{made.id}/designer", data=asked)
    assert saved.status_code in (302, 303)
    session.expire_all()
    kept = session.scalar(select(LabelDesign).where(LabelDesign.id == made.id))
    assert [one["text"] for one in kept.elements] == ["{name} {amount}"]


def test_how_many_labels_of_what_is_read() -> None:
    assert [(one.record_id, one.copies) for one in read_wanted("12, 13x4")] == [(12, 1), (13, 4)]
    with pytest.raises(InvalidInput, match="at most"):
        read_wanted("1x5000")
    with pytest.raises(InvalidInput, match="no record"):
        read_wanted("abc")
