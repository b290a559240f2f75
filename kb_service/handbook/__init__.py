"""The content: topics, questions, pages, files; revisions, workflow, the content/ folder."""
