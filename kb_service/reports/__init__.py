"""Reports: what only several rooms together can tell. Reads them all, writes nothing."""
