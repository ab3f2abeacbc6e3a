"""The checkout in a Flask app: a blueprint, and sessions as storefronts want them.

    app.register_blueprint(checkout_blueprint(service, caller))

`caller` says who sends a request: `lambda request: evolve(request.caller, account=..., basket=...)`.
"""

from __future__ import annotations

try:
    from ._blueprint import checkout_blueprint
    from ._sessions import ServerSession, ServerSessions
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in {"cachelib", "flask", "werkzeug"}:
        raise
    raise ModuleNotFoundError(
        "the blueprint needs an extra: pip install 'checkout-core[flask]'", name=missing.name
    ) from None

__all__ = ["ServerSession", "ServerSessions", "checkout_blueprint"]
