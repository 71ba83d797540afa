"""What people looked at in the works of a class: degrees and remarks of ``humain:``, kept beside results."""
