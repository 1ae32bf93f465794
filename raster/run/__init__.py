"""What a program is made of: configuration, set-up, processes that draw."""
