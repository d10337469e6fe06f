"""Published files made for one test: text with pipe tables, pages and workbooks."""

import io
import zipfile

HEAD = "Pollster: Nobody\nSample size: 800\nMargin of error: ±3.5%\nFieldwork: 6-8 May 2031\n\nVote intention\n\n"
TABLE = (
    "| Answer | Total | North | South |\n|---|---|---|---|\n"
    "| Okafor | 45.0 | 41.5 | 50.2 |\n| Lindqvist | 55.0 | 58.5 | 49.8 |\n"
)


def markdown(*replacements, head=HEAD, table=TABLE):
    """The sound file with pieces replaced; a piece that is not there would spoil nothing."""
    text = head + table
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def workbook(rows, *, merges=(), formats=None, head=True, hidden_column=""):
    """A workbook with one sheet; numbers with their formats by cell, such as {"B9": "0.0%"}."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("Vote")
    lines = [[line] for line in HEAD.splitlines()] if head else []
    for r, row in enumerate([*lines, *rows]):
        for c, value in enumerate(row):
            place = f"{chr(65 + c)}{r + 1}"
            shown = book.add_format({"num_format": (formats or {}).get(place, "0.0")})
            if isinstance(value, str):
                page.write_string(r, c, value)
            elif value is not None:
                page.write_number(r, c, value, shown)
    for first_row, first_column, last_row, last_column, text in merges:
        page.merge_range(first_row, first_column, last_row, last_column, text)
    if hidden_column:
        page.set_column(f"{hidden_column}:{hidden_column}", None, None, {"hidden": True})
    book.close()
    return stream.getvalue()


def with_part(content, name, part):
    """The workbook with one of its parts replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        new.writestr(name, part)
    return stream.getvalue()


ROWS = [["", "Total", "North"], ["Okafor", 45.0, 41.5], ["Lindqvist", 55.0, 58.5]]


def pdf(*pages):
    """A PDF of pages of (x, y from the top, size, text) in Helvetica; "turned" as a fifth stands the text on its end.

    Four numbers are a box that is drawn: its left, top, right and bottom.
    """
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for words in pages:
        lines = []
        for x, y, size, text, *turned in words:
            if not isinstance(text, str):
                lines.append(f"{x} {800 - text} {size - x} {text - y} re S")
                continue
            shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            matrix = "0 1 -1 0" if turned else "1 0 0 1"
            lines.append(f"BT /F {size} Tf {matrix} {x} {800 - y} Tm ({shown}) Tj ET")
        stream = "\n".join(lines)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    text += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    text += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{text.index('xref')}\n%%EOF\n"
    return text.encode("latin-1")


def open_document(rows):
    """A spreadsheet of OpenDocument with one sheet."""
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    spaces += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    spaces += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    made = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Vote">'
    )
    content += f"{made}</table:table></office:spreadsheet></office:body></office:document-content>"
    return _archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def word_document(lines, rows):
    """A Word document of paragraphs and one table."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
    made = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    body = f"{''.join(map(paragraph, lines))}<w:tbl>{made}</w:tbl>"
    return _archive({"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>"})


def _archive(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()
