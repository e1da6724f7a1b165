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


def make_ofd(pages: list[str | None], *, template: str = "", annotations: str = "", more: str = "") -> bytes:
    """An OFD file from the content of its layers, page by page (None leaves the part out), in A4."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}.xml"/>' for n in range(len(pages)))
        shared = '<ofd:TemplatePage ID="t" BaseLoc="T.xml"/>' if template else ""
        remarks = "<ofd:Annotations>A.xml</ofd:Annotations>" if annotations else ""
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            f"</ofd:PageArea>{shared}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{remarks}{more}</ofd:Document>",
        )
        use = '<ofd:Template TemplateID="t"/>' if template else ""
        for number, content in enumerate(pages):
            if content is not None:
                package.writestr(
                    f"Doc_0/Pages/P{number}.xml",
                    f"<ofd:Page {space}>{use}<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>",
                )
        if template:
            package.writestr("Doc_0/T.xml", f"<ofd:Page {space}><ofd:Content>{template}</ofd:Content></ofd:Page>")
        if annotations:
            package.writestr(
                "Doc_0/A.xml",
                f'<ofd:Annotations {space}><ofd:Page PageID="0"><ofd:FileLoc>B.xml</ofd:FileLoc></ofd:Page>'
                "</ofd:Annotations>",
            )
            package.writestr("Doc_0/B.xml", f"<ofd:PageAnnot {space}>{annotations}</ofd:PageAnnot>")
    return out.getvalue()
