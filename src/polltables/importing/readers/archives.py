"""Archives of XML parts, as workbooks and documents are: nothing is unpacked unseen, no entity is expanded."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from analysis.errors import PollError

__all__ = ["MAX_PARTS", "MAX_UNPACKED_BYTES", "harmless_archive", "setting", "xml_part"]

MAX_UNPACKED_BYTES = 80_000_000
"""Unpacked size of all parts, as the directory declares it and as it unpacks."""
MAX_RATIO = 200
"""Unpacked to packed size of one part; sheets of figures reach about 20, bombs more than 1,000."""
MAX_PARTS = 2_000
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # a part of what Office makes of a file with a password
_SMALL_PART = 1_000_000
_MOST_DEPTH = 100


def harmless_archive(content: bytes, name: str, kind: str = "XLSX workbook") -> zipfile.ZipFile:
    """Open an archive after checking its directory, then each XML part for a DTD, before anything else parses them.

    PollError if it is no archive, is encrypted, unpacks to an enormous size, or holds a DTD or entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        if _LOCKED in content:
            raise PollError(f"{name}: the file is locked by a password; save it without one.") from error
        raise PollError(f"{name}: the file is no {kind}, or is cut off: {error}.") from error
    problems = list(_size_problems(archive.infolist(), name))
    if not problems:
        problems = [
            f"{name}: the part {part.filename!r} {why}."
            for part in archive.infolist()
            if part.filename.endswith((".xml", ".rels", ".vml")) and (why := _part_problem(archive, part))
        ]
    if problems:
        raise PollError(problems)
    return archive


def _size_problems(parts: list[zipfile.ZipInfo], name: str) -> Iterator[str]:
    if len(parts) > MAX_PARTS:
        yield f"{name}: the file has {len(parts):,} parts; at most {MAX_PARTS:,} are unpacked."
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES:
        yield f"{name}: the file unpacks to {total:,} bytes; at most {MAX_UNPACKED_BYTES:,} are unpacked."
    for part in parts:
        times = part.file_size / max(part.compress_size, 1)
        if part.file_size > _SMALL_PART and times > MAX_RATIO:
            yield (
                f"{name}: the part {part.filename!r} unpacks to {times:,.0f} times its size; at most {MAX_RATIO} times "
                "is unpacked."
            )
    if len({part.filename for part in parts}) < len(parts):
        yield f"{name}: two parts of the file have the same name; save it anew."


def _part_problem(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    """Say what is wrong with an XML part: a DTD, or that it cannot be read."""
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: object) -> None:
        raise PollError("holds a DTD or entities, which no workbook needs; nothing was expanded")

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise PollError("nests its elements too deeply")

    def leave(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except PollError as error:
        return str(error)
    except Exception as error:  # a wrong checksum, a password, XML that breaks off
        return f"cannot be read: {error}"
    return ""


def xml_part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Parse a part of an archive that `harmless_archive` has checked, without namespaces; empty where there is none."""
    if name not in archive.namelist():
        return ElementTree.Element("none")
    with archive.open(name) as stream:
        root = ElementTree.parse(stream).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: value for key, value in element.items()}
    return root


def setting(element: ElementTree.Element | None, path: str) -> str:
    """Return the value of a setting such as <b/>, "1" unless it says otherwise; empty where it is off or not there."""
    found = element.find(path) if element is not None else None
    value = found.get("val", "1") if found is not None else ""
    return "" if value in {"0", "false", "none", "baseline"} else value
