"""Reports on a cluster: the same jobs, sent to the workers of a dask scheduler, the pages coming back here.

A job carries all that its report may read, so that no disk need be shared. A worker starts the processes
of its reports as this machine does, and keeps the server that they are forked from until it ends.
"""

import asyncio
import concurrent.futures
import pickle
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

from analysis.errors import AnalysisError, ReportError
from polltables.rendering.job import Job, Made
from polltables.rendering.key import code_digest
from polltables.rendering.render import Maker
from polltables.rendering.supervise import ReportServer

__all__ = ["cluster", "make_there"]

_LEAST_VERSION = (2025, 1)
_PATIENCE = 5  # seconds until a scheduler must have answered

_servers: list[ReportServer] = []
_starting = threading.Lock()


def make_there(job: bytes, code: str) -> bytes:
    """Make a report on a worker; a ReportError if it has not the code that the caller has, since its pages would differ."""
    if code_digest() != code:
        raise ReportError(
            "A worker has another version of this package, of Python or of a library, and would make other pages; "
            "install the same requirements.lock and the same polltables on it."
        )
    with _starting:
        if not _servers or _servers[0].ended:
            _servers[:] = [ReportServer()]
    return pickle.dumps(_servers[0].make(pickle.loads(job)))


def _submit(executor: Any, code: str, job: Job) -> "concurrent.futures.Future[Made]":
    """Send a job; dask sends it again elsewhere if its worker is lost."""
    sent = executor.submit(make_there, pickle.dumps(job), code)
    made: concurrent.futures.Future[Made] = concurrent.futures.Future()

    def pass_on(answered: "concurrent.futures.Future[bytes]") -> None:
        try:
            made.set_result(pickle.loads(answered.result()))
        except AnalysisError as error:
            made.set_exception(error)
        except (Exception, concurrent.futures.CancelledError) as error:
            made.set_result(Made({}, error=f"lost on the cluster: {error!r}."))

    sent.add_done_callback(pass_on)
    return made


@contextmanager
def cluster(address: str) -> Iterator[Maker]:
    """Make reports on an existing cluster, whose scheduler listens at an address such as `tcp://10.0.0.1:8786`.

    ReportError if dask.distributed is too old here, nobody answers there, or there are no workers or other ones
    than here.
    """
    client = _connect(address)
    try:
        executor = client.get_executor(pure=False)
        try:
            _check_workers(client, address)
            threads = lambda: max(1, sum(client.nthreads().values()))  # noqa: E731 - workers may come and go
            yield Maker(threads, partial(_submit, executor, code_digest()))
        finally:
            executor.shutdown(wait=False)  # what has not begun is taken back
    finally:
        client.close(timeout=_PATIENCE)


def _connect(address: str) -> Any:
    """Connect to a scheduler."""
    installed = version("distributed")  # where it is missing, the command line says what brings it
    if tuple(int(part) for part in re.findall(r"\d+", installed)[:2]) < _LEAST_VERSION:
        raise ReportError(
            f"--scheduler needs dask.distributed {'.'.join(map(str, _LEAST_VERSION))} or newer; {installed} is installed. "
            "Run: pip install --upgrade 'polltables[cluster]'."
        )
    from distributed import Client

    try:
        # Before there is a client, which would say in a traceback, when it is thrown away, that it found nobody.
        asyncio.run(_greet(address))
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except Exception as error:  # what another kind of server sends is taken for dask's, and fails anyhow
        raise ReportError(
            f"--scheduler: no dask scheduler answers at {address!r} ({(str(error) or repr(error)).splitlines()[0]}); "
            "start one with `dask scheduler`, or leave --scheduler out to use this machine."
        ) from error


async def _greet(address: str) -> None:
    """Ask what listens at an address what it is; TimeoutError if it takes the connection and says nothing."""
    from distributed.core import rpc
    from distributed.security import Security

    async with asyncio.timeout(_PATIENCE):
        secured = Security().get_connection_args("client")
        async with rpc(address, timeout=_PATIENCE, connection_args=secured) as there:
            found = (await there.identity())["type"]
    if found != "Scheduler":
        raise ValueError(f"it is a {found.lower()}")


def _check_workers(client: Any, address: str) -> None:
    """Refuse a cluster that would make other pages, or none."""
    try:
        found = client.run(code_digest, on_error="return")
        client.get_versions(check=True)
    except (OSError, ValueError) as error:
        raise ReportError(
            f"--scheduler: the cluster at {address} does not fit this machine: {error}"
        ) from error
    if not found:
        raise ReportError(
            f"--scheduler: the scheduler at {address} has no workers; start some with `dask worker {address}`."
        )
    other = sorted(worker for worker, code in found.items() if code != code_digest())
    if other:
        raise ReportError(
            f"--scheduler: {', '.join(other)} lacks this package, or has another version of it, of Python or of a "
            "library, and would make other pages; install the same requirements.lock and polltables there."
        )
