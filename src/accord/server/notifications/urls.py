"""Addresses of the pages of notifications."""

from django.urls import URLPattern, path

from accord.server.notifications import pages, settings_pages

urlpatterns: list[URLPattern] = [
    path("notices/", pages.notices, name="notices"),
    path("notices/seen/", pages.all_seen, name="notices-seen"),
    path("notices/<int:key>/", pages.notice, name="notice"),
    path("notifications/", settings_pages.notifications, name="notifications"),
    path("notifications/try/mail/", settings_pages.try_mail, name="notifications-try-mail"),
    path("notifications/try/push/", settings_pages.try_push, name="notifications-try-push"),
    path("notifications/try/chat/<int:key>/", settings_pages.try_chat, name="notifications-try-chat"),
    path("notifications/browsers/", settings_pages.device_add, name="notifications-device-add"),
    path("notifications/browsers/<int:key>/remove/", settings_pages.device_remove, name="notifications-device-remove"),
    path("notifications/chat/", settings_pages.chat_set, name="notifications-chat-set"),
    path("notifications/chats/", settings_pages.chat_add, name="notifications-chat-add"),
    path("notifications/chats/<int:key>/remove/", settings_pages.chat_remove, name="notifications-chat-remove"),
]
