"""The portal: one Starlette application of pages, for the room behind Caddy, and for one person on 127.0.0.1.

::

    app          the application of the room: routes, and what every request goes through (guard)
    call         a request, with who asks it; answers are plain functions of a call
    pages        templates
    sign_in      the way in and out;  gate: who may enter another origin (Caddy asks for each request)
    home         a learner's labs;  bench: the workspace, its state, verifications and hand-ins;  files: its files
    classes      a teacher's classes, lists and codes;  opening: hours, who is there, grading;  results: pages, remarks
    exports      an output folder as files to take away;  administration: accounts, machine, diary
    traces       a learner's recueil: what they choose and say;  authenticating: a teacher's side of it, class by class
    annee        the year of a class, for its teachers
    recueil_acts, recueil_views   what pages do to a recueil, and show of it, in a room and for one person
    following    a verification told as it goes;  numbers: those that a browser sends
    shelf        files of a folder as pages: sheets, verifications, reports
    alone        the application of one person
"""
