"""How an exam goes: what is asked, in which order, in how much time, and the way out of what is found."""
