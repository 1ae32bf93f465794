"""Places for objects on a floor or afloat: one file for each name of randomizers.placement.arrangements."""
