"""An httpx transport whose connections go to numbers that somebody chose. Importing it needs the extra `external`.

httpx has no setting for where a connection goes, but takes any transport; httpcore, which makes the connections of
its own one, takes a network backend. This joins the two, with what both document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import httpcore
import httpx

_Choose = Callable[[str, int], str]
"""Host and port → the number to connect to, or an error of the caller's own, which comes out of the client."""


class PublicTransport(httpx.BaseTransport):
    """Connections are kept open between requests; no proxy is asked for in the environment."""

    def __init__(self, choose: _Choose) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        self._connections = httpcore.ConnectionPool(ssl_context=context, network_backend=_Backend(choose))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask one server. Raises `httpx.TransportError`."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._connections.handle_request(asked)
        except _FAILURES as error:
            raise httpx.TransportError(str(error), request=request) from error
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


_FAILURES = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class _Body(httpx.SyncByteStream):
    """A body as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._answer.stream, Iterable)
        try:
            yield from self._answer.stream
        except _FAILURES as error:
            raise httpx.TransportError(str(error)) from error

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    """httpcore's own, but for where a connection goes."""

    def __init__(self, choose: _Choose) -> None:
        self._choose = choose
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the number chosen for the host."""
        return self._inner.connect_tcp(self._choose(host, port), port, timeout, local_address, socket_options)
