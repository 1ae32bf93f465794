"""Why a network fails: its scores by what is known of each object, a page of them, and options that draw more of what fails."""
