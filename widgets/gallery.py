"""An app that shows each widget alone, with invented data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from widgets.case_list import CaseList, CaseRow, ListSource
from widgets.diff import DiffView, Version
from widgets.editor import Editor
from widgets.filter_line import FilterLine
from widgets.picker import AskLine, ListPicker, StatusPicker
from widgets.status_bar import StatusBar
from widgets.tab_line import Tab, TabLine
from widgets.thread import Thread, ThreadItem

STATUS_WORDS: Mapping[str, str] = {
    "unset": "未处理",
    "in_progress": "处理中",
    "on_hold": "暂搁置",
    "resolved": "已解决",
}
COLUMN_WORDS: Mapping[str, str] = {
    "key": "案件",
    "status": "状态",
    "title": "标题",
    "engineers": "工程师",
    "activity": "最近动静",
    "age": "已开",
    "unread": "未读",
    "entries": "条目",
}
THREAD_WORDS: Mapping[str, str] = {
    "problem": "问题",
    "untagged": "未署名",
    "author": "{who} 录入",
    "edited": "改过",
    "edited_by": "{who} 改过",
    "hidden": "已隐藏",
    "redacted": "已抹去",
    "unread": "新",
    "decision": "{n} 处待定",
    "picture": "图片 {name}",
    "file": "文件 {name}",
}

_TITLES = (
    "充电桩插枪后黑屏，重启三次仍无反应",
    "订单 20210224153000123456 重复扣费，用户要求退款",
    "EVS-120 离线，4G 模块指示灯不亮",
    "枪头温度过高告警 (85℃) stops charging after 10 minutes",
    "[/x] [@click=app.quit]q[/] \x1b]0;x\x07 \u202e 案件",
    "ＡＰＰ 扫码无响应　全角空格",
    "电表读数与平台不一致，差 3.7 kWh 🔌",
)
_PEOPLE = ("周敏", "何立新", "Tang", "", "周敏、何立新")


def sample_rows(count: int = 300) -> list[CaseRow]:
    """Return invented rows of the case list."""
    statuses = list(STATUS_WORDS)
    return [
        CaseRow(
            id=str(at),
            key=f"nova_case#{at}_202102{at % 27 + 1:02}",
            short_key=f"nova#{at}",
            status=statuses[at % 4],
            title=_TITLES[at % len(_TITLES)],
            engineers=_PEOPLE[at % len(_PEOPLE)],
            activity=f"2021-02-{at % 27 + 1:02}",
            age=f"{at % 90} 天",
            unread=(0, 0, 2, 0, 14)[at % 5],
            entries=at % 13,
            awake=at % 8 == 2,
            decisions=int(at % 9 == 1),
            questions=int(at % 11 == 3),
            draft=at % 7 == 5,
            hidden=at % 17 == 16,
        )
        for at in range(1, count + 1)
    ]


def sample_items() -> list[ThreadItem]:
    """Return an invented thread."""
    return [
        ThreadItem(
            "p",
            "problem",
            "三号桩插枪后黑屏，站端重启三次仍无反应。用户订单 20210224153000123456 已扣费，"
            "要求今天给出说法。\n现场照片见下。",
            author="周敏",
            when="2021-02-24",
            images=("screen_black_01.png",),
        ),
        ThreadItem("e1", "event", "状态 未处理 → 处理中", author="周敏", when="2021-02-24"),
        ThreadItem(
            "1",
            "entry",
            "请现场先断电五分钟再上电，看 4G 模块的指示灯。",
            speaker="周敏",
            author="周敏",
            when="2021-02-24 16:02",
            position=1,
            side="engineer",
        ),
        ThreadItem(
            "2",
            "entry",
            "断电后能启动，但十分钟后又黑屏。log 已经传上来了。",
            speaker="远航站-李工",
            author="周敏",
            when="2021-02-25",
            position=2,
            depth=1,
            side="customer",
            attachments=("evs120_0225.log",),
            edited_by="何立新",
            edited=True,
        ),
        ThreadItem(
            "3",
            "entry",
            "[/x] [@click=app.quit]q[/] \x1b]0;x\x07 \u202e 案件",
            speaker="研发 Tang",
            when="2021-02-25",
            position=3,
            depth=2,
            side="rnd",
            unread=True,
            decisions=1,
        ),
        ThreadItem("e2", "event", "工程师 + 何立新", author="周敏", when="2021-02-26"),
        ThreadItem("4", "entry", "屏幕排线松动，已更换，观察两天。", when="2021-02-26", position=4),
        ThreadItem(
            "5", "entry", "", speaker="何立新", position=5, images=("a.png", "b.png"), hidden=True
        ),
    ]


def _case_list() -> Widget:
    """Return a list of cases."""
    case_list = CaseList(
        status_words=STATUS_WORDS, column_words=COLUMN_WORDS, empty="没有这样的案件"
    )
    case_list.set_source(ListSource(sample_rows()))
    case_list.mark_all(["3", "4"])
    return case_list


def _thread() -> Widget:
    """Return a thread."""
    thread = Thread(words=THREAD_WORDS, empty="还没有条目")
    thread.set_items(sample_items())
    return thread


def _editor() -> Widget:
    """Return an editor."""
    text = "已更换屏幕排线，\n请现场观察两天，有问题再联系。"
    editor = Editor(text, title="回复 【远航站-李工】", placeholder="写点什么")
    editor.draft_state = "草稿已存"
    return editor


def _filter_line() -> Widget:
    """Return a filter line that shows an error."""
    line = FilterLine("黑屏 status:在处理", placeholder="筛选：词、status: engineer: project: is:")
    line.show_error("没有“在处理”这个状态；有 未处理 处理中 暂搁置 已解决", at=10)
    return line


def _status_picker() -> Widget:
    """Return a picker of a status."""
    return StatusPicker(status_words=STATUS_WORDS, current="in_progress", title="状态")


def _list_picker() -> Widget:
    """Return a picker of names."""
    return ListPicker(
        ["周敏", "何立新", "Tang", "[b]x[/b]"],
        chosen=["何立新"],
        title="工程师",
        placeholder="输入以缩小范围",
        add_word="新增“{name}”",
        empty="没有这个人",
        help="空格 选 · 回车 好 · Esc 不改",
    )


def _ask_line() -> Widget:
    """Return a question."""
    return AskLine("跳到案件 #", placeholder="97")


def _status_bar() -> Widget:
    """Return a footer."""
    return StatusBar(
        segments=["nova.db", "3 处未发送", "2 份草稿"],
        hints=[
            ("Enter", "打开"),
            ("1 2 3 0", "状态"),
            ("a", "写条目"),
            ("/", "筛选"),
            ("?", "帮助"),
        ],
    )


def _tab_line() -> Widget:
    """Return a line of tabs, of which one is not counted yet."""
    words = ("全部", "待处理", "我的", "处理中", "暂搁置", "停滞", "未读", "[/x] 客户在等")
    tabs = [Tab(word, word, 7 * at if at % 5 else None) for at, word in enumerate(words)]
    return TabLine(tabs, active="停滞")


def _diff() -> Widget:
    """Return versions to decide between."""
    return DiffView(
        [
            Version("周敏 02-25 10:12", "断电五分钟后能启动，十分钟后又黑屏。", "来自页面"),
            Version("何立新 02-25 11:40", "断电三分钟后可以启动，约十分钟后再次黑屏，log 已传。"),
        ],
        ancestor=Version("02-24", "断电后能启动，十分钟后又黑屏。"),
        words={"ancestor": "原来"},
    )


SHOWN: Mapping[str, Callable[[], Widget]] = {
    "case_list": _case_list,
    "thread": _thread,
    "editor": _editor,
    "filter_line": _filter_line,
    "status_picker": _status_picker,
    "list_picker": _list_picker,
    "ask_line": _ask_line,
    "status_bar": _status_bar,
    "tab_line": _tab_line,
    "diff": _diff,
}
"""Each widget that can be shown, by the name it is asked for."""


class Gallery(App[None]):
    """Shows one widget, what it posts, and goes on to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "next", "Next widget", show=False),
        Binding("down,j", "on_widget('cursor_down')", show=False),
        Binding("up,k", "on_widget('cursor_up')", show=False),
        Binding("pagedown", "on_widget('page_down')", show=False),
        Binding("pageup", "on_widget('page_up')", show=False),
        Binding("home,g", "on_widget('top')", show=False),
        Binding("end,G", "on_widget('end')", show=False),
        Binding("enter", "on_widget('open')", show=False),
        Binding("space", "on_widget('choose')", show=False),
        Binding("v", "on_widget('toggle_mark')", show=False),
        Binding("n", "on_widget('next_unread')", show=False),
        Binding("ctrl+s,f2", "on_widget('save')", show=False),
    ]

    def __init__(self, name: str, *, light: bool = False) -> None:
        """Show the widget called ``name`` first."""
        super().__init__()
        self._shown = name
        self._bar = StatusBar(hints=[("F8", "next widget"), ("ctrl+q", "quit")])
        self.theme = "textual-light" if light else "textual-dark"

    def compose(self) -> ComposeResult:
        """Show the widget above the footer."""
        yield SHOWN[self._shown]()
        self._bar.styles.dock = "bottom"
        yield self._bar

    def on_mount(self) -> None:
        """Say what is shown."""
        self._name_it()

    @on(CaseList.CaseHighlighted)
    @on(CaseList.CaseOpened)
    @on(Thread.EntryHighlighted)
    @on(Editor.TextEdited)
    @on(Editor.SaveRequested)
    @on(Editor.CloseRequested)
    @on(FilterLine.FilterChanged)
    @on(FilterLine.FilterLeft)
    @on(FilterLine.ListMoved)
    @on(StatusPicker.Picked)
    @on(ListPicker.Picked)
    @on(AskLine.Answered)
    @on(StatusBar.HintClicked)
    @on(TabLine.TabChosen)
    @on(DiffView.VersionHighlighted)
    @on(DiffView.VersionChosen)
    def _say(self, message: Message) -> None:
        """Show what the widget said."""
        self._bar.segments = (self._shown, type(message).__qualname__)

    async def action_next(self) -> None:
        """Show the next widget."""
        names = list(SHOWN)
        self._shown = names[(names.index(self._shown) + 1) % len(names)]
        await self.screen.query("*").exclude("StatusBar").remove()
        widget = SHOWN[self._shown]()
        await self.screen.mount(widget, before=self._bar)
        widget.focus()
        self._name_it()

    async def action_on_widget(self, action: str) -> None:
        """Run an action of the widget that has the keys, if it has it."""
        widget = self.focused
        if widget is not None and hasattr(widget, f"action_{action}"):
            await self.run_action(action, default_namespace=widget)

    def _name_it(self) -> None:
        """Write the widget's name into the footer."""
        self._bar.segments = (self._shown,)
