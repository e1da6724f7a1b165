"""The command line: exit status, what goes to which stream, and files by suffix."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest
from typer.testing import CliRunner

from rulemine import __version__, cli

RULE = (
    "保证金管理办法\n星海发〔2019〕6号\n2019年5月6日印发\n"
    "第一条 根据《中华人民共和国担保法》制定本办法。\n第二条 保证金专户存放，由银监会监督。\n"
    "第三条 本办法自2019年6月1日起施行。\n"
)
REPORT = "内部检查报告\n二、发现的问题\n1.报销单未附发票，涉及金额3万元。\n2.公章由业务经理自行保管。\n"
DAY = ("--as-of", "2026-11-01")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, through ``main`` as the installed script calls it."""

    def call(*words: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["rulemine", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), told.out, told.err)

    return call


def run_apart(*words: object) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-c", "from rulemine.cli import main; main()", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "甲.txt").write_text(RULE, encoding="utf-8")
    return tmp_path / "rules"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "报告.txt").write_text(REPORT, encoding="utf-8")
    return tmp_path / "报告.txt"


# ---------------------------------------------------------------- exit status


def test_0_when_done(rules: Path, tmp_path: Path) -> None:
    done = run_apart("review", rules, *DAY, "-o", tmp_path / "out.jsonl")
    assert (done.status, done.out) == (0, "")
    (candidate,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert {e["signal"] for e in candidate["evidence"]} >= {"V10", "V20"}


def test_1_when_a_file_could_not_be_read(rules: Path, tmp_path: Path) -> None:
    broken = {"坏.pdf": b"%PDF-1.4 broken", "坏.docx": b"PK broken", "空.xlsx": b""}
    for name, data in broken.items():
        (rules / name).write_bytes(data)
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in rules.iterdir()}
    done = run_apart("review", rules, *DAY, "-o", tmp_path / "out.jsonl")
    assert done.status == 1
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    for name in broken:
        line = next(line for line in done.err.splitlines() if name in line)
        assert "；" in line, "the reason, and what to do about it"
    assert "Traceback" not in done.err
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in rules.iterdir()} == before


def test_1_when_a_path_is_not_there(run: Run, rules: Path, tmp_path: Path) -> None:
    done = run("rules", rules, tmp_path / "none.txt", *DAY)
    assert done.status == 1
    assert "none.txt" in done.err
    assert [line["title"] for line in done.lines] == ["保证金管理办法"]


@pytest.mark.parametrize(
    "words",
    [
        ("review", "RULES", "-o", "x.pdf"),
        ("review", "RULES", "-o", "-", "--as-of", "1.11.2026"),
        ("review", "RULES", "-o", "-", "--signals", "V99"),
        ("review", "RULES", "-o", "-", "--facts", "RULES/none"),
        ("review", "RULES", "-o", "-", "--since", "RULES/none.json"),
        ("review", "RULES", "-o", "-", "--taxonomy", "RULES/none.toml"),
        ("review", "RULES", "-o", "-", "--lang", "fr"),
        ("read", "RULES", "--view", "both"),
        ("review", "RULES"),
        ("review",),
        ("unknown",),
        ("rules", "RULES", "--no-such-option"),
        ("findings", "REPORT", "--model", "nowhere"),
        ("duplicates", "RULES/none.jsonl", "-o", "-"),
        ("--config", "none.toml", "signals"),
        ("classify", "RULES/none.csv", "-o", "x.csv"),
    ],
)
def test_2_for_wrong_usage(run: Run, rules: Path, report: Path, words: tuple[str, ...]) -> None:
    done = run(*(word.replace("RULES", str(rules)).replace("REPORT", str(report)) for word in words))
    assert done.status == 2
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize("command", [("train", "-o", "model"), ("evaluate",)])
def test_2_for_a_labelled_file_that_is_not_there(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert run(command[0], tmp_path / "none.jsonl", *command[1:]).status == 2


def test_2_apart_from_this_process(rules: Path) -> None:
    done = run_apart("review", rules, "-o", "x.pdf")
    assert done.status == 2
    assert done.err.startswith("rulemine: ")
    assert "Traceback" not in done.err


# ---------------------------------------------------------------- help


def test_help_names_the_commands() -> None:
    told = CliRunner().invoke(cli.app, ["--help"]).output
    for command in (
        "demo",
        "review",
        "read",
        "rules",
        "findings",
        "classify",
        "duplicates",
        "train",
        "evaluate",
        "signals",
        "facts",
        "schema",
        "doctor",
    ):
        assert command in told
        assert CliRunner().invoke(cli.app, [command, "--help"]).exit_code == 0


def test_version(run: Run) -> None:
    assert run("--version").out.strip() == f"rulemine {__version__}"


# ---------------------------------------------------------------- review


def test_standard_output_holds_lines_only(run: Run, rules: Path) -> None:
    done = run("review", rules, *DAY, "-o", "-")
    assert done.status == 0
    assert [line["title"] for line in done.lines] == ["保证金管理办法"]
    assert "候选" in done.err


def test_several_outputs(run: Run, rules: Path, report: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"审阅{suffix}" for suffix in (".jsonl", ".xlsx", ".docx", ".html")]
    done = run("review", rules, "--findings", report, *DAY, *(word for out in outs for word in ("-o", out)))
    assert done.status == 0
    assert all(out.stat().st_size for out in outs)
    assert zipfile.is_zipfile(outs[1])
    assert zipfile.is_zipfile(outs[2])
    assert "保证金管理办法" in outs[3].read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*(o.name for o in outs), "rules", report.name]), (
        "nothing half written"
    )


