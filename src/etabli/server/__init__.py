"""Brings the room up on one Linux machine.

::

    authority   the certificates that PCs are asked to trust, for the room's names and no other
    caddyfile   the front: what it passes on, what it takes away
    services    the four services, as one Compose project
    checkup     what `doctor` looks at
    host        what is changed on the machine outside the room's folder: one systemd unit
"""
