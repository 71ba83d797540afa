"""The demonstration: an invented class whose submissions are witness submissions, as Moodle would hand them over."""
