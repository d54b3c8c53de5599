"""reStructuredText, through docutils, to HTML and read as that.

Nothing is included from other files, no raw markup is passed on, and no configuration is looked
for. What other programs add to the language is read as the text that it is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.languages import en
from docutils.parsers.rst.states import RSTState, RSTStateMachine
from docutils.statemachine import StringList

from ingestion.parsing.encoding import decode
from ingestion.parsing.items import Item, Job
from ingestion.parsing.markup import items_of_html

_SETTINGS: Final = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "report_level": 5,  # no message of docutils' own in the text
    "halt_level": 5,
    "line_length_limit": 1_000_000,
    "math_output": "LaTeX",
    "syntax_highlight": "none",
    "initial_header_level": 2,
}
_DIRECTIVE: Final = re.compile(r"^\s*\.\. ([\w:+.-]+)::", re.M)
_ROLE: Final = re.compile(r":([a-zA-Z][\w:+.-]*):`")
_WITHOUT_WORDS: Final = ("toctree", "literalinclude", "index", "currentmodule", "highlight")


def read(job: Job) -> list[Item]:
    text = decode(job.path.read_bytes())
    for name in set(_DIRECTIVE.findall(text)) - set(en.directives):
        directives.register_directive(name, _Unknown)
    for name in set(_ROLE.findall(text)) - set(en.roles):
        roles.register_local_role(name, _words_of_link)
    parts = publish_parts(text, writer="html5", settings_overrides=_SETTINGS)
    return items_of_html(parts["whole"])


class _AnyOption(dict[str, Callable[[str], str]]):
    def __missing__(self, name: str) -> Callable[[str], str]:
        return str


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A directive of Sphinx or another program; its content is text: "versionadded:: 2.1".

    docutils calls it as a class of its own; these are the names that it asks for.
    """

    required_arguments: ClassVar[int] = 0
    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True
    option_spec: ClassVar[_AnyOption] = _AnyOption(class_=str)

    name: str
    arguments: list[str]
    options: dict[str, str]
    content: StringList
    line: int
    content_offset: int
    source: str
    state: RSTState
    machine: RSTStateMachine

    def run(self) -> list[nodes.Node]:
        if self.name in _WITHOUT_WORDS:
            return []
        note = nodes.container()
        if self.arguments:
            words, _ = self.state.inline_text(self.arguments[0], self.line)
            note += nodes.paragraph("", "", nodes.Text(f"{self.name} "), *words)
        self.state.nested_parse(self.content, self.content_offset, note)
        return [note]


def _words_of_link(
    _name: str, _raw: str, text: str, *_rest: object, **_options: object
) -> tuple[Sequence[nodes.Node], Sequence[nodes.Node]]:
    """:ref:`the words <target>` is "the words"."""
    words = nodes.unescape(text)
    return [nodes.inline("", words.partition(" <")[0])], []
