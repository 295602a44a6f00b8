"""The machine: everything of Winnow that is neither a site (spiders/) nor a pipeline step (pipelines/)."""
