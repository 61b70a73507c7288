"""Connections to servers that publish weights: where they may lead, and why they fail."""

from __future__ import annotations

import ipaddress
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

from inpaint_studio.errors import WeightsError

_REDIRECTS = 5


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a server's word to another place, but never from a safe connection to one that is not."""

    max_redirections = _REDIRECTS
    max_repeats = 2

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        host = urlsplit(req.full_url).hostname
        to = urljoin(req.full_url, headers.get("Location") or headers.get("URI") or "")
        if not allowed(to, req.full_url):
            raise WeightsError(f"{host} leads to an address that is not safe; nothing was fetched from it.")
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except urllib.error.HTTPError as error:
            if error.code == code:  # the limit above
                raise WeightsError(f"{host} leads in a circle; try again later.") from None
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def allowed(url: str, before: str = "http:") -> bool:
    """https always; http from http, and on this machine."""
    to = urlsplit(url)
    return to.scheme == "https" or (to.scheme == "http" and (before.startswith("http:") or _here(to.hostname or "")))


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_url(url: str, headers: dict[str, str], timeout: float) -> Any:
    """The server's answer, an `http.client.HTTPResponse`; `timeout` is in seconds without a byte.

    Raises urllib's HTTPError for an answer that is none, OSError and HTTPException where the connection fails, and
    WeightsError for an address that is not to be fetched from.
    """
    if not allowed(url):
        raise WeightsError(f"{url} is no address that is fetched from.")
    try:
        request = urllib.request.Request(url, headers=headers)
        return urllib.request.build_opener(_Redirects).open(request, timeout=timeout)
    except ValueError as error:  # what a redirection may hold
        raise WeightsError(f"{urlsplit(url).hostname} leads to an address that is none.") from error


def unreachable(host: str, reason: object) -> str:
    """Why a connection failed, in a sentence."""
    reason = getattr(reason, "reason", reason)  # what urllib wraps
    if isinstance(reason, TimeoutError):
        return f"{host} does not answer any more."
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"The connection to {host} is not safe ({reason.verify_message})."
    text = getattr(reason, "strerror", None) or "the connection broke"
    return f"{host} cannot be reached: {text[0].lower()}{text[1:]}."
