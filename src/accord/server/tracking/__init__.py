"""The log in front of everything that comes from outside: messages of sources, safe before they are acknowledged.

It takes messages in and does nothing else with them; ``intake`` works them off (docs/adr/0006). Imports nothing of the
rooms above it. Start at ``log.py`` (how messages get in), ``work.py`` (how they are taken out), ``front`` (the API).
"""
