"""How the words of a command line are told apart: options, texts, names with a sign, queries.

Click takes every word with a leading ``-`` for an option. Here ``-5 °C`` is a text, ``-LM`` a name
and ``-status:resolved`` part of a query, so each command says which of these its words are, and the
words are put in an order that click can't misread: options, ``--``, everything else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import click

from workbench.cases.errors import BadInput, WorkbenchError
from workbench.cases.said import said
from workbench.cli.call import Call
from workbench.language import t

Signs = Literal["text", "names", "query"]
"""What a word with a leading sign is where it is no option: a text, a name, a part of a query."""

ADD_SIGNS = ("+", "＋")
REMOVE_SIGNS = ("-", "－")


def _is_option(word: str, options: Mapping[str, bool], signs: Signs) -> bool:
    if word.startswith("--"):
        return True
    if signs == "names":
        return False
    if signs == "query":
        return word in options
    return len(word) > 1 and word[0] == "-" and word[1].isascii() and word[1].isalpha()


def options_first(
    given: Iterable[str], options: Mapping[str, bool], signs: Signs
) -> tuple[list[str], list[str]]:
    """Split the words of a command into its options with their values, and the rest.

    Args:
        given: the words behind the command's name.
        options: the option words the command knows, and whether a value follows each.
        signs: what a word with a sign is that is no option.

    Raises:
        click.BadOptionUsage: the last option lacks its value.
    """
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(given)
    for word in remaining:
        if word == "--":
            rest.extend(remaining)
        elif not _is_option(word, options, signs):
            rest.append(word)
        else:
            front.append(word)
            if options.get(word):
                value = next(remaining, None)
                if value is None:
                    raise click.BadOptionUsage(
                        word, said("Option '{name}' requires an argument.", name=word)
                    )
                front.append(value)
    return front, rest


def words(text: str) -> str:
    """Return text from the command line that is whole UTF-8, so that it can be stored and printed.

    Raises:
        click.BadParameter: bytes of another encoding are in it.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise click.BadParameter(said("the text is not UTF-8.")) from None
    return text


