"""The networks, their loss, how they are kept on disk, and how they segment a picture."""
