"""Calls that write, read, remember, store, notify, litter, fail and take long."""

from __future__ import annotations

import time

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.api import (
    Json,
    NotFound,
    Request,
    Route,
    enqueue,
    notify,
    read_file,
    recall,
    remember,
    store_file,
)

from .models import Mark
from .permissions import MAKE

LITTER = {
    "settings": "SET search_path = nowhere; SET TimeZone = 'Asia/Dhaka'",
    "temporary": "CREATE TEMPORARY TABLE left_behind AS SELECT word FROM noise.mark",
    "advisory": "SELECT pg_advisory_lock(4711)",
    "cursor": "DECLARE reader CURSOR WITH HOLD FOR SELECT word FROM noise.mark",
    "listen": "LISTEN gossip",
    "read only": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "identity": "SELECT set_config('aorabooks.actor', 'somebody else', false)",
}


def write_mark(session: Session, request: Request) -> Json:
    mark = Mark(word=request.form["word"], via="http")
    session.add(mark)
    session.flush()
    return Json({"id": str(mark.id)})


def write_and_fail(session: Session, request: Request) -> Json:
    write_mark(session, request)
    raise RuntimeError("an addon's mistake with nobody's word in it")


def read_marks(session: Session, request: Request) -> Json:
    return Json(
        {
            "database": session.scalar(text("SELECT current_database()::text")),
            "words": list(session.scalars(select(Mark.word).order_by(Mark.id))),
        }
    )


def leave_litter(session: Session, request: Request) -> Json:
    for statement in LITTER[request.form["kind"]].split("; "):
        session.execute(text(statement))
    return Json({})


def look_for_litter(session: Session, request: Request) -> Json:
    """What a fresh connection of this tenant has, if nobody left anything on it."""
    row = session.execute(
        text(
            "SELECT current_setting('search_path') AS search_path,"
            " current_setting('TimeZone') AS zone,"
            " current_setting('default_transaction_read_only') AS read_only,"
            " coalesce(current_setting('aorabooks.actor', true), '') AS actor,"
            " (SELECT count(*) FROM pg_class WHERE relname = 'left_behind') AS tables,"
            " (SELECT count(*) FROM pg_locks"
            "   WHERE locktype = 'advisory' AND objid = 4711 AND pid = pg_backend_pid()) AS locks,"
            " (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,"
            " (SELECT count(*) FROM pg_listening_channels()) AS channels"
        )
    ).one()
    return Json(dict(row._mapping))


def take_long(session: Session, request: Request) -> Json:
    session.add(Mark(word=request.form["word"], via="never"))
    session.flush()
    session.execute(text("SET LOCAL statement_timeout = '30ms'"))
    session.execute(text("SELECT pg_sleep(5)"))
    return Json({})


def dawdle(session: Session, request: Request) -> Json:
    session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": 0.05})
    time.sleep(0.01)
    return read_marks(session, request)


def put_in_cache(session: Session, request: Request) -> Json:
    remember(session, "word", request.form["word"].encode(), seconds=60)
    return Json({})


def get_from_cache(session: Session, request: Request) -> Json:
    word = recall(session, "word")
    return Json({"word": None if word is None else word.decode()})


def put_file(session: Session, request: Request) -> Json:
    return Json({"digest": store_file(session, [request.form["word"].encode()]).digest})


def get_file(session: Session, request: Request) -> Json:
    try:
        content = b"".join(read_file(session, request.query["digest"]))
    except NotFound:
        return Json({"word": None})
    return Json({"word": content.decode()})


def ask_for_job(session: Session, request: Request) -> Json:
    enqueue(session, "noise.mark", word=request.form["word"])
    return Json({})


def tell_pages(session: Session, request: Request) -> Json:
    notify(session, "noise", {"word": request.form["word"]})
    return Json({})


ROUTES = [
    Route("POST", "/marks", write_mark, MAKE),
    Route("POST", "/fail", write_and_fail, MAKE),
    Route("GET", "/marks", read_marks, MAKE),
    Route("POST", "/litter", leave_litter, MAKE),
    Route("GET", "/litter", look_for_litter, MAKE),
    Route("POST", "/long", take_long, MAKE),
    Route("GET", "/dawdle", dawdle, MAKE),
    Route("POST", "/cache", put_in_cache, MAKE),
    Route("GET", "/cache", get_from_cache, MAKE),
    Route("POST", "/file", put_file, MAKE),
    Route("GET", "/file", get_file, MAKE),
    Route("POST", "/job", ask_for_job, MAKE),
    Route("POST", "/tell", tell_pages, MAKE),
]
