"""What a network is worth: metrics, scores of a folder, figures."""
