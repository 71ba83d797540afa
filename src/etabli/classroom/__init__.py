"""What the room server knows: its folder, its names, and its state in PostgreSQL. It holds no engine right.

::

    place       the folder of a room, and what is where in it
    hosts       the names of its origins: the portal's, and one per service of a workspace
    settings    salle.yaml
    tables      the tables; state: how they are reached, made and guarded
    people      accounts and their codes; sign_ins: who is signed in, and the tickets that open another origin
    openings    a lab opened for a class; workspaces, verifications, hand_ins: what learners do there
    attendance  what a teacher sees of an opening; batches: all its hand-ins graded; remarks: what teachers write
    diary       who did what; nobody changes it
    jobs        what is asked of the worker, behind one thin seam
    files, versions   a learner's files, and what they held before; file_names: what they may be called; zips
    quota       how much of the disk one learner may take
"""
