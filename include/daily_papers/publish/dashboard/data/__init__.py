"""What the browser loads, one module a page: each function makes the data of one section."""
