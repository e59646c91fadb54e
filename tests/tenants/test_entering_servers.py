"""An operator enters a database server on a page: looked at first, refused where it will not do,
and with a password that is seen by nobody afterwards."""

from __future__ import annotations

import psycopg
from psycopg import sql

from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.second_server import another_server

PAGE = "/tenants/servers/add"


def test_a_server_is_looked_at_and_entered_and_taken_out(
    kernel: Kernel, transport: AppTransport
) -> None:
    with another_server() as there, open_browser(transport, "app.localhost") as operator:
        sign_in(kernel, control(kernel), operator, [ADMIN_ROLE])
        place = there.address
        typed = {
            "name": there.name,
            "host": place.host,
            "port": str(place.port),
            "user": place.user,
            "password": place.password,
            "database": place.database,
        }
        assert "Add a server" in operator.get("/tenants/servers").text

        def look(**other: str) -> str:
            return operator.post(f"{PAGE}/look", data={**typed, **other}).text

        assert "It can be reached" in look()
        assert "wal_level = logical" in look()
        wrong = look(password="not this one")
        assert "It cannot be reached" in wrong
        assert "not this one" not in wrong
        with psycopg.connect(**place.conninfo(), autocommit=True) as admin:
            _make_weak_role(admin)
        weak = look(user="weak", password="weak")
        assert "may not create databases and roles" in weak
        assert "GRANT pg_create_subscription TO" in weak
        refused = operator.post(PAGE, data={**typed, "user": "weak", "password": "weak"})
        assert (refused.status_code, "This server will not do" in refused.text) == (409, True)
        lacking = operator.post(PAGE, data={**typed, "host": "", "port": "many", "capacity": "-1"})
        assert lacking.status_code == 422
        assert "Give a number from 1 to 65535." in lacking.text

        entered = operator.post(PAGE, data=typed)
        assert entered.status_code == 303
        page = operator.get(entered.headers["location"])
        assert f"{there.name} is entered" in page.text
        assert place.password not in page.text
        twice = operator.post(PAGE, data={**typed, "name": "third"})
        assert (twice.status_code, "is the server second already" in twice.text) == (409, True)
        gone = operator.post(f"{entered.headers['location']}/delete", data={"confirmed": "yes"})
        assert gone.status_code == 303, gone.text
        assert operator.get(entered.headers["location"]).status_code == 404


def _make_weak_role(admin: psycopg.Connection) -> None:
    statement = sql.SQL("CREATE ROLE weak LOGIN PASSWORD {}")
    admin.execute(statement.format(sql.Literal("weak")))
