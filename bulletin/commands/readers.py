"""`bulletin readers …`: who gets the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Group, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.core.station import Station
    from bulletin.mail.importing import ImportPlan
    from bulletin.mail.never import AddressHasher
    from bulletin.mail.stores.base import MailStore

_FORMS = ("paper", "mail", "form")
_STATES = ("pending", "active", "left", "dead")


def readers(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    _ = session.say.translate
    makers = (
        _add_command,
        _import_command,
        _list_command,
        _report_command,
        _export_command,
        _leave_command,
        _forget_command,
    )
    return Group("readers", commands=[make(_) for make in makers], help=help)


@contextmanager
def _opened(root: str | None, session: Session) -> Iterator[tuple[MailStore, AddressHasher, Station]]:
    """The store of a station's readers, its hasher, and the station."""
    from bulletin.build.project import open_project
    from bulletin.mail.stores.opening import open_address_hasher, open_reader_store

    folder = find_root(root)
    station = open_project(folder).station
    store = open_reader_store(folder, station.mail, session.environment)
    try:
        yield store, open_address_hasher(folder, store), station
    finally:
        store.close()


def _utc(session: Session) -> str:
    from bulletin.read.times import CHINA

    return session.now().replace(tzinfo=CHINA).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(text: str) -> str:
    from bulletin.core.extras import needs_extra

    with needs_extra("mail"):
        from bulletin.mail.addresses import normal_address
    found = normal_address(text)
    if not found:
        raise UsageError(N_("“{text}” is no address that can be written to."), text=text)
    return found


def _address_argument() -> click.Argument:
    return click.Argument(["address"], metavar="ADDRESS")


# ── add


