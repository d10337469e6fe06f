"""The command line under odd arguments, files, streams and environments: no traceback, no hang, nothing left behind.

    .venv/bin/python tests/fuzz/command_line.py 3600 [SEED]

runs for so many seconds, and prints each find with the seed that repeats it (0 SEED runs it alone). Everything happens
in a folder that is thrown away. Most cases are forked from this process; one in twenty is a process of its own, as the
start of Python counts too.
"""

import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from made_up_collection import HARBOUR, PARAMETERS, VALLE, write_project

from analysis.paths import PROJECT_VARIABLE, forget_project, project_root
from polltables import cli

PATIENCE = 120  # seconds that a case may take
FINE = {0, 1, 2, 3, 130}
SEALED = (  # what is written to, odd places too, must not be this machine's
    "for place in $(findmnt --raw --noheadings --output TARGET); do mount -o remount,bind,ro $place 2>/dev/null; done;"
    'mount -t tmpfs tmpfs /tmp && cd /tmp && exec "$@"'
)
SPOKEN = f'{PARAMETERS}\nlevel: float = 0.95  # a level\nlanguage: str = "en"  # a language'
ODD = [
    "", " ", "-", "--", "---", "-x", "--=", "=", ".", "..", "/", "//", "~", "*", "**", "**x", "[", "[!",
    "?", "\\", "'", '"', "%s", "{0}", "$(id)", "`id`", ";", "\n", "a\nb", "\t", "\r", "\x1b[2J",
    "\x1b]0;x\x07", "\x7f", "\u202e", "\u200b", "\u2028", "é", "e\u0301", "日本", "😀", "\udcff",
    "\udc80", "x" * 255, "x" * 256, "x" * 5000, "é" * 200, "/" * 300, "../" * 40, "a/b/c",
    "0", "-1", "1e300", "nan", "inf", "-inf", "1_000", "٣", "9" * 400, "true", "null", "en", "es", "fr",
    "/dev/null", "/dev/full", "/dev/zero", "/proc/self/mem", "/etc", "/etc/*", "/nonexistent/x", "index",
    "index.html", "reports.toml", "poll.toml", "@file", "-q", "--help", "-v",
]  # fmt: skip
OPTIONS = [
    "--quiet", "--verbose", "--version", "--help", "--format", "--out", "--replace", "--language",
    "--polls", "--workers", "--engine", "--time-limit", "--memory-limit", "--force", "--scheduler",
    "--pollster", "--sample-size", "--fieldwork", "--title", "--langage", "--o",
]  # fmt: skip
FORMATS = ["text", "json", "csv", "xlsx", "html", "markdown", "parquet", "datapackage", "docx"]
REPORTS = ["one", "two", "es/one", "es/o*", "o*", "[ot]*", "one", "three"]
ENVIRONMENT = {
    "PYTHONIOENCODING": ["latin-1", "ascii", "utf-8", "cp1252", "ascii:replace"],
    "LC_ALL": ["C", "C.UTF-8", "xx_YY", ""],
    "COLUMNS": ["0", "1", "-5", "x", "100000"],
    "TZ": ["", "Asia/Tokyo", ":", "x" * 500, "/etc/passwd"],
    "HOME": ["", "/nonexistent", "/dev/null", "/proc"],
    "TMPDIR": ["", "/nonexistent", "/dev/null", "/proc"],
    PROJECT_VARIABLE: ["", ".", "/", "/nonexistent", "x" * 5000, "a\nb", "/dev/null"],
    "PATH": ["", "/nonexistent"],
    "PYTHONWARNINGS": ["error", "x"],
    "PYTHONOPTIMIZE": ["2"],
    "MPLBACKEND": ["x", "TkAgg"],
    "MPLCONFIGDIR": ["/dev/null", "/nonexistent"],
    "MATPLOTLIBRC": ["/dev/null", "/nonexistent", "/etc/passwd"],
    "PYTHONTRACEMALLOC": ["5"],
    "PYTHONDEVMODE": ["1"],
    "JUPYTER_CONFIG_DIR": ["/dev/null", "/proc"],
    "JUPYTER_RUNTIME_DIR": ["/dev/null", "/proc"],
    "NO_COLOR": ["1"],
    "TERM": ["", "dumb", "x"],
}


