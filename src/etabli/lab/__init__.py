"""What is asked of whom: the manifest of a lab, a candidate's own data, their brief and helps, and the specimens."""
