"""The first words stay, whatever becomes of the notice."""

from __future__ import annotations

from shadow.services.first_words import first_words, keep


def test_later_words_do_not_replace_the_first(session) -> None:
    keep(session, 7, "Lift", "Out of order.")
    keep(session, 7, "Lift", "Repaired.")
    words = first_words(session, 7)
    assert words is not None
    assert words.body == "Out of order."


def test_the_first_words_stand_beside_the_notice(as_user) -> None:
    administrator = as_user()
    sent = {"title": "Lift", "body": "Out of order."}
    made = administrator.post("/api/v1/notice_board/notices", json=sent).json()
    record = administrator.get(f"/notice_board/notices/{made['id']}")
    assert "At first" in record.text
    assert "Out of order." in record.text