LIMITS = [  # what a shell may forbid: files at a time, the size of one, memory
    (resource.RLIMIT_NOFILE, 32), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_FSIZE, 10_000),
    (resource.RLIMIT_AS, 400_000_000), (resource.RLIMIT_AS, 1_500_000_000),
]  # fmt: skip
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGPIPE]


class World:
    """A project, files and folders to name, all new for each case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = write_project(
            folder / "project", {"one": ["'one'"], "two": ["'two'"]}, parameters=SPOKEN
        )
        shutil.copytree(VALLE, self.project / "data" / "polls" / VALLE.name)
        for kind in ("targets", "results", "races"):
            shutil.copytree(ROOT / "data" / kind, self.project / "data" / kind)
        spanish = self.project / "notebooks" / "languages" / "es"
        spanish.mkdir(parents=True)
        heading = 'msgid "# What does this show?"\nmsgstr "# ¿Qué muestra?"\n'
        (spanish / "one.po").write_text(f'msgid ""\nmsgstr ""\n\n{heading}', "utf-8")
        places = folder / "places"
        places.mkdir()
        shutil.copytree(HARBOUR, places / "poll")
        for name in ("tables.md", "tables.csv", "tables.html"):
            (places / name).write_text("# A poll\n\n| | All |\n|---|---|\n| Yes | 61.0 |\n", "utf-8")
        (places / "file").write_text("x")
        (places / "loop").symlink_to(places / "loop")
        (places / "dangling").symlink_to(folder / "nowhere")
        (places / "linked").symlink_to(places / "poll")
        (places / "empty").mkdir()
        (places / "polls").mkdir()
        shutil.copytree(HARBOUR, places / "polls" / "a\x1b[2Jb\nc")
        (places / "clóné '\"").mkdir()
        self.places = [str(path) for path in places.iterdir()]


def spoil(case: random.Random, content: bytes) -> bytes:
    """Change a file as an editor, a disk or an enemy would."""
    for _ in range(case.choice([1, 1, 2, 5])):
        place = case.randrange(len(content) + 1)
        pieces = content.split(b"\n")
        match case.randrange(8):
            case 0:
                content = content[:place]
            case 1:
                content = content[:place] + bytes([case.randrange(256)]) + content[place + 1 :]
            case 2:
                content = (
                    content[:place] + case.choice(ODD).encode("utf-8", "surrogateescape") + content[place:]
                )
            case 3:
                del pieces[case.randrange(len(pieces))]
                content = b"\n".join(pieces)
            case 4:
                content = content.replace(
                    *case.choice([(b'"', b""), (b"[", b"{"), (b"=", b":"), (b"1", b"-1"), (b"e", b"\\")]), 1
                )
            case 5:
                content = case.choice(
                    [
                        b"",
                        b"[]",
                        b"null",
                        b"{}",
                        b"\xff\xfe",
                        b"\x00" * 100,
                        b"[" * 20_000,
                        b"a.b.c = 1\n" * 50,
                    ]
                )
            case 6:
                content = re.sub(
                    rb"(?<==\s).+", lambda _: case.choice(VALUES), content, count=case.choice([1, 1, 3])
                )
            case 7:
                content = re.sub(
                    rb'"[^"\n]+"(?=[,\]\n])',
                    lambda _: case.choice(VALUES),
                    content,
                    count=case.choice([1, 1, 3]),
                )
    return content


VALUES = [
    b"1", b"-1", b'""', b"[]", b"{}", b"[[]]", b"nan", b"inf", b"true", b"null", b'"x"', b'["en", "en"]',
    b'{ question = "all" }', b'"\\u0000"', b'"../../x"', b"1e999", b"9" * 400, b"2020-01-01", b"{ x = 1 }",
    b'"/dev/zero"', b'"/"',
]  # fmt: skip


def arguments(case: random.Random, world: World) -> list[str]:
    """Make up a command, mostly one that could be meant."""
    odd = [*ODD, *world.places]
    poll = ["harbour-2030-05", "valle-2031-02", str(world.folder / "places" / "poll"), *case.sample(odd, 1)]
    out = [str(world.folder / "out"), str(world.folder / "out.csv"), "-", *case.sample(odd, 1)]
    file = [
        str(world.folder / "places" / f"tables.{ending}") for ending in ("md", "csv", "html")
    ] + case.sample(odd, 2)
    command = case.choice(
        [
            "list",
            "import",
            "new",
            "audit",
            "export",
            "notebook",
            "render",
            "render",
            "review",
            "init",
            "race",
            case.choice(odd),
        ]
    )
    words = {
        "import": [case.choice(file), "--out", case.choice(out)],
        "new": [case.choice(out)],
        "audit": [case.choice(poll)],
        "review": [case.choice(poll)],
        "init": [case.choice(out)],
        "race": [
            case.choice(["audit", "import", "export", *case.sample(odd, 1)]),
            case.choice(["peru-2021-runoff", *file, *case.sample(odd, 1)]),
            *case.choice([["--out", case.choice(out)], []]),
        ],
        "export": [
            case.choice(poll),
            *case.choice([["--format", case.choice(FORMATS)], []]),
            "--out",
            case.choice(out),
        ],
        "notebook": [
            *case.sample(REPORTS, case.randrange(2)),
            *case.choice([["--out", case.choice(out)], []]),
        ],
        "render": [
            case.choice(REPORTS),
            "--out",
            case.choice(out),
            *case.choice([["--polls", case.choice(poll)], [], []]),
        ],
    }.get(command, [])
    for _ in range(case.choice([0, 0, 0, 0, 0, 1, 2, 4])):
        values = [*odd, *FORMATS, *REPORTS, "process", "kernel", "2", "tcp://127.0.0.1:1"]
        extra = case.choice(
            [[case.choice(OPTIONS)], [case.choice(OPTIONS), case.choice(values)], [case.choice(values)]]
        )
        place = case.randrange(len(words) + 1)
        words[place:place] = extra
    if "--watch" in words or any(word.startswith("--w") and word not in OPTIONS for word in words):
        words = [word for word in words if not word.startswith("--w")]
    before = case.choice([[]] * 8 + [[case.choice(OPTIONS)], [case.choice(odd)]])
    return [word.replace("\0", "") for word in [*before, command, *words]]


def streams(case: random.Random, world: World) -> list[int | None]:
    """Open what stands for standard input, output and error: mostly files that can be read afterwards."""
    opened: list[int | None] = [os.open(os.devnull, os.O_RDONLY)]
    for name in ("stdout", "stderr"):
        kind = case.choice(["file"] * 8 + ["full", "pipe", "closed"])
        if kind == "full":
            opened.append(os.open("/dev/full", os.O_WRONLY))
        elif kind == "pipe":
            read, write = os.pipe()
            os.close(read)
            opened.append(write)
        else:
            opened.append(
                None if kind == "closed" else os.open(world.folder / name, os.O_WRONLY | os.O_CREAT)
            )
    return opened


def run(case: random.Random, world: World) -> tuple[list[str], dict[str, str], int | None]:
    """Run one case in a process; return its command, its environment and its exit status, None if it hung."""
    scratch = world.folder / "scratch"
    scratch.mkdir()
    environment = {PROJECT_VARIABLE: str(world.project), "TMPDIR": str(scratch)}
    for name in case.sample(list(ENVIRONMENT), case.choice([0, 0, 0, 1, 3])):
        environment[name] = case.choice(ENVIRONMENT[name])
    files = [path for path in sorted(world.project.rglob("*")) if path.is_file()]
    for path in case.sample(files, case.choice([0, 0, 1, 1, 3])):
        path.write_bytes(spoil(case, path.read_bytes()))
    words, opened, alone = arguments(case, world), streams(case, world), case.randrange(20) == 0
    limit = case.choice([None] * 9 + [case.choice(LIMITS)])
    sent = case.choice([None] * 9 + [(case.choice(SIGNALS), case.choice([0.01, 0.1, 1, 3]) * case.random())])
    cwd = case.choice([world.project, world.folder, world.folder / "places" / "empty"])
    process = os.fork()
    if process == 0:
        status = 99
        try:
            os.setsid()
            os.chdir(cwd)
            os.umask(case.choice([0o022] * 8 + [0o077, 0]))
            if limit:
                resource.setrlimit(limit[0], (limit[1], limit[1]))
            os.environ.update({name: value for name, value in environment.items() if "\0" not in value})
            for number, descriptor in enumerate(opened):
                if descriptor is None:
                    os.close(number)
                else:
                    os.dup2(descriptor, number)
            if alone:
                os.execv(sys.executable, [sys.executable, "-m", "polltables", *words])
            tempfile.tempdir = None
            forget_project()
            for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
                stream = (
                    None
                    if opened[number] is None
                    else os.fdopen(number, mode, encoding=PLAIN.get(name), closefd=False)
                )
                setattr(sys, name, stream)
            status = cli.main(words)
        except BaseException:
            import traceback

            (world.folder / "escaped").write_text(traceback.format_exc())
        finally:
            os._exit(status)
    for descriptor in opened:
        if descriptor is not None:
            os.close(descriptor)
    start = time.monotonic()
    while time.monotonic() < start + PATIENCE:
        if sent and time.monotonic() > start + sent[1]:
            os.kill(process, sent[0])
            environment["signal"], sent = sent[0].name, None
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            environment |= {"limit": str(limit)} if limit else {}
            return words, environment, os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    for member in [psutil.Process(process), *psutil.Process(process).children(recursive=True)]:
        member.send_signal(signal.SIGKILL)
    os.waitpid(process, 0)
    return words, environment, None


PLAIN = {"stdin": "utf-8", "stdout": "utf-8", "stderr": "utf-8"}
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def left_behind(world: World, words: list[str]) -> list[str]:
    """Name files that are temporary, and pages and numbers that are not whole."""
    left = [str(path) for path in (world.folder / "scratch").rglob("*")]
    left += [str(path) for path in world.folder.rglob(".*.new")]
    for page in world.folder.glob("out/**/*.html") if "render" in words else ():
        left += [str(page)] * (not page.read_bytes().rstrip().endswith(b"</html>"))
    return left


def wrong(world: World, words: list[str], environment: dict[str, str], status: int | None) -> list[str]:
    """Say what is wrong with how a case went."""
    said = {
        name: (world.folder / name).read_bytes().decode("utf-8", "replace")
        if (world.folder / name).exists()
        else ""
        for name in ("stdout", "stderr", "escaped")
    }
    found = [
        f"{name}: {text[-1500:]}"
        for name, text in said.items()
        if "Traceback (most recent call last)" in text
    ]
    if status is None:
        found.append("it hangs")
    elif status not in FINE and -status not in (SIGNALS if "signal" in environment else ()):
        found.append(f"exit status {status}: {said['stderr'][-500:]}")
    if not {"-", "export"} <= set(words):
        found += [
            f"{name} acts on terminals: {text[:500]!r}" for name, text in said.items() if UNSAFE.search(text)
        ]
    if (
        not {"signal", "limit"} & set(environment)
        and status
        and not said["stderr"]
        and not said["stdout"]
        and (world.folder / "stderr").exists()
        and (world.folder / "stdout").exists()
    ):
        found.append(f"exit status {status} without a word")
    end = time.monotonic() + 10  # after the harshest end the server removes what is left
    while (left := left_behind(world, words)) and "signal" in environment and time.monotonic() < end:
        time.sleep(0.2)
    return found + [f"left behind: {left[:5]}"] * bool(left)


ROOT = project_root()


def main() -> int:
    if os.getuid() == 0 and "SEALED" not in os.environ:
        os.environ["SEALED"] = "yes"
        os.execvp(
            "unshare",
            [
                "unshare",
                "--mount",
                "sh",
                "-c",
                SEALED,
                "sh",
                sys.executable,
                str(Path(__file__).resolve()),
                *sys.argv[1:],
            ],
        )
    seconds, first = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    for command in cli._COMMANDS:  # loaded once, for all the processes that are forked
        cli._parser([command])
    start, count, finds = time.monotonic(), 0, 0
    ended: Counter[tuple[str, int | None]] = Counter()
    while not count or time.monotonic() - start < seconds:
        seed = first + count
        count += 1
        case = random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:
            world = World(Path(folder))
            words, environment, status = run(case, world)
            problems = wrong(world, words, environment, status)
        ended[next((word for word in words if word in cli._COMMANDS), "other"), status] += 1
        if problems:
            finds += 1
            changed = {name: value for name, value in environment.items() if "fuzz-" not in value}
            print(
                f"--- seed {seed}: polltables {[word[:80] for word in words]} {changed}",
                *problems,
                sep="\n",
                flush=True,
            )
        if seconds < 1:
            break
    print(
        *(f"{command} {status}: {times}" for (command, status), times in sorted(ended.items(), key=str)),
        sep=", ",
    )
    print(f"{count} cases in {time.monotonic() - start:.0f} s, {finds} finds")
    return int(bool(finds))


if __name__ == "__main__":
    sys.exit(main())
