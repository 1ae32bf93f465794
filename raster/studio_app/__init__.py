"""The page of raster studio: its controls, its server, the processes that draw for it. page/ holds what the browser loads."""
