"""Reports: values in, text out; a module for each kind of result and format. Only `cli` prints."""
