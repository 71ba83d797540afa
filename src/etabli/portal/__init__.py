"""The portal: pages and routes of the room, for learners and teachers."""
