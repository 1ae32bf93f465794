"""What a run can show: the catalog of solids and meshes, the library of images and environment maps."""
