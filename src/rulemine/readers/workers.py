"""Readers in worker processes: a crash, a hang or a hunger for memory costs one file and nothing else.

A worker is ``python -m rulemine.readers.workers``: it takes one JSON line a file on its standard input and answers one
JSON line. A plain subprocess, not multiprocessing, so that a user's script needs no ``__main__`` guard. Each worker has
one thread in the parent; a worker ends when the parent's end of its pipe closes.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from rulemine.errors import ReaderFailed, UnreadableFile, UnsupportedFormat, explain_failure
from rulemine.readers.archives import read_member, split_member
from rulemine.readers.assembly import SourceFile, View
from rulemine.readers.files import check_format
from rulemine.readers.limits import Limits
from rulemine.schema import Document, from_record, to_record

COMMAND = (sys.executable, "-P", "-m", "rulemine.readers.workers")
_ALONE = "单独重试，或用原来的程序重新保存，仍不行就先移出"
_AHEAD = 4  # files read ahead of the one being waited for, a worker

Result = Document | UnreadableFile
OnPage = Callable[[str, int, int], None]


def read_here(path: str, view: View, tell: Callable[[int, int], None] = lambda done, total: None) -> Document:
    """One file as a Document, in this process: what a worker does.

    >>> read_here("missing.ppt", "final")
    Traceback (most recent call last):
    ...
    rulemine.errors.UnsupportedFormat: missing.ppt：演示文稿暂不能读；另存为 .pdf
    """
    from rulemine.readers import READERS

    problem = check_format(Path(path))
    if problem:
        raise problem
    try:
        member = split_member(Path(path))
        data = read_member(*member) if member else Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(path, f"无法打开（{explain_failure(error)}）", "核对路径和访问权限") from error
    source = SourceFile(path=path, suffix=Path(path).suffix.lower(), data=data, tell=tell)
    if not data:
        raise source.refuse("文件是空的", "换一份完好的文件")
    reader = next(reader for reader in READERS if source.suffix in reader.suffixes)
    return reader.read(source, view).to_document(path, hashlib.sha256(data).hexdigest())


def read_in_order(
    paths: Iterable[Path | UnreadableFile],
    *,
    view: View,
    jobs: int | None = None,
    limits: Limits,
    on_file: Callable[[str], None] | None = None,
    on_page: OnPage | None = None,
    command: tuple[str, ...] = COMMAND,
) -> Iterator[Result]:
    """The Documents of files in their order, read by ``jobs`` workers; problems pass through at their place.

    >>> list(read_in_order([], view="final", limits=Limits()))
    []
    """
    pool = _Pool(command, view, limits, jobs or os.cpu_count() or 1, on_page or _say_nothing)
    waiting: deque[tuple[str, _Slot]] = deque()
    try:
        for path in paths:
            waiting.append((str(path), pool.submit(path)))
            if len(waiting) >= pool.jobs * _AHEAD:
                yield _take(waiting, on_file)
        while waiting:
            yield _take(waiting, on_file)
    finally:
        pool.close()


class _Slot:
    """The place where a result will be."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._result: Result | None = None

    def fill(self, result: Result) -> None:
        self._result = result
        self._done.set()

    def wait(self) -> Result:
        self._done.wait()
        assert self._result is not None
        return self._result


def _take(waiting: deque[tuple[str, _Slot]], on_file: Callable[[str], None] | None) -> Result:
    _, slot = waiting.popleft()
    result = slot.wait()
    if on_file:
        on_file(result.path)
    return result


