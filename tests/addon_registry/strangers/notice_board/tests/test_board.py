"""A notice goes up, is read by all, and comes down by itself."""

from __future__ import annotations

import httpx


def test_a_notice_without_a_title_is_refused(as_user) -> None:
    answer = as_user("notice_board.writer").post("/api/v1/notice_board/notices", json={"title": ""})
    assert answer.status_code == 422
    assert "title" in answer.text


def test_readers_see_what_writers_put_up_until_its_last_day(as_user) -> None:
    writer: httpx.Client = as_user("notice_board.writer")
    for title, until in (("The lift is out of order", None), ("Party on Friday", "2020-01-31")):
        sent = {"title": title, "body": "", "until": until}
        assert writer.post("/api/v1/notice_board/notices", json=sent).status_code == 201
    page = as_user("notice_board.reader").get("/notice_board/board")
    assert "The lift is out of order" in page.text
    assert "Party on Friday" not in page.text
