"""What a visit says about itself: where it came from, whether a robot made it, whose network and whose firm that is.

Pure: no Django, no network connection, no clock of its own. User agents, addresses and names go in, frozen values come
out, so that the past can be classified again when lists or rules change. Import the module that you need; each reads
its lists when it is first asked. Start reading at ``arrivals.py`` (with ``channels.py``), ``robots.py``,
``networks.py`` and ``companies.py``.
"""