def test_signals_choose(run: Run, rules: Path) -> None:
    def codes(*words: str) -> set[str]:
        return {e["signal"] for line in run("review", rules, *DAY, "-o", "-", *words).lines for e in line["evidence"]}

    assert codes("--signals", "V10") == {"V10"}
    assert "V10" not in codes("--signals", "-V10")
    assert codes("--signals", "V10,V20") == {"V10", "V20"}


def test_vectors_are_chosen_and_named(run: Run, rules: Path, tmp_path: Path) -> None:
    record, book = tmp_path / "run.json", tmp_path / "a.xlsx"
    assert run("review", rules, *DAY, "-o", book, "--vectors", "encoder", "--run", record).status == 0
    told = json.loads(record.read_text(encoding="utf-8"))
    assert told["vectors"] == "encoder"
    assert told["options"]["encoder"].startswith("multilingual-e5-small-zh-q4 ")
    shown = {str(c) for s in openpyxl.load_workbook(book) for row in s.iter_rows(values_only=True) for c in row}
    assert "encoder" in shown
    run("review", rules, *DAY, "-o", "-", "--run", record)
    assert json.loads(record.read_text(encoding="utf-8"))["vectors"] == "words"
    done = run("review", rules, *DAY, "-o", "-", "--vectors", "word2vec")
    assert done.status == 2
    assert "words 或 encoder" in done.err


