"""Fine-tuning in the window: the page that begins a training, the view of one, and a word in the status line."""
