"""The shell that every page stands in: base templates, components, vendored browser files.

It knows the signed-in user and the names of pages, nothing else of the product, and imports no other app. Start
reading at ``README.md`` (the cheat sheet for page builders), then ``templates/base.html`` and
``templatetags/accord_ui.py``.
"""
