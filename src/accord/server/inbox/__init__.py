"""Mail as touchpoints: copies of what is written to and fro, by SMTP or out of a mailbox.

May import everything up to ``handoffs``; ``intake`` hands it the messages. Start reading at ``mail.py`` (what is read
of a mail), ``receiving.py`` (how mails get into the log) and ``meaning.py`` (what a mail leads to).
"""
