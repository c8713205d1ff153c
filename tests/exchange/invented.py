"""An invented page with every oddity that real ones have, and what is to be read from it."""

from __future__ import annotations

PAGE = """\
{{box cssClass="box floatinginfobox" title="**Summary**"}}
{{toc/}}
{{/box}}

= nova_case#58_20240612 =

问题描述:柏溪路站对账,异常单处理

~-~-跟踪

【LM】:

刚才和 zhaoqi 沟通了下
1.先截图
2.再对账

【zhaoqi】:我找客户聊下,问题描述里写的时间: 18:30

【LM】已告知

~-~-解决:
状态(☑表示选定 ): 已解决 | 处理中 | 暂搁置
售后(跟单)工程师:LM

= nova_case#57_20240611 =

问题描述:

~【余额不足】请充值,说的是 nova_case#12_20210301

[[image:1717719679402-318.png||height="21" width="48"]][[image:1717719700977-655.png||width="47"]]

~-~-跟踪

客户：只充了 12 度

【Kay＆LM】： 电费 14.6 元
状态显示“充电中”

[[image:1717747503118-204.png]]

【客】:

[[image:1717747531860-771.png||height="420" width="315"]]

~-~-解决:
状态（☑表示选定 ）：☑ 已解决 | 处理中 | 暂搁置
售后（跟单）工程师：LM Kay

= nova_case#56_202405009 =

麻烦看一下 20240528071522003841

~-~-跟踪

该账单是部门账户扣费

再看一下

**~~update 20240724 ** **固件 V2.14**

更新 20240231:没有这一天

~-~-解决:

周末回访过
状态(☑表示选定 ): 已解决 | ☑处理中 | 暂搁置
数据统计人:Kay

= nova_case#55_20240501 =

[[image:1714961853905-290.png||height="331" width="619"]]

~-~-跟踪

[[attach:电价 表.xlsx||target="_blank"]]

~-~-解决:
状态(☑表示选定 ): 已解决 | 处理中 | ☑ 暂搁置
数据统计人:Kay LM"""
