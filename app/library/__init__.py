"""Knowledge bases, documents, sources and jobs as people see them."""
