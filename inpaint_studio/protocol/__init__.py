"""What training and session say to each other: the run folder, the request, the events. No Qt, no torch."""
