"""Cases as the desk hands them out, with hostile text in every field that holds text."""

from __future__ import annotations

from workbench.cases.model import (
    Attachment,
    Case,
    Choice,
    Decision,
    Entry,
    HistoryItem,
    Image,
    Question,
    Reference,
    Source,
    Summary,
)

HOSTILE = "[/x] [@click=app.quit]q[/] \x1b]0;x\x07 \u202e 案件"
SHOWN = "[/x] [@click=app.quit]q[/] ␛]0;x␇ ‹RLO› 案件"
AT = 1_614_219_660_000


def entry(position: int = 1, text: str = HOSTILE, depth: int = 0) -> Entry:
    """Return an entry whose every text is hostile."""
    return Entry(
        id="k3f9q" + "a" * 21,
        position=position,
        depth=depth,
        reply_to="b" * 26 if depth else None,
        speaker=HOSTILE,
        author=HOSTILE,
        text=text,
        happened_on=HOSTILE,
        written_at=AT,
        received_at=None,
        edited=True,
        edited_by=HOSTILE,
        redacted=False,
        hidden=False,
        images=(HOSTILE,),
        attachments=(HOSTILE,),
        seen=(),
        waiting=HOSTILE,
    )


def summary(number: int = 1, text: str = HOSTILE) -> Summary:
    """Return a row of the list whose every text is ``text``."""
    return Summary(
        id="c" * 26,
        key=f"nova_case#{number}_20210224",
        aliases=(text,),
        project=text,
        number=number,
        date_raw=text,
        opened_on="2021-02-24",
        title=text,
        problem=f"{text}\n{text}",
        status="on_hold",
        status_until="2021-03-01",
        status_why=text,
        awake=True,
        engineers=(text, "LM"),
        engineer_label=text,
        tags=(text,),
        entry_count=2,
        images=(Image(text, 334, 222, "problem", AT),),
        attachments=(Attachment(text, "problem"),),
        references=(Reference("phone", text),),
        questions=(Question("date", text),),
        decisions=1,
        unread=1,
        hidden=False,
        source=Source(text, 5, 27, "25.8", "25.10"),
        created_at=AT,
        updated_at=AT,
    )


def case() -> Case:
    """Return a case of two entries, the second an answer to the first."""
    return Case(summary(), (entry(1), entry(2, f"{HOSTILE}\n{HOSTILE}", depth=1)))


def change() -> HistoryItem:
    """Return a change of an entry's text."""
    return HistoryItem(
        "f" * 64,
        HOSTILE,
        "c" * 26,
        "k3f9q",
        AT,
        HOSTILE,
        "edit",
        "entry",
        HOSTILE,
        HOSTILE,
        why=HOSTILE,
    )


def decision() -> Decision:
    """Return a decision between two texts."""
    values = (Choice(HOSTILE, HOSTILE, AT), Choice(f"{HOSTILE}\n二", "LM", AT, why=HOSTILE))
    return Decision("d3c1", HOSTILE, "c" * 26, "title", None, HOSTILE, values)
