"""Networks that find an object from points and a box. They fill nothing, so the registry does not list them."""
