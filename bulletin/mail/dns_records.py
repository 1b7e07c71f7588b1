"""TXT records of domains, as far as the DNS answers here."""

from __future__ import annotations

import dns.exception
import dns.resolver

from bulletin.core.errors import MailError
from bulletin.core.problems import N_

_SECONDS = 6.0


class DnsUnavailable(MailError):
    """The DNS does not answer on this computer; nothing is known of the domain."""


def txt_records(name: str, resolver: dns.resolver.Resolver | None = None, seconds: float = _SECONDS) -> tuple[str, ...]:
    """TXT records of a name, the parts of each joined (RFC 7208, 3.3); none where there is no such name."""
    try:
        asked = resolver or dns.resolver.Resolver()
        answer = asked.resolve(name, "TXT", lifetime=seconds)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DnsUnavailable(N_("the DNS does not answer: {reason}."), reason=reason[:200]) from None
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