class _Pool:
    """Threads that each hold one worker; they start when there is work for them."""

    def __init__(self, command: tuple[str, ...], view: View, limits: Limits, jobs: int, on_page: OnPage) -> None:
        self.jobs = max(1, jobs)
        self._on_page = on_page
        self._command, self._view, self._limits = command, view, limits
        self._tasks: queue.SimpleQueue[tuple[str, _Slot] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers: list[_Worker] = []
        self._submitted = 0

    def submit(self, path: Path | UnreadableFile) -> _Slot:
        slot = _Slot()
        if isinstance(path, UnreadableFile):
            slot.fill(path)
            return slot
        self._submitted += 1
        if len(self._threads) < min(self.jobs, self._submitted):
            worker = _Worker(self._command, self._limits, max(1, (os.cpu_count() or 1) // self.jobs), self._on_page)
            thread = threading.Thread(target=self._work, args=(worker,), daemon=True)
            self._workers.append(worker)
            self._threads.append(thread)
            thread.start()
        self._tasks.put((str(path), slot))
        return slot

    def close(self) -> None:
        for worker in self._workers:
            worker.stop()
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self, worker: _Worker) -> None:
        while task := self._tasks.get():
            path, slot = task
            try:
                slot.fill(worker.read(path, self._view))
            except Exception as error:
                slot.fill(ReaderFailed(path, f"读取进程出错（{error!r}）", _ALONE))
        worker.stop()  # it may have started while the pool was closing


class _Worker:
    """One worker process, started anew after a crash or a hang."""

    def __init__(self, command: tuple[str, ...], limits: Limits, threads: int, on_page: OnPage) -> None:
        self._command, self._limits, self._threads, self._on_page = command, limits, threads, on_page
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._stopped = False

    def read(self, path: str, view: View) -> Result:
        if self._stopped:
            return ReaderFailed(path, "读取被中止", "重新运行")
        process = self._process or self._start()
        late = threading.Event()
        answer = self._listen(process, late, {"path": path, "view": view})
        while answer and "page" in answer:  # a sign of life: the clock starts again
            self._on_page(path, answer["page"], answer["pages"])
            answer = self._listen(process, late)
        if answer is None:
            return self._bury(path, process, late.is_set())
        if answer.get("last"):
            self._end()
        return _revive(path, answer)

    def _listen(
        self, process: subprocess.Popen[bytes], late: threading.Event, request: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """What the worker says next, within the time that it has for it."""
        timer = threading.Timer(self._limits.seconds, _kill, (process, late))
        timer.daemon = True
        timer.start()
        try:
            return _ask(process, request)
        finally:
            timer.cancel()

    def stop(self) -> None:
        self._stopped = True
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(os.path.abspath(entry) for entry in sys.path),
            "PYTHONIOENCODING": "utf-8",
            "RULEMINE_WORKER_MEMORY": str(self._limits.memory_bytes),
            "RULEMINE_OCR_THREADS": os.environ.get("RULEMINE_OCR_THREADS") or str(self._threads),
        }
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
        )
        return self._process

    def _bury(self, path: str, process: subprocess.Popen[bytes], late: bool) -> ReaderFailed:
        process.kill()
        status = process.wait()
        complaint = self._last_complaint()
        self._end()
        if late:
            return ReaderFailed(path, f"读取超过 {self._limits.seconds:g} 秒", _ALONE)
        return ReaderFailed(path, f"读取进程崩溃（{_name_status(status)}{complaint}）", _ALONE)

    def _last_complaint(self) -> str:
        if self._complaints is None:
            return ""
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return f"：{lines[-1][:200]}" if lines else ""

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close_quietly(pipe)
        if self._complaints:
            self._complaints.close()
            self._complaints = None


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _close_quietly(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except OSError:  # the other end is gone already
        pass


def _ask(process: subprocess.Popen[bytes], request: dict[str, Any] | None) -> dict[str, Any] | None:
    """The worker's next answer, after a request or to the one before; None when it died or spoke no JSON."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if request is not None:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        answer = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def _revive(path: str, answer: dict[str, Any]) -> Result:
    if "document" in answer:
        return from_record(Document, answer["document"])
    kinds = {kind.__name__: kind for kind in (UnreadableFile, UnsupportedFormat, ReaderFailed)}
    return kinds[answer["error"]](path, answer["reason"], answer["remedy"])


def _name_status(status: int) -> str:
    try:
        return signal.Signals(-status).name if status < 0 else f"退出码 {status}"
    except ValueError:
        return f"退出码 {status}"


def _say_nothing(path: str, page: int, pages: int) -> None:
    """Where nobody asks how far a long file is."""


def answer_request(
    request: dict[str, Any], tell: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """What a worker answers to one request.

    >>> answer_request({"path": "a.ppt", "view": "final"})["error"]
    'UnsupportedFormat'
    """
    path = request["path"]
    try:
        return {"document": to_record(read_here(path, request["view"], tell))}
    except UnreadableFile as error:
        return {"error": type(error).__name__, "reason": error.reason, "remedy": error.remedy}
    except MemoryError:
        return {
            "error": "ReaderFailed",
            "reason": "读取所需内存超过上限",
            "remedy": _ALONE,
            "last": True,
        }
    except Exception as error:
        reason = f"读取出错（{f'{type(error).__name__}: {error}'[:300]}）"
        return {"error": "ReaderFailed", "reason": reason, "remedy": _ALONE}


def main() -> None:
    """The life of a worker: requests in, answers out, until the parent closes the pipe."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native libraries print must not get into the answers
    _limit_memory(int(os.environ.get("RULEMINE_WORKER_MEMORY", "0")))
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    while True:
        request = json.loads(requests.get())
        say(answer_request(request, lambda page, pages: say({"page": page, "pages": pages})))


def _listen(requests: queue.SimpleQueue[bytes]) -> None:
    """Hands on requests, and ends the process with the parent even while a file is being read."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    if size:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if hard < 0 else min(size, hard), hard))


if __name__ == "__main__":
    main()
