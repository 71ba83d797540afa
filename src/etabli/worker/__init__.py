"""What the room asks of the engine, whose socket nothing else of the room holds: jobs, terminals and journals.

::

    __main__       one process: its jobs, its stream, its end
    duty           what all jobs share: the room, the secret, when to stop; what one process at a time may do
    tasks          the jobs, as the queue calls them; each may be run twice
    spaces         workspaces made, opened, stopped, prepared ahead
    verifying      a learner's verification
    grading_class  all hand-ins of an opening
    housekeeping   what nobody asks for: lost jobs, idle workspaces, what the engine really runs
    stream         terminals and journals, over WebSocket
"""
