"""What a room above says when it is asked whether a notification still concerns its reader."""

from accord.server.notifications.models import Notification


def unless_over(notice: Notification) -> bool:
    if notice.about == "row:broken":
        msg = "the row cannot be read"
        raise LookupError(msg)
    return notice.about != "row:over"
