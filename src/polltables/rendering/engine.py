"""Papermill engines: cells run in this process, without a kernel, or in an ordinary kernel; both write the same outputs.

The outputs of a notebook are assembled by nbclient from the messages of a kernel. Here the messages come
from ipykernel's own shell in this process, which saves the start of a kernel, its sockets and its shutdown.
"""

import asyncio
import contextvars
import io
import logging
import os
import re
import sys
import uuid
from collections.abc import Callable
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from traitlets.config import Config

from analysis.paths import project_root
from analysis.show.display import draw_figures

__all__ = ["KERNEL", "PAPERMILL_ENGINES", "shell"]

KERNEL = {"kernel_name": "python3", "language": "python"}
"""What runs every notebook, whatever environment of somebody's its file names: the kernel of this one."""

# Sockets in the folder of the job, which is above the working one. With TCP, each report's process would choose free
# ports without knowing of the others, and two kernels be given the same. A relative path has no length to exceed.
_SOCKETS = Config(
    {} if sys.platform == "win32" else {"KernelManager": {"transport": "ipc", "ip": "../kernel"}}
)
_STARTED = 60  # seconds that a kernel may take to start, or for what it shows, once it has replied
_REPLIED = 5  # seconds that it may take for its reply, once it has said that it is done


def _sent(value: Any) -> Any:
    """Return what would come out of the sockets of a kernel: JSON, without halves of characters, which no file can hold."""
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sent(item) for item in value]
    if isinstance(value, str):
        return value if value.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", value)
    return value if value is None or isinstance(value, int | float) else json_default(value)


class _Recorder(Session):
    """Keeps the messages that a kernel would send."""

    def __init__(self, **options: Any) -> None:
        super().__init__(key=b"", **options)
        self.sent: list[dict[str, Any]] = []
        self.request = ""
        self.streams: list[_Stream] = []

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> dict[str, Any]:
        """Keep a message as an answer to the running request, after what was written beneath Python before it."""
        for one in self.streams:
            if written := one.beneath():
                self._keep(self.msg("stream", {"name": one.name, "text": written}))
        return self._keep(self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type)

    def _keep(self, message: dict[str, Any]) -> dict[str, Any]:
        message["parent_header"] = {"msg_id": self.request}
        message["content"] = _sent(message["content"])
        self.sent.append(message)
        return message


class _Stream(io.TextIOBase):
    """Standard output or error: what is written to it, from Python or beneath it, becomes a message."""

    encoding = "UTF-8"

    def __init__(self, session: _Recorder, name: str, descriptor: int) -> None:
        self.name = name
        self._session = session
        self._descriptor = descriptor
        # Where the process of a report writes; a test has no such file.
        written = project_root() / f"{name}.txt"
        self._file = written.open("rb") if written.is_file() else None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text})
        return len(text)

    def beneath(self) -> str:
        """Return what programs and libraries wrote to the file descriptor since the last time.

        A kernel notices it some time later, even in another cell; here it stands where it was written.
        """
        return self._file.read().decode("utf-8", "replace") if self._file else ""


class _Shell(ZMQInteractiveShell):
    """The shell of an ordinary kernel, which first frees what a memory limit keeps from reporting an error."""

    before_traceback: Callable[[], None] = staticmethod(lambda: None)

    def ask_exit(self) -> None:
        """Go on after `exit()`, as an ordinary kernel does that nobody restarts."""

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        self.before_traceback()
        super().showtraceback(*arguments, **options)


def shell() -> Any:
    """Return the shell of this process, made when it is first asked for."""
    made = _Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    draw_figures()
    return made