def _add_command(_: Translate) -> Command:
    return Command(
        "add",
        callback=_add,
        help=_("Add one reader who has consented, with the proof: --how and --evidence."),
        epilog=_('Example:\n  bulletin readers add li@example.cn --how paper --evidence "folder 3, sheet 12"'),
        params=[
            _address_argument(),
            click.Option(["--how"], type=click.Choice(_FORMS), required=True, help=_("How the reader consented.")),
            click.Option(["--evidence"], required=True, help=_("Where the proof is kept.")),
            click.Option(["--column"], multiple=True, help=_("Only this column; may be given several times.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _add(session: Session, address: str, how: str, evidence: str, column: tuple[str, ...], root: str | None) -> None:
    import msgspec

    from bulletin.core.mail_pages import consent_wording
    from bulletin.mail.readers import Consent, ConsentForm, new_reader, with_consent

    address, now = _address(address), _utc(session)
    with _opened(root, session) as (store, hasher, station):
        mac = hasher.mac(address)
        if mac in store.never():
            raise UsageError(N_("this address must not be written to again: its reader has asked for that."))
        wording = store.put_wording(consent_wording(station))
        consent = Consent(now, msgspec.convert(how, ConsentForm), wording, evidence)
        known = store.reader(address)
        added = with_consent(known, consent, now) if known else new_reader(address, now, consent)
        store.put_readers([msgspec.structs.replace(added, columns=column or added.columns)])
    click.echo(session.say(N_("{address} gets the letter from now on."), address=address))
    _name_unknown(session, station, column)


def _name_unknown(session: Session, station: Station, columns: Iterable[str]) -> None:
    """Say which columns station.yml does not have: who wants these alone may never get anything."""
    known = {name for rule in station.sections for name in (rule.id, rule.title)}
    unknown = [column for column in dict.fromkeys(columns) if column not in known]
    if unknown:
        between = session.say.translate(N_(", "))
        titles = between.join(rule.title for rule in station.sections)
        words = N_(
            "content/station.yml has no column {columns}: who wants that alone gets only issues with a section of that "
            "name. Its columns: {known}"
        )
        click.echo(session.say(words, columns=between.join(unknown), known=titles or "–"), err=True)


# ── import


def _import_command(_: Translate) -> Command:
    return Command(
        "import",
        callback=_import,
        help=_(
            "Add the readers of a list: Excel, or CSV. Shows first what would become of each row, and asks. "
            "Columns are found by their headings: 邮箱, 同意, 同意时间, 同意方式, 栏目; names are not kept. "
            "Whose consent is not in the list is asked once, and gets nothing before the answer."
        ),
        epilog=_("Examples:\n  bulletin readers import list.xlsx\n  bulletin readers import list.csv --yes"),
        params=[
            click.Argument(["file"], metavar="FILE", type=click.Path(path_type=Path)),
            click.Option(["--yes"], is_flag=True, help=_("Write without asking.")),
            click.Option(["--dry-run"], is_flag=True, help=_("Only show what would become of each row.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _import(session: Session, file: Path, yes: bool, dry_run: bool, root: str | None) -> None:
    from bulletin.core.extras import needs_extra
    from bulletin.core.files import read_file
    from bulletin.core.mail_pages import consent_wording
    from bulletin.mail.readers import wording_hash
    from bulletin.mail.tables import read_table

    with needs_extra("mail"):
        from bulletin.mail.importing import ImportContext, plan_import
    sheets = read_table(read_file(file), file.name)
    with _opened(root, session) as (store, hasher, station):
        wording = consent_wording(station)

        def planned() -> ImportPlan:
            known, today = {reader.address: reader for reader in store.readers()}, session.now().date().isoformat()
            context = ImportContext(known, store.never().keys(), wording_hash(wording), _utc(session), today, file.name)
            return plan_import(sheets, context, hasher)

        plan = planned()
        _print_plan(session, plan)
        _name_unknown(session, station, (column for reader in plan.readers for column in reader.columns))
        if dry_run or not plan.readers or not (yes or click.confirm(session.say(N_("Write this?")))):
            click.echo(session.say(N_("Nothing was written.")))
            return
        with store.together():
            plan = planned()  # while somebody was asked, readers may have joined or left
            store.put_wording(wording)
            store.put_readers(plan.readers)
    click.echo(session.say(N_("Written: {count} readers."), count=len(plan.readers)))


def _print_plan(session: Session, plan: ImportPlan) -> None:
    from bulletin.mail.importing import ROW_FATES

    say = session.say
    for each in plan.rows:
        change = f" → {each.corrected}" if each.corrected else ""
        click.echo(f"{each.row}: {each.said}{change}: {say.translate(ROW_FATES[each.fate])}")
    if plan.ignored:
        click.echo(say(N_("Not read and not kept: {columns}"), columns=say.translate(N_(", ")).join(plan.ignored)))
    click.echo(say(N_("{rows} rows, {addresses} entries:"), rows=plan.total, addresses=len(plan.rows)))
    for fate, count in plan.sums().items():
        if count:
            click.echo(f"  {count}  {say.translate(ROW_FATES[fate])}")


# ── list, report


_STATE_WORDS = (N_("pending"), N_("active"), N_("left"), N_("dead"))
"""As a list shows the states, which ``--state`` takes as they are in the store."""


def _list_command(_: Translate) -> Command:
    return Command(
        "list",
        callback=_list,
        help=_("List the readers: address, state, since when, columns. The list holds addresses: do not pass it on."),
        params=[
            click.Option(["--state"], type=click.Choice(_STATES), help=_("Only those in this state.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _list(session: Session, state: str | None, root: str | None) -> None:
    with _opened(root, session) as (store, _hasher, _station):
        for reader in store.readers():
            if state in (None, reader.state):
                columns = "、".join(reader.columns)
                words = session.say.translate(reader.state)
                click.echo("\t".join((reader.address, words, reader.changed[:10], columns)).rstrip())


def _report_command(_: Translate) -> Command:
    words = _("How many readers there are, by state, column and month; without any address.")
    return Command("report", callback=_report, help=words, params=[root_option(_)])


@click.pass_obj
def _report(session: Session, root: str | None) -> None:
    from bulletin.mail.reporting import report_readers

    with _opened(root, session) as (store, _hasher, _station):
        report = report_readers(store.readers())
    everything = session.say.translate(N_("all columns"))
    parts: tuple[tuple[str, dict[str, int]], ...] = (
        (N_("By state:"), {session.say.translate(state): count for state, count in report.states.items()}),
        (N_("Active, by column:"), {name or everything: count for name, count in report.columns.items()}),
        (N_("Consents, by month:"), report.joined),
        (N_("Unsubscribed, by month:"), report.left),
    )
    for title, sums in parts:
        click.echo(session.say.translate(title))
        for name, count in sums.items():
            click.echo(f"  {count}  {name}")


# ── export, leave, forget


def _export_command(_: Translate) -> Command:
    words = _("Print everything that is kept about one person, as JSON, to be given to that person.")
    return Command("export", callback=_export, help=words, params=[_address_argument(), root_option(_)])


@click.pass_obj
def _export(session: Session, address: str, root: str | None) -> None:
    import json

    from bulletin.mail.person import export_person

    address = _address(address)
    with _opened(root, session) as (store, hasher, _station):
        found = export_person(store, hasher, address)
    if found is None:
        raise UsageError(N_("nothing is kept about this address."))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _leave_command(_: Translate) -> Command:
    words = _("Write to a reader no more who has told you so, by telephone or in a letter that you have read yourself.")
    epilog = _("Example:\n  bulletin readers leave li@example.cn")
    return Command("leave", callback=_leave, help=words, epilog=epilog, params=[_address_argument(), root_option(_)])


@click.pass_obj
def _leave(session: Session, address: str, root: str | None) -> None:
    from bulletin.mail.joining import leave_by_hand

    address = _address(address)
    with _opened(root, session) as (store, _hasher, _station):
        has_left = leave_by_hand(store, address, _utc(session))
    words = N_("{address} gets no letter any more.") if has_left else N_("{address} is no reader, or has left before.")
    click.echo(session.say(words, address=address))


def _forget_command(_: Translate) -> Command:
    return Command(
        "forget",
        callback=_forget,
        help=_(
            "Forget one person: nothing stays but a keyed hash, by which the address is never written to again. "
            "Backups made before still hold it: delete them."
        ),
        params=[
            _address_argument(),
            click.Option(["--yes"], is_flag=True, help=_("Without asking.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _forget(session: Session, address: str, yes: bool, root: str | None) -> None:
    from bulletin.mail.person import forget_person

    address = _address(address)
    if not yes and not click.confirm(session.say(N_("Forget this person? It cannot be undone."))):
        return
    with _opened(root, session) as (store, hasher, _station):
        found = forget_person(store, hasher, address, _utc(session))
    click.echo(session.say(N_("Forgotten.") if found else N_("There was no such reader.")))
