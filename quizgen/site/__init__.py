"""The course site: the plugin of mkdocs and what it makes."""
