"""One file for each YAML file of conf/randomizers, and what these files share."""
