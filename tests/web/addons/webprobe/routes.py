"""Pages that behave, and pages that fail in every way a page can."""

from __future__ import annotations

import threading
from decimal import Decimal

from psycopg import OperationalError
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.api import (
    PUBLIC,
    SIGNED_IN,
    Conflict,
    File,
    Fragment,
    InvalidInput,
    Json,
    Page,
    Permission,
    Redirect,
    Reply,
    Request,
    Route,
    enqueue,
    phrase,
    require_confirmation,
)
from webprobe.models import Item

USE = Permission("webprobe.item.use", "Use items")

GATE = threading.Event()
ENTERED = threading.Semaphore(0)
RACES = {"left": 0}


def hello(session: Session, request: Request) -> Reply:
    return Page("webprobe/hello.html", {"amount": Decimal("1234567.5")})


def greet(session: Session, request: Request) -> Reply:
    return Json({"hello": request.path_params["id"], "tenant": request.tenant.slug})


def fragment(session: Session, request: Request) -> Reply:
    return Fragment("webprobe/piece.html", {"word": "<piece>"})


def add(session: Session, request: Request) -> Reply:
    sent = request.json() if request.wants == "json" else dict(request.form)
    item = Item(name=str(sent.get("name", "")), quantity=int(sent.get("quantity", 0)))
    session.add(item)
    session.flush()
    if request.wants == "json":
        return Json({"id": item.id, "name": item.name}, status=201)
    return Redirect("/webprobe/hello", message=phrase("Added {name}.", name=item.name))


def count(session: Session, request: Request) -> Reply:
    return Json({"items": session.scalar(select(func.count()).select_from(Item))})


def race(session: Session, request: Request) -> Reply:
    session.add(Item(name=request.form["name"], quantity=1))
    session.flush()
    if RACES["left"] > 0:
        RACES["left"] -= 1
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'race' USING ERRCODE = '40001'; END $$"))
    return Json({"saved": request.form["name"]})


def stale(session: Session, request: Request) -> Reply:
    item = session.scalars(select(Item)).first()
    assert item is not None
    session.execute(text("UPDATE webprobe.item SET quantity = quantity + 1"))
    item.quantity = 99
    return Json({})


def boom(session: Session, request: Request) -> Reply:
    session.add(Item(name="never kept", quantity=1))
    session.flush()
    raise RuntimeError("the password is hunter2")


def write_on_get(session: Session, request: Request) -> Reply:
    session.add(Item(name="by a GET"))
    return Json({})


def lose(session: Session, request: Request) -> Reply:
    session.add(Item(name="before the connection was lost"))
    session.flush()
    session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return Json({})


def lose_outside(session: Session, request: Request) -> Reply:
    raise RuntimeError("asked in vain") from OperationalError("the server hung up")


def refuse(session: Session, request: Request) -> Reply:
    raise InvalidInput.of(
        "amount", phrase("The amount {amount} is too small.", amount="1"), fix="Give at least 5."
    )


def conflict(session: Session, request: Request) -> Reply:
    raise Conflict("It is closed.", fix="Open it first.")


def sure(session: Session, request: Request) -> Reply:
    require_confirmation(session, phrase("Really?"), key="sure")
    return Json({"confirmed": True, "kept": request.form.get("note", "")})


def wait(session: Session, request: Request) -> Reply:
    ENTERED.release()
    GATE.wait(120)
    return Json({"waited": True})


def ponder(session: Session, request: Request) -> Reply:
    session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": request.path_params["seconds"]})
    return Json({"pondered": True})


def download(session: Session, request: Request) -> Reply:
    lines = (f"{row.name}\n".encode() for row in session.scalars(select(Item).order_by(Item.id)))
    return File(lines, "الأصناف.csv", "text/csv")


def upload(session: Session, request: Request) -> Reply:
    sent = request.files["file"]
    return Json({"name": sent.name, "size": sent.size, "first": sent.read()[:4].decode()})


def call(session: Session, request: Request) -> Reply:
    for url in request.form.getlist("url"):
        enqueue(session, "webprobe.call", url=url)
    return Json({"asked": True})


ROUTES = [
    Route("GET", "/hello", hello, SIGNED_IN),
    Route("GET", "/greet/{id:int}", greet, PUBLIC),
    Route("GET", "/fragment", fragment, SIGNED_IN),
    Route("POST", "/items", add, USE),
    Route("POST", "/api/v1/webprobe/items", add, USE),
    Route("GET", "/api/v1/webprobe/count", count, USE),
    Route("POST", "/race", race, SIGNED_IN),
    Route("POST", "/stale", stale, SIGNED_IN),
    Route("GET", "/boom", boom, SIGNED_IN),
    Route("POST", "/boom", boom, SIGNED_IN),
    Route("GET", "/write-on-get", write_on_get, SIGNED_IN),
    Route("POST", "/lose", lose, SIGNED_IN),
    Route("POST", "/lose-outside", lose_outside, SIGNED_IN),
    Route("POST", "/call", call, SIGNED_IN),
    Route("GET", "/refuse", refuse, SIGNED_IN),
    Route("GET", "/api/v1/webprobe/refuse", refuse, SIGNED_IN),
    Route("GET", "/conflict", conflict, SIGNED_IN),
    Route("POST", "/sure", sure, SIGNED_IN),
    Route("GET", "/wait", wait, PUBLIC),
    Route("GET", "/ponder/{seconds:int}", ponder, PUBLIC),
    Route("GET", "/download", download, SIGNED_IN),
    Route("POST", "/upload", upload, SIGNED_IN),
    Route("POST", "/big-upload", upload, USE, upload=lambda session: 70 * 2**20),
]
