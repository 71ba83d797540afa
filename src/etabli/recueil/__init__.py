"""The candidate's file: traces over labs and elsewhere, chosen, told, observed, authenticated, and what is printed."""
