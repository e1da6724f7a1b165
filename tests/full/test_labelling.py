"""The labelling widget in a real browser: the page's own keys, the real widget behind them, a file of decisions at the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.full
TEXTS = ["公章外借未登记", "报销单未附发票，金额3.2万元", "贷后检查流于形式"]
PAGE = """<!doctype html><meta charset="utf-8"><body><script type="module">
import widget from "/labelling.js";
const heard = {};
let state = await (await fetch("/state")).json();
const model = {
  get: (name) => state[name],
  on: (name, call) => (heard[name] ??= []).push(call),
  off: () => {},
  send: async (content) => {
    state = await (await fetch("/press", { method: "POST", body: JSON.stringify(content) })).json();
    for (const calls of Object.values(heard)) for (const call of calls) call();
  },
};
const el = document.createElement("div");
document.body.appendChild(el);
widget.render({ model, el });
window.ready = true;
</script>"""


@pytest.fixture
def said(tmp_path: Path) -> Path:
    return tmp_path / "said.jsonl"


@pytest.fixture
def address(said: Path) -> Iterator[str]:
    """A server with the widget behind it: what Jupyter's comm carries goes over two addresses here."""
    from rulemine.notebook.labelling import open_labelling

    widget = open_labelling(TEXTS, by="甲", corrections=said)
    script = Path(str(widget._esm)) if Path(str(widget._esm)[:200]).exists() else None

    def state() -> bytes:
        names = ("text", "done", "total", "verdict", "message", "choices")
        return json.dumps({name: getattr(widget, name) for name in names}, ensure_ascii=False).encode()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/labelling.js":
                code = script.read_text(encoding="utf-8") if script else str(widget._esm)
                self._reply(code.encode(), "text/javascript")
            elif self.path == "/state":
                self._reply(state(), "application/json")
            else:
                self._reply(PAGE.encode(), "text/html")

        def do_POST(self) -> None:
            widget.press(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._reply(state(), "application/json")

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/"
    running.shutdown()
    running.server_close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


def test_labelling_with_the_keyboard_alone(browser: Any, address: str, said: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    def text_of(name: str) -> str:
        return str(browser.find_element(By.CLASS_NAME, name).text)

    def press(key: str, until: Any) -> None:
        ActionChains(browser).send_keys(key).perform()
        WebDriverWait(browser, 10).until(until)

    browser.get(address)
    WebDriverWait(browser, 10).until(lambda b: b.execute_script("return window.ready === true"))
    assert text_of("rulemine-text") == TEXTS[0]
    assert text_of("rulemine-verdict") == ""
    assert "模型" not in browser.page_source.split("</script>")[-1]
    press("g", lambda b: b.find_elements(By.CLASS_NAME, "rulemine-holds"))
    assert "印章" in browser.find_element(By.CLASS_NAME, "rulemine-choices").text
    press("1", lambda _: text_of("rulemine-text") == TEXTS[1])
    assert "模型：日常办公" in text_of("rulemine-verdict")
    press("2", lambda _: text_of("rulemine-text") == TEXTS[2])
    press("u", lambda _: text_of("rulemine-text") == TEXTS[1])
    press("4", lambda _: text_of("rulemine-text") == TEXTS[2])
    press("n", lambda _: text_of("rulemine-text") == "全部标完。")
    assert text_of("rulemine-head") == "3 / 3"
    rows = [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]
    assert [(row["text"], row["label"], row["by"]) for row in rows] == [
        (TEXTS[0], "daily_office", "甲"),
        (TEXTS[1], "personnel", "甲"),
        (TEXTS[1], None, "甲"),
        (TEXTS[1], "finance", "甲"),
    ]
