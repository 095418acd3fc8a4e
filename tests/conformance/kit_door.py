"""One executable, started and kept: a line goes to its input, a line comes from its output."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any, BinaryIO

MAX_ANSWER = 64 * 2**20
"""Most bytes of one answer."""

KEPT_ERRORS = 32 * 2**10
"""How much of what the executable wrote to standard error is shown: the end of it."""


class NoAnswerError(Exception):
    """The executable broke down, took too long, or said something that is no answer."""


def number(text: str) -> int | float:
    """A number of an answer: 1.0 and 1e0 are 1."""
    value = float(text)
    return int(value) if value.is_integer() else value


def parse_answer(line: bytes) -> dict[str, Any]:
    """An answer, from its line.

    Raises:
        NoAnswerError: it is none.
    """
    try:
        answer = json.loads(line.decode("utf-8"), parse_float=number)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError(f"the answer is no JSON: {error}: {line[:200]!r}") from None
    if not isinstance(answer, dict) or not {"output", "error", "unsupported"} & answer.keys():
        raise NoAnswerError(f"the line is no answer: {line[:200]!r}")
    return answer


class _Running:
    """A process, with threads that read what it writes so that it never has to wait."""

    def __init__(self, command: Sequence[str]) -> None:
        self.answered = 0
        self.lines: queue.Queue[bytes] = queue.Queue()
        self._errors = bytearray()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._input = self._process.stdin
        self._threads = [
            threading.Thread(target=self._read_lines, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_lines(self, stream: BinaryIO) -> None:
        with stream:
            while line := stream.readline(MAX_ANSWER):
                self.lines.put(line)
        self.lines.put(b"")  # the end, as a file says it

    def _read_errors(self, stream: BinaryIO) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._errors += chunk
                del self._errors[:-KEPT_ERRORS]

    def write(self, line: bytes, within: float) -> None:
        """Send a request; a process that does not read is ended after a time, which ends this."""
        watch = threading.Timer(within, self.kill)
        watch.start()
        try:
            self._input.write(line)
            self._input.flush()
        except OSError:
            pass  # it has ended, which is what the reader finds
        finally:
            watch.cancel()

    def kill(self) -> None:
        """End it and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self, within: float) -> int | None:
        """Let it end, or end it; its exit code."""
        with contextlib.suppress(OSError):
            self._input.close()
        try:
            code = self._process.wait(within)
        except subprocess.TimeoutExpired:
            code = None
        self.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(1)
        return code

    @property
    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        return bytes(self._errors).decode("utf-8", "replace")


class Door:
    """Asks an executable, which is started when it is needed and again when it ended.

    Args:
        command: the executable and its arguments.
        within: seconds for one answer.
    """

    def __init__(self, command: Sequence[str], within: float = 60) -> None:
        self._command = list(command)
        self._within = within
        self._running: _Running | None = None
        self.started = 0

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            NoAnswerError: there is none; the text says why and what was on standard error. The
                process is gone then, and the next request meets a new one.
        """
        line = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        running = self._ready()
        answer = self._exchange(running, line)
        if not answer and running.answered:
            # it may end after any answer, also while the next request is on its way
            if self._stop() != 0:
                raise NoAnswerError(self._why("ended", running))
            running = self._ready()
            answer = self._exchange(running, line)
        if not answer:
            code = self._stop()
            raise NoAnswerError(self._why(f"ended with exit code {code}", running))
        if not answer.endswith(b"\n"):
            self._stop(0)
            raise NoAnswerError(self._why("wrote a line that has no end", running))
        try:
            parsed = parse_answer(answer)
        except NoAnswerError as error:
            self._stop(0)
            raise NoAnswerError(self._why(str(error), running)) from None
        running.answered += 1
        return parsed

    def _ready(self) -> _Running:
        running = self._running
        if running is not None and not running.lines.empty():
            spoke = running.lines.get()
            code = self._stop(0 if spoke else 5)
            if spoke or code != 0:
                what = "wrote a line nobody asked for" if spoke else f"ended with exit code {code}"
                raise NoAnswerError(self._why(what, running))
        if self._running is None:
            try:
                self._running = _Running(self._command)
            except OSError as error:
                raise NoAnswerError(f"cannot be started: {error}") from None
            self.started += 1
        return self._running

    def _exchange(self, running: _Running, line: bytes) -> bytes:
        running.write(line, self._within)
        try:
            return running.lines.get(timeout=self._within)
        except queue.Empty:
            running.kill()
            self._stop()
            raise NoAnswerError(
                self._why(f"no answer within {self._within:g} seconds", running)
            ) from None

    def _stop(self, within: float = 5) -> int | None:
        running, self._running = self._running, None
        return None if running is None else running.close(within)

    def close(self) -> None:
        """End the executable."""
        self._stop()

    @staticmethod
    def _why(what: str, running: _Running) -> str:
        errors = running.errors
        return f"{what}\n--- standard error ---\n{errors}" if errors else what