def test_without_the_extra_the_encoder_is_refused_before_any_work(
    run: Run, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    done = run("review", rules, *DAY, "-o", "-", "--vectors", "encoder")
    assert done.status == 2
    assert "pip install 'rulemine[encoder]'" in done.err
    assert done.lines == []


def test_run_record_and_since(run: Run, rules: Path, tmp_path: Path) -> None:
    record, page = tmp_path / "run.json", tmp_path / "new.html"
    run("review", rules, *DAY, "-o", "-", "--signals", "V10", "--run", record)
    told = json.loads(record.read_text(encoding="utf-8"))
    assert {"version", "as_of", "facts_on", "model", "vectors", "options", "inputs", "skipped", "evidence"} <= set(told)
    assert told["as_of"] == "2026-11-01"
    assert told["inputs"][0]["sha256"] == hashlib.sha256((rules / "甲.txt").read_bytes()).hexdigest()
    assert len(told["evidence"]) == 1
    assert run("review", rules, *DAY, "-o", page, "--since", record).status == 0
    assert "新增" in page.read_text(encoding="utf-8")


def test_since_marks_what_is_new_and_only_that(run: Run, rules: Path, tmp_path: Path) -> None:
    import openpyxl

    record, book = tmp_path / "run.json", tmp_path / "new.xlsx"
    run("review", rules, *DAY, "-o", "-", "--signals", "V10", "--run", record)
    run("review", rules, *DAY, "-o", book, "--signals", "V10,V20", "--since", record)
    cells = [
        str(cell) for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert cells.count("新增") >= 1


def test_the_same_run_twice_gives_the_same_ids(run: Run, rules: Path) -> None:
    first, second = (run("review", rules, *DAY, "-o", "-").out for _ in range(2))
    assert first == second


def test_a_redirected_run_shows_no_bars(run: Run, rules: Path) -> None:
    for words in ((), ("--quiet",)):
        assert "\x1b" not in run("review", rules, *DAY, "-o", "-", *words).err


def test_config_gives_defaults_and_the_command_line_wins(run: Run, rules: Path, tmp_path: Path) -> None:
    config = tmp_path / "rulemine.toml"
    config.write_text('[review]\nas_of = "2026-11-01"\nsignals = "V10"\n', encoding="utf-8")
    told = run("--config", config, "review", rules, "-o", "-")
    assert {e["signal"] for line in told.lines for e in line["evidence"]} == {"V10"}
    told = run("--config", config, "review", rules, "-o", "-", "--signals", "V20")
    assert {e["signal"] for line in told.lines for e in line["evidence"]} == {"V20"}


def test_findings_may_be_lines_of_an_earlier_command(run: Run, rules: Path, report: Path, tmp_path: Path) -> None:
    lines = tmp_path / "findings.jsonl"
    assert run("findings", report, *DAY, "-o", lines).status == 0
    done = run("review", rules, "--findings", lines, *DAY, "-o", "-")
    assert done.status == 0
    assert "问题 2 个" in done.err


def test_demo(run: Run, tmp_path: Path) -> None:
    done = run("demo", "-o", tmp_path / "demo", "--quiet")
    assert done.status == 0
    assert sorted(p.name for p in (tmp_path / "demo").iterdir()) == [
        "review.docx",
        "review.html",
        "review.jsonl",
        "review.xlsx",
    ]
    assert str(tmp_path / "demo") in done.err


# ---------------------------------------------------------------- the other commands


def test_read_draws_pages_with_their_blocks(run: Run, rules: Path, tmp_path: Path) -> None:
    from PIL import Image

    from rulemine.resources import locate_resource

    (pdf,) = (locate_resource("corpora/demo") / "rules").glob("*合同与资金卷.pdf")
    done = run("read", pdf, rules, "--check", "--debug-images", tmp_path / "drawn")
    drawn = sorted((tmp_path / "drawn").iterdir())
    assert f"已写出 {len(drawn)} 张图片" in done.err
    with Image.open(drawn[0]) as image:
        assert (21, 101, 192) in {colour for _, colour in image.getcolors(10**6) or ()}  # the frame of a paragraph


def test_read(run: Run, rules: Path, tmp_path: Path) -> None:
    assert run("read", rules).out.strip() == RULE.strip()
    assert "甲.txt" in run("read", rules, "--check").out
    run("read", rules, "-o", tmp_path / "doc.jsonl")
    document = json.loads((tmp_path / "doc.jsonl").read_text(encoding="utf-8"))
    assert document["text"].strip() == RULE.strip()
    done = run("read", rules, "-o", "-", "--check")
    assert json.loads(done.out) == document
    assert "完整" in done.err


def test_rules(run: Run, rules: Path, tmp_path: Path) -> None:
    (rule,) = run("rules", rules, *DAY).lines
    assert (rule["title"], rule["validity"]) == ("保证金管理办法", "in_force")
    text = (rules / "甲.txt").read_text(encoding="utf-8")
    assert all(text[p["start"] : p["end"]] == p["text"] for p in rule["provisions"])
    run("rules", rules, *DAY, "-o", tmp_path / "rules.csv")
    with (tmp_path / "rules.csv").open(encoding="utf-8-sig") as table:
        assert [row["title"] for row in csv.DictReader(table)] == ["保证金管理办法"]


def test_findings(run: Run, report: Path) -> None:
    lines = run("findings", report, *DAY).lines
    assert [line["category"] for line in lines] == ["finance", "daily_office"]
    assert [line["amount_yuan"] for line in lines] == [30_000, None]


def test_classify(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(
        "编号,问题描述\n1,报销单未附发票，多报销3万元\n2,公章由业务经理自行保管，用印未登记\n", encoding="utf-8-sig"
    )
    done = run("classify", source, "-o", out, "--text", "问题描述")
    assert done.status == 0
    with out.open(encoding="utf-8-sig") as table:
        rows = list(csv.DictReader(table))
    assert [(row["编号"], row["category"]) for row in rows] == [("1", "finance"), ("2", "daily_office")]


def test_duplicates(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    texts = {
        "a": "出差人员应当在返回后十日内报销费用",
        "b": "出差人员应当在返回后十日内报销费用。",
        "c": "公章由办公室专人保管",
    }
    source.write_text(
        "".join(json.dumps({"id": k, "text": v}, ensure_ascii=False) + "\n" for k, v in texts.items()), encoding="utf-8"
    )
    assert run("duplicates", source, "-o", "-").lines == [{"a": "a", "b": "b", "similarity": 1.0, "relation": "exact"}]
    source.write_text('{"id": "a", "text": "甲"}\n{"id": "b"}\n', encoding="utf-8")
    done = run("duplicates", source, "-o", "-")
    assert done.status == 2
    assert "in.jsonl:2" in done.err
    source.write_text('{"id": "a", "text": "甲"}\n{"id"\n', encoding="utf-8")
    assert "in.jsonl:2" in run("duplicates", source, "-o", "-").err


def test_train_and_evaluate(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "labelled.jsonl"
    rows = [
        {"text": f"{place}{text}", "label": label, "group": place}
        for place in ("城东", "城西", "城南", "城北")
        for text, label in (
            ("报销单未附发票", "finance"),
            ("员工未按期轮岗", "personnel"),
            ("备用金逾期未核销", "finance"),
            ("强制休假未执行", "personnel"),
        )
    ]
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    trained = run("train", source, "-o", tmp_path / "model")
    assert trained.status == 0
    assert {"accuracy", "n"} <= set(json.loads(trained.out.splitlines()[-1]))
    told = run("evaluate", source, "--model", tmp_path / "model")
    assert json.loads(told.out)["accuracy"] == 1.0
    page = tmp_path / "scores.html"
    assert run("evaluate", source, "--model", tmp_path / "model", "-o", page).status == 0
    assert "校准" in page.read_text(encoding="utf-8")


def test_queue(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "findings.jsonl"
    texts = ["公章外借未登记", "会上定的事没有下文，也没有人过问", "分公司经理一人说了算，谁也不敢问"]
    source.write_text("".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts), encoding="utf-8")
    rows = run("queue", source, "-o", "-", "--count", 2).lines
    assert [row["rank"] for row in rows] == [1, 2]
    assert all(row["why"] == "unsure" and row["text"] in texts for row in rows)
    assert run("queue", source, "-o", tmp_path / "queue.xlsx").status == 0


def test_categories_of_a_bank(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "findings.csv"
    source.write_text("text\n贷前调查未核实借款人收入，受托支付流于形式\n公章外借未登记\n", encoding="utf-8")
    assert run("classify", source, "-o", tmp_path / "out.jsonl", "--taxonomy", "bank").status == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["category"] for row in rows] == ["credit", "daily_office"]
    assert "score_credit" in rows[0]


def test_signals_facts_schema_doctor(run: Run) -> None:
    assert run("signals").out.startswith("V10\t")
    assert json.loads(run("facts", "check").out)["laws"] >= 300
    listed = run("facts", "list", "合同法").lines
    assert any("合同法" in row["title"] for row in listed)
    assert {"document", "rule", "finding", "candidate", "evidence"} <= set(json.loads(run("schema").out))
    assert "models/linear" in run("doctor").out


# ---------------------------------------------------------------- figures, and registers in a bank's own columns

STATED = REPORT.replace("二、发现的问题", "共发现问题3项，已整改1项、正在整改1项，整改率50%。\n二、发现的问题").replace(
    "自行保管。", "自行保管，已整改。"
)


def test_reports_state_and_stats_compare(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(STATED, encoding="utf-8")
    told = run("findings", tmp_path / "甲.txt", "--reports", tmp_path / "r.jsonl", "-o", tmp_path / "f.jsonl", *DAY)
    assert told.status == 0
    (report,) = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert report["stated"] == {"issues": 3, "rectified": 1, "in_progress": 1, "rate": 50.0}
    from_lines = run("stats", tmp_path / "f.jsonl", "--reports", tmp_path / "r.jsonl", *DAY)
    from_files = run("stats", tmp_path / "甲.txt", *DAY)
    assert from_lines.lines == from_files.lines
    assert "自报与实计不一致" in from_lines.err
    rows = {row["key"]: row for row in from_lines.lines if row["table"] == "stated"}
    assert (rows["issues"]["stated"], rows["issues"]["counted"], rows["issues"]["differs"]) == (3.0, 2.0, True)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_stats_as_tables(run: Run, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "甲.txt").write_text(STATED, encoding="utf-8")
    out = tmp_path / f"统计{suffix}"
    assert run("stats", tmp_path / "甲.txt", "-o", out, *DAY).status == 0
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(out)
        assert book.sheetnames[0] == "总计"
        assert "自报与实计" in book.sheetnames
        assert [cell.value for cell in book["总计"][1]][:2] == ["项目", "问题数"]
        assert book["总计"]["B2"].value == 2
    else:
        assert "问题数与各整改状态之和" not in out.read_text(encoding="utf-8-sig")
        assert "整改率与已整改数之比" in out.read_text(encoding="utf-8-sig")


def test_stats_of_what_are_no_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n', encoding="utf-8")
    told = run("stats", tmp_path / "a.jsonl")
    assert told.status == 2
    assert "不是 rulemine findings 写出的行" in told.err


OWN = "序\t线索\t风险点\t敞口（万元）\t盯办\n1\t月检\t交割单缺客户签字12份\t35.60\t托管部\n2\t投诉\t路演材料未经审核对外使用\t-\t市场部\n"


def test_columns_that_the_user_names(run: Run, tmp_path: Path) -> None:
    (tmp_path / "台账.txt").write_text("问题台账\n" + OWN, encoding="utf-8")
    (tmp_path / "c.toml").write_text(
        'text = "风险点"\namount = "敞口（万元）"\nresponsible_unit = "盯办"\n', encoding="utf-8"
    )
    told = run("findings", tmp_path / "台账.txt", "--columns", tmp_path / "c.toml", *DAY)
    assert [(row["text"], row["amount_yuan"], row["responsible_unit"]) for row in told.lines] == [
        ("交割单缺客户签字12份", 356000.0, "托管部"),
        ("路演材料未经审核对外使用", None, "市场部"),
    ]
    assert "敞口（万元）=涉及金额" in told.err


def test_columns_of_a_field_that_there_is_not(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('problem = "风险点"\n', encoding="utf-8")
    told = run("findings", tmp_path, "--columns", tmp_path / "c.toml")
    assert told.status == 2
    assert "没有字段 problem" in told.err


def test_findings_into_a_register_of_the_users_own(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["星海银行问题台账（单位：万元）"])
    sheet.append(["序号", "问题描述", "问题类别", "涉及金额", "整改状态", "填报人"])
    sheet["B3"].font = openpyxl.styles.Font(color="FFFF0000")
    book.create_sheet("填表说明")["A1"] = "勿改"
    book.save(tmp_path / "模板.xlsx")
    (tmp_path / "甲.txt").write_text(STATED, encoding="utf-8")
    out = tmp_path / "台账.xlsx"
    assert run("findings", tmp_path / "甲.txt", "--template", tmp_path / "模板.xlsx", "-o", out, *DAY).status == 0
    filled = openpyxl.load_workbook(out)
    rows = [[cell.value for cell in row] for row in filled.worksheets[0].iter_rows(3, 4)]
    assert rows == [
        [1, "报销单未附发票，涉及金额3万元", "财务管理", 3, "整改中", None],
        [2, "公章由业务经理自行保管", "日常办公", None, "已整改", None],
    ]
    assert filled.worksheets[0]["B4"].font.color.rgb == "FFFF0000"
    assert filled["填表说明"]["A1"].value == "勿改"


@pytest.mark.parametrize(
    ("name", "said"), [("没有表头.xlsx", "没有找到写问题的列"), ("不是工作簿.xlsx", "不是 .xlsx 工作簿")]
)
def test_template_that_cannot_be_filled(run: Run, tmp_path: Path, name: str, said: str) -> None:
    if name == "没有表头.xlsx":
        openpyxl.Workbook().save(tmp_path / name)
    else:
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "甲.txt").write_text(REPORT, encoding="utf-8")
    told = run("findings", tmp_path / "甲.txt", "--template", tmp_path / name, "-o", tmp_path / "o.xlsx", *DAY)
    assert told.status == 2
    assert said in told.err
    assert not (tmp_path / "o.xlsx").exists()
