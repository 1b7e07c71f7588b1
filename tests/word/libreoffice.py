# ruff: noqa: E501 - as their programs write them
"""Texts that LibreOffice turns into .docx for the tests."""

from __future__ import annotations

REPORT = """<html><head><meta charset="utf-8"></head><body><h1>季度救助情况通报</h1><p>各县（区）救助站：</p><p>现将有关情况通报如下。</p><h2>一、基本情况</h2><ol><li>站内受助若干人次。</li><li>站外劝导若干人次。<ol type="a"><li>城区。</li><li>乡镇。</li></ol></li><li>护送返乡若干人次。</li></ol><h2>二、存在问题</h2><ul><li>值班记录不全。</li><li>物资台账滞后。</li></ul><table border=1><tr><th>站点</th><th colspan=2>人次</th></tr><tr><td rowspan=2>城区</td><td>男</td><td>12</td></tr><tr><td>女</td><td>5</td></tr></table><p><b>重点提示</b>：请<i>认真</i>核对<u>台账</u>。</p><p align=right>某市救助管理站</p><p align=right>2024年3月31日</p></body></html>
"""
"""HTML with lists in lists, a table with merged cells, a sign-off."""

REPORT_HTML = (
    "<p>各县（区）救助站：</p><p>现将有关情况通报如下。</p><h2>一、基本情况</h2><p>1. 站内受助若干人次。</p>"
    "<p>2. 站外劝导若干人次。</p><p>a. 城区。</p><p>b. 乡镇。</p><p>3. 护送返乡若干人次。</p><h2>二、存在问题</h2>"
    "<ul><li>值班记录不全。</li><li>物资台账滞后。</li></ul>"
    '<table><thead><tr><th>站点</th><th colspan="2">人次</th></tr></thead>'
    '<tbody><tr><td rowspan="2">城区</td><td>男</td><td>12</td></tr><tr><td>女</td><td>5</td></tr></tbody></table>'
    "<p><strong>重点提示</strong>：请<em>认真</em>核对<u>台账</u>。</p>"
    '<p class="signoff">某市救助管理站<br>2024年3月31日</p>'
)

ROTA = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles><style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="、" style:num-format="一, 二, 三, ..."/><text:list-level-style-number text:level="2" style:num-prefix="（" style:num-suffix="）" style:num-format="1"/></text:list-style></office:automatic-styles>
<office:body><office:text>
<text:h text:outline-level="1">值班安排说明</text:h>
<text:p>请各科室<text:span text:style-name="H">藏着的话</text:span>遵照执行<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>自下月起。</text:p></text:note-body></text:note>。</text:p>
<text:list text:style-name="L"><text:list-item><text:p>按时到岗。</text:p><text:list><text:list-item><text:p>白班八点。</text:p></text:list-item><text:list-item><text:p>夜班二十点。</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>做好记录。</text:p></text:list-item></text:list>
<text:p>联系<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple" xlink:href="https://example.cn/">值班室</text:a>。<text:line-break/>另行通知<text:tab/>完</text:p>
</office:text></office:body></office:document>
"""
"""OpenDocument with a hidden word, a note, numbers in Chinese forms, a link, a tab."""

ROTA_HTML = (
    '<p>请各科室遵照执行<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>。</p><p>一、按时到岗。</p>'
    "<p>（1）白班八点。</p><p>（2）夜班二十点。</p><p>二、做好记录。</p>"
    '<p>联系<a href="https://example.cn/">值班室</a>。<br>另行通知 完</p><div class="footnote"><hr><ol><li id="fn:1">'
    '<p>自下月起。 <a href="#fnref:1" class="footnote-backref">↩</a></p></li></ol></div>'
)
