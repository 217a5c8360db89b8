"""The tracking API: a small ASGI application in front of Django, in the same process.

Django's middleware does not see these requests, so key, size, origin and rate are checked here. ``api.py`` answers,
``writer.py`` commits what arrived together, ``clerk.py`` does what can wait a second.
"""
