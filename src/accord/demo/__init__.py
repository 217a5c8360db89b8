"""The demo company: a year at Northwind Instruments, made up and then lived through the real services.

``world.py`` asks leadforge for people and what they did; ``story.py`` (pure) gives them names, dates and touchpoints in
our words; ``replay.py`` lets it happen through the services of ``server``, with the people of ``cast.py`` working as
``selling.py`` (pure) says. In its last weeks, things come by the ways that the product has for them: ``traffic.py``,
``calling.py`` and ``writing.py`` (pure) say who comes, calls and writes, and ``website.py``, ``telephone.py``,
``letterbox.py`` and ``enquiries.py`` bring it to the log. Only ``world.py`` uses leadforge. May import everything but
``cli``. Start at ``story.py``.
"""
