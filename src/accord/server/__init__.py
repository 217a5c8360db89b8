"""The Django project: one app per room, in the order in which a lead passes through them.

``accounts`` < ``agreements`` < ``people`` < ``pipeline`` < ``handoffs`` < ``capture`` < ``scoreboard``: data flows down
this list by plain function calls; what must go up goes through the job queue or is read by the upper app. Inside an
app: ``models`` (shape), ``services`` (verbs that change state, each one transaction), ``queries`` (reads that return
frozen rows), ``pages`` and ``templates``, ``jobs``. Start reading at ``pipeline/services.py``.
"""
