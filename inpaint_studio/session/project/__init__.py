"""Projects: OpenRaster files that hold the photo's file, its layers, and all that is needed to go on working."""
