"""The WSGI application; ``asgi.py`` puts it behind the front that serves requests."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
