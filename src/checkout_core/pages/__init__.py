"""The pages, one file a flow.  Each file's first lines draw it; standard.py says how they hang together."""
