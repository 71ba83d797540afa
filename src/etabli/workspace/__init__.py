"""The workspace: the folder and the running services in which one student works on one lab."""
