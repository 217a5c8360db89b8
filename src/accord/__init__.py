"""Accord: the sales-marketing agreement that runs.

``accord.rules``, ``scoring``, ``clock``, ``routing``, ``agreement`` and ``insight`` are pure: no Django, no network,
no clock of their own. ``accord.server`` is the Django project that carries the agreement out, ``accord.cli`` the
command line. Start reading at ``ARCHITECTURE.md``, then ``accord.agreement``.
"""

__version__ = "0.1.0"
