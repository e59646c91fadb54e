"""The rows of a file that were not kept, as a file of the same shape with a column that says what
is wrong in each: to correct and bring again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from sqlalchemy.orm import Session

from core.belongings import read_file
from core.db.session import binding
from core.declare import msg
from core.errors import NotFound
from core.i18n import phrase
from core.importing.layout import Layout, records_of
from core.importing.models import DataImport
from core.web.importing.access import load_import
from core.web.importing.outcome_page import column_titles
from core.web.importing.problems import RowProblem, read_log
from core.web.importing.sheets import CSV, XLSX, Sheet, csv_file, workbook
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.effective import shape_named
from core.web.resources.showing import Translate, translator

PROBLEM_TITLE = msg("Problem")


def problem_file(session: Session, request: Request) -> Reply:
    """The bad rows, as CSV for what came as CSV and as a workbook for a workbook."""
    held = load_import(session, request.path_params["id"])
    if not held.problem_file:
        raise NotFound(phrase("This import has no rows with problems."))
    translate = translator(session, request)
    name = held.file_name.rpartition(".")[0] or held.file_name
    if held.importer:
        sheet = _list_of_problems(session, held, translate)
        return File(csv_file(sheet), f"{name}-problems.csv", CSV)
    layout = Layout.from_json(held.layout)
    bound = binding(session)
    with bound.context["kernel"].files.open(bound.tenant, held.rows_file or held.file) as file:
        titles = [*layout.titles, translate(PROBLEM_TITLE)]
        rows = _bad_rows(session, held, layout, file, translate)
        sheet = Sheet(translate(msg("Problems")), titles, rows)
        if layout.kind == "xlsx":
            return File(workbook([sheet], request.locale), f"{name}-problems.xlsx", XLSX)
        # Read to the end here, while the file is open.
        chunks = list(csv_file(sheet, layout.separator))
    return File(b"".join(chunks), f"{name}-problems.csv", CSV)


def _bad_rows(
    session: Session, held: DataImport, layout: Layout, file: BinaryIO, translate: Translate
) -> Iterator[list[str]]:
    """Rows and entries come in the same order, so both are read along."""
    titles = column_titles(shape_named(session, held.target), held)
    rows, width = records_of(file, layout), len(layout.titles)
    for lines, problems in read_log(read_file(session, held.problem_file)):
        told = {line: [p for p in problems if p.line == line] for line in lines}
        wanted = set(lines)
        for row in rows:
            if row.line in wanted:
                cells = [row.cell(place) for place in range(width)]
                words = " ".join(_words(p, titles, translate) for p in told[row.line])
                yield [*cells, words]
                if row.line == lines[-1]:
                    break


def _words(problem: RowProblem, titles: dict[str, str], translate: Translate) -> str:
    column = titles.get(problem.column, "")
    message = translate(problem.message)
    fix = f" {translate(problem.fix)}" if problem.fix else ""
    return f"{column}: {message}{fix}" if column else f"{message}{fix}"


def _list_of_problems(session: Session, held: DataImport, translate: Translate) -> Sheet:
    rows = [
        [str(problem.line), translate(problem.message)]
        for _, problems in read_log(read_file(session, held.problem_file))
        for problem in problems
    ]
    return Sheet("", [translate(msg("Row")), translate(PROBLEM_TITLE)], rows)
