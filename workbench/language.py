"""The words on screen, in Chinese or English, by gettext.

English is what stands in the code; a catalog (``locale/zh_CN``) turns it into Chinese. This module
knows nothing of cases but the four statuses and files, and loads gettext only when a catalog is
needed: most commands print data and never ask for a word.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gettext import GNUTranslations

    from workbench.cases.errors import WorkbenchError
    from workbench.cases.model import Attachment, Status
    from workbench.cases.views import SavedView

Lang = Literal["zh", "en"]

DOMAIN = "workbench"
CATALOGS = os.path.join(os.path.dirname(__file__), "locale")

_current: Lang = "en"
_catalog: GNUTranslations | None = None


def choose(asked: str | None, env: Mapping[str, str]) -> Lang:
    """Return the language to speak.

    Args:
        asked: what the option, the environment or the settings say; None, "" and "auto" leave it
            to the locale. Anything that begins with ``zh`` is Chinese.
        env: the environment; LC_ALL, LC_MESSAGES and LANG are looked at, in this order.
    """
    if not asked or asked == "auto":
        asked = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return "zh" if asked.lower().startswith("zh") else "en"


def setup(lang: Lang) -> None:
    """Speak ``lang`` from now on; until then every word is English."""
    global _current, _catalog
    _current = lang
    _catalog = None
    if lang == "zh":
        import gettext

        catalog = gettext.translation(DOMAIN, CATALOGS, ["zh_CN"], fallback=True)
        if isinstance(catalog, gettext.GNUTranslations):
            _catalog = catalog


def current() -> Lang:
    """Return the language that is spoken now."""
    return _current


def t(msgid: str, /, **values: object) -> str:
    """Return ``msgid`` in the language spoken, with its ``{names}`` filled in from ``values``.

    Without values nothing is filled in, so a text with braces in it stays as it is. The argument
    is a literal, or was marked with :func:`later`: the catalog's test reads them from the source.
    """
    text = _catalog.gettext(msgid) if _catalog is not None and msgid else msgid
    return text.format(**values) if values else text


def tn(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form of a text that fits ``count``, which fills in ``{count}``."""
    if _catalog is not None:
        text = _catalog.ngettext(one, many, count)
    else:
        text = one if count == 1 else many
    return text.format(count=count, **values)


def told(sentence: str) -> str:
    """Return a sentence that was made below the desk in the language spoken.

    One that does not remember what it was made of is returned as it is.
    """
    from workbench.cases.said import Said

    if _catalog is None or not isinstance(sentence, Said):
        return sentence
    values = {
        name: told(value) if isinstance(value, str) else value
        for name, value in sentence.values.items()
    }
    if sentence.many is not None:
        return tn(sentence.template, sentence.many, sentence.number, **values)
    return t(sentence.template, **values)


def trouble(error: Exception) -> str:
    """Return what an error says, in the language spoken; one of the system without its file."""
    if isinstance(error, OSError):
        from workbench.cases.refusals import reason

        return told(reason(error))
    what = error.args[0] if error.args else ""
    return told(what) if isinstance(what, str) and what else str(error)


def explained(error: WorkbenchError) -> str:
    """Return what an error says and its hint, in the language spoken."""
    return joined(trouble(error), told(error.hint)) if error.hint else trouble(error)


def joined(*sentences: str) -> str:
    """Return sentences one behind the other; between those without an end stands a dash."""
    text = sentences[0]
    for sentence in sentences[1:]:
        if text.endswith("。"):
            between = ""
        else:
            between = " " if text.endswith((".", "!", "?", "？")) else " – "
        text += between + sentence
    return text


def labelled(name: str, value: object) -> str:
    """Return a value behind its name, with the colon of the language spoken."""
    return t("{name}: {value}", name=name, value=value)


def listed(parts: Iterable[str]) -> str:
    """Return words or short phrases in a row, with the comma of the language spoken."""
    return t(", ").join(parts)


def later(msgid: str) -> str:
    """Mark a text that stands in a table and goes through :func:`t` when it is shown."""
    return msgid


_STATUS_WORDS: dict[Status, Callable[[], str]] = {
    "unset": lambda: t("Unset"),
    "in_progress": lambda: t("In progress"),
    "on_hold": lambda: t("On hold"),
    "resolved": lambda: t("Resolved"),
}


def status_word(status: Status) -> str:
    """Return the team's own word for a status: 未设置, 处理中, 暂搁置 or 已解决."""
    return _STATUS_WORDS[status]()


def field_word(field: str) -> str:
    """Return the word on screen for a field of a case."""
    from workbench.cases.fieldwords import field_said

    return told(field_said(field))


def reference_word(kind: str) -> str:
    """Return the word on screen for the kind of a reference."""
    words = {
        "case": t("case"),
        "order": t("order"),
        "phone": t("phone"),
        "tracker": t("tracker"),
        "number": t("number"),
    }
    return words.get(kind, kind)


def side_word(side: str) -> str:
    """Return the word on screen for the side of a person."""
    words = {
        "engineer": t("engineer"),
        "R&D": t("R&D"),
        "customer": t("customer"),
        "vendor": t("vendor"),
    }
    return words.get(side, side)


def side_mark(side: str) -> str:
    """Return the mark on screen for the side whose turn it is, where there is no room for more."""
    words = {
        "engineer": t(">us"),
        "R&D": t(">R"),
        "customer": t(">C"),
        "vendor": t(">V"),
    }
    return words.get(side, side)


def view_word(view: SavedView) -> str:
    """Return what a saved view is called on screen; of a person's own one that is its name."""
    return view.twin if current() == "zh" and view.twin else view.name


def act_word(act: str) -> str:
    """Return the word on screen for an act of the history."""
    words = {
        "set": t("set"),
        "add": t("added"),
        "remove": t("removed"),
        "edit": t("edited"),
        "hide": t("hid"),
        "unhide": t("showed again"),
        "redact": t("redacted"),
    }
    return words.get(act, act)


def waiting_words(reason: str | None) -> str | None:
    """Return why a text is not whole yet, as ``Entry.waiting`` names it."""
    words = {
        "arriving": t("the rest of it has not arrived yet"),
        "incomplete": t("an earlier change has not arrived yet"),
    }
    return None if reason is None else words.get(reason, reason)


def relayed_words(who: str) -> str:
    """Return that a change came in another's feed than its author's."""
    return t("relayed by {who}", who=who)


def ahead_words(ahead: int) -> str:
    """Return that a change bears a time that was still to come when it arrived.

    Args:
        ahead: by how much, in ms.
    """
    minutes = ahead // 60_000
    if minutes < 120:
        return tn("a clock {count} minute ahead", "a clock {count} minutes ahead", minutes)
    hours = minutes // 60
    if hours < 48:
        return tn("a clock {count} hour ahead", "a clock {count} hours ahead", hours)
    return tn("a clock {count} day ahead", "a clock {count} days ahead", hours // 24)


def file_words(file: Attachment) -> str:
    """Return a file's name with its size, and that it is not here where it is not."""
    if file.sha256 is None or file.size is None:
        return file.file
    from workbench.cases.files import show_size

    words = f"{file.file} {show_size(file.size)}"
    return words if file.here else f"{words} · {t('not here')}"
