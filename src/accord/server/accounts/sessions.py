"""Where sessions are kept: in the database, under keys that are letters and digits."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A session that takes no notice of a cookie which cannot be its key.

    Django asks the database about any key of at least eight characters, and PostgreSQL takes none with a NUL.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and len(str(key)) >= 8 and str(key).isascii() and str(key).isalnum()
