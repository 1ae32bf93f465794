"""Objects that fall and come to rest, by MuJoCo."""
