"""A second opinion on findings that a model left open, from a language model that runs on this machine. Off unless asked for.

It speaks the chat interface that local servers share (``/v1/chat/completions``). What leaves the process is redacted first,
and goes to this machine alone unless the user names another host.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from rulemine.errors import BadInput
from rulemine.schema import Finding
from rulemine.taxonomy import OTHER, Taxonomy

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "〔邮箱〕"),
    (re.compile(r"\d[\dXx*＊-]{5,}"), "〔号码〕"),
    (re.compile(r"[\u4e00-\u9fff]{2,10}?(?:银行|公司|集团|支行|分行|信用社|联社|医院|大学|学院|中心支公司)"), "某机构"),
    (re.compile(r"[\u4e00-\u9fff]某[某甲乙丙丁]?"), "某人"),
)


def redact_text(text: str) -> str:
    """A text without mail addresses, long numbers, names of institutions and masked names.

    >>> redact_text("城东支行张某把客户13800001111的银行卡借给他人")
    '某机构某人把客户〔号码〕的银行卡借给他人'
    """
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


@dataclass(frozen=True)
class SecondOpinion:
    """Asks an endpoint which category a finding belongs to.

    ``address`` is that of the server (``http://127.0.0.1:8080``), ``model`` what the server calls its model. Raises BadInput
    for a host that is not this machine and not among ``hosts``.
    """

    address: str
    model: str
    taxonomy: Taxonomy
    hosts: Collection[str] = ()
    seconds: float = 30.0
    """How long an answer may take."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or parts.hostname not in {*LOOPBACK, *self.hosts}:
            raise BadInput(
                f"{self.address}：只向本机（127.0.0.1、localhost）征求意见；确要发往别的主机，把主机名写进 hosts"
            )

    def review(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, those answered on which both models agree; all others as they were.

        Only findings left open for low confidence are asked about. A server that fails, or answers with something that is
        no category, leaves them open: nothing is taken for an answer that is none.
        """
        return [self._weigh(f) if f.needs_review and f.review_reason == "low_confidence" else f for f in findings]

    def _weigh(self, finding: Finding) -> Finding:
        said = self._ask(redact_text(finding.text))
        if said is None or said != finding.category:
            return finding
        return replace(finding, needs_review=False, review_reason=None, model=f"{finding.model}+{self.model}")

    def _ask(self, text: str) -> str | None:
        """The key of the category that the endpoint names; None when it names none."""
        body = json.dumps({"model": self.model, "temperature": 0, "messages": self._write_messages(text)})
        request = urllib.request.Request(  # noqa: S310  # the scheme was looked at when the address was given
            f"{self.address.rstrip('/')}/v1/chat/completions",
            data=body.encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _open_directly(request, self.seconds) as answer:
                said = json.loads(answer.read())["choices"][0]["message"]["content"]
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            return None
        return self.taxonomy.find_key(str(said).strip().strip("。\"'“”"))

    def _write_messages(self, text: str) -> list[dict[str, str]]:
        kinds = "；".join(f"{name}（{self.taxonomy.holds.get(key, '')}）" for key, name in self.taxonomy.names.items())
        asked = (
            "把检查发现的问题归入一个类别，看的是要改进哪个环节才不再发生，不看是谁做的。"
            f"类别：{kinds}；{self.taxonomy.name(OTHER)}（都不属于）。只回答类别的名称。"
        )
        return [{"role": "system", "content": asked}, {"role": "user", "content": text}]


def _open_directly(request: urllib.request.Request, seconds: float) -> Any:
    """Past any proxy that the environment names: what is meant for this machine stays on it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, timeout=seconds)