class _Channel(asyncio.Queue[dict[str, Any]]):
    """One end of a kernel's channel, from which nbclient takes messages."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        return await self.get()


class _Kernel:
    """What nbclient knows of a kernel, without one: it executes, and messages come back."""

    allow_stdin = False

    def __init__(self, before_traceback: Callable[[], None]) -> None:
        self._session = _Recorder()
        self._process = os.getpid()
        self._shell = shell()
        self._shell.before_traceback = before_traceback
        hook: Any = self._shell.displayhook
        publisher: Any = self._shell.display_pub
        hook.session = publisher.session = self._session
        output, errors = _Stream(self._session, "stdout", 1), _Stream(self._session, "stderr", 2)
        self._session.streams = [output, errors]
        sys.stdout, sys.stderr = output, errors
        self._context = contextvars.copy_context()
        self.iopub_channel = _Channel()
        self.shell_channel = _Channel()

    async def is_alive(self) -> bool:
        return True

    async def execute(self, source: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell as ipykernel does; its messages wait in the channels afterwards."""
        shell, session = self._shell, self._session
        session.sent, session.request = [], uuid.uuid4().hex
        shell.set_parent({"header": {"msg_id": session.request}})
        count = shell.execution_count
        session.send(None, "execute_input", {"code": source, "execution_count": count})
        transformed, preprocessing_error = source, None
        try:
            transformed = shell.transform_cell(source)
        except Exception:
            preprocessing_error = sys.exc_info()
        cell = shell.run_cell_async(
            source,
            store_history=store_history,
            transformed_cell=transformed,
            preprocessing_exc_tuple=preprocessing_error,
        )
        # One context for all cells: what one sets in a context variable, the next one finds.
        result = await asyncio.get_running_loop().create_task(cell, context=self._context)
        if os.getpid() != self._process:  # a fork that came out of the cell must not go on as a second report
            os._exit(0)
        shell.events.trigger("post_execute")
        shell.events.trigger("post_run_cell", result)
        session.send(None, "status", {"execution_state": "idle"})
        for message in session.sent:
            self.iopub_channel.put_nowait(message)
        error = result.error_before_exec or result.error_in_exec
        reply: dict[str, Any] = {"status": "ok", "execution_count": count, "payload": []}
        if error is not None:
            reply |= {
                "status": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                # Of a group of exceptions IPython keeps none.
                "traceback": getattr(shell, "_last_traceback", None) or [],
            }
        self.shell_channel.put_nowait({"parent_header": {"msg_id": session.request}, "content": _sent(reply)})
        return session.request


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """The usual client of papermill, which gives up on a kernel that is done with a cell and sends no reply.

    Where memory is short, a kernel can lose what it wanted to send, and live on.
    """

    async def _async_poll_output_msg(self, *of_cell: Any) -> None:
        await super()._async_poll_output_msg(*of_cell)
        asyncio.get_running_loop().call_later(_REPLIED, self.task_poll_for_reply.cancel)

    def wait_for_reply(self, *_: Any) -> dict[str, Any]:
        """Answer what papermill asks for once the cells are done, and would wait for without end."""
        return {"content": {"language_info": dict(IPythonKernel.language_info)}}


class _KernelEngine(Engine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, journal: Any, before_traceback: Any, **options: Any
    ) -> None:
        """Execute in an ordinary kernel, in which nothing can be done before a traceback."""
        journal.begin(nb_man.nb)
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            log=logging.getLogger("papermill"),
            on_cell_start=journal.start_cell,
            coalesce_streams=True,
            shutdown_kernel="immediate",
            config=_SOCKETS,
            startup_timeout=_STARTED,
            iopub_timeout=_STARTED,
            **options,
        )
        client.execute()


class _ProcessEngine(Engine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        journal: Any,
        before_traceback: Callable[[], None],
        **_: Any,
    ) -> None:
        """Execute in this process."""
        journal.begin(nb_man.nb)
        client = PapermillNotebookClient(nb_man, coalesce_streams=True, on_cell_start=journal.start_cell)
        client.reset_execution_trackers()
        client.kc = _Kernel(before_traceback)
        client.papermill_execute_cells()
        nb_man.nb.metadata["language_info"] = dict(IPythonKernel.language_info)


PAPERMILL_ENGINES: dict[str, Any] = {"process": _ProcessEngine, "kernel": _KernelEngine}
"""What runs cells, by the name of an engine; papermill itself is told nothing of them."""
