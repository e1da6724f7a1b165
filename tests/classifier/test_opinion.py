"""The second opinion, against a real HTTP server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rulemine.classifier.opinion import SecondOpinion, redact_text
from rulemine.classifier.rows import bare_finding
from rulemine.errors import BadInput
from rulemine.schema import Finding
from rulemine.taxonomy import load_taxonomy


class Server:
    """Answers each request with the next of ``answers`` and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.heard: list[dict[str, Any]] = []

    def serve(self) -> ThreadingHTTPServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status, said = outer.answers.pop(0)
                body = said.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def say(self, content: str) -> None:
        self.answers.append((200, json.dumps({"choices": [{"message": {"content": content}}]}, ensure_ascii=False)))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, SecondOpinion]]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # where nobody listens: it must be passed by
    told = Server()
    running = told.serve()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield told, SecondOpinion(f"http://127.0.0.1:{running.server_port}", "local", load_taxonomy())
    running.shutdown()
    running.server_close()


def left_open(text: str, category: str = "finance") -> Finding:
    return replace(
        bare_finding(text), category=category, needs_review=True, review_reason="low_confidence", model="linear"
    )


def test_two_that_agree_answer(server: tuple[Server, SecondOpinion]) -> None:
    told, opinion = server
    told.say("财务管理。")
    (found,) = opinion.review([left_open("城东支行李某报销单缺附件")])
    assert (found.needs_review, found.category, found.model) == (False, "finance", "linear+local")
    sent = json.dumps(told.heard[0], ensure_ascii=False)
    assert "报销单缺附件" in sent
    assert "城东" not in sent
    assert "李某" not in sent


def test_two_that_differ_leave_it_open(server: tuple[Server, SecondOpinion]) -> None:
    told, opinion = server
    told.say("人员管理")
    given = left_open("报销单缺附件")
    assert opinion.review([given]) == [given]


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "x"), (200, "not json"), (200, "{}"), (200, '{"choices":[{"message":{"content":"食堂"}}]}')],
)
def test_what_is_no_answer_is_none(server: tuple[Server, SecondOpinion], status: int, body: str) -> None:
    told, opinion = server
    told.answers.append((status, body))
    given = left_open("报销单缺附件")
    assert opinion.review([given]) == [given]


def test_only_open_findings_are_asked_about(server: tuple[Server, SecondOpinion]) -> None:
    told, opinion = server
    sure = replace(left_open("甲乙丙丁"), needs_review=False, review_reason=None)
    empty = replace(left_open(""), review_reason="empty")
    assert opinion.review([sure, empty]) == [sure, empty]
    assert told.heard == []


def test_nobody_there_leaves_it_open() -> None:
    given = left_open("报销单缺附件")
    assert SecondOpinion("http://127.0.0.1:9", "local", load_taxonomy(), seconds=1).review([given]) == [given]


@pytest.mark.parametrize(
    "address", ["http://example.org", "ftp://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1.example.org"]
)
def test_other_hosts_are_refused(address: str) -> None:
    with pytest.raises(BadInput, match="本机"):
        SecondOpinion(address, "m", load_taxonomy())


def test_a_host_that_the_user_names_is_taken() -> None:
    assert SecondOpinion("https://models.example", "m", load_taxonomy(), hosts=["models.example"]).model == "m"


def test_redaction() -> None:
    text = redact_text("联系 li.si@example.cn，卡号6222 不动，身份证11010119900101123X，甲市商业银行王某某")
    for told in ("li.si", "19900101", "甲市商业", "王某"):
        assert told not in text
