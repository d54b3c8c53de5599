"""From a file's bytes to blocks: titles, headings, paragraphs and tables in reading order."""
