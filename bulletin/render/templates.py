"""The theme: Jinja templates and static files, the site's own before the packaged ones, file by file.

Every template file is read once, before anything is rendered; so what was hashed is what is used, and no
template can reach a file outside its folder. A template sees `page` and `_`, nothing else: an undefined name
is an error, output is escaped, an include must name its file literally.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from datetime import date
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache
from jinja2 import meta, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from bulletin.arrange import views
from bulletin.arrange.days import long_day
from bulletin.arrange.urls import STATIC_FOLDER
from bulletin.core.errors import OutputError, TemplateError
from bulletin.core.files import is_utf8, real_path
from bulletin.core.i18n import Translations
from bulletin.core.nearest import nearest
from bulletin.core.phrases import title_breaks
from bulletin.core.problems import N_
from bulletin.render.phrases import FindBreaks, phrases_filter
from bulletin.render.qr import qr
from bulletin.render.template_files import (
    decode_template,
    error_place,
    read_template,
    syntax_error,
    unreadable_template,
)
from bulletin.render.words import install_words, is_markup

NOT_FOR_PAGES = ("reports/", "preview/", "letter/")
"""Templates that make no page of the site (reports.py); they are not in the theme, nor in any key."""
CUSTOM_STYLE = "custom.css"
"""A stylesheet of the station's that pages load after ours; it goes out with the static files."""
PACKAGED_PREFIX = "packaged/"
"""``{% extends "packaged/home.html" %}``: our template, also where the station has one of that name."""
_STYLE = STATIC_FOLDER + "style.css"
_SPARE = re.compile(rb"\s*/\*.*?\*/|(?<=\n)[ \t]+", re.DOTALL)
"""What our stylesheet has for who changes it only: comments and indents, a seventh of what travels."""
_TEXT_ENDINGS = (".html", ".xml", ".txt", ".css")