def offered(kind: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """Return what tells a shell which words a parameter may be.

    Args:
        kind: case, status (cases too), engineer, tag (cases and signed names), query, project,
            view, store, setting, field, file or dir.
    """

    def offer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from workbench.cli.completing import offers  # which no other call needs

        return offers(kind, ctx, incomplete)

    return offer


of_view = click.option(
    "--view",
    type=words,
    metavar="NAME",
    help="Only cases of this saved view.",
    shell_complete=offered("view"),
)
into_file = click.option(
    "-o",
    "file",
    metavar="FILE",
    help="Write to FILE instead of stdout.",
    shell_complete=offered("file"),
)


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a global option; one that stands behind the command wins over one before it.

    An empty one is refused: a script whose variable is unset must not write to the user's own file.
    """
    if value == "":
        raise click.BadParameter(said("it is empty."), ctx, param)
    if value and param.name:
        setattr(ctx.ensure_object(Call), param.name, value)


def _show_help(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value and not ctx.resilient_parsing:
        speak(ctx.ensure_object(Call))
        click.echo(translated_help(ctx))
        ctx.exit()


def speak(call: Call) -> None:
    """Use the person's language, as far as a broken settings file lets it be known."""
    try:
        call.speak()
    except WorkbenchError:
        return


def translated_help(ctx: click.Context) -> str:
    """Return a command's help in the language spoken; what the command itself holds stays."""
    from inspect import cleandoc  # click has loaded it by now

    holders: list[Any] = [ctx.command, *ctx.command.params]
    kept = [
        (holder, name, text)
        for holder in holders
        for name in ("help", "epilog")
        if isinstance(text := getattr(holder, name, None), str)
    ]
    try:
        for holder, name, text in kept:
            setattr(holder, name, t(cleandoc(text)))
        found = ctx.get_help()
    finally:
        for holder, name, text in kept:
            setattr(holder, name, text)
    words = {"Usage": t("Usage"), "Options": t("Options"), "Commands": t("Commands")}
    return re.sub(r"^(\w+)(?=:)", lambda at: words.get(at[1], at[1]), found, flags=re.MULTILINE)


def global_options(*, listed: bool) -> list[click.Parameter]:
    """Return the options that every command takes; ``listed``: the help of this one shows them."""

    def option(*names: str, **attrs: Any) -> click.Option:
        return click.Option(
            names, expose_value=False, callback=_remember, hidden=not listed, **attrs
        )

    return [
        option(
            "--db",
            metavar="FILE",
            help="The database file (WORKBENCH_DB).",
            shell_complete=offered("file"),
        ),
        option(
            "--config",
            "config_file",
            metavar="FILE",
            help="The settings file (WORKBENCH_CONFIG).",
            is_eager=True,
            shell_complete=offered("file"),
        ),
        option("--author", metavar="NAME", type=words, help="Who acts (WORKBENCH_AUTHOR)."),
        option(
            "--lang",
            type=click.Choice(["zh", "en"]),
            help="The language of the talk (WORKBENCH_LANG).",
            is_eager=True,
        ),
        option("--json", is_flag=True, help="Print JSON."),
        # Click would make its own, and search the disk for a catalog to translate its words.
        click.Option(
            ["--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        ),
    ]


_EVERYWHERE = "As before the command: --db, --config, --author, --lang, --json."


class Verb(click.Command):
    """A command whose global options may stand anywhere among its arguments."""

    def __init__(
        self, *args: Any, signs: Signs = "text", settings: bool = True, **attrs: Any
    ) -> None:
        super().__init__(*args, **attrs)
        self.epilog = _EVERYWHERE
        self.signs = signs
        self.settings = settings
        self.params.extend(global_options(listed=False))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words after putting the options in front."""
        if ctx.resilient_parsing:  # for a shell that completes half a command
            return super().parse_args(ctx, args)
        options = {
            word: not getattr(param, "is_flag", False) and not getattr(param, "count", False)
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for word in (*param.opts, *param.secondary_opts)
        }
        with _named(ctx):
            front, rest = options_first(args, options, self.signs)
        return super().parse_args(ctx, [*front, "--", *rest])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Offer options; behind a minus sign also names to take off, or what a query excludes."""
        found = super().shell_complete(ctx, incomplete)
        if self.signs != "text" and incomplete.startswith("-") and not incomplete.startswith("--"):
            words = next(param for param in self.params if isinstance(param, click.Argument))
            found = words.shell_complete(ctx, incomplete) + found
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command in the language asked for."""
        if self.settings:
            ctx.ensure_object(Call).speak()
        with _named(ctx):
            return super().invoke(ctx)


@contextmanager
def _named(ctx: click.Context) -> Iterator[None]:
    """Tell an error which command it came from, so that the hint can name it."""
    try:
        yield
    except click.UsageError as error:
        if error.ctx is None:
            error.ctx = ctx
        raise
    except KeyboardInterrupt:
        raise click.Abort from None  # click would write an empty line of its own


def command(
    name: str, *, signs: Signs = "text", settings: bool = True
) -> Callable[[Callable[..., Any]], Verb]:
    """Decorate a function to be the command ``name``; its first argument is the call.

    Args:
        name: what a person types.
        signs: what a word with a leading sign is.
        settings: the command goes by the user's settings.
    """

    def decorate(function: Callable[..., Any]) -> Verb:
        made = click.command(name, cls=Verb, signs=signs, settings=settings)(
            click.pass_obj(function)
        )
        assert isinstance(made, Verb)
        return made

    return decorate


def split_names(given: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Split the words of ``assign`` and ``tag`` into cases, names to add and names to take off.

    Raises:
        click.UsageError: there is no case, no name, or a sign without a name.
    """
    cases: list[str] = []
    add: list[str] = []
    remove: list[str] = []
    for word in given:
        names = add if word[:1] in ADD_SIGNS else remove if word[:1] in REMOVE_SIGNS else None
        if names is None:
            cases.append(word)
        elif word[1:].strip():
            names.append(word[1:].strip())
        else:
            raise click.UsageError(t("A name must follow the sign in “{word}”.", word=word))
    if not cases:
        raise click.UsageError(t("Name at least one case."))
    if not add and not remove:
        raise click.UsageError(t("Give at least one name with + or - in front."))
    for name in add:
        if name in remove:
            raise click.UsageError(t("“{name}” is both added and taken off.", name=name))
    return cases, add, remove


def read_text(word: str) -> str:
    """Return a TEXT: the word itself, or for ``-`` what stdin holds, one trailing newline off.

    Raises:
        BadInput: there is no text.
        WorkbenchError: stdin is not UTF-8.
    """
    text = _from_stdin() if word == "-" else word
    if not text.strip():
        raise BadInput(t("The text is empty, so nothing was written."))
    return text


def _from_stdin() -> str:
    """Return all of stdin as text."""
    raw = read_stdin()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkbenchError(
            t("The text on stdin is not UTF-8: byte {at} can't be read.", at=error.start + 1),
            t("Convert it first, for example with iconv -f gb18030 -t utf-8."),
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def read_stdin() -> bytes:
    """Return all bytes of stdin; nothing where stdin is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read()
