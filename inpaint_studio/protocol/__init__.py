"""What training and session exchange: the run folder, the request, the events, the speed. No Qt, no torch."""
