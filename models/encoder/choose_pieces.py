"""Which of the source's 250,002 pieces a Chinese encoder needs: pieces.tsv, out of the source and the texts of ../shared.

python models/encoder/choose_pieces.py ../shared

Kept are the pieces of Han characters alone, those of signs and figures with or without them, the commonest of Latin letters,
the pieces of the prefix and of the Latin words that stand in Chinese office texts, and whatever else the likeliest cut of the
texts of ../shared takes. A line is a piece and its log probability; its
place is its number. Only pieces go into the project, no sentence does.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from source import FRAME, PREFIX, Source, find_source, read_source

from rulemine.encoder.tokenizer import UnigramTokenizer

TARGET = Path(__file__).parent / "pieces.tsv"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇々"
_SIGNS = "!-@\\[-`{-~·×÷°±\u2010-\u2050\u2150-\u218f\u2460-\u24ff\u2500-\u26ff\u3000-\u303f\uff00-\uffef"
_CHINESE = re.compile(f"▁?[{_HAN}{_SIGNS}]*|▁?[A-Za-z]")
_LATIN = re.compile("▁?[A-Za-z]+")
LATIN = 3500
"""Pieces of Latin letters that are kept for their frequency alone."""
WORDS = """
U-key Ukey UKey U-KEY key KEY FTP FAST admin root user guest test demo Admin Administrator login Login password Password token Token session
VPN EDR WAF IDS IPS SOC APT
DDoS SQL MySQL Oracle Redis Hadoop Spark Linux Windows Android iOS iPhone iPad Mac USB DVD CD PC IP MAC DNS HTTP HTTPS URL API SDK App
APP Web web Wi-Fi WiFi wifi Bluetooth Excel Word PPT PDF Outlook Email email mail Mail OA ERP CRM HR BI IT ICT AI ChatGPT GPT BIM GIS
GPS CAD UPS UPS-1 CPU GPU RPA OCR VR AR IoT Python Java JavaScript COBOL Excel2016 Office WPS Zoom Teams QQ WeChat weixin TikTok Tik Tok
Facebook Google Amazon Apple Microsoft SAP IBM Huawei ATM POS CRS VTM STM ETC NFC SIM ID IC KPI OKR SOP SLA SPV ABS REITs ETF LOF FOF QDII
QFII RQFII IPO PE VC LP GP NAV T+0 T+1 LPR Shibor SHIBOR LIBOR SWIFT CIPS FATCA AML KYC CDD EDD PEP UBO FICO IRR ROE ROA EVA VaR PD LGD
EAD IFRS GAAP ESG LED LNG LPG PVC PPR EPC PPP BOT CEO CFO COO CIO CRO CTO VIP SVIP NO No Ltd Co Inc Bank Group International Holdings
Fund Capital Asset Management Investment Insurance Securities Trust Leasing Policy Report Audit Risk Compliance Control Data System Server
Backup backup Version version Log log Cloud cloud ISO GB GB/T OHSAS HACCP CMA CNAS MRI CT ICU DRG DIP HIS LIS PACS EMR
"""


def read_texts(shared: Path) -> Iterator[str]:
    """The lines of the laws, the findings, the titles."""
    data = shared / "data"
    with lzma.open(data / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from json.loads(line)["text"].splitlines()
    for name in ("findings_real.jsonl", "penalties.jsonl", "titles.jsonl"):
        with (data / name).open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield record.get("text") or record.get("title") or ""
    yield from (data / "titles_ten.tsv").read_text(encoding="utf-8").splitlines()


def choose_pieces(source: Source, shared: Path) -> list[int]:
    """The places of the pieces to keep, in the source's order."""
    tokenizer = UnigramTokenizer(list(zip(source.pieces, map(float, source.scores), strict=True)), FRAME)
    kept = {FRAME.begin, FRAME.padding, FRAME.end, FRAME.unknown}
    kept.update(place for place, piece in enumerate(source.pieces) if _CHINESE.fullmatch(piece))
    kept.update([place for place, piece in enumerate(source.pieces) if _LATIN.fullmatch(piece)][:LATIN])
    latin = (text for word in WORDS.split() for text in (word, f"的{word}"))  # with a space ahead of it, and without
    for text in {PREFIX, *latin, *read_texts(shared)}:
        kept.update(tokenizer.cut(text))
    return sorted(kept)


def main(shared: Path) -> None:
    source = read_source(find_source())
    kept = choose_pieces(source, shared)
    lines = [f"{source.pieces[place]}\t{source.scores[place]!s}" for place in kept]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(kept)} of {len(source.pieces)} pieces")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
