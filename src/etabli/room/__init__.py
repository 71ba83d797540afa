"""What the room knows: tables, sign-ins, openings, workspaces, hand-ins, and the files of learners."""
