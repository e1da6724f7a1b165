"""Small files made on the fly: PDF pages and Word documents from their raw parts."""

from __future__ import annotations

import io
import zipfile

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
# x and y in points from the bottom left corner, size, words
Words = tuple[float, float, float, str]
Rule = tuple[float, float, float, float]


def make_pdf(pages: list[list[Words]], rules: list[Rule] | None = None) -> bytes:
    """A PDF in a Chinese font that every viewer knows; ``rules`` are lines drawn on every page."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>")
    objects.append(
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 5 0 R>>"
    )
    objects.append(
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
    )
    kids = []
    for page in pages:
        drawing = "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET\n" for x, y, size, words in page
        )
        drawing += "".join(f"{x0} {y0} m {x1} {y1} l S\n" for x0, y0, x1, y1 in rules or ())
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (len(objects) + 2)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing.encode()))
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    return _join_objects(objects)


def _join_objects(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def make_docx(body: str, **parts: str) -> bytes:
    """A Word file from the XML of its body and of further parts (numbering, styles, footnotes, header1 …)."""
    namespaces = (
        f'xmlns:w="{W_NS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{KIND}{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in parts
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{R_NS}"><Relationship Id="r1" Type="{KIND}officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{R_NS}">{relations}</Relationships>')
        package.writestr("word/document.xml", f"<w:document {namespaces}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            root = {"header": "hdr", "footer": "ftr"}.get(name.rstrip("0123456789"), name.rstrip("0123456789"))
            package.writestr(f"word/{name}.xml", f"<w:{root} {namespaces}>{content}</w:{root}>")
    return out.getvalue()
