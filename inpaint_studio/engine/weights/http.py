"""Connections to servers that publish weights: which addresses are allowed, and why a connection failed."""

from __future__ import annotations

import ipaddress
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

_MAX_REDIRECTS = 5


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from an encrypted connection to one that is not."""

    max_redirections = _MAX_REDIRECTS
    max_repeats = 2

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        host = urlsplit(req.full_url).hostname
        target = urljoin(req.full_url, headers.get("Location") or headers.get("URI") or "")
        if not is_allowed(target, req.full_url):
            raise WeightsError(
                tr("{host} leads to an address that is not safe; nothing was downloaded from it.", host=host)
            )
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except urllib.error.HTTPError as error:
            if error.code == code:  # the limit above
                raise WeightsError(tr("{host} leads in a circle; try again later.", host=host)) from None
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def is_allowed(url: str, before: str = "http:") -> bool:
    """Return whether `url` may follow on `before`: https always, http after http and on this machine, nothing else."""
    target = urlsplit(url)
    is_plain = before.startswith("http:") or _is_this_machine(target.hostname or "")
    return target.scheme == "https" or (target.scheme == "http" and is_plain)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_url(url: str, headers: dict[str, str], timeout: float) -> Any:
    """Open a connection and give its `http.client.HTTPResponse`; `timeout` is in seconds without a byte.

    Raises urllib's HTTPError for an HTTP status that is an error, OSError and HTTPException where the connection fails,
    and WeightsError for an address that is not allowed.
    """
    if not is_allowed(url):
        raise WeightsError(tr("Nothing is downloaded from the address {url}.", url=url))
    try:
        request = urllib.request.Request(url, headers=headers)
        return urllib.request.build_opener(_Redirects).open(request, timeout=timeout)
    except ValueError as error:  # a malformed address in a redirect
        raise WeightsError(tr("{hostname} leads to a malformed address.", hostname=urlsplit(url).hostname)) from error


def explain_failure(host: str, reason: object) -> str:
    """Say in one sentence why a connection failed; `reason` is the exception."""
    reason = getattr(reason, "reason", reason)  # the exception that urllib wraps
    if isinstance(reason, TimeoutError):
        return tr("{host} does not answer any more.", host=host)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return tr(
            "The connection to {host} is not safe ({verify_message}).", host=host, verify_message=reason.verify_message
        )
    text = getattr(reason, "strerror", None) or tr("the connection broke")
    return tr("{host} cannot be reached: {text}{text_2}.", host=host, text=text[0].lower(), text_2=text[1:])
