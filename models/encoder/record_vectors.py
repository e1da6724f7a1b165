"""The ten vectors that tests hold the encoder to: tests/encoder/vectors.json, out of the float graph.

python models/encoder/record_vectors.py        # in the environment of build.py, with scipy
"""

from __future__ import annotations

import json
from pathlib import Path

from reference import FloatEncoder
from source import FRAME, PREFIX, find_source, read_source

TARGET = Path(__file__).parents[2] / "tests" / "encoder" / "vectors.json"
TEXTS = (
    "报销",
    "遇有异常情况，柜员应当逐级上报，不得越级处理。",
    "挂失后未及时止付，2笔共计３６．５万元被他人支取",
    "第二十三条　公章由综合办公室专人保管，外借须经总经理批准。",
    "经查，该支行2021年至2023年共有14名客户经理未按规定强制休假，其中3人连续任职超过五年，支行行长对此知情而未予纠正。",
    "（一）逾期未整改的——责任部门负责人“双倍”扣罚；\n（二）屡查屡犯的：①通报批评；②取消年度评优资格。",
    "VPN账号admin01的口令为123456，且10～20台终端未装EDR。",
    "關於進一步規範費用支出審批流程的通知",
    "咭片囍字灬一类的生僻字㐂也要读得过去",
    "理财产品宣传材料未经合规部门审核即在网点摆放，称“保本保息、年化收益率4.8％”，并以赠送米、面、油等实物的方式吸引老年客户购买；"
    "双录影像中销售人员未提示产品风险等级，客户签名处由他人代签，回访电话由客户经理本人接听。上述做法涉及3家网点、27名客户。",
)


def main() -> None:
    vectors = FloatEncoder(read_source(find_source()), FRAME, PREFIX).encode(TEXTS)
    rows = [
        {"text": text, "vector": [round(float(value), 5) for value in vector]}
        for text, vector in zip(TEXTS, vectors, strict=True)
    ]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    TARGET.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
