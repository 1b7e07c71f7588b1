"""aiosmtpd with TLS and a login: ``python -m tests.mail.aiosmtp SERVER.pem starttls|tls``. Prints its port."""

from __future__ import annotations

import asyncio
import ssl
import sys
import warnings
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class _Handler:
    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:  # noqa: ARG002
        if to.startswith("no@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(to)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        return "250 2.0.0 taken"


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:  # noqa: ARG001
    given = isinstance(data, LoginPassword) and data.password == b"secret"
    return AuthResult(success=given, handled=given)


async def _serve(certificate: str, how: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    over = {"tls_context": context, "require_starttls": True} if how == "starttls" else {"auth_require_tls": False}

    def make() -> SMTP:
        return SMTP(_Handler(), hostname="localhost", enable_SMTPUTF8=True, authenticator=_check, **over)

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=context if how == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asyncio.run(_serve(*sys.argv[1:]))