class Theme:
    """All files of the theme, read whole."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """The first of the folders is ours."""
        ours, *others = (dict(_read(folder)) for folder in folders)
        ours |= {name: _SPARE.sub(b"", data) for name, data in ours.items() if name == _STYLE}
        merged = {name: data for files in (ours, *others) for name, data in files.items()}
        self.files: Mapping[str, bytes] = dict(sorted(merged.items()))
        self._ours = ours
        self._digests: dict[str, str] = {}
        self._has_words: dict[tuple[str, ...], bool] = {}
        self._references: dict[str, tuple[str, ...]] = {}
        self._environment = jinja2.Environment(extensions=JINJA_EXTENSIONS)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Source of every template by name; static files are none."""
        texts = dict(_texts(self.files))
        if any(PACKAGED_PREFIX in text for text in texts.values()):
            texts |= {PACKAGED_PREFIX + name: text for name, text in _texts(self._ours)}
        return texts

    def static(self) -> Iterator[tuple[str, str]]:
        """Path and digest of every static file."""
        for name, data in self.files.items():
            if name.startswith(STATIC_FOLDER):
                yield name, blake2b(data, digest_size=16).hexdigest()

    def digest(self, names: tuple[str, ...]) -> str:
        """Hash of templates and of all that they include, extend or import."""
        return "-".join(self._digest(name) for name in names)

    def has_words(self, names: tuple[str, ...]) -> bool:
        """Whether templates, or what they include, extend or import, show words of the catalogue."""
        if names not in self._has_words:
            texts = (self.texts[each] for name in names for each in self._closure(name))
            self._has_words[names] = any(map(_WORDS.search, texts))
        return self._has_words[names]

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            hashed = blake2b(digest_size=12)
            for each in sorted(self._closure(name)):
                hashed.update(each.encode() + b"\0" + self.texts[each].encode() + b"\0")
            self._digests[name] = hashed.hexdigest()
        return self._digests[name]

    def _closure(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [(name, "")]
        while waiting:
            each, by = waiting.pop()
            if each not in found:
                if each not in self.texts:
                    raise TemplateError(N_("the template “{name}” is missing."), path=by or "templates", name=each)
                found.add(each)
                if each in self._referenced(each):
                    raise TemplateError(_ITSELF, path=f"templates/{each}", name=each, packaged=PACKAGED_PREFIX + each)
                waiting += [(other, f"templates/{each}") for other in self._referenced(each)]
        return found

    def _referenced(self, name: str) -> tuple[str, ...]:
        if name not in self._references:
            self._references[name] = tuple(_references(self._environment, name, self.texts[name]))
        return self._references[name]


_ITSELF = N_("the template takes in itself. Write “{packaged}” in place of “{name}” to have ours.")


def _texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, data in files.items():
        if not name.startswith(STATIC_FOLDER) and name.endswith(_TEXT_ENDINGS):
            yield name, decode_template(name, data)


JINJA_EXTENSIONS = ("jinja2.ext.i18n",)


_WORDS = re.compile(r"\b(?:_|n?gettext)\s*\(|\{%[-+]?\s*trans\b")
_REFERENCE = re.compile(r"\{%[-+]?\s*(?:include|extends|import|from)\b")
_RAW = re.compile(r"\{%[-+]?\s*raw\b")
_NAMED = re.compile(
    _REFERENCE.pattern
    + r"""\s*(?P<quote>["'])(?P<name>[\w./-]+)(?P=quote)"""
    + r"\s*(?:(?:import|as|ignore|with|without)\b[\w\s,]*)?[-+]?%\}"
)
_TAG = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|(?P<tag>\{%.*?%\})", re.DOTALL)


def _references(environment: jinja2.Environment, name: str, text: str) -> Iterable[str]:
    """The templates that one names; most are seen without parsing it, which for the whole theme takes 30 ms."""
    tags = [match["tag"] for match in _TAG.finditer(text) if match["tag"]]
    found = [match["name"] for match in map(_NAMED.fullmatch, tags) if match]
    if len(found) == len(_REFERENCE.findall(text)) and not _RAW.search(text):
        return found
    return _parsed_references(environment, name, text)


def _parsed_references(environment: jinja2.Environment, name: str, text: str) -> Iterator[str]:
    try:
        tree = environment.parse(text, name)
    except jinja2.TemplateSyntaxError as error:
        raise syntax_error(error, name) from None
    for reference in meta.find_referenced_templates(tree):
        if reference is None:
            message = N_("a template may only include files that it names outright.")
            raise TemplateError(message, path=f"templates/{name}")
        yield reference


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    top = real_path(folder)
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        left_out = name.startswith(NOT_FOR_PAGES) or any(step.startswith((".", "_")) for step in name.split("/"))
        if not left_out and is_utf8(name) and real_path(path).is_relative_to(top):
            yield STATIC_FOLDER + name if name == CUSTOM_STYLE else name, read_template(path, name)


def _files(folder: Path) -> Iterator[Path]:
    """All below a folder that is none; what cannot be listed might hold a template, so that stops the build."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError) or os.path.lexists(error.filename):
            inner = Path(error.filename).relative_to(folder).as_posix()
            raise unreadable_template(posixpath.normpath(f"templates/{inner}"), error)

    for inside, folders, names in os.walk(folder, onerror=refuse):
        yield from (Path(inside, name) for name in names)
        yield from (path for name in folders if (path := Path(inside, name)).suffix in _TEXT_ENDINGS)


class _Environment(jinja2.Environment):
    """Translates while it compiles: a page has some forty words of the theme, the same on every page."""

    translations: Translations

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A dict in place of Jinja's ChainMap: each page asks its templates a dozen times what their globals are."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Translator(self.translations).visit(tree) if is_markup(name) else tree


class _Translator(NodeTransformer):
    """``_("Home")`` → what it says, ``_("By: %(name)s", name=…)`` → ``what it says % {"name": …}``."""

    def __init__(self, translations: Translations) -> None:
        self._translations = translations

    def visit_Call(self, call: nodes.Call) -> nodes.Expr:
        self.generic_visit(call)
        if not (isinstance(call.node, nodes.Name) and call.node.name == "_" and len(call.args) == 1):
            return call
        (words,) = call.args
        if call.dyn_args or call.dyn_kwargs or not isinstance(words, nodes.Const):
            return call
        translated = escape(self._translations.gettext(words.value))
        if not call.kwargs:
            return nodes.Const(translated % {}, lineno=call.lineno)
        values = [nodes.Pair(nodes.Const(each.key), each.value, lineno=call.lineno) for each in call.kwargs]
        return nodes.Mod(nodes.Const(translated), nodes.Dict(values), lineno=call.lineno)


class Renderer:
    """Template and view → bytes."""

    def __init__(
        self,
        theme: Theme,
        translations: Translations,
        bytecode: Path | None,
        find_breaks: FindBreaks = title_breaks,
    ) -> None:
        """``bytecode`` is a folder for what compiling gives, with a name that changes when the catalogue does."""
        self._environment = _Environment(
            loader=_loader(theme),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            extensions=JINJA_EXTENSIONS,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_bytecode(bytecode),
        )
        self._environment.globals = {"_": self._environment.globals["_"]}
        self._environment.translations = translations
        install_words(self._environment, translations.gettext, translations.ngettext)
        self._environment.filters["safe_html"] = Markup
        self._environment.filters["qr"] = qr
        self._environment.filters["long_day"] = lambda day: long_day(date.fromisoformat(day), translations.gettext)
        self._environment.filters["phrases"] = phrases_filter(find_breaks)
        self._render: dict[str, Callable[..., str]] = {}

    def render(self, template: str, view: object) -> bytes:
        """The page's bytes. Raises `TemplateError` with the template's file and line."""
        try:
            if template not in self._render:
                self._render[template] = self._environment.get_template(template).render
            return self._render[template](page=view).encode()
        except jinja2.TemplateSyntaxError as error:
            raise syntax_error(error, template) from None
        except OSError as error:  # a full disk is no mistake in a template
            message = N_("the page cannot be made: {reason}. The files that were there are unchanged.")
            reason = error.strerror or type(error).__name__
            raise OutputError(message, path=error.filename or f"templates/{template}", reason=reason) from error
        except Exception as error:
            raise runtime_error(error, template) from error


def _loader(theme: Theme) -> jinja2.BaseLoader:
    """Gives each template its path as file name, for messages."""
    return jinja2.FunctionLoader(
        lambda name: (theme.texts[name], f"templates/{name}", lambda: True) if name in theme.texts else None
    )


def runtime_error(error: Exception, template: str) -> TemplateError:
    """What went wrong in rendering, with file and line of the template where it did."""
    place = error_place(error, template)
    if field := _NO_FIELD.search(str(error)):
        return _no_field(place, field["kind"], field["name"])
    return TemplateError(N_("the template has a mistake: {reason}."), path=place, reason=error)


_NO_FIELD = re.compile(r"bulletin\.arrange\.views(?:\.\w+)?\.(?P<kind>\w+) object' has no attribute '(?P<name>\w+)'")


def _no_field(place: str, kind: str, name: str) -> TemplateError:
    guess = nearest(name, getattr(views, kind).__struct_fields__)
    if guess:
        message = N_("{kind} has no field “{name}”. Did you mean “{guess}”?")
        return TemplateError(message, path=place, kind=kind, name=name, guess=guess)
    message = N_("{kind} has no field “{name}”; docs/templates.md lists them all.")
    return TemplateError(message, path=place, kind=kind, name=name)


def _bytecode(folder: Path | None) -> Any:
    """Compiled templates are kept between builds: compiling the theme takes longer than rendering a small site."""
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in folder.parent.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return None
    return _BytecodeCache(str(folder))


class _BytecodeCache(jinja2.FileSystemBytecodeCache):
    """A disk that is full, or does not let us read, only makes the build slower; writing the site will say so."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
