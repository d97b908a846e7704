"""A certificate's metadata: XMP, because PDF/A-2 leaves the old document information out. Uses fpdf2.

fpdf2 would write the time of printing into its own XMP; this one holds the time of issue only, so that the same
award gives the same bytes. PDF/A allows only predefined properties, hence `dc:identifier` for the signed link.
"""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from fpdf import FPDF

_TOOL = "xuefa-kit"
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>U</pdfaid:conformance>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
   <dc:identifier>{identifier}</dc:identifier>
   <pdf:Producer>{tool}</pdf:Producer>
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <xmp:CreateDate>{created}</xmp:CreateDate>
   <xmp:ModifyDate>{created}</xmp:ModifyDate>
   <xmp:MetadataDate>{created}</xmp:MetadataDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""


def describe(pdf: FPDF, *, title: str, subject: str, author: str, identifier: str, created: datetime) -> None:
    """Give the document its metadata for PDF/A-2u; `created` is aware, `identifier` names the award."""
    facts = {"title": title, "subject": subject, "author": author, "identifier": identifier, "tool": _TOOL}
    second = created.replace(microsecond=0)
    pdf.set_lang("zh-CN")
    pdf.set_creation_date(second)
    pdf.set_xmp_metadata(_XMP.format(created=second.isoformat(), **{k: escape(text) for k, text in facts.items()}))
